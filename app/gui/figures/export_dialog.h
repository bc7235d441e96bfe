#pragma once

#include "app/gui/figures/writing_dialog.h"
#include "views/export/figure_export.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace quantscope {

class PlotWidget;

/// Writes one figure as PDF, SVG, PNG or its values as CSV, at a journal's width.
class ExportDialog : public WritingDialog {
    Q_OBJECT

public:
    /// @param suggestedName  a file name without ending
    ExportDialog(PlotWidget& plot, const QString& suggestedName, QWidget* parent = nullptr);

    FigureOptions options() const;

protected:
    std::vector<std::function<void()>> prepare() override;

private:
    void followEnding();

    PlotWidget& m_plot;
    QComboBox* m_ending;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_height;
    QDoubleSpinBox* m_points;
    QComboBox* m_dpi;
    QCheckBox* m_values;
};

} // namespace quantscope
