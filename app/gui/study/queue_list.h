#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;

namespace quantscope {

/// The studies that wait for the one that runs; hidden without any.
class QueueList : public QWidget {
    Q_OBJECT

public:
    explicit QueueList(QWidget* parent = nullptr);

    /// Paths of their sessions, in their order.
    void setSessions(const QStringList& paths);

Q_SIGNALS:
    void forgetRequested(int waiting);

private:
    QLabel* m_title;
    QListWidget* m_list;
    QPushButton* m_forget;
};

} // namespace quantscope
