#pragma once

#include "app/service/recovery.h"

#include <QObject>
#include <QTimer>

namespace quantscope {

class MainWindow;

/// Keeps what the window has on view, and offers what a program left that did not end as it
/// should.
class SessionRestore : public QObject {
    Q_OBJECT

public:
    SessionRestore(MainWindow& window, const QString& folder);
    ~SessionRestore() override;

    /// Asks whether to open again what was left, if anything was.
    void offer();

private:
    void keepSoon();
    void keep();
    void open(const Recovery::Left& left);

    MainWindow& m_window;
    Recovery m_recovery;
    QTimer m_delay;
};

} // namespace quantscope
