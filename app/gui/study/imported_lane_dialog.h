#pragma once

#include "core/data/imported_lane.h"

#include <QDialog>
#include <QStringList>

class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace quantscope {

class PathChooser;

/// Names a checkpoint that was quantized elsewhere and how its lane is called.
class ImportedLaneDialog : public QDialog {
    Q_OBJECT

public:
    /// @param takenLanes  names that other lanes of the study have
    explicit ImportedLaneDialog(QStringList takenLanes, QWidget* parent = nullptr);

    /// An empty name is the file's or folder's.
    ImportedLane lane() const;
    void setLane(const ImportedLane& lane);

    /// What keeps the fields from being a lane; empty when nothing does.
    QString problem() const;

private:
    void check();

    QStringList m_takenLanes;
    PathChooser* m_path;
    QLineEdit* m_name;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
};

} // namespace quantscope
