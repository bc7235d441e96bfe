#include "views/pages/early_exit_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/lines_plot.h"

#include <QComboBox>
#include <QSplitter>
#include <QVBoxLayout>

namespace quantscope {

EarlyExitPage::EarlyExitPage(QWidget* parent) : Page(parent) {
    m_lanes = new QComboBox;
    m_upperHalf = new LinesPlot;
    m_upperHalf->setObjectName(QStringLiteral("upper-half"));
    m_allLayers = new LinesPlot;
    m_allLayers->setObjectName(QStringLiteral("all-layers"));
    adopt(m_upperHalf);
    adopt(m_allLayers);
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("&Quantized lane:"), m_lanes);
    body()->layout()->addWidget(split(Qt::Vertical, {m_upperHalf, m_allLayers}, {3, 2}));
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
        "orange line leaves the full one, the damage becomes visible in the prediction.</p>");
}

void EarlyExitPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    m_upperHalf->setLaneStyles(laneStyles());
    m_allLayers->setLaneStyles(laneStyles());
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
    if (!m_values->measured) {
        showEmpty(tr("Early exit was not measured in this study. Choose it among the instruments "
                     "and run the study again."));
        return;
    }
    showPlots();
    showReady();
}

void EarlyExitPage::showPlots() {
    for (LinesPlot* plot : {m_upperHalf, m_allLayers})
        plot->setTickNames(m_values->ticks);
    m_upperHalf->setFigure(m_values->upperHalf);
    m_allLayers->setFigure(m_values->allLayers);
}

} // namespace quantscope
