#include "views/pages/residuals_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// Before the name of one group of the selection, where only that is asked for.
const std::string oneGroupPrefix = "group:";

Caption mapCaption(const ResidualsRequest& request, const QString& title, const QString& second) {
    Caption caption;
    const QString lane = QString::fromStdString(request.lane.empty() ? "reference" : request.lane);
    QString what =
        QStringLiteral("%1, %2").arg(siteTitle(request.site), statisticTitle(request.statistic));
    what += request.minusLane.empty()
                ? QStringLiteral(" — %1").arg(lane)
                : QStringLiteral(" — %1 − %2").arg(lane, QString::fromStdString(request.minusLane));
    caption.title = title.toStdString();
    caption.definition = QStringLiteral("%1. %2").arg(what, second).toStdString();
    caption.formula = "norm(x; s) = (1/T) Σ_{t=1..T} ‖s_t‖₂";
    caption.source = "Chang et al., arXiv 2506.12044, section 4";
    return caption;
}

} // namespace

ResidualsPage::ResidualsPage(QWidget* parent) : Page(parent) {
    m_examples = new HeatmapPlot;
    m_examples->setObjectName(QStringLiteral("layer-by-example"));
    m_tokens = new HeatmapPlot;
    m_tokens->setObjectName(QStringLiteral("layer-by-token"));
    m_byLayer = new LinesPlot;
    m_byLayer->setObjectName(QStringLiteral("by-layer"));
    m_correlation = new LinesPlot;
    m_correlation->setObjectName(QStringLiteral("correlation-by-layer"));
    m_correlation->setZeroLine(true);
    m_before = new LinesPlot;
    m_before->setObjectName(QStringLiteral("density-before-norm"));
    m_after = new LinesPlot;
    m_after->setObjectName(QStringLiteral("density-after-norm"));
    m_before->setFilled(true);
    m_after->setFilled(true);
    for (PlotWidget* plot : plots())
        adopt(plot);
    buildControls();
    QSplitter* maps = split(Qt::Vertical, {m_examples, m_tokens}, {1, 1});
    QSplitter* curves = split(Qt::Vertical, {m_byLayer, m_correlation}, {1, 1});
    QSplitter* densities = split(Qt::Vertical, {m_before, m_after}, {1, 1});
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->addTab(curves, tr("By layer"));
    tabs->addTab(densities, tr("Densities"));
    body()->layout()->addWidget(split(Qt::Horizontal, {maps, tabs}, {11, 9}));

    connect(m_examples, &HeatmapPlot::cellClicked, this,
            [this](std::size_t row, std::size_t column) {
                if (!selection() || !m_values || column >= m_values->exampleOrder.size())
                    return;
                selection()->setLayer(row);
                selection()->setPrimary(m_values->exampleOrder[column]);
            });
    connect(m_tokens, &HeatmapPlot::cellClicked, this, [this](std::size_t row, std::size_t column) {
        if (!selection())
            return;
        selection()->setLayer(row);
        selection()->setToken(column);
    });
    for (LinesPlot* lines : {m_byLayer, m_correlation}) {
        connect(lines, &LinesPlot::xClicked, this, [this](double x) {
            if (selection() && x > -0.5)
                selection()->setLayer(static_cast<std::size_t>(std::lround(std::max(0.0, x))));
        });
    }
}

QString ResidualsPage::title() const { return tr("Residuals"); }

QString ResidualsPage::helpText() const {
    return tr(
        "<p>Where in depth the examples differ. The upper map has a column for each example, "
        "sorted as chosen and grouped under brackets where you like; the lower one a column for "
        "each token of the selected example. Layers go upward.</p><p>The curves compare D_large "
        "(orange) with D_ctrl (blue) with "
        "bootstrap intervals, and show how strongly a layer's residual size correlates with "
        "the final error. The densities show the norms before and after the MLP's norm at "
        "one layer: where the order of the two sets reverses, the norm amplifies what was "
        "small.</p>");
}

void ResidualsPage::buildControls() {
    FlowLayout* row = addControlRow(body());
    m_site = new QComboBox;
    m_statistic = new QComboBox;
    m_lane = new QComboBox;
    m_minusLane = new QComboBox;
    m_sortBy = new QComboBox;
    m_groupBy = new QComboBox;
    m_densityLayer = new QSpinBox;
    addControl(row, tr("&Site:"), m_site);
    addControl(row, tr("S&tatistic:"), m_statistic);
    addControl(row, tr("&Lane:"), m_lane);
    addControl(row, tr("&Minus:"), m_minusLane);
    addControl(row, tr("S&ort by:"), m_sortBy);
    addControl(row, tr("&Group by:"), m_groupBy);
    addControl(row, tr("&Density at layer:"), m_densityLayer);
    for (QComboBox* combo : {m_site, m_statistic, m_lane, m_minusLane, m_sortBy, m_groupBy}) {
        combo->setMaximumWidth(190);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(9);
        connect(combo, &QComboBox::currentIndexChanged, this, &ResidualsPage::readControls);
    }
    m_site->setMaximumWidth(260);
    m_site->setMinimumContentsLength(18);
    m_densityLayer->setKeyboardTracking(false);
    connect(m_densityLayer, &QSpinBox::valueChanged, this, &ResidualsPage::readControls);
}

void ResidualsPage::setSelection(Selection* selection) {
    if (this->selection())
        disconnect(this->selection(), nullptr, this, nullptr);
    Page::setSelection(selection);
    if (!selection)
        return;
    connect(selection, &Selection::primaryChanged, this, [this] {
        showMarkers();
        if (m_request.example == this->selection()->primary())
            return;
        m_request.example = this->selection()->primary();
        Q_EMIT requestChanged();
    });
    connect(selection, &Selection::groupsChanged, this, [this] {
        showControls();
        readControls();
    });
    connect(selection, &Selection::tokenChanged, this, &ResidualsPage::showMarkers);
    connect(selection, &Selection::layerChanged, this, &ResidualsPage::showMarkers);
    m_request.example = selection->primary();
}

void ResidualsPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    for (LinesPlot* plot : {m_byLayer, m_correlation, m_before, m_after})
        plot->setLaneStyles(laneStyles());
}

std::vector<PlotWidget*> ResidualsPage::plots() const {
    return {m_examples, m_tokens, m_byLayer, m_correlation, m_before, m_after};
}

void ResidualsPage::setExampleColumns(std::vector<std::string> columns,
                                      std::vector<std::string> labels) {
    m_sortColumns = std::move(columns);
    m_labels = std::move(labels);
    showControls();
}

void ResidualsPage::setRequest(const ResidualsRequest& request) {
    m_request = request;
    if (m_request.lane == "reference")
        m_request.lane.clear();
    m_groupChoice = request.groupBy == groupByGroups && request.groups.size() == 1
                        ? oneGroupPrefix + request.groups.front().name
                        : request.groupBy;
    showControls();
}

void ResidualsPage::readControls() {
    if (m_fillingControls)
        return;
    m_groupChoice = comboValue(m_groupBy);
    ResidualsRequest request = m_request;
    request.site = comboValue(m_site);
    request.statistic = comboValue(m_statistic);
    request.lane = comboValue(m_lane);
    request.minusLane = comboValue(m_minusLane);
    request.sortBy = comboValue(m_sortBy);
    readGroups(request);
    request.densityLayer = static_cast<std::size_t>(m_densityLayer->value());
    if (request == m_request)
        return;
    m_request = request;
    Q_EMIT requestChanged();
}

void ResidualsPage::readGroups(ResidualsRequest& request) const {
    request.groups.clear();
    const bool one = m_groupChoice.starts_with(oneGroupPrefix);
    request.groupBy = one ? groupByGroups : m_groupChoice;
    if (request.groupBy != groupByGroups || !selection())
        return;
    for (const ExampleGroup& group : selection()->groups())
        if (!one || oneGroupPrefix + group.name == m_groupChoice)
            request.groups.push_back(group);
}

void ResidualsPage::showGroupChoices() {
    std::vector<std::string> choices = {"", groupBySets};
    std::vector<QString> texts = {tr("nothing"), tr("D_large and D_ctrl")};
    for (const std::string& label : m_labels) {
        choices.push_back(groupByLabelPrefix + label);
        texts.push_back(QString::fromStdString(label));
    }
    if (selection() && !selection()->groups().empty()) {
        choices.emplace_back(groupByGroups);
        texts.push_back(tr("named groups"));
        for (const ExampleGroup& group : selection()->groups()) {
            choices.push_back(oneGroupPrefix + group.name);
            texts.push_back(tr("group %1").arg(QString::fromStdString(group.name)));
        }
    }
    fillCombo(m_groupBy, choices, m_groupChoice, texts);
}

void ResidualsPage::showControls() {
    m_fillingControls = true;
    if (m_values) {
        std::vector<QString> sites;
        std::vector<QString> statistics;
        for (const std::string& site : m_values->sites)
            sites.push_back(siteTitle(site));
        for (const std::string& statistic : m_values->statistics)
            statistics.push_back(statisticTitle(statistic));
        fillCombo(m_site, m_values->sites, m_request.site, sites);
        fillCombo(m_statistic, m_values->statistics, m_request.statistic, statistics);
        std::vector<std::string> lanes = {""};
        std::vector<QString> laneTexts = {tr("reference")};
        std::vector<std::string> minus = {""};
        std::vector<QString> minusTexts = {tr("nothing")};
        for (const std::string& lane : m_values->lanes) {
            minus.push_back(lane);
            minusTexts.push_back(QString::fromStdString(lane));
            if (lane == "reference")
                continue;
            lanes.push_back(lane);
            laneTexts.push_back(QString::fromStdString(lane));
        }
        // Values name the reference; a request for it names no lane.
        const std::string& lane = m_request.lane;
        fillCombo(m_lane, lanes, lane == "reference" ? std::string() : lane, laneTexts);
        fillCombo(m_minusLane, minus, m_request.minusLane, minusTexts);
        m_densityLayer->setMaximum(
            std::max(0, static_cast<int>(m_values->layerByExample.rows) - 1));
        m_densityLayer->setValue(static_cast<int>(m_request.densityLayer));
    }
    std::vector<std::string> columns = {""};
    std::vector<QString> texts = {tr("index")};
    for (const std::string& name : m_sortColumns) {
        columns.push_back(name);
        texts.push_back(QString::fromStdString(name));
    }
    fillCombo(m_sortBy, columns, m_request.sortBy, texts);
    showGroupChoices();
    m_fillingControls = false;
}

void ResidualsPage::setValues(std::shared_ptr<const ResidualsValues> values) {
    m_values = std::move(values);
    if (!m_values) {
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    m_request = m_values->request;
    if (m_request.lane == "reference")
        m_request.lane.clear(); // One name for it, so that requests compare.
    showControls();
    showMaps();
    m_byLayer->setFigure(m_values->byLayer);
    m_correlation->setFigure(m_values->correlation);
    m_before->setFigure(m_values->densityBefore);
    m_after->setFigure(m_values->densityAfter);
    showMarkers();
    showReady();
}

void ResidualsPage::showMaps() {
    // Sharing the values' own memory: a map may have millions of cells.
    const std::shared_ptr<const ResidualsValues> values = m_values;
    QString order = m_request.sortBy.empty() ? tr("One column an example, in the text's order.")
                                             : tr("One column an example, sorted by %1.")
                                                   .arg(QString::fromStdString(m_request.sortBy));
    if (!values->exampleGroups.groups.empty())
        order += QLatin1Char(' ') + tr("Brackets hold examples of the same %1 together.")
                                        .arg(QString::fromStdString(values->exampleGroups.title));
    if (m_request.groupBy == groupByGroups && m_request.groups.size() > 1)
        order += QLatin1Char(' ') + tr("An example of several groups stands in the first.");
    m_examples->setCaption(mapCaption(m_request, tr("Layer × example"), order));
    m_examples->setMatrix(std::shared_ptr<const Matrix>(values, &values->layerByExample),
                          values->exampleGroups);
    m_tokens->setCaption(mapCaption(m_request, tr("Layer × token"),
                                    m_request.example
                                        ? tr("Example %1.").arg(*m_request.example)
                                        : tr("Choose an example to see its tokens.")));
    m_tokens->setNothingText(
        m_request.example
            ? tr("This study kept no values of single tokens here. Choose token maps among the "
                 "instruments and run it again.")
            : tr("Choose an example to see its tokens."));
    m_tokens->setMatrix(std::shared_ptr<const Matrix>(values, &values->layerByToken));
    showTokenNotes();
}

void ResidualsPage::setDetail(std::shared_ptr<const ExampleDetail> detail) {
    m_detail = std::move(detail);
    showTokenNotes();
}

void ResidualsPage::showTokenNotes() {
    std::vector<QString> notes;
    if (m_detail && m_request.example == m_detail->example) {
        for (const TokenDetail& token : m_detail->tokens)
            notes.push_back(std::isnan(token.nllReference) // nobody's prediction
                                ? QString()
                                : tr("probability %1 in the reference, %2 in %3")
                                      .arg(formatNumber(std::exp(-token.nllReference)),
                                           formatNumber(std::exp(-token.nllLane)),
                                           QString::fromStdString(m_detail->lane)));
    }
    m_tokens->setColumnNotes(std::move(notes));
}

void ResidualsPage::showMarkers() {
    if (!selection() || !m_values)
        return;
    std::optional<std::size_t> column;
    if (selection()->primary()) {
        const std::vector<std::size_t>& order = m_values->exampleOrder;
        const auto found = std::find(order.begin(), order.end(), *selection()->primary());
        if (found != order.end())
            column = static_cast<std::size_t>(found - order.begin());
    }
    m_examples->setMarkedColumn(column);
    m_tokens->setMarkedColumn(selection()->token());
    std::optional<double> layer;
    if (selection()->layer())
        layer = static_cast<double>(*selection()->layer());
    m_byLayer->setMarkedX(layer);
    m_correlation->setMarkedX(layer);
    m_examples->setMarkedRow(selection()->layer());
    m_tokens->setMarkedRow(selection()->layer());
}

} // namespace quantscope
