#pragma once

#include "core/data/pages/report.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QScrollArea;

namespace quantscope {

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
    void setValues(std::shared_ptr<const ReportValues> values);
    /// The quantized lane that is wanted; empty before the first values and where a report is of
    /// all lanes.
    std::string lane() const { return m_lane; }

protected:
    void changeEvent(QEvent* event) override;

private:
    QString whatIsMissing() const;
    void showFigures();
    QWidget* makeTable(const TableFigure& table);

    ReportKind m_kind;
    std::shared_ptr<const ReportValues> m_values;
    std::string m_lane;
    QWidget* m_controls = nullptr;
    QComboBox* m_lanes = nullptr;
    QScrollArea* m_scroll = nullptr;
    std::vector<PlotWidget*> m_plots;
};

} // namespace quantscope
