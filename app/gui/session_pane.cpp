#include "app/gui/session_pane.h"

#include "app/gui/pages_panel.h"
#include "core/data/session_schema.h"
#include "views/pages/report_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

namespace {

/// What the session says of its model's family, as one text.
QString familyNotes(const SessionData& session) {
    const auto notes = session.attributes.find(attribute::familyNotes);
    return notes == session.attributes.end()
               ? QString()
               : QString::fromStdString(notes->second).replace('\n', ' ');
}

} // namespace

SessionPane::SessionPane(const StudyBackend& backend, const PageFunctions& functions, Role role,
                         QWidget* parent)
    : QWidget(parent)
    , m_values(functions)
    , m_questions(backend)
    , m_experiments(backend)
    , m_pages(new PagesPanel(m_values, m_questions, m_selection, role == Role::First))
    , m_headingRow(new QWidget)
    , m_heading(new QLabel)
    , m_close(new QToolButton) {
    m_heading->setTextFormat(Qt::PlainText); // names of files may look like markup
    m_heading->setObjectName(QStringLiteral("heading"));
    QFont bold = m_heading->font();
    bold.setBold(true);
    m_heading->setFont(bold);
    // A long name is cut, not the page below it widened.
    m_heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_close->setText(QStringLiteral("✕"));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close the comparison"));
    QSizePolicy place = m_close->sizePolicy();
    place.setRetainSizeWhenHidden(true); // so that two panes' pages are at one height
    m_close->setSizePolicy(place);
    m_close->setAccessibleName(m_close->toolTip());
    auto* row = new QHBoxLayout(m_headingRow);
    row->setContentsMargins(8, 2, 4, 2);
    row->addWidget(m_heading, 1);
    row->addWidget(m_close);
    m_headingRow->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_headingRow);
    layout->addWidget(m_pages, 1);
    connect(m_close, &QToolButton::clicked, this, &SessionPane::closeRequested);
    wireExperiments();
}

SessionPane::~SessionPane() {
    // Their answers must not arrive while the pages are taken down.
    m_questions.setSession(nullptr, {});
    m_experiments.disconnect(this);
    m_values.setSession(nullptr);
    delete m_pages; // before the services and the selection that it is wired to
}

void SessionPane::wireExperiments() {
    ReportPage* page = m_pages->report(ReportKind::Activations);
    connect(page, &ReportPage::experimentRequested, this, [this, page] {
        if (session())
            m_experiments.trySuperWeight(session(), m_path, QString::fromStdString(page->lane()));
    });
    connect(&m_experiments, &ExperimentService::busyChanged, page,
            &ReportPage::setExperimentRunning);
    connect(&m_experiments, &ExperimentService::superWeightReady, page, &ReportPage::setExperiment);
    connect(&m_experiments, &ExperimentService::failed, this, &SessionPane::experimentFailed);
}

bool SessionPane::isBusy() const { return m_values.isBusy() || m_questions.isBusy(); }

void SessionPane::begin(const SessionData& session) {
    m_selection.restore({});
    m_experiments.drop();
    m_pages->report(ReportKind::Activations)->setExperiment(nullptr);
    m_pages->beginSession(session.names("lane"));
    m_pages->setNotes(familyNotes(session));
}

void SessionPane::open(const OpenedSession& session) {
    m_path = session.path;
    begin(*session.data);
    m_values.setSession(session.data);
    m_questions.setSession(session.data, session.path);
}

void SessionPane::complete(const OpenedSession& session) {
    m_path = session.path;
    grow(session.data);
    m_questions.setSession(session.data, session.path);
    m_pages->setNotes(familyNotes(*session.data));
}

void SessionPane::beginGrowing(const std::shared_ptr<const SessionData>& session,
                               const QString& path) {
    m_path = path;
    begin(*session);
    m_values.setSession(session);
    m_questions.setSession(nullptr, {}); // its codes are still being made
}

void SessionPane::grow(const std::shared_ptr<const SessionData>& session) {
    m_pages->setLanes(session->names("lane"));
    m_values.growSession(session);
}

std::vector<std::string> SessionPane::lanes() const {
    return session() ? session()->names("lane") : std::vector<std::string>();
}

void SessionPane::setLeadingLanes(const std::vector<std::string>& lanes) {
    m_pages->setLeadingLanes(lanes);
    m_pages->setLanes(this->lanes());
}

void SessionPane::setHeading(const QString& heading, bool closable) {
    m_heading->setText(heading);
    m_heading->setToolTip(m_path);
    m_close->setVisible(closable);
    m_headingRow->setVisible(!heading.isEmpty());
}

} // namespace quantscope
