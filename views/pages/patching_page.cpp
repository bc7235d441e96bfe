#include "views/pages/patching_page.h"

#include "core/data/noise_floor.h"
#include "views/models/value_table.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/pages/patch_figure.h"
#include "views/pages/patch_now_panel.h"
#include "views/plots/bars_plot.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace quantscope {

namespace {

/// The modules of the published study; their curves can be told apart.
constexpr std::array mainKinds = {"attn", "gate", "up", "down"};

} // namespace

PatchingPage::PatchingPage(QWidget* parent) : Page(parent) {
    m_lanes = new QComboBox;
    m_kinds = new QComboBox;
    m_kinds->setToolTip(
        tr("What bars and curves show; of one kind, its controls too. Of all kinds, "
           "many curves are those of attn, gate, up and down alone"));
    m_bars = new BarsPlot;
    m_bars->setObjectName(QStringLiteral("recovered"));
    m_bars->setReference(1.0);
    m_map = new HeatmapPlot;
    m_map->setObjectName(QStringLiteral("layer-by-module"));
    m_cumulative = new LinesPlot;
    m_cumulative->setObjectName(QStringLiteral("cumulative"));
    m_cumulative->setZeroLine(true);
    m_cumulative->hide();
    m_model = new ValueTable(this);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(ValueTable::SortRole);
    m_table = new QTableView;
    m_table->setModel(sorted);
    setUpTable(m_table);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setAccessibleName(tr("Patches"));
    adopt(m_bars);
    adopt(m_map);
    adopt(m_cumulative);
    auto* figuresOfStudy = new QWidget;
    FlowLayout* row = addControlRow(figuresOfStudy);
    addControl(row, tr("&Patched lane:"), m_lanes);
    addControl(row, tr("&Kind:"), m_kinds);
    QSplitter* byLayer = split(Qt::Vertical, {m_map, m_cumulative}, {1, 1});
    QSplitter* figures = split(Qt::Horizontal, {m_bars, byLayer}, {1, 1});
    figuresOfStudy->layout()->addWidget(split(Qt::Vertical, {figures, m_table}, {3, 1}));
    m_none = new QLabel(tr("No patches were run in this study. Choose some among the instruments "
                           "and run the study again, or patch single examples now."));
    m_none->setAlignment(Qt::AlignCenter);
    m_none->setWordWrap(true);
    m_study = new QStackedWidget;
    m_study->addWidget(figuresOfStudy);
    m_study->addWidget(m_none);
    m_now = new PatchNowPanel;
    adopt(m_now->plot());
    addTabs(body(), {{tr("Patches of the study"), m_study}, {tr("Patch now"), m_now}});
    connect(m_lanes, &QComboBox::currentIndexChanged, this, [this] {
        m_lane = comboValue(m_lanes);
        Q_EMIT requestChanged();
    });
    connect(m_kinds, &QComboBox::currentIndexChanged, this, &PatchingPage::showKind);
}

QString PatchingPage::title() const { return tr("Patching"); }

QString PatchingPage::helpText() const {
    return tr(
        "<p>The quantized model runs on an example while the outputs of one kind of module "
        "are replaced by the full-precision model's. What that recovers says where the "
        "damage passes through. It is shown for D_large, D_ctrl, the matched controls and all "
        "examples, since recovery on D_large alone says nothing about why these inputs "
        "break.</p><p>Values are never clipped: a patch can make things worse (below 0) or "
        "better than the full model (above 1).</p><p><b>Patch now</b> runs one patch on examples "
        "that you choose, from the codes kept beside the session: which outputs, at which layers "
        "and positions, whose values, or zero or a random direction in their place. Runs are kept "
        "with the session; select several to compare them token by token.</p>");
}

void PatchingPage::setSelection(Selection* selection) {
    Page::setSelection(selection);
    m_now->setSelection(selection);
}

void PatchingPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    m_bars->setLaneStyles(laneStyles());
    m_now->setLanes(lanes);
    m_now->setLaneStyles(laneStyles());
}

std::vector<PlotWidget*> PatchingPage::plots() const {
    std::vector<PlotWidget*> all = {m_bars, m_map};
    if (m_values && !m_values->cumulative.curves.empty())
        all.push_back(m_cumulative);
    all.push_back(m_now->plot());
    return all;
}

void PatchingPage::setValues(std::shared_ptr<const PatchingValues> values) {
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

void PatchingPage::showPlots() {
    const std::shared_ptr<const PatchingValues> values = m_values;
    m_map->setVisible(!values->layerByKind.values.empty());
    Caption caption;
    caption.title = tr("Recovered by layer").toStdString();
    caption.definition =
        tr("Fraction of D_large's damage that patching one module of one layer undoes.")
            .toStdString();
    caption.formula = "(NLL_quantized − NLL_patched) / (NLL_quantized − NLL_full)";
    caption.source = "Chang et al., arXiv 2506.12044, section 5";
    m_map->setCaption(caption);
    m_map->setMatrix(std::shared_ptr<const Matrix>(values, &values->layerByKind));
    const QString kind = m_kinds->currentData().toString();
    {
        const QSignalBlocker blocker(m_kinds);
        m_kinds->clear();
        m_kinds->addItem(tr("all"), QString());
        for (const PatchRow& row : values->rows)
            if (const QString known = QString::fromStdString(kindOfControl(row.kind));
                m_kinds->findData(known) < 0)
                m_kinds->addItem(siteTitle(known.toStdString()), known);
        m_kinds->setCurrentIndex(std::max(0, m_kinds->findData(kind)));
    }
    showKind();

    std::vector<std::vector<ValueCell>> rows;
    for (const PatchRow& row : m_values->rows) {
        ValueCell recovered = ValueCell::ofInterval(row.recovered);
        if (row.unstable) {
            recovered.text += QStringLiteral(" *");
            recovered.toolTip = tr("Unstable: the interval of the damage contains zero.");
        }
        rows.push_back({ValueCell::ofText(siteTitle(row.kind)),
                        ValueCell::ofText(QString::fromStdString(row.layers)),
                        ValueCell::ofText(QString::fromStdString(row.positions)),
                        ValueCell::ofText(QString::fromStdString(row.donorLane)),
                        ValueCell::ofText(translatedSetName(row.set)),
                        ValueCell::ofNumber(static_cast<double>(row.examples)),
                        ValueCell::ofNumber(row.perplexityFull),
                        ValueCell::ofNumber(row.perplexityBase),
                        ValueCell::ofNumber(row.perplexityPatched), recovered});
        rows.back()[5].text = QString::number(row.examples);
    }
    m_model->setTable(
        {{tr("Patched"), {}},
         {tr("Layers"), {}},
         {tr("Positions"), {}},
         {tr("Donor"), {}},
         {tr("Set"), {}},
         {tr("n"), tr("Examples in the set")},
         {tr("PPL full"), tr("Perplexity of the full-precision model on the set")},
         {tr("PPL quantized"), tr("Perplexity of the quantized model on the set")},
         {tr("PPL patched"), tr("Perplexity of the patched model on the set")},
         {tr("Recovered"), tr("Ratio of the set's means with its bootstrap interval")}},
        std::move(rows));
    m_table->resizeColumnsToContents();
}

void PatchingPage::showKind() {
    if (!m_values)
        return;
    const std::string chosen = m_kinds->currentData().toString().toStdString();
    m_bars->setFigure(patchFigure(*m_values, chosen));
    CurveFigure cumulative = m_values->cumulative;
    m_cumulative->setVisible(!cumulative.curves.empty());
    std::vector<std::string> kinds; // of all curves, so that a kind keeps its colour
    for (const Curve& curve : cumulative.curves)
        if (curve.role != noiseRole &&
            std::find(kinds.begin(), kinds.end(), curve.role) == kinds.end())
            kinds.push_back(curve.role);
    const bool isOne = std::find(kinds.begin(), kinds.end(), chosen) != kinds.end();
    const auto isMain = [](const std::string& kind) {
        return std::find(mainKinds.begin(), mainKinds.end(), kind) != mainKinds.end();
    };
    const bool mainAlone =
        kinds.size() > mainKinds.size() && std::any_of(kinds.begin(), kinds.end(), isMain);
    std::erase_if(cumulative.curves, [&](const Curve& curve) {
        return curve.role != noiseRole &&
               (isOne ? curve.role != chosen : mainAlone && !isMain(curve.role));
    });
    for (Curve& curve : cumulative.curves)
        if (curve.role != noiseRole)
            curve.name = (curve.dashed ? tr("%1, from l on") : tr("%1, up to l"))
                             .arg(siteTitle(curve.role))
                             .toStdString();
    m_cumulative->setLaneStyles(LaneStyles(kinds));
    m_cumulative->setFigure(cumulative);
    m_cumulative->setLogarithmic(false); // a fraction, and it may be negative
}

} // namespace quantscope
