#pragma once

#include "core/data/pages/report.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QPushButton;
class QScrollArea;
class QTableView;

namespace quantscope {

class CaptionBar;
class ValueTable;

/// A list of figures and tables, two figures side by side and tables across.
class ReportPage : public Page {
    Q_OBJECT

public:
    explicit ReportPage(ReportKind kind, QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setLanes(const std::vector<std::string>& lanes) override;
    std::vector<PlotWidget*> plots() const override { return m_plots; }

    ReportKind kind() const { return m_kind; }
    virtual void setValues(std::shared_ptr<const ReportValues> values);
    /// The quantized lane that is wanted; empty before the first values and where a report is of
    /// all lanes.
    std::string lane() const { return m_lane; }

    /// What an experiment that the page offers came to; nullptr: none was made.
    void setExperiment(std::shared_ptr<const TableFigure> outcome);
    void setExperimentRunning(bool running);

Q_SIGNALS:
    /// The experiment of this page is wanted, with the lane chosen.
    void experimentRequested();

protected:
    void changeEvent(QEvent* event) override;
    /// A widget that stands before the figures, in every list of them; null: none.
    virtual QWidget* header() { return nullptr; }

private:
    /// What stands for a figure: a plot, or a table with its caption.
    struct Shown {
        std::string name;
        PlotWidget* plot = nullptr;
        CaptionBar* caption = nullptr;
        ValueTable* table = nullptr;
        QTableView* view = nullptr;
    };

    void showFigures();
    bool updateFigures();
    QString emptyText() const;
    QWidget* makeTable(const TableFigure& table, Shown& shown);
    void fillTable(const TableFigure& table, const Shown& shown) const;

    ReportKind m_kind;
    std::shared_ptr<const ReportValues> m_values;
    std::string m_lane;
    std::shared_ptr<const TableFigure> m_experiment;
    QPushButton* m_tryOut = nullptr; ///< on the page of activations
    QWidget* m_controls = nullptr;
    QComboBox* m_lanes = nullptr;
    QScrollArea* m_scroll = nullptr;
    std::vector<PlotWidget*> m_plots;
    std::vector<Shown> m_shown; ///< in the order of the figures
};

} // namespace quantscope
