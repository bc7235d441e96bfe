#include "app/gui/session_restore.h"

#include "app/gui/commands/frame_commands.h"
#include "app/gui/main_window.h"
#include "app/gui/pages_panel.h"
#include "views/history/view_history.h"

#include <QFileInfo>
#include <QMessageBox>

#include <memory>

namespace quantscope {

namespace {

constexpr int delayMilliseconds = 2000;

} // namespace

SessionRestore::SessionRestore(MainWindow& window, const QString& folder)
    : QObject(&window)
    , m_window(window)
    , m_recovery(folder) {
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMilliseconds);
    connect(&m_delay, &QTimer::timeout, this, &SessionRestore::keep);
    connect(&window, &MainWindow::sessionShown, this, &SessionRestore::keepSoon);
    connect(window.pagesPanel(), &PagesPanel::currentChanged, this, &SessionRestore::keepSoon);
    connect(&window.commands().history().stack(), &QUndoStack::indexChanged, this,
            &SessionRestore::keepSoon);
    for (const auto signal :
         {&Selection::primaryChanged, &Selection::selectionChanged, &Selection::tokenChanged,
          &Selection::layerChanged, &Selection::groupsChanged})
        connect(&window.selection(), signal, this, &SessionRestore::keepSoon);
    connect(&window, &MainWindow::closed, this, [this] {
        m_delay.stop();
        m_recovery.clear();
    });
}

SessionRestore::~SessionRestore() = default;

void SessionRestore::keepSoon() {
    if (!m_delay.isActive())
        m_delay.start();
}

void SessionRestore::keep() {
    if (!m_window.sessionPath().isEmpty())
        m_recovery.keep({m_window.sessionPath(), viewStateToJson(m_window.viewState())});
}

void SessionRestore::offer() {
    const auto left = m_recovery.take();
    if (!left || !QFileInfo::exists(left->session))
        return;
    auto* box = new QMessageBox(
        QMessageBox::Question, tr("Open what was open?"),
        tr("QuantScope did not end as it should. %1 was open; show it again as it was?")
            .arg(left->session),
        QMessageBox::Yes | QMessageBox::No, &m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::accepted, this, [this, left] { open(*left); });
    box->open();
}

void SessionRestore::open(const Recovery::Left& left) {
    // Once, for this session: the person may open another one first.
    auto connection = std::make_shared<QMetaObject::Connection>();
    *connection = connect(&m_window, &MainWindow::sessionShown, this,
                          [this, left, connection](const QString& path) {
                              disconnect(*connection);
                              const auto session = m_window.values().session();
                              if (path == left.session && session)
                                  m_window.restoreView(
                                      viewStateFromJson(left.viewState, *session));
                          });
    m_window.openPath(left.session);
}

} // namespace quantscope
