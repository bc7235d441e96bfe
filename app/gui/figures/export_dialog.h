#pragma once

#include "app/service/latest_request.h"
#include "views/export/figure_export.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;

namespace quantscope {

class PathChooser;
class PlotWidget;

/// Writes one figure as PDF, SVG, PNG or its values as CSV, at a journal's width.
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    /// @param suggestedName  a file name without ending
    ExportDialog(PlotWidget& plot, const QString& suggestedName, QWidget* parent = nullptr);

    FigureOptions options() const;
    QString path() const;

public Q_SLOTS:
    void accept() override;

private:
    void followEnding();
    void showProblem(const QString& text);

    PlotWidget& m_plot;
    PathChooser* m_path;
    QComboBox* m_ending;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_height;
    QDoubleSpinBox* m_points;
    QComboBox* m_dpi;
    QCheckBox* m_values;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
    LatestRequest m_writing;
};

} // namespace quantscope
