#pragma once

#include "core/data/study_plan.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace quantscope {

class TextSourceEditor;
struct TextPreview;

/// What is studied: the text, how it falls into windows, how many of them, the seed.
class TextSection : public QWidget {
    Q_OBJECT

public:
    explicit TextSection(QWidget* parent = nullptr);

    void writeTo(StudyPlan& plan) const;
    void readFrom(const StudyPlan& plan);
    void setPath(const QString& path);
    void setRecent(const QStringList& paths);

    void showPreview(const TextPreview& preview);
    void showProblem(const QString& text);
    void clearPreview();

Q_SIGNALS:
    void changed();

private:
    TextSourceEditor* m_source;
    QLabel* m_preview;
    QSpinBox* m_tokens;
    QComboBox* m_windows;
    QSpinBox* m_minimum;
    QComboBox* m_deduplication;
    QSpinBox* m_examples;
    QLineEdit* m_seed;
};

} // namespace quantscope
