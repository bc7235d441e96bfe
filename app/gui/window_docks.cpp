#include "app/gui/window_docks.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>

#include <utility>

namespace quantscope {

namespace {

constexpr int studyWidth = 300;
constexpr int detailsWidth = 240;
constexpr int logHeight = 130;

/// @param name  names the dock in the saved layout
QDockWidget* makeDock(QMainWindow& window, const QString& title, const char* name,
                      QWidget* content) {
    auto* dock = new QDockWidget(title, &window);
    dock->setObjectName(QString::fromLatin1(name));
    dock->setWidget(content);
    return dock;
}

} // namespace

WindowDocks::WindowDocks(QMainWindow& window, const Contents& contents, QMenu& view)
    : QObject(&window)
    , m_window(window)
    , m_study(makeDock(window, tr("Study"), "study", contents.study))
    , m_details(makeDock(window, tr("Details"), "details", contents.details))
    , m_log(makeDock(window, tr("Log"), "log", contents.log)) {
    window.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    for (QDockWidget* dock : {m_study, m_details, m_log}) {
        QAction* toggle = dock->toggleViewAction();
        toggle->setObjectName(QStringLiteral("view-dock-") + dock->objectName());
        view.addAction(toggle);
    }
    place();
}

void WindowDocks::place() {
    m_window.addDockWidget(Qt::LeftDockWidgetArea, m_study);
    m_window.addDockWidget(Qt::RightDockWidgetArea, m_details);
    m_window.addDockWidget(Qt::BottomDockWidgetArea, m_log);
    for (QDockWidget* dock : {m_study, m_details, m_log})
        dock->setFloating(false);
    m_study->show();
    m_details->show();
    m_log->hide();
    m_window.resizeDocks({m_study, m_details}, {studyWidth, detailsWidth}, Qt::Horizontal);
    m_window.resizeDocks({m_log}, {logHeight}, Qt::Vertical);
}

void WindowDocks::showStudy() { m_study->show(); }

void WindowDocks::makeRoom() {
    for (QDockWidget* dock : {m_study, m_details})
        if (dock->isVisible() && !dock->isFloating()) {
            dock->hide();
            m_hidden.push_back(dock);
        }
}

void WindowDocks::giveBack() {
    for (QDockWidget* dock : std::exchange(m_hidden, {}))
        dock->show();
}

} // namespace quantscope
