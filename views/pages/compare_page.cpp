#include "views/pages/compare_page.h"

#include "views/models/value_table.h"
#include "views/pages/conditions_editor.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/bars_plot.h"
#include "views/plots/lines_plot.h"
#include "views/plots/scatter_plot.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

QString lanesText(const LanePair& lanes) {
    const QString a = QString::fromStdString(lanes.a);
    return lanes.a == lanes.b ? a : a + QStringLiteral(" → ") + QString::fromStdString(lanes.b);
}

bool isMeasured(const ComparedMetric& metric) {
    return std::isfinite(metric.a.value) || std::isfinite(metric.b.value);
}

} // namespace

ComparePage::ComparePage(QWidget* parent)
    : Page(parent)
    , m_laneA(new QComboBox)
    , m_laneB(new QComboBox)
    , m_summary(new QLabel)
    , m_notes(new QLabel)
    , m_metrics(new QTableView)
    , m_metricsModel(new ValueTable(this))
    , m_conditions(new ConditionsEditor)
    , m_examples(new QTableView)
    , m_examplesModel(new ValueTable(this))
    , m_scatter(new ScatterPlot)
    , m_distribution(new LinesPlot)
    , m_groups(new BarsPlot) {
    build();
    for (QComboBox* combo : {m_laneA, m_laneB})
        connect(combo, &QComboBox::currentIndexChanged, this, &ComparePage::chooseLanes);
    connect(m_conditions, &ConditionsEditor::conditionsChanged, this, &Page::requestChanged);
    connect(m_scatter, &ScatterPlot::pointClicked, this, &ComparePage::choose);
    connect(m_scatter, &ScatterPlot::pointsSelected, this,
            [this](const std::vector<std::size_t>& points) {
                if (selection())
                    selection()->setSelected(points);
            });
    connect(m_examples->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                const auto row = static_cast<std::size_t>(current.row());
                if (!m_followsSelection && m_values && current.isValid() &&
                    row < m_values->differMost.size())
                    choose(m_values->differMost[row], Qt::NoModifier);
            });
    setValues(nullptr);
}

void ComparePage::build() {
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("Lane of &A:"), m_laneA);
    addControl(row, tr("Lane of &B:"), m_laneB);
    row->addWidget(m_summary);
    m_notes->setWordWrap(true);
    m_notes->setTextFormat(Qt::PlainText); // names of files may look like markup
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_notes->setContentsMargins(4, 0, 4, 0);
    body()->layout()->addWidget(m_notes);

    m_metrics->setModel(m_metricsModel);
    setUpTable(m_metrics);
    m_metrics->setObjectName(QStringLiteral("metrics"));
    m_metrics->setAccessibleName(tr("Differences"));
    m_examples->setModel(m_examplesModel);
    setUpTable(m_examples);
    m_examples->setObjectName(QStringLiteral("differ-most"));
    m_examples->setAccessibleName(tr("Examples that differ most"));
    m_examples->setSelectionMode(QAbstractItemView::SingleSelection);
    m_scatter->setObjectName(QStringLiteral("errors-of-both"));
    m_distribution->setObjectName(QStringLiteral("change-of-examples"));
    m_distribution->setFilled(true);
    m_groups->setObjectName(QStringLiteral("errors-by-kind"));
    m_groups->setLaneStyles(LaneStyles({"A", "B"}));
    for (PlotWidget* plot : plots())
        adopt(plot);
    auto* figures = new QTabWidget;
    figures->setDocumentMode(true);
    figures->addTab(m_scatter, tr("Both errors"));
    figures->addTab(m_distribution, tr("Change"));
    figures->addTab(m_groups, tr("Kinds of text"));
    auto* examples = new QWidget;
    auto* layout = new QVBoxLayout(examples);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->addWidget(new QLabel(tr("Examples that differ most")));
    layout->addWidget(m_examples, 1);
    QSplitter* above = split(Qt::Horizontal, {m_metrics, m_conditions}, {5, 3});
    QSplitter* below = split(Qt::Horizontal, {figures, examples}, {1, 1});
    static_cast<QVBoxLayout*>(body()->layout())
        ->addWidget(split(Qt::Vertical, {above, below}, {4, 5}), 1);
}

QString ComparePage::title() const { return tr("Compare"); }

QString ComparePage::helpText() const {
    return tr(
        "<p>Two sessions on the examples that both have: two builds of a quantized model, two "
        "calibration texts, two sizes. A is the session that was opened first, B the one beside "
        "it (File, Compare with…). Examples are the same where their tokens are, or their text "
        "where the tokenizers differ.</p><p>Differences are B less A. Their intervals are paired: "
        "a resample draws the same documents for both, so that what moves both alike does not "
        "widen them. A difference whose interval holds 0 is not told apart.</p><p>A click on an "
        "example selects it in both sessions; all other pages show the two sessions beside each "
        "other.</p><p>A condition fails the comparison where it holds. <tt>kl</tt> is B's value, "
        "<tt>base:kl</tt> A's, <tt>diff:kl</tt> the difference and <tt>diff_low:kl</tt>, "
        "<tt>diff_high:kl</tt> the ends of its interval; <tt>group:code:kl</tt> is over the "
        "examples with that label, and <tt>base</tt> alone is A's value of the metric compared. "
        "The command <tt>quantscope-cli compare</tt> decides the same conditions for continuous "
        "integration.</p>");
}

void ComparePage::setSelection(Selection* selection) {
    if (this->selection())
        disconnect(this->selection(), nullptr, this, nullptr);
    Page::setSelection(selection);
    if (!selection)
        return;
    connect(selection, &Selection::primaryChanged, this, &ComparePage::showSelection);
    connect(selection, &Selection::selectionChanged, this, &ComparePage::showSelection);
    showSelection();
}

std::vector<PlotWidget*> ComparePage::plots() const {
    return {m_scatter, m_distribution, m_groups};
}

ComparisonRequest ComparePage::request() const {
    return {m_chosen.a, m_chosen.b, m_conditions->conditions()};
}

void ComparePage::setValues(std::shared_ptr<const ComparisonValues> values) {
    m_values = std::move(values);
    if (!m_values || m_values->lanes.empty()) {
        m_values.reset();
        m_conditions->setOutcomes({}, {});
        showEmpty(tr("Open a second session beside this one: File, Compare with…"));
        return;
    }
    const LanePair& lanes = m_values->lanes.front().lanes;
    fillCombo(m_laneA, m_values->a.lanes, lanes.a);
    fillCombo(m_laneB, m_values->b.lanes, lanes.b);
    showSummary();
    showMetrics();
    showExamples();
    showPlots();
    m_conditions->setOutcomes(m_values->gates, m_values->lanes.front().metrics);
    showReady();
    showSelection();
}

void ComparePage::chooseLanes() {
    m_chosen = {comboValue(m_laneA), comboValue(m_laneB)};
    Q_EMIT requestChanged();
}

void ComparePage::showSummary() {
    const ExampleMatching& matching = m_values->matching;
    const QString count = QString::number(matching.pairs.size());
    QString text = matching.by == MatchedBy::TokenIds
                       ? tr("%1 examples in both, matched by tokens").arg(count)
                       : tr("%1 examples in both, matched by text").arg(count);
    text += QStringLiteral(" · ") + (m_values->byDocument
                                         ? tr("intervals from %1 resamples of %2 documents")
                                         : tr("intervals from %1 resamples of %2 examples"))
                                        .arg(m_values->resamples)
                                        .arg(m_values->units);
    m_summary->setText(text);
    QStringList notes;
    for (const std::string& note : m_values->notes)
        notes << QStringLiteral("⚠ ") + QString::fromStdString(note);
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
}

void ComparePage::showMetrics() {
    const auto verdict = [](const ComparedMetric& metric) {
        const Interval& difference = metric.difference;
        if (!std::isfinite(difference.low) || !std::isfinite(difference.high))
            return QString();
        if (difference.low <= 0 && difference.high >= 0)
            return tr("not told apart");
        const bool higher = difference.low > 0;
        if (metric.worse == WorseWhen::Neither)
            return higher ? tr("B is higher") : tr("B is lower");
        return higher == (metric.worse == WorseWhen::Higher) ? tr("B is worse") : tr("B is better");
    };
    std::vector<std::vector<ValueCell>> rows;
    for (const ComparedLanes& compared : m_values->lanes)
        for (const ComparedMetric& metric : compared.metrics) {
            if (!isMeasured(metric))
                continue;
            const QString name = QString::fromStdString(metric.name);
            QString title = QString::fromStdString(metric.title);
            if (!metric.group.empty())
                title += QStringLiteral(", ") + QString::fromStdString(metric.group);
            if (!metric.unit.empty())
                title += QStringLiteral(" (%1)").arg(QString::fromStdString(metric.unit));
            const QString lanes = lanesText(compared.lanes);
            rows.push_back({ValueCell::ofText(lanes, lanes),
                            ValueCell::ofText(title, title + QStringLiteral("\n") + name),
                            ValueCell::ofInterval(metric.difference),
                            ValueCell::ofText(verdict(metric)), ValueCell::ofInterval(metric.a),
                            ValueCell::ofInterval(metric.b)});
            for (std::size_t cell : {4u, 5u}) { // the interval in full where it is pointed at
                ValueCell& value = rows.back()[cell];
                value.toolTip = value.text;
                value.text = formatNumber(value.number);
            }
        }
    m_metricsModel->setTable(
        {{tr("Lane"), {}},
         {tr("Metric"), tr("Pointed at: the name that conditions know it by")},
         {tr("B − A [95 %]"), tr("Paired interval: both sides of the same resampled documents")},
         {tr("Verdict"), tr("Whether the interval of the difference leaves 0 out")},
         {tr("A"), {}},
         {tr("B"), {}}},
        std::move(rows));
    m_metrics->resizeColumnsToContents();
    // The last column is a number: stretched, it would stand far from the one that it belongs to.
    m_metrics->horizontalHeader()->setStretchLastSection(false);
    if (m_metrics->horizontalHeader()->length() <= m_metrics->viewport()->width())
        return;
    // Long names give way to the numbers; pointed at, they are there in full.
    const int character = m_metrics->fontMetrics().averageCharWidth();
    for (const auto& [column, characters] : {std::pair{0, 18}, std::pair{1, 34}})
        m_metrics->setColumnWidth(column,
                                  std::min(m_metrics->columnWidth(column), characters * character));
}

void ComparePage::showExamples() {
    std::vector<std::vector<ValueCell>> rows;
    for (const std::size_t example : m_values->differMost) {
        const QString excerpt = QString::fromStdString(m_values->excerpts[example]);
        ValueCell number = ValueCell::ofNumber(static_cast<double>(example));
        number.text = QString::number(example);
        rows.push_back({std::move(number),
                        ValueCell::ofNumber(m_values->difference.values[example]),
                        ValueCell::ofNumber(m_values->errorA.values[example]),
                        ValueCell::ofNumber(m_values->errorB.values[example]),
                        ValueCell::ofText(excerpt.simplified(), excerpt)});
    }
    m_followsSelection = true; // a reset clears the table's selection, not the shared one
    m_examplesModel->setTable({{tr("Example"), {}},
                               {tr("B − A (nat)"), {}},
                               {tr("A"), QString::fromStdString(m_values->errorA.name)},
                               {tr("B"), QString::fromStdString(m_values->errorB.name)},
                               {tr("Text"), {}}},
                              std::move(rows));
    m_followsSelection = false;
    m_examples->resizeColumnsToContents();
    m_examples->horizontalHeader()->setStretchLastSection(true);
}

void ComparePage::showPlots() {
    Caption caption;
    caption.title = tr("B against A by example").toStdString();
    caption.definition = tr("One point an example that both sessions have; orange ones are A's "
                            "largest errors (D_large). Least-squares line, coefficients with "
                            "bootstrap intervals.")
                             .toStdString();
    caption.formula = "e(x; θ~) = NLL(x; θ~) − NLL(x; θ)";
    m_scatter->setCaption(caption);
    m_scatter->setValues(m_values->errorA, m_values->errorB, m_values->largeA, {});
    m_scatter->setStatistics(m_values->scatter);
    m_distribution->setFigure(m_values->distribution);
    m_groups->setFigure(m_values->groups);
}

void ComparePage::showSelection() {
    if (!selection() || !m_values)
        return;
    m_scatter->setSelected(selection()->selected());
    m_scatter->setPinned(selection()->pinned());
    m_scatter->setPrimary(selection()->primary());
    m_followsSelection = true;
    const std::vector<std::size_t>& listed = m_values->differMost;
    const auto found = selection()->primary()
                           ? std::find(listed.begin(), listed.end(), *selection()->primary())
                           : listed.end();
    if (found == listed.end())
        m_examples->selectionModel()->clear();
    else
        m_examples->selectRow(static_cast<int>(found - listed.begin()));
    m_followsSelection = false;
}

void ComparePage::choose(std::size_t example, Qt::KeyboardModifiers modifiers) {
    if (!selection())
        return;
    if (modifiers.testFlag(Qt::ControlModifier)) {
        std::vector<std::size_t> examples = selection()->selected();
        examples.push_back(example);
        selection()->setSelected(std::move(examples));
    }
    selection()->setPrimary(example);
}

} // namespace quantscope
