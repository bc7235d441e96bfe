#pragma once

#include <QObject>

#include <vector>

class QDockWidget;
class QMainWindow;
class QMenu;

namespace quantscope {

/// The docks around the pages: study at the left, details at the right, log below.
class WindowDocks : public QObject {
    Q_OBJECT

public:
    struct Contents {
        QWidget* study = nullptr;
        QWidget* details = nullptr;
        QWidget* log = nullptr;
    };

    /// @param view  gets an entry for each dock
    WindowDocks(QMainWindow& window, const Contents& contents, QMenu& view);

    /// All of them where they belong, in their first sizes.
    void place();
    void showStudy();
    /// Leaves their room to two sessions beside each other, until it is given back.
    void makeRoom();
    void giveBack();

private:
    QMainWindow& m_window;
    QDockWidget* m_study;
    QDockWidget* m_details;
    QDockWidget* m_log;
    std::vector<QDockWidget*> m_hidden; ///< by makeRoom
};

} // namespace quantscope
