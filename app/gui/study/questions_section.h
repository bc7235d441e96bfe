#pragma once

#include "core/data/study_plan.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;

namespace quantscope {

class PathChooser;

/// Questions that every lane answers, and how they are asked. Without a file none are.
class QuestionsSection : public QWidget {
    Q_OBJECT

public:
    explicit QuestionsSection(QWidget* parent = nullptr);

    void writeTo(StudyPlan& plan) const;
    void readFrom(const StudyPlan& plan);

    /// What keeps the fields from being a plan that can be tried; empty when nothing does.
    QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void showFields();

    QFormLayout* m_form;
    PathChooser* m_path;
    QLineEdit* m_question;
    QLineEdit* m_answers;
    QLineEdit* m_popularity;
    QLineEdit* m_choices;
    QLineEdit* m_gold;
    QLineEdit* m_template;
    QSpinBox* m_shots;
    QSpinBox* m_count;
    QSpinBox* m_answerTokens;
    QComboBox* m_criterion;
    QDoubleSpinBox* m_bucket;
};

} // namespace quantscope
