#include "views/pages/weights_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"

#include <QComboBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

WeightsPage::WeightsPage(QWidget* parent) : Page(parent) {
    m_methods = new QComboBox;
    m_statistics = new QComboBox;
    m_map = new HeatmapPlot;
    m_map->setObjectName(QStringLiteral("layer-by-module"));
    m_map->setNumbersShown(true);
    m_byLayer = new LinesPlot;
    m_byLayer->setObjectName(QStringLiteral("by-layer"));
    adopt(m_map);
    adopt(m_byLayer);
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("&Method:"), m_methods);
    addControl(row, tr("S&tatistic:"), m_statistics);
    body()->layout()->addWidget(split(Qt::Horizontal, {m_map, m_byLayer}, {1, 1}));
    const std::vector<std::string> statistics = {
        "relative_error",  "sqnr",         "cosine",       "bits",
        "activation_bits", "basis_misfit", "training_loss"};
    std::vector<QString> texts;
    for (const std::string& statistic : statistics)
        texts.push_back(statisticTitle(statistic));
    fillCombo(m_statistics, statistics, m_statistic, texts);
    for (QComboBox* combo : {m_methods, m_statistics}) {
        connect(combo, &QComboBox::currentIndexChanged, this, [this] {
            m_method = comboValue(m_methods);
            m_statistic = comboValue(m_statistics);
            Q_EMIT requestChanged();
        });
    }
    connect(m_map, &HeatmapPlot::cellClicked, this, [this](std::size_t row) {
        if (selection())
            selection()->setLayer(row);
    });
    connect(m_byLayer, &LinesPlot::xClicked, this, [this](double x) {
        if (selection() && x > -0.5 && m_statistic != "training_loss") // whose axis is the epoch
            selection()->setLayer(static_cast<std::size_t>(std::lround(std::max(0.0, x))));
    });
}

QString WeightsPage::title() const { return tr("Weights"); }

QString WeightsPage::helpText() const {
    return tr(
        "<p>How far each method moved the weights: the error of a matrix relative to its size "
        "(Frobenius norms), the ratio of signal to quantization noise, the cosine between the "
        "matrices, and the bits each weight takes with everything that is stored. For methods that "
        "train, also how far each epoch lowered the loss of every block.</p>");
}

void WeightsPage::setSelection(Selection* selection) {
    if (this->selection())
        disconnect(this->selection(), nullptr, this, nullptr);
    Page::setSelection(selection);
    if (!selection)
        return;
    connect(selection, &Selection::layerChanged, this, [this] {
        const std::optional<std::size_t> layer = this->selection()->layer();
        m_map->setMarkedRow(layer);
        m_byLayer->setMarkedX(layer ? std::optional<double>(static_cast<double>(*layer))
                                    : std::nullopt);
    });
}

void WeightsPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    m_byLayer->setLaneStyles(laneStyles());
}

std::vector<PlotWidget*> WeightsPage::plots() const { return {m_map, m_byLayer}; }

void WeightsPage::setValues(std::shared_ptr<const WeightsValues> values) {
    m_values = std::move(values);
    if (!m_values || m_values->methods.empty()) {
        m_values.reset();
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    m_method = m_values->method;
    m_statistic = m_values->statistic;
    fillCombo(m_methods, m_values->methods, m_method);
    const int statistic = m_statistics->findData(QString::fromStdString(m_statistic));
    if (statistic >= 0 && statistic != m_statistics->currentIndex()) {
        const QSignalBlocker blocker(m_statistics);
        m_statistics->setCurrentIndex(statistic);
    }
    showPlots();
    showReady();
}

void WeightsPage::showPlots() {
    const std::shared_ptr<const WeightsValues> values = m_values;
    Caption caption;
    caption.title = tr("Weights of %1").arg(QString::fromStdString(m_method)).toStdString();
    caption.definition =
        tr("%1 by layer and module.").arg(statisticTitle(m_statistic)).toStdString();
    caption.formula = m_statistic == "relative_error"    ? "‖W − W~‖_F / ‖W‖_F"
                      : m_statistic == "sqnr"            ? "10 log10(‖W‖² / ‖W − W~‖²)"
                      : m_statistic == "cosine"          ? "⟨W, W~⟩ / (‖W‖ ‖W~‖)"
                      : m_statistic == "activation_bits" ? "16: not rounded"
                      : m_statistic == "basis_misfit"    ? "rms ln(s recovered / s of the columns)"
                                                         : "stored bits / number of weights";
    if (m_statistic == "training_loss") {
        caption.title = tr("Training of %1").arg(QString::fromStdString(m_method)).toStdString();
        caption.definition =
            tr("Loss of each block over its loss before training. The best epoch is kept.")
                .toStdString();
        caption.formula = "L(epoch) / L(0)";
    }
    m_map->setCaption(caption);
    m_map->setMatrix(std::shared_ptr<const Matrix>(values, &values->layerByModule));
    m_byLayer->setFigure(values->byLayer);
}

} // namespace quantscope
