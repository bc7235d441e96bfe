#include "app/gui/comparison.h"

#include "app/gui/pages_panel.h"
#include "app/gui/selection_link.h"
#include "app/gui/session_pane.h"
#include "app/gui/window_docks.h"
#include "app/service/settings.h"
#include "app/service/view_state.h"
#include "views/pages/compare_page.h"
#include "views/pages/conditions_editor.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSplitter>

#include <utility>

namespace quantscope {

namespace {

constexpr int messageMilliseconds = 8000;

QString fileName(const QString& path) { return QFileInfo(path).fileName(); }

/// An argument as a shell reads it.
QString quoted(QString argument) {
    return QLatin1Char('\'') + argument.replace(QLatin1String("'"), QLatin1String("'\\''")) +
           QLatin1Char('\'');
}

} // namespace

Comparison::Comparison(const Place& place, const StudyBackend& backend,
                       const PageFunctions& functions, QObject* parent)
    : QObject(parent)
    , m_first(place.first)
    , m_panes(place.panes)
    , m_docks(place.docks)
    , m_settings(place.settings)
    , m_backend(backend)
    , m_functions(functions)
    , m_sessions(backend) {
    connect(&m_sessions, &SessionService::opened, this, &Comparison::show);
    connect(&m_sessions, &SessionService::failed, this, [this](const QString& message) {
        Q_EMIT failed(tr("The session could not be opened"), message);
    });
    wireFirst();
}

Comparison::~Comparison() {
    // Their answers must not arrive while this is taken down.
    m_sessions.disconnect(this);
    m_first.values().disconnect(this);
    delete m_link;
}

void Comparison::wireFirst() {
    connect(&m_first.values(), &PageValuesService::matchingReady, this,
            [this](const ExampleMatching& matching) {
                if (!m_link)
                    return;
                m_link->setMatching(matching);
                if (matching.pairs.empty())
                    Q_EMIT statusMessage(
                        tr("The two sessions have no example in common, so each keeps its own "
                           "selection."),
                        0);
            });
    connect(&m_first.values(), &PageValuesService::matchingFailed, this,
            [this](const QString& message) { Q_EMIT statusMessage(message, 0); });
    connect(m_first.pages(), &PagesPanel::currentChanged, this, &Comparison::arrangePanes);
    ComparePage* page = m_first.pages()->comparePage();
    ConditionsEditor* conditions = page->conditions();
    conditions->setText(m_settings.conditions());
    connect(conditions, &ConditionsEditor::conditionsChanged, this,
            [this, conditions] { m_settings.setConditions(conditions->text()); });
    connect(conditions, &ConditionsEditor::commandRequested, this, &Comparison::copyCommand);
    m_first.values().requestComparison(page->request());
    connect(&m_first, &SessionPane::closeRequested, this, &Comparison::close);
}

void Comparison::open(const QString& path) {
    Q_EMIT statusMessage(tr("Opening %1…").arg(path), 0);
    m_sessions.open(path);
}

void Comparison::makePane() {
    m_second = new SessionPane(m_backend, m_functions, SessionPane::Role::Second);
    m_panes.addWidget(m_second);
    // One page of both: a change here is a change there.
    connect(m_second->pages(), &PagesPanel::currentChanged, this, [this](int page) {
        if (page != m_first.pages()->currentIndex())
            m_first.pages()->setCurrentIndex(page);
    });
    connect(m_second, &SessionPane::closeRequested, this, &Comparison::close,
            Qt::QueuedConnection); // which deletes the pane
    m_link = new SelectionLink(m_first.selection(), m_second->selection(), this);
    m_docks.makeRoom();
    Q_EMIT paneMade(m_second);
}

void Comparison::show(const OpenedSession& session) {
    if (!m_second)
        makePane();
    unlink();
    m_second->setLeadingLanes(m_first.lanes());
    m_second->open(session);
    m_second->selection().restore(readViewState(*session.data).selection);
    m_first.values().setOther(session.data);
    m_settings.addRecent(Settings::Recent::Session, session.path);
    Q_EMIT statusMessage({}, 0);
    arrangePanes();
    Q_EMIT shown(session.path);
}

void Comparison::close() {
    if (!m_second)
        return;
    delete std::exchange(m_link, nullptr);
    m_first.values().setOther(nullptr);
    delete std::exchange(m_second, nullptr);
    m_docks.giveBack();
    showHeadings();
    Q_EMIT closed();
}

bool Comparison::isBusy() const { return m_sessions.isBusy() || (m_second && m_second->isBusy()); }

void Comparison::unlink() {
    if (m_link)
        m_link->clear();
}

void Comparison::followFirst() {
    if (m_second)
        m_second->setLeadingLanes(m_first.lanes());
    showHeadings();
}

/// Both sessions at the same page, beside each other; the page that compares them takes all.
void Comparison::arrangePanes() {
    if (!m_second)
        return;
    const int page = m_first.pages()->currentIndex();
    const bool compares = page == static_cast<int>(PageKind::Compare);
    if (!compares && m_second->pages()->currentIndex() != page)
        m_second->pages()->setCurrentIndex(page);
    const bool appears = !compares && m_second->isHidden();
    m_second->setVisible(!compares);
    if (appears || m_panes.sizes().last() == 0)
        m_panes.setSizes({1000, 1000}); // shares, not pixels
    showHeadings();
}

/// Which pane is which session, where there are two.
void Comparison::showHeadings() {
    if (!m_second) {
        m_first.setHeading({}, false);
        return;
    }
    QString first = tr("A: %1").arg(fileName(m_first.path()));
    const QString second = tr("B: %1").arg(fileName(m_second->path()));
    const bool alone = m_second->isHidden(); // on the page that is about both
    if (alone)
        first += QStringLiteral("     ") + second;
    m_first.setHeading(first, alone);
    m_second->setHeading(second, true);
}

/// What the page Compare decides, for a script.
void Comparison::copyCommand() {
    if (!m_second)
        return;
    const ComparisonRequest request = m_first.pages()->comparePage()->request();
    QStringList words = {QStringLiteral("quantscope-cli compare"), quoted(m_first.path()),
                         quoted(m_second->path())};
    if (!request.laneA.empty())
        words << QStringLiteral("--lane")
              << quoted(QString::fromStdString(request.laneA + "=" + request.laneB));
    for (const std::string& condition : request.conditions)
        words << QStringLiteral("--fail-if") << quoted(QString::fromStdString(condition));
    const QString command = words.join(QLatin1Char(' '));
    QGuiApplication::clipboard()->setText(command);
    Q_EMIT statusMessage(tr("Copied: %1").arg(command), messageMilliseconds);
}

} // namespace quantscope
