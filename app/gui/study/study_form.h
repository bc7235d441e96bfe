#pragma once

#include "app/gui/study/instruments_section.h"
#include "app/gui/study/methods_section.h"
#include "app/gui/study/model_section.h"
#include "app/gui/study/questions_section.h"
#include "app/gui/study/resources_section.h"
#include "app/gui/study/text_section.h"

#include <QWidget>

namespace quantscope {

/// All fields of a study plan, in sections below one another.
class StudyForm : public QWidget {
    Q_OBJECT

public:
    explicit StudyForm(std::function<std::vector<MethodInfo>()> methods, QWidget* parent = nullptr);

    /// What the fields say. An empty session field gives a name made of model and text.
    StudyPlan plan() const;
    void setPlan(const StudyPlan& plan);

    /// What keeps the fields from being a plan that can be tried; empty when nothing does.
    QString problem() const;

    ModelSection* model() const { return m_model; }
    TextSection* text() const { return m_text; }
    MethodsSection* methods() const { return m_methods; }

Q_SIGNALS:
    void changed();
    void modelChanged();
    void textChanged();

private:
    void suggestOutput();

    ModelSection* m_model;
    TextSection* m_text;
    MethodsSection* m_methods;
    InstrumentsSection* m_instruments;
    QuestionsSection* m_questions;
    ResourcesSection* m_resources;
};

} // namespace quantscope
