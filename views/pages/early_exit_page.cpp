#include "views/pages/early_exit_page.h"

#include "views/pages/examine_panel.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/lines_plot.h"

#include <QComboBox>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

EarlyExitPage::EarlyExitPage(QWidget* parent) : Page(parent) {
    m_lanes = new QComboBox;
    m_statistics = new QComboBox;
    m_upperHalf = new LinesPlot;
    m_upperHalf->setObjectName(QStringLiteral("upper-half"));
    m_allLayers = new LinesPlot;
    m_allLayers->setObjectName(QStringLiteral("all-layers"));
    adopt(m_upperHalf);
    adopt(m_allLayers);
    auto* figures = new QWidget;
    FlowLayout* row = addControlRow(figures);
    addControl(row, tr("&Quantized lane:"), m_lanes);
    addControl(row, tr("&Statistic:"), m_statistics);
    fillCombo(
        m_statistics, {"nll", "rank", "entropy", "kl_to_final"}, "nll",
        {tr("NLL"), tr("Rank of the true token"), tr("Entropy"), tr("KL to the final prediction")});
    figures->layout()->addWidget(split(Qt::Vertical, {m_upperHalf, m_allLayers}, {3, 2}));
    auto* none = new QLabel(tr("Early exit was not measured in this study. Choose it among the "
                               "instruments and run the study again, or read single positions "
                               "now."));
    none->setAlignment(Qt::AlignCenter);
    none->setWordWrap(true);
    m_study = new QStackedWidget;
    m_study->addWidget(figures);
    m_study->addWidget(none);
    m_examine = new ExaminePanel;
    addTabs(body(), {{tr("Loss by layer"), m_study}, {tr("Tokens at one position"), m_examine}});
    connect(m_statistics, &QComboBox::currentIndexChanged, this, [this] {
        if (m_values && m_values->measured)
            showPlots();
    });
    connect(m_lanes, &QComboBox::currentIndexChanged, this, [this] {
        m_lane = comboValue(m_lanes);
        Q_EMIT requestChanged();
    });
}

QString EarlyExitPage::title() const { return tr("Early exit"); }

QString EarlyExitPage::helpText() const {
    return tr(
        "<p>The loss read off the residual stream after each half of a layer, as if the model "
        "ended there: the final norm and the output matrix are applied to it. M is the "
        "residual after attention, A that after the MLP of the layer before.</p><p>Orange is "
        "D_large and blue D_ctrl; dashed lines are the quantized model. Where the dashed "
        "orange line leaves the full one, the damage becomes visible in the prediction.</p>"
        "<p><b>Tokens at one position</b> lists the most likely tokens that every layer would "
        "predict there, in the full-precision model and a quantized one.</p>");
}

void EarlyExitPage::setSelection(Selection* selection) {
    Page::setSelection(selection);
    m_examine->setSelection(selection);
}

void EarlyExitPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    m_upperHalf->setLaneStyles(laneStyles());
    m_allLayers->setLaneStyles(laneStyles());
    m_examine->setLanes(lanes);
}

std::vector<PlotWidget*> EarlyExitPage::plots() const { return {m_upperHalf, m_allLayers}; }

void EarlyExitPage::setValues(std::shared_ptr<const EarlyExitValues> values) {
    m_values = std::move(values);
    if (!m_values) {
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    m_lane = m_values->lane;
    fillCombo(m_lanes, m_values->lanes, m_lane);
    m_study->setCurrentIndex(m_values->measured ? 0 : 1);
    if (m_values->measured)
        showPlots();
    showReady();
}

void EarlyExitPage::showPlots() {
    for (LinesPlot* plot : {m_upperHalf, m_allLayers})
        plot->setTickNames(m_values->ticks);
    const auto index = static_cast<std::size_t>(std::max(0, m_statistics->currentIndex()));
    const ExitStatistic& shown = m_values->statistics[index];
    m_upperHalf->setFigure(shown.upperHalf);
    m_allLayers->setFigure(shown.allLayers);
}

} // namespace quantscope
