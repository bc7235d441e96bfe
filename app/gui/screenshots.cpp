#include "app/gui/screenshots.h"

#include "app/gui/main_window.h"
#include "app/gui/pages_panel.h"
#include "core/data/error.h"
#include "views/pages/page.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <QPushButton>
#include <QTabWidget>
#include <QTimer>

#include <cstdio>

namespace quantscope {

namespace {

constexpr int pollMilliseconds = 100;
constexpr int calmPolls = 3; ///< polls without work before a picture is taken

/// Goes through the pages and their parts; each is pictured once its values have been calm for a
/// moment.
class Photographer : public QObject {
public:
    Photographer(MainWindow& window, QString folder)
        : QObject(&window)
        , m_window(window)
        , m_folder(std::move(folder)) {
        m_timer.setInterval(pollMilliseconds);
        connect(&m_timer, &QTimer::timeout, this, &Photographer::poll);
        connect(&window, &MainWindow::sessionShown, this, &Photographer::begin);
        connect(&window, &MainWindow::failureShown, this,
                [this](const QString& message) { fail(message, ErrorKind::Input); });
    }

private:
    void begin() {
        if (!m_window.selection().primary())
            m_window.selection().setPrimary(0);
        m_page = 0;
        m_window.pagesPanel()->setCurrentIndex(m_page);
        m_timer.start();
    }

    void poll() {
        m_calm = m_window.isBusy() ? 0 : m_calm + 1;
        if (m_calm < calmPolls)
            return;
        m_calm = 0;
        const QString part = m_part > 0 ? QStringLiteral("-%1").arg(m_part + 1) : QString();
        const QString file =
            QDir(m_folder).filePath(QStringLiteral("page-%1%2.png").arg(m_page + 1).arg(part));
        if (!QDir().mkpath(m_folder) || !m_window.grab().save(file)) {
            fail(QStringLiteral("%1 cannot be written.").arg(file), ErrorKind::Output);
            return;
        }
        auto* parts = m_window.pagesPanel()->currentPage()->findChild<QTabWidget*>();
        if (parts && m_part + 1 < parts->count()) {
            parts->setCurrentIndex(++m_part);
            // What is only read on demand is empty until it is asked for.
            if (auto* ask = parts->currentWidget()->findChild<QPushButton*>("read-layers"))
                ask->click();
            return;
        }
        m_part = 0;
        if (++m_page == m_window.pagesPanel()->count()) {
            m_timer.stop();
            QApplication::exit(0);
            return;
        }
        m_window.pagesPanel()->setCurrentIndex(m_page);
    }

    void fail(const QString& message, ErrorKind kind) {
        m_timer.stop();
        std::fputs(qPrintable(message + QLatin1Char('\n')), stderr);
        QApplication::exit(static_cast<int>(kind));
    }

    MainWindow& m_window;
    QString m_folder;
    QTimer m_timer;
    int m_page = 0;
    int m_part = 0; ///< of a page that has several
    int m_calm = 0;
};

} // namespace

void takeScreenshots(MainWindow& window, const QString& folder) {
    new Photographer(window, folder); // belongs to the window
}

} // namespace quantscope
