#include "app/service/study_service.h"
#include "app/service/thread_niceness.h"
#include "core/data/error.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace quantscope;

namespace {

constexpr int stepCount = 5;
constexpr int waitMilliseconds = 5000;
/// The promise of the program: a cancelled study returns within this time.
constexpr qint64 cancelMilliseconds = 1000;

std::shared_ptr<const SessionData> partWithBlocks(int blocks) {
    auto session = std::make_shared<SessionData>();
    session->attributes["blocks_done"] = std::to_string(blocks);
    return session;
}

/// A study that reports `steps` steps of 5 ms each, with a part after each.
StudyBackend steppingBackend(int steps) {
    StudyBackend backend;
    backend.run = [steps](const StudyPlan&, Job& job, const StudyFollower& follower) {
        for (int step = 1; step <= steps; ++step) {
            job.progress("step " + std::to_string(step), step, steps);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            if (follower)
                follower(partWithBlocks(step));
        }
    };
    return backend;
}

StudyPlan planFor(const std::string& output) {
    StudyPlan plan;
    plan.output = output;
    return plan;
}

} // namespace

class TestStudyService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reportsEverythingInOrder() {
        StudyService service(steppingBackend(stepCount));
        std::vector<std::string> events;
        QThread* const mine = QThread::currentThread();
        bool wrongThread = false;
        connect(&service, &StudyService::progressed, this, [&](const Progress& progress) {
            wrongThread |= QThread::currentThread() != mine;
            events.push_back(progress.stage);
        });
        connect(&service, &StudyService::partReady, this,
                [&](const std::shared_ptr<const SessionData>& session) {
                    wrongThread |= QThread::currentThread() != mine;
                    events.push_back("part " + session->attributes.at("blocks_done"));
                });
        QSignalSpy finished(&service, &StudyService::finished);
        QSignalSpy failed(&service, &StudyService::failed);
        service.start(planFor("one.qscope.h5"));
        QVERIFY(service.isActive());
        QVERIFY(finished.wait(waitMilliseconds));
        QCOMPARE(finished.first().first().toString(), QStringLiteral("one.qscope.h5"));
        QCOMPARE(failed.count(), 0);
        QVERIFY(!wrongThread);
        std::vector<std::string> expected;
        for (int step = 1; step <= stepCount; ++step) {
            expected.push_back("step " + std::to_string(step));
            expected.push_back("part " + std::to_string(step));
        }
        QCOMPARE(events, expected);
        QCOMPARE(service.state(), StudyService::State::Idle);
    }

    void cancelReturnsWithinASecond() {
        StudyService service(steppingBackend(1000000));
        QSignalSpy progressed(&service, &StudyService::progressed);
        QSignalSpy failed(&service, &StudyService::failed);
        service.start(planFor("a"));
        service.start(planFor("b"));
        QCOMPARE(service.waiting(), std::size_t(1));
        QVERIFY(progressed.wait(waitMilliseconds));
        QElapsedTimer timer;
        timer.start();
        service.cancel();
        QCOMPARE(service.state(), StudyService::State::Stopping);
        QVERIFY(failed.wait(waitMilliseconds));
        QVERIFY2(timer.elapsed() < cancelMilliseconds,
                 qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(failed.first().at(1).toInt(), static_cast<int>(ErrorKind::Interrupted));
        QCOMPARE(service.waiting(), std::size_t(0));
        QCOMPARE(service.state(), StudyService::State::Idle);
    }

    void pauseHoldsAndProceedGoesOn() {
        StudyService service(steppingBackend(60));
        QSignalSpy progressed(&service, &StudyService::progressed);
        QSignalSpy finished(&service, &StudyService::finished);
        service.start(planFor("a"));
        QVERIFY(progressed.wait(waitMilliseconds));
        service.setPaused(true);
        QCOMPARE(service.state(), StudyService::State::Paused);
        QTest::qWait(100); // the step under way ends
        const qsizetype held = progressed.count();
        QTest::qWait(200);
        QCOMPARE(progressed.count(), held);
        QCOMPARE(finished.count(), 0);
        service.setPaused(false);
        QVERIFY(finished.wait(waitMilliseconds));
        QCOMPARE(progressed.count(), qsizetype(60));
    }

    void cancelEndsAPause() {
        StudyService service(steppingBackend(1000000));
        QSignalSpy progressed(&service, &StudyService::progressed);
        QSignalSpy failed(&service, &StudyService::failed);
        service.start(planFor("a"));
        QVERIFY(progressed.wait(waitMilliseconds));
        service.setPaused(true);
        QTest::qWait(50);
        service.cancel();
        QVERIFY(failed.wait(static_cast<int>(cancelMilliseconds)));
    }

    void queueRunsOneAfterTheOther() {
        std::atomic<int> running = 0;
        std::atomic<int> most = 0;
        StudyBackend backend;
        backend.run = [&](const StudyPlan&, Job&, const StudyFollower&) {
            most = std::max(most.load(), ++running);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            --running;
        };
        backend.resume = [&](const std::filesystem::path& session, Job&, const StudyFollower&) {
            most = std::max(most.load(), ++running);
            --running;
            throw Error(ErrorKind::Input, "There is no " + session.string() + ".");
        };
        StudyService service(backend);
        QStringList order;
        connect(&service, &StudyService::finished, this, [&](const QString& o) { order << o; });
        QSignalSpy failed(&service, &StudyService::failed);
        service.start(planFor("a"));
        service.resume(QStringLiteral("lost.qscope.h5"));
        service.start(planFor("b"));
        QTRY_COMPARE_WITH_TIMEOUT(order, (QStringList{"a", "b"}), waitMilliseconds);
        QCOMPARE(most.load(), 1);
        QCOMPARE(failed.count(), 1);
        QCOMPARE(failed.first().at(0).toString(), QStringLiteral("There is no lost.qscope.h5."));
        QCOMPARE(failed.first().at(1).toInt(), static_cast<int>(ErrorKind::Input));
    }

    void destructionStopsAndWaits() {
        std::atomic<bool> returned = false;
        StudyBackend backend;
        backend.run = [&](const StudyPlan&, Job& job, const StudyFollower&) {
            while (!job.stopRequested())
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            returned = true;
            job.throwIfStopped();
        };
        {
            StudyService service(backend);
            service.start(planFor("a"));
            QTest::qWait(30);
        }
        QVERIFY(returned);
    }

    void theWindowComesBeforeTheThreadsOfAStudy() {
        const auto nicenessOf = [](pid_t thread) {
            return ::getpriority(PRIO_PROCESS, static_cast<id_t>(thread));
        };
        const int before = nicenessOf(::gettid());
        std::atomic<int> ofStudy = -1;
        std::atomic<int> ofItsThread = -1;
        StudyBackend backend;
        backend.run = [&](const StudyPlan&, Job&, const StudyFollower&) {
            ofStudy = nicenessOf(::gettid());
            std::thread([&] { ofItsThread = nicenessOf(::gettid()); }).join();
        };
        StudyService service(backend);
        QSignalSpy finished(&service, &StudyService::finished);
        service.start(planFor("a"));
        QVERIFY(finished.wait(waitMilliseconds));
        QCOMPARE(ofStudy.load(), std::max(before, studyNiceness));
        QCOMPARE(ofItsThread.load(), std::max(before, studyNiceness));
        QCOMPARE(nicenessOf(::gettid()), before);
    }

    void threadsOfLibrariesAreMadeNice() {
        std::atomic<pid_t> other = 0;
        std::atomic<bool> done = false;
        std::thread waiting([&] {
            other = ::gettid();
            while (!done)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
        while (other == 0)
            std::this_thread::yield();
        const int before = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
        makeOtherThreadsNice(studyNiceness);
        const int ofOther = ::getpriority(PRIO_PROCESS, static_cast<id_t>(other.load()));
        done = true;
        waiting.join();
        QCOMPARE(ofOther, std::max(before, studyNiceness));
        QCOMPARE(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())), before);
    }

    void studiesThatWaitCanBeTakenOut() {
        StudyService service(steppingBackend(20));
        QSignalSpy finished(&service, &StudyService::finished);
        QSignalSpy changed(&service, &StudyService::queueChanged);
        for (const char* name : {"one", "two", "three"})
            service.start(planFor(name));
        QCOMPARE(service.waitingOutputs(), (QStringList{"two", "three"}));
        QVERIFY(service.writes("one") && service.writes("three") && !service.writes("four"));
        service.forget(0);
        service.forget(7); // there is none
        QCOMPARE(service.waitingOutputs(), QStringList{"three"});
        QVERIFY(!service.writes("two"));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, waitMilliseconds);
        QCOMPARE(finished.last().first().toString(), QStringLiteral("three"));
        QVERIFY(!service.writes("three"));
    }
};

QTEST_GUILESS_MAIN(TestStudyService)
#include "test_study_service.moc"
