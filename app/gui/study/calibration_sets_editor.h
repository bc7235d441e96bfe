#pragma once

#include "core/data/study_plan.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QListWidget;
class QSpinBox;
class QToolButton;

namespace quantscope {

/// The calibration sets that the study's methods are compared over; none: there is one text.
class CalibrationSetsEditor : public QWidget {
    Q_OBJECT

public:
    explicit CalibrationSetsEditor(QWidget* parent = nullptr);

    /// Sets, draws and the reference set alone.
    void writeTo(CalibrationOptions& options) const;
    void readFrom(const CalibrationOptions& options);

Q_SIGNALS:
    void changed();

private:
    QStringList namesWithout(int row) const;
    void add();
    void edit();
    void remove();
    void showSets(int row);

    std::vector<CalibrationSet> m_sets;
    QListWidget* m_list;
    QToolButton* m_edit;
    QToolButton* m_remove;
    QSpinBox* m_draws;
    QComboBox* m_reference;
};

} // namespace quantscope
