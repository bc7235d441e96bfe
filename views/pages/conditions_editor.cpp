#include "views/pages/conditions_editor.h"

#include "views/models/value_table.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int restMilliseconds = 500;

} // namespace

ConditionsEditor::ConditionsEditor(QWidget* parent)
    : QWidget(parent)
    , m_text(new QPlainTextEdit)
    , m_insert(new QToolButton)
    , m_metrics(new QMenu(this))
    , m_verdict(new QLabel)
    , m_view(new QTableView)
    , m_outcomes(new ValueTable(this)) {
    auto* title = new QLabel(tr("&Fail if:"));
    title->setBuddy(m_text);
    m_text->setObjectName(QStringLiteral("conditions"));
    m_text->setAccessibleName(tr("Conditions that fail the comparison"));
    m_text->setPlaceholderText(tr("One condition a line, such as\n%1\n%2")
                                   .arg(QStringLiteral("worst_decile_kl > 1.1 * base"),
                                        QStringLiteral("diff_low:error > 0")));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_insert->setText(tr("Insert"));
    m_insert->setToolTip(tr("Puts the name of a metric where the cursor is"));
    m_insert->setPopupMode(QToolButton::InstantPopup);
    m_insert->setMenu(m_metrics);
    auto* command = new QPushButton(tr("Copy as &command"));
    command->setToolTip(tr("quantscope-cli compare with these sessions and conditions, whose exit "
                           "code fails a build"));
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_view->setModel(m_outcomes);
    setUpTable(m_view);
    m_view->setAccessibleName(tr("Outcomes of the conditions"));

    auto* controls = new QHBoxLayout;
    controls->addWidget(title);
    controls->addWidget(m_verdict, 1);
    controls->addWidget(m_insert);
    controls->addWidget(command);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setChildrenCollapsible(false);
    m_text->setMinimumHeight(3 * fontMetrics().lineSpacing());
    m_view->setMinimumHeight(3 * fontMetrics().lineSpacing());
    parts->addWidget(m_text);
    parts->addWidget(m_view);
    parts->setStretchFactor(0, 2);
    parts->setStretchFactor(1, 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->addLayout(controls);
    layout->addWidget(parts, 1);

    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    connect(m_text, &QPlainTextEdit::textChanged, &m_rest, qOverload<>(&QTimer::start));
    connect(&m_rest, &QTimer::timeout, this, &ConditionsEditor::conditionsChanged);
    connect(command, &QPushButton::clicked, this, &ConditionsEditor::commandRequested);
    setOutcomes({}, {});
}

QString ConditionsEditor::text() const { return m_text->toPlainText(); }

void ConditionsEditor::setText(const QString& text) {
    const QSignalBlocker blocker(m_text);
    m_text->setPlainText(text);
}

std::vector<std::string> ConditionsEditor::conditions() const {
    std::vector<std::string> conditions;
    for (const QString& line : text().split(QLatin1Char('\n')))
        if (const QString trimmed = line.trimmed(); !trimmed.isEmpty())
            conditions.push_back(trimmed.toStdString());
    return conditions;
}

void ConditionsEditor::setOutcomes(const std::vector<GateResult>& outcomes,
                                   const std::vector<ComparedMetric>& metrics) {
    std::vector<std::vector<ValueCell>> rows;
    for (const GateResult& outcome : outcomes) {
        const QString said = outcome.refused     ? tr("✘ not understood")
                             : outcome.undecided ? tr("? undecided")
                             : outcome.failed    ? tr("✘ fails")
                                                 : tr("✔ passes");
        const QString lanes = QString::fromStdString(outcome.lanes.a);
        const QString other = QString::fromStdString(outcome.lanes.b);
        const QString detail = QString::fromStdString(outcome.detail);
        rows.push_back({ValueCell::ofText(said),
                        ValueCell::ofText(QString::fromStdString(outcome.condition)),
                        ValueCell::ofText(lanes == other ? lanes : lanes + " → " + other),
                        ValueCell::ofText(detail, detail)});
    }
    m_outcomes->setTable(
        {{tr("Outcome"), {}}, {tr("Condition"), {}}, {tr("Lanes"), {}}, {tr("Numbers"), {}}},
        std::move(rows));
    m_view->resizeColumnsToContents();
    m_view->horizontalHeader()->setStretchLastSection(true);
    showVerdict(outcomes);
    fillMetrics(metrics);
}

void ConditionsEditor::showVerdict(const std::vector<GateResult>& outcomes) {
    const auto failures = std::count_if(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
        return outcome.failed || outcome.undecided || outcome.refused;
    });
    QString text;
    if (failures > 0)
        text = tr("<b>%1 of %2 do not pass</b>").arg(failures).arg(outcomes.size());
    else if (!outcomes.empty())
        text = tr("<b>all %1 pass</b>").arg(outcomes.size());
    m_verdict->setText(text);
}

void ConditionsEditor::fillMetrics(const std::vector<ComparedMetric>& metrics) {
    std::vector<std::string> names;
    for (const ComparedMetric& metric : metrics)
        names.push_back(metric.name);
    m_insert->setEnabled(!names.empty());
    if (names == m_names)
        return;
    m_names = std::move(names);
    m_metrics->clear();
    for (const ComparedMetric& metric : metrics) {
        const QString name = QString::fromStdString(metric.name);
        QAction* action = m_metrics->addAction(name);
        action->setToolTip(QString::fromStdString(metric.title));
        connect(action, &QAction::triggered, this, [this, name] { insert(name); });
    }
    m_metrics->addSeparator();
    for (const char* part : {"base", "base:", "diff:", "diff_low:", "diff_high:"}) {
        const QString text = QString::fromLatin1(part);
        connect(m_metrics->addAction(text), &QAction::triggered, this,
                [this, text] { insert(text); });
    }
}

void ConditionsEditor::insert(const QString& text) {
    m_text->insertPlainText(text);
    m_text->setFocus();
}

} // namespace quantscope
