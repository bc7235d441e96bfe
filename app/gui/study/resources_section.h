#pragma once

#include "core/data/study_plan.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace quantscope {

class PathChooser;

/// What a study may use, and where its session goes.
class ResourcesSection : public QWidget {
    Q_OBJECT

public:
    explicit ResourcesSection(QWidget* parent = nullptr);

    void writeTo(StudyPlan& plan) const;
    void readFrom(const StudyPlan& plan);

    /// The name that an empty output field stands for.
    void setSuggestedOutput(const QString& path);

Q_SIGNALS:
    void changed();

private:
    QDoubleSpinBox* m_memory;
    QSpinBox* m_threads;
    QComboBox* m_device;
    QSpinBox* m_batchTokens;
    PathChooser* m_output;
    QString m_suggestedOutput;
};

} // namespace quantscope
