// The list of studies that wait: what it shows, and taking one out by mouse and keyboard.

#include "app/gui/study/queue_list.h"
#include "tests/app/gui/fake_window.h"

#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <condition_variable>
#include <mutex>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

QStringList rowsOf(const QListWidget& list) {
    QStringList rows;
    for (int row = 0; row < list.count(); ++row)
        rows << list.item(row)->text();
    return rows;
}

/// Lets studies run once it is opened, and notes which did.
class Gate {
public:
    void pass(const std::string& output) {
        std::unique_lock lock(m_mutex);
        m_ran.push_back(output);
        m_changed.wait(lock, [this] { return m_open; });
    }
    void open() {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }
    std::vector<std::string> ran() {
        const std::lock_guard lock(m_mutex);
        return m_ran;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::string> m_ran;
    bool m_open = false;
};

} // namespace

class TestQueueList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsWhatWaits() {
        QueueList queue;
        QVERIFY(queue.isHidden());
        queue.setSessions({"/studies/one.qscope.h5", "/studies/two.qscope.h5"});
        QVERIFY(!queue.isHidden());
        const auto* list = queue.findChild<QListWidget*>();
        QVERIFY(list);
        QCOMPARE(rowsOf(*list), (QStringList{"one.qscope.h5", "two.qscope.h5"}));
        QCOMPARE(list->item(1)->toolTip(), QStringLiteral("/studies/two.qscope.h5"));
        QVERIFY(!list->accessibleName().isEmpty());
        queue.setSessions({});
        QVERIFY(queue.isHidden());
    }

    void asksToForgetTheChosenOne() {
        QueueList queue;
        QSignalSpy asked(&queue, &QueueList::forgetRequested);
        queue.setSessions({"/a", "/b", "/c"});
        queue.show();
        QVERIFY(QTest::qWaitForWindowExposed(&queue));
        auto* list = queue.findChild<QListWidget*>();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        auto* forget = queue.findChild<QPushButton*>();
        QTest::mouseClick(forget, Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.last().first().toInt(), 1);
        // The first has begun: the one behind the chosen one is chosen now.
        queue.setSessions({"/b", "/c"});
        QCOMPARE(list->currentRow(), 1);
        queue.setSessions({"/b"});
        QCOMPARE(list->currentRow(), 0);
        QTest::keyClick(forget, Qt::Key_Space);
        QCOMPARE(asked.last().first().toInt(), 0);
    }

    void whatIsTakenOutNeverRuns() {
        Gate gate;
        StudyBackend backend = fakeBackend();
        backend.run = [&gate](const StudyPlan& plan, Job&, const StudyFollower&) {
            gate.pass(plan.output);
        };
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        std::atomic<int> details = 0;
        MainWindow window(backend, fakeFunctions(details), settings, nullptr);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* queue = window.findChild<QueueList*>();
        QVERIFY(queue && !queue->isVisible());
        const auto start = [&](const char* name) {
            StudyPlan plan;
            plan.output = folder.filePath(name).toStdString();
            window.studies().start(plan);
        };
        start("first.qscope.h5");
        QVERIFY(!queue->isVisible()); // it runs: nothing waits
        start("second.qscope.h5");
        start("third.qscope.h5");
        QTRY_VERIFY(queue->isVisible());
        auto* list = queue->findChild<QListWidget*>();
        QCOMPARE(rowsOf(*list), (QStringList{"second.qscope.h5", "third.qscope.h5"}));
        QSignalSpy finished(&window.studies(), &StudyService::finished);
        QTest::mouseClick(queue->findChild<QPushButton*>(), Qt::LeftButton);
        QTRY_COMPARE(rowsOf(*list), QStringList{"third.qscope.h5"});
        gate.open();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, waitMilliseconds);
        QTRY_VERIFY(!queue->isVisible());
        QCOMPARE(gate.ran(),
                 (std::vector<std::string>{folder.filePath("first.qscope.h5").toStdString(),
                                           folder.filePath("third.qscope.h5").toStdString()}));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), waitMilliseconds);
    }
};

QTEST_MAIN(TestQueueList)
#include "test_queue_list.moc"
