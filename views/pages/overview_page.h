#pragma once

#include "core/data/pages/overview.h"
#include "views/pages/page.h"

#include <memory>

class QLabel;
class QTableView;

namespace quantscope {

class BarsPlot;
class LinesPlot;
class ValueTable;

/// What was run and what came out: methods side by side, the worst examples, the errors by rank.
class OverviewPage : public Page {
    Q_OBJECT

public:
    explicit OverviewPage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    void setLanes(const std::vector<std::string>& lanes) override;
    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const OverviewValues> values);

private:
    void showCard();
    void showTables();
    void showPlots();

    std::shared_ptr<const OverviewValues> m_values;
    QLabel* m_model = nullptr;
    QLabel* m_detail = nullptr;
    QLabel* m_status = nullptr;
    QLabel* m_smallModel = nullptr;
    QLabel* m_warnings = nullptr;
    QTableView* m_methods = nullptr;
    QTableView* m_worst = nullptr;
    ValueTable* m_methodsModel = nullptr;
    ValueTable* m_worstModel = nullptr;
    LinesPlot* m_errorByRank = nullptr;
    BarsPlot* m_correlation = nullptr;
};

} // namespace quantscope
