#pragma once

#include "app/service/latest_request.h"
#include "views/export/figure_sheet.h"

#include <QDialog>
#include <QPointer>

#include <vector>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;
class QTreeWidget;

namespace quantscope {

class PathChooser;

/// The figures of one page of the window.
struct PageFigures {
    QString page;
    std::vector<PlotWidget*> plots;
};

/// Chooses figures of all pages and writes them into one file.
class SheetDialog : public QDialog {
    Q_OBJECT

public:
    /// @param current  is chosen at first; may be null
    /// @param suggestedName  a file name without ending
    SheetDialog(const std::vector<PageFigures>& pages, const PlotWidget* current,
                const QString& suggestedName, QWidget* parent = nullptr);

    SheetOptions options() const;
    QString path() const;
    std::vector<PlotWidget*> chosen() const;

public Q_SLOTS:
    void accept() override;

private:
    QWidget* makeFields();
    void showProblem(const QString& text);
    void showSize();

    std::vector<QPointer<PlotWidget>> m_plots; ///< pages may replace theirs meanwhile
    QTreeWidget* m_figures;
    PathChooser* m_path;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_row;
    QSpinBox* m_columns;
    QDoubleSpinBox* m_points;
    QComboBox* m_dpi;
    QCheckBox* m_letters;
    QCheckBox* m_captions;
    QLabel* m_size;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
    LatestRequest m_writing;
};

} // namespace quantscope
