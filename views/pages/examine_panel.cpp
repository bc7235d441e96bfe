#include "views/pages/examine_panel.h"

#include "core/data/noise_floor.h"
#include "views/models/selection.h"
#include "views/models/value_table.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace quantscope {

namespace {

constexpr int mostTokens = 50;

QSpinBox* numberBox(int least, int most, int value) {
    auto* box = new QSpinBox;
    box->setRange(least, most);
    box->setValue(value);
    box->setKeyboardTracking(false);
    return box;
}

/// A table with a title above it.
QWidget* titled(QLabel* title, QTableView* table) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    layout->addWidget(title);
    layout->addWidget(table, 1);
    return box;
}

/// "A#l" is the stream that enters layer l, "M#l" that after its attention, as on the page's axes.
QString tick(const LayerGuesses& found) {
    return found.site == Site::ResidMid ? QStringLiteral("M#%1").arg(found.layer)
                                        : QStringLiteral("A#%1").arg(found.layer + 1);
}

} // namespace

ExaminePanel::ExaminePanel(QWidget* parent)
    : QWidget(parent)
    , m_example(numberBox(0, std::numeric_limits<int>::max(), 0))
    , m_position(numberBox(0, std::numeric_limits<int>::max(), 1))
    , m_topK(numberBox(1, mostTokens, 5))
    , m_lane(new QComboBox)
    , m_run(new QPushButton(tr("Read off layers")))
    , m_said(new QLabel)
    , m_referenceTitle(new QLabel)
    , m_laneTitle(new QLabel)
    , m_reference(new QTableView)
    , m_quantized(new QTableView) {
    FlowLayout* row = addControlRow(this);
    addControl(row, tr("&Example:"), m_example);
    addControl(row, tr("&Position:"), m_position);
    addControl(row, tr("&Tokens:"), m_topK);
    addControl(row, tr("&Beside the reference:"), m_lane);
    m_run->setObjectName(QStringLiteral("read-layers"));
    row->addWidget(m_run);
    m_example->setToolTip(tr("Follows the selected example"));
    m_position->setToolTip(tr("Position whose next token is predicted; follows the token chosen "
                              "in the details"));
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_said->setText(tr("The final norm and the output matrix are applied to the residual stream of "
                       "every layer at one position: what would be predicted, were the model to "
                       "end there. The model is opened again for it, from the codes kept beside "
                       "the session."));
    layout()->addWidget(m_said);
    for (QTableView* view : {m_reference, m_quantized}) {
        view->setModel(new ValueTable(view));
        setUpTable(view);
    }
    m_reference->setAccessibleName(tr("Most likely tokens, full precision"));
    m_quantized->setAccessibleName(tr("Most likely tokens, quantized"));
    layout()->addWidget(
        split(Qt::Horizontal,
              {titled(m_referenceTitle, m_reference), titled(m_laneTitle, m_quantized)}, {1, 1}));
    connect(m_run, &QPushButton::clicked, this, &ExaminePanel::ask);
    connect(m_lane, &QComboBox::currentIndexChanged, this, [this] {
        if (m_values)
            ask();
    });
}

void ExaminePanel::setSelection(Selection* selection) {
    if (m_selection)
        disconnect(m_selection, nullptr, this, nullptr);
    m_selection = selection;
    if (!selection)
        return;
    connect(selection, &Selection::primaryChanged, this, &ExaminePanel::followSelection);
    connect(selection, &Selection::tokenChanged, this, &ExaminePanel::followSelection);
    followSelection();
}

void ExaminePanel::followSelection() {
    if (m_selection->primary())
        m_example->setValue(static_cast<int>(*m_selection->primary()));
    // The details show the token that is predicted; what predicts it stands before it.
    if (m_selection->token() && *m_selection->token() > 0)
        m_position->setValue(static_cast<int>(*m_selection->token()) - 1);
}

void ExaminePanel::setLanes(const std::vector<std::string>& lanes) {
    std::vector<std::string> quantized = lanes;
    std::erase(quantized, std::string(referenceLane));
    std::erase(quantized, std::string(noiseFloorLane));
    fillCombo(m_lane, quantized, comboValue(m_lane));
    m_values.reset();
    for (QTableView* view : {m_reference, m_quantized})
        static_cast<ValueTable*>(view->model())->setTable({}, {});
    m_referenceTitle->clear();
    m_laneTitle->clear();
}

ExamineRequest ExaminePanel::request() const {
    ExamineRequest request;
    request.example = static_cast<std::size_t>(m_example->value());
    request.position = m_position->value();
    request.topK = static_cast<std::size_t>(m_topK->value());
    request.lanes = {std::string(referenceLane)};
    if (m_lane->count() > 0)
        request.lanes.push_back(comboValue(m_lane));
    return request;
}

void ExaminePanel::ask() {
    m_said->setText(tr("Reading …"));
    Q_EMIT requested(request());
}

void ExaminePanel::showFailed(const QString& message) { m_said->setText(message); }

void ExaminePanel::setValues(std::shared_ptr<const ExamineValues> values) {
    m_values = std::move(values);
    if (!m_values)
        return;
    const QString place = tr("Example %1, after “%2” at position %3")
                              .arg(QString::number(m_values->request.example),
                                   QString::fromStdString(m_values->piece),
                                   QString::number(m_values->request.position));
    m_said->setText(m_values->next.empty()
                        ? place
                        : tr("%1; “%2” came next (✓ where it is listed). Rank: of that token; "
                             "entropy in nat.")
                              .arg(place, QString::fromStdString(m_values->next)));
    const std::vector<std::string>& lanes = m_values->request.lanes;
    m_referenceTitle->setText(tr("Full precision"));
    showGuesses(lanes.front(), m_reference);
    m_laneTitle->setText(lanes.size() > 1 ? QString::fromStdString(lanes[1]) : QString());
    showGuesses(lanes.size() > 1 ? lanes[1] : std::string(), m_quantized);
}

void ExaminePanel::showGuesses(const std::string& lane, QTableView* view) {
    std::vector<ValueColumn> columns = {
        {tr("Read at"), tr("M: after attention; A: what enters the layer; the last A is the end")},
        {tr("Rank"), tr("Of the token that came next")},
        {tr("Entropy"), tr("nat")}};
    std::vector<std::vector<ValueCell>> rows;
    std::size_t most = 0;
    for (const LayerGuesses& found : m_values->guesses) {
        if (found.lane != lane)
            continue;
        most = std::max(most, found.top.size());
        std::vector<ValueCell> row = {
            ValueCell::ofText(tick(found)),
            ValueCell::ofNumber(found.rank ? double(*found.rank) : notMeasured),
            ValueCell::ofNumber(found.entropy)};
        row[1].text = found.rank ? QString::number(*found.rank) : QStringLiteral("–");
        for (const TokenGuess& guess : found.top) {
            const QString piece = QString::fromStdString(guess.piece);
            const bool came = guess.piece == m_values->next;
            const QString percent =
                QString::number(guess.probability * 100, 'f', guess.probability < .0995 ? 1 : 0);
            row.push_back(ValueCell::ofText(
                (came ? QStringLiteral("✓ ") : QString()) + piece + QStringLiteral("  ") + percent +
                    QStringLiteral(" %"),
                tr("token %1, probability %2").arg(guess.id).arg(guess.probability, 0, 'g', 4)));
        }
        rows.insert(rows.begin(), std::move(row)); // the end of the model on top
    }
    for (std::size_t i = 0; i < most; ++i)
        columns.push_back({QString::number(i + 1), {}});
    static_cast<ValueTable*>(view->model())->setTable(std::move(columns), std::move(rows));
    view->resizeColumnsToContents();
}

} // namespace quantscope
