#pragma once

#include "app/gui/figures/writing_dialog.h"
#include "views/export/figure_sheet.h"

#include <QPointer>

#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;
class QTreeWidget;

namespace quantscope {

/// The figures of one page of the window.
struct PageFigures {
    QString page;
    std::vector<PlotWidget*> plots;
};

/// Chooses figures of all pages and writes them into one file.
class SheetDialog : public WritingDialog {
    Q_OBJECT

public:
    /// @param current  is chosen at first; may be null
    /// @param suggestedName  a file name without ending
    SheetDialog(const std::vector<PageFigures>& pages, const PlotWidget* current,
                const QString& suggestedName, QWidget* parent = nullptr);

    SheetOptions options() const;
    std::vector<PlotWidget*> chosen() const;

protected:
    std::vector<std::function<void()>> prepare() override;

private:
    QWidget* makeFields();
    void showSize();

    std::vector<QPointer<PlotWidget>> m_plots; ///< pages may replace theirs meanwhile
    QTreeWidget* m_figures;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_row;
    QSpinBox* m_columns;
    QDoubleSpinBox* m_points;
    QComboBox* m_dpi;
    QCheckBox* m_letters;
    QCheckBox* m_captions;
    QLabel* m_size;
};

} // namespace quantscope
