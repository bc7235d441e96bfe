#pragma once

#include "app/gui/study/choices_grid.h"
#include "core/data/patch_options.h"

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace quantscope {

/// Which outputs and matrices the study exchanges between the reference and the quantized models.
class PatchingFields : public QWidget {
    Q_OBJECT

public:
    explicit PatchingFields(QWidget* parent = nullptr);

    PatchOptions options() const;
    void setOptions(const PatchOptions& options);
    /// What keeps these fields from being options; empty when nothing does.
    QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void refresh();

    QFormLayout* m_form;
    ChoicesGrid<PatchKind> m_kinds;
    QComboBox* m_layers;
    QLineEdit* m_positions;
    ChoicesGrid<PatchControl> m_controls;
    QComboBox* m_direction;
    ChoicesGrid<WeightKind> m_weights;
    QComboBox* m_weightLayers;
    QLabel* m_problem;
};

} // namespace quantscope
