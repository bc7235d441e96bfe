#pragma once

#include "app/gui/study/choices_grid.h"
#include "app/gui/study/patching_fields.h"
#include "core/data/study_plan.h"

#include <QWidget>

#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace quantscope {

/// What is measured besides losses and errors.
class InstrumentsSection : public QWidget {
    Q_OBJECT

public:
    explicit InstrumentsSection(QWidget* parent = nullptr);

    void writeTo(StudyPlan& plan) const;
    void readFrom(const StudyPlan& plan);

    /// What keeps these fields from being a plan; empty when nothing does.
    QString problem() const;

    /// The lanes among which the pair method is chosen.
    void setLanes(const std::vector<std::string>& lanes);

Q_SIGNALS:
    void changed();

private:
    QCheckBox* m_earlyExit;
    QCheckBox* m_siteStatistics;
    QCheckBox* m_tokenMaps;
    QCheckBox* m_countStart;
    ChoicesGrid<InstrumentGroup> m_groups;
    QSpinBox* m_removal;
    QComboBox* m_noiseFloor;
    PatchingFields* m_patching;
    QComboBox* m_pair;
    QComboBox* m_followUp;
    QCheckBox* m_followUpAllMethods;
    QDoubleSpinBox* m_setPercent;
    QDoubleSpinBox* m_controlPercent;
    QSpinBox* m_resamples;
};

} // namespace quantscope
