#include "views/pages/patch_now_panel.h"

#include "core/data/error.h"
#include "core/data/noise_floor.h"
#include "views/models/selection.h"
#include "views/models/value_table.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/lines_plot.h"

#include <QComboBox>
#include <QDateTime>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::size_t mostLines = 6; ///< runs drawn at once

/// "3, 17 20" → 3, 17, 20. @throws Error (Usage)
std::vector<std::size_t> parseExamples(const std::string& text) {
    std::vector<std::size_t> examples;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        if (*at == ' ' || *at == ',') {
            ++at;
            continue;
        }
        std::size_t example = 0;
        const auto [next, failed] = std::from_chars(at, end, example);
        if (failed != std::errc())
            throw Error(ErrorKind::Usage,
                        PatchNowPanel::tr("“%1” is not a list of examples. Write numbers with "
                                          "commas between, such as 3, 17.")
                            .arg(QString::fromStdString(text))
                            .toStdString());
        examples.push_back(example);
        at = next;
    }
    if (examples.empty())
        throw Error(ErrorKind::Usage,
                    PatchNowPanel::tr("No example is named. Select one, or write its number.")
                        .toStdString());
    return examples;
}

QString changeText(const PatchRun& run) {
    QString text = siteTitle(run.kind);
    if (run.control == "zero")
        text = PatchNowPanel::tr("%1 (zero)").arg(text);
    else if (run.control == "random")
        text = PatchNowPanel::tr("%1 (random)").arg(text);
    return text;
}

std::string runName(const PatchRun& run) {
    return PatchNowPanel::tr("run %1").arg(run.run).toStdString();
}

QString examplesText(const PatchRun& run) {
    QStringList numbers;
    for (const PatchedExample& one : run.examples)
        numbers << QString::number(one.example);
    return numbers.join(QStringLiteral(", "));
}

/// NLL by token as a curve; what nothing predicts is left out.
Curve tokenCurve(const std::string& name, const std::string& role,
                 const std::vector<double>& losses) {
    Curve curve;
    curve.name = name;
    curve.role = role;
    for (std::size_t t = 0; t < losses.size(); ++t) {
        if (std::isnan(losses[t]))
            continue;
        curve.x.push_back(static_cast<double>(t));
        curve.y.push_back(losses[t]);
    }
    return curve;
}

} // namespace

PatchNowPanel::PatchNowPanel(QWidget* parent)
    : QWidget(parent)
    , m_examples(new QLineEdit)
    , m_kind(new QComboBox)
    , m_layers(new QComboBox)
    , m_positions(new QLineEdit(QStringLiteral("all")))
    , m_lane(new QComboBox)
    , m_direction(new QComboBox)
    , m_control(new QComboBox)
    , m_run(new QPushButton(tr("Patch")))
    , m_stop(new QPushButton(tr("Stop")))
    , m_forget(new QPushButton(tr("Forget")))
    , m_said(new QLabel)
    , m_model(new ValueTable(this))
    , m_table(new QTableView)
    , m_plot(new LinesPlot) {
    m_examples->setMaximumWidth(110);
    m_examples->setToolTip(tr("Numbers of examples, with commas between; follows the selection"));
    m_positions->setMaximumWidth(80);
    m_positions->setToolTip(tr("Positions that are replaced: all, or such as 0, 1-4,7"));
    m_layers->setEditable(true);
    m_layers->addItems({QStringLiteral("upper-half"), QStringLiteral("all"), QStringLiteral("0")});
    m_layers->setToolTip(tr("Layers that are replaced: upper-half, all, 7 or 10-31"));
    for (const PatchKind kind :
         {PatchKind::Down, PatchKind::Gate, PatchKind::Up, PatchKind::GateUp, PatchKind::Attention,
          PatchKind::AttentionDown, PatchKind::Q, PatchKind::K, PatchKind::V, PatchKind::GateInput,
          PatchKind::Residual})
        m_kind->addItem(siteTitle(std::string(patchKindName(kind))), static_cast<int>(kind));
    m_direction->addItem(tr("full into quantized"), false);
    m_direction->addItem(tr("quantized into full"), true);
    m_control->addItem(tr("the donor's values"));
    m_control->addItem(tr("zero"), static_cast<int>(PatchControl::Zero));
    m_control->addItem(tr("random, as far as the donor"), static_cast<int>(PatchControl::Random));
    FlowLayout* row = addControlRow(this);
    addControl(row, tr("&Examples:"), m_examples);
    addControl(row, tr("&Outputs:"), m_kind);
    addControl(row, tr("&Layers:"), m_layers);
    addControl(row, tr("&Positions:"), m_positions);
    addControl(row, tr("&Method:"), m_lane);
    addControl(row, tr("&Direction:"), m_direction);
    addControl(row, tr("P&ut in:"), m_control);
    row->addWidget(m_run);
    row->addWidget(m_stop);
    row->addWidget(m_forget);
    m_stop->hide();
    m_forget->setToolTip(tr("Removes the selected runs from the history"));
    m_forget->setEnabled(false);
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout()->addWidget(m_said);
    m_table->setModel(m_model);
    setUpTable(m_table);
    m_table->setAccessibleName(tr("History of patches"));
    m_plot->setObjectName(QStringLiteral("patched-tokens"));
    layout()->addWidget(split(Qt::Vertical, {m_plot, m_table}, {3, 2}));
    connect(m_run, &QPushButton::clicked, this, &PatchNowPanel::run);
    connect(m_stop, &QPushButton::clicked, this, &PatchNowPanel::stopRequested);
    connect(m_forget, &QPushButton::clicked, this, [this] {
        std::vector<std::int32_t> runs;
        for (const std::size_t index : chosenRuns())
            runs.push_back(m_history->runs[index].run);
        if (!runs.empty())
            Q_EMIT forgetRequested(runs);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &PatchNowPanel::showRuns);
    for (const QComboBox* box : {m_lane, m_direction})
        connect(box, &QComboBox::currentIndexChanged, this, &PatchNowPanel::expectPatch);
    showTable();
}

PlotWidget* PatchNowPanel::plot() const { return m_plot; }

void PatchNowPanel::setSelection(Selection* selection) {
    if (m_selection)
        disconnect(m_selection, nullptr, this, nullptr);
    m_selection = selection;
    if (!selection)
        return;
    connect(selection, &Selection::primaryChanged, this, &PatchNowPanel::followSelection);
    connect(selection, &Selection::selectionChanged, this, &PatchNowPanel::followSelection);
    followSelection();
}

void PatchNowPanel::followSelection() {
    QStringList numbers;
    if (m_selection->selected().size() > 1)
        for (const std::size_t example : m_selection->selected())
            numbers << QString::number(example);
    else if (m_selection->primary())
        numbers << QString::number(*m_selection->primary());
    if (!numbers.isEmpty())
        m_examples->setText(numbers.join(QStringLiteral(", ")));
    expectPatch();
    showRuns();
}

void PatchNowPanel::setLanes(const std::vector<std::string>& lanes) {
    m_laneNames = lanes;
    std::vector<std::string> quantized = lanes;
    std::erase(quantized, std::string(referenceLane));
    std::erase(quantized, std::string(noiseFloorLane));
    fillCombo(m_lane, quantized, comboValue(m_lane));
}

void PatchNowPanel::setLaneStyles(const LaneStyles& styles) { m_plot->setLaneStyles(styles); }

void PatchNowPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    expectPatch();
}

void PatchNowPanel::expectPatch() {
    const std::string lane = comboValue(m_lane);
    if (lane.empty() || !isVisible())
        return;
    PatchRequest patch;
    patch.base = lane;
    patch.donor = referenceLane;
    if (m_direction->currentData().toBool())
        std::swap(patch.base, patch.donor);
    if (m_selection && m_selection->primary())
        patch.example = *m_selection->primary();
    Q_EMIT expected(patch);
}

std::optional<PatchRunRequest> PatchNowPanel::request() {
    PatchRunRequest request;
    try {
        request.examples = parseExamples(m_examples->text().toStdString());
        PatchRequest& patch = request.patch;
        patch.kind = static_cast<PatchKind>(m_kind->currentData().toInt());
        patch.layers = parseLayerSet(m_layers->currentText().trimmed().toStdString());
        patch.positions = parsePositionSet(m_positions->text().trimmed().toStdString());
        patch.base = comboValue(m_lane);
        patch.donor = referenceLane;
        if (m_direction->currentData().toBool())
            std::swap(patch.base, patch.donor);
        if (m_control->currentData().isValid())
            patch.control = static_cast<PatchControl>(m_control->currentData().toInt());
    } catch (const Error& error) {
        showFailed(QString::fromUtf8(error.what()));
        return std::nullopt;
    }
    return request;
}

void PatchNowPanel::run() {
    if (const auto asked = request())
        Q_EMIT requested(*asked);
}

void PatchNowPanel::showRunning(bool running) {
    m_run->setEnabled(!running);
    m_stop->setVisible(running);
    if (running)
        m_said->setText(tr("Patching …"));
}

void PatchNowPanel::showFailed(const QString& message) { m_said->setText(message); }

void PatchNowPanel::setHistory(std::shared_ptr<const PatchHistoryValues> values) {
    m_history = std::move(values);
    showTable();
    if (m_history && !m_history->runs.empty())
        m_table->selectRow(0); // the newest
    showRuns();
}

void PatchNowPanel::showTable() {
    std::vector<std::vector<ValueCell>> rows;
    const std::size_t count = m_history ? m_history->runs.size() : 0;
    for (std::size_t back = 0; back < count; ++back) {
        const PatchRun& run = m_history->runs[count - 1 - back];
        const QDateTime created =
            QDateTime::fromString(QString::fromStdString(run.created), Qt::ISODate).toLocalTime();
        rows.push_back({ValueCell::ofNumber(run.run), ValueCell::ofText(changeText(run)),
                        ValueCell::ofText(QString::fromStdString(run.layers)),
                        ValueCell::ofText(QString::fromStdString(run.positions)),
                        ValueCell::ofText(QString::fromStdString(run.baseLane)),
                        ValueCell::ofText(QString::fromStdString(run.donorLane)),
                        ValueCell::ofText(examplesText(run)), ValueCell::ofNumber(run.before),
                        ValueCell::ofNumber(run.after), ValueCell::ofNumber(run.donor),
                        ValueCell::ofNumber(run.recovered),
                        ValueCell::ofText(QLocale().toString(created, QLocale::ShortFormat))});
        rows.back().front().text = QString::number(run.run);
    }
    m_model->setTable(
        {{tr("Run"), {}},
         {tr("Outputs"), tr("Outputs that were replaced")},
         {tr("Layers"), {}},
         {tr("Positions"), {}},
         {tr("Patched"), tr("The lane that was patched")},
         {tr("Donor"), tr("The lane that the values are from")},
         {tr("Examples"), {}},
         {tr("NLL before"), tr("Mean over the examples, nat")},
         {tr("NLL patched"), tr("Mean over the examples, nat")},
         {tr("NLL donor"), tr("Of the lane that the values are from; of a control, of the "
                              "full-precision model")},
         {tr("Recovered"), tr("(before − patched) / (before − donor), never clipped")},
         {tr("When"), {}}},
        std::move(rows));
    m_table->resizeColumnsToContents();
    m_said->setText(count > 0 ? tr("Select runs in the table to compare them by token.")
                              : tr("Replace outputs of modules on a few examples now, from the "
                                   "codes kept beside the session. Runs are kept with it."));
}

std::vector<std::size_t> PatchNowPanel::chosenRuns() const {
    std::vector<std::size_t> runs;
    if (!m_history)
        return runs;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        runs.push_back(m_history->runs.size() - 1 - static_cast<std::size_t>(index.row()));
    std::sort(runs.begin(), runs.end());
    return runs;
}

void PatchNowPanel::showRuns() {
    std::vector<std::size_t> chosen = chosenRuns();
    m_forget->setEnabled(!chosen.empty());
    CurveFigure figure;
    figure.xTitle = tr("token").toStdString();
    figure.yTitle = tr("NLL (nat)").toStdString();
    std::vector<std::string> pieces;
    if (!chosen.empty()) {
        if (chosen.size() > mostLines)
            chosen.erase(chosen.begin(), chosen.end() - static_cast<std::ptrdiff_t>(mostLines));
        // The example that is selected, where the runs have it, else the newest run's first.
        const auto has = [](const PatchRun& run, std::size_t example) -> const PatchedExample* {
            for (const PatchedExample& one : run.examples)
                if (one.example == example)
                    return &one;
            return nullptr;
        };
        const PatchRun& newest = m_history->runs[chosen.back()];
        std::size_t shown = newest.examples.front().example;
        if (m_selection && m_selection->primary() && has(newest, *m_selection->primary()))
            shown = *m_selection->primary();
        const PatchedExample& first = *has(newest, shown);
        pieces = first.pieces;
        figure.caption.title = tr("NLL by token, example %1").arg(shown).toStdString();
        figure.caption.definition =
            tr("What the newest of the selected runs was before, and what each of them made of "
               "it; the example walks alone, so the last digits may differ from the study's")
                .toStdString();
        figure.curves.push_back(tokenCurve(
            tr("donor (%1)")
                .arg(QString::fromStdString(newest.control.empty() ? newest.donorLane
                                                                   : std::string(referenceLane)))
                .toStdString(),
            std::string(referenceLane), first.tokensDonor));
        Curve before =
            tokenCurve(tr("before (%1)").arg(QString::fromStdString(newest.baseLane)).toStdString(),
                       "before", first.tokensBefore);
        before.dashed = true;
        figure.curves.push_back(std::move(before));
        std::vector<std::string> roles = {"before"};
        for (const std::size_t index : chosen)
            if (const PatchedExample* one = has(m_history->runs[index], shown)) {
                const std::string name = runName(m_history->runs[index]);
                roles.push_back(name);
                figure.curves.push_back(tokenCurve(name, name, one->tokensAfter));
            }
        std::erase_if(figure.curves, [](const Curve& curve) { return curve.x.empty(); });
        m_plot->setLaneStyles(LaneStyles(roles));
    }
    m_plot->setTickNames(pieces);
    m_plot->setFigure(figure);
    m_plot->setLogarithmic(false); // large losses matter, not the smallest
}

} // namespace quantscope
