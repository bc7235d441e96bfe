#include "app/service/latest_request.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <QThreadPool>

#include <atomic>
#include <thread>

using namespace quantscope;

class TestLatestRequest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersInTheAskingThread() {
        LatestRequest request;
        QThread* computedIn = nullptr;
        int answer = 0;
        request.submit(
            [&](const std::stop_token&) {
                computedIn = QThread::currentThread();
                return 42;
            },
            this,
            [&](int value) {
                answer = value;
                QCOMPARE(QThread::currentThread(), thread());
            });
        QTRY_COMPARE(answer, 42);
        QVERIFY(computedIn != thread());
    }

    void onlyTheNewestIsDelivered() {
        LatestRequest request;
        QSemaphore gate;
        std::atomic<int> computed = 0;
        QList<int> delivered;
        const auto ask = [&](int value) {
            request.submit(
                [&, value](const std::stop_token&) {
                    ++computed;
                    gate.acquire();
                    return value;
                },
                this, [&](int result) { delivered << result; });
        };
        for (int value = 1; value <= 100; ++value)
            ask(value);
        QTRY_COMPARE(computed.load(), 1);
        gate.release(100);
        QTRY_VERIFY(!request.isBusy());
        QCOMPARE(delivered, QList<int>{100});
        QCOMPARE(computed.load(), 2); // the first and the last; none between
        QCOMPARE(request.generation(), std::uint64_t(100));
    }

    void anOutdatedOneIsStopped() {
        LatestRequest request;
        std::atomic<bool> stopped = false;
        std::atomic<bool> started = false;
        request.submit(
            [&](const std::stop_token& stop) {
                started = true;
                while (!stop.stop_requested())
                    std::this_thread::sleep_for(std::chrono::milliseconds(2));
                stopped = true;
                return 1;
            },
            this, [](int) { QFAIL("an outdated answer arrived"); });
        QTRY_VERIFY(started);
        int answer = 0;
        request.submit([](const std::stop_token&) { return 2; }, this,
                       [&](int value) { answer = value; });
        QTRY_COMPARE(answer, 2);
        QVERIFY(stopped);
    }

    void aDestroyedReceiverIsNeverCalled() {
        LatestRequest request;
        QSemaphore gate;
        auto receiver = std::make_unique<QObject>();
        bool called = false;
        request.submit(
            [&](const std::stop_token&) {
                gate.acquire();
                return 1;
            },
            receiver.get(), [&](int) { called = true; });
        receiver.reset();
        gate.release();
        QTRY_VERIFY(!request.isBusy());
        QVERIFY(!called);
    }

    void itMayBeDestroyedWhileComputing() {
        QThreadPool pool;
        QSemaphore started;
        QSemaphore gate;
        bool called = false;
        {
            LatestRequest request(&pool);
            request.submit(
                [&](const std::stop_token&) {
                    started.release();
                    gate.acquire();
                    return 1;
                },
                this, [&](int) { called = true; });
            started.acquire();
        }
        gate.release();
        pool.waitForDone();
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }

    void failuresAreSentences() {
        LatestRequest request;
        QSignalSpy failed(&request, &LatestRequest::failed);
        request.submit(
            [](const std::stop_token&) -> int {
                throw Error(ErrorKind::Resources, "It does not fit.");
            },
            this, [](int) { QFAIL("a failed request delivered"); });
        QVERIFY(failed.wait());
        QCOMPARE(failed.first().at(0).toString(), QStringLiteral("It does not fit."));
        QCOMPARE(failed.first().at(1).toInt(), static_cast<int>(ErrorKind::Resources));
    }

    void droppedRequestsAreSilent() {
        LatestRequest request;
        QSignalSpy failed(&request, &LatestRequest::failed);
        bool called = false;
        request.submit(
            [](const std::stop_token& stop) {
                while (!stop.stop_requested())
                    std::this_thread::sleep_for(std::chrono::milliseconds(2));
                return 1;
            },
            this, [&](int) { called = true; });
        request.drop();
        QTRY_VERIFY(!request.isBusy());
        QVERIFY(!called);
        QCOMPARE(failed.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestLatestRequest)
#include "test_latest_request.moc"
