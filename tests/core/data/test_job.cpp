#include "core/data/error.h"
#include "core/data/job.h"

#include <QtTest/QtTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace quantscope;

class TestJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reportsAreThrottledWithinAStage() {
        std::vector<Progress> reports;
        Job job([&](const Progress& moment) { reports.push_back(moment); });
        QElapsedTimer timer;
        timer.start();
        long calls = 0;
        for (; timer.elapsed() < 350; ++calls)
            job.progress("walk", double(timer.elapsed()), 350);
        QVERIFY(calls > 1000);
        // One at once, then at most one every 100 ms; late ones are a busy machine's.
        QVERIFY2(reports.size() >= 2 && reports.size() <= 4,
                 qPrintable(QString::number(reports.size())));
        for (std::size_t i = 1; i < reports.size(); ++i)
            QVERIFY(reports[i].fraction - reports[i - 1].fraction >= 99.0 / 350);
    }

    void everyStageIsReportedAtOnce() {
        std::vector<std::string> stages;
        Job job([&](const Progress& moment) { stages.push_back(moment.stage); });
        for (const char* stage : {"read", "walk", "walk", "write"})
            job.progress(stage, 1, 2);
        QCOMPARE(stages, (std::vector<std::string>{"read", "walk", "write"}));
    }

    void fractionsStayBetweenZeroAndOne() {
        std::vector<double> fractions;
        Job job([&](const Progress& moment) { fractions.push_back(moment.fraction); });
        job.progress("a", 5, 4);
        job.progress("b", -1, 4);
        job.progress("c", 1, 0);
        job.progress("d", 1, 4);
        QCOMPARE(fractions, (std::vector<double>{1, 0, 0, 0.25}));
    }

    void stoppingThrowsInterrupted() {
        std::stop_source source;
        Job job({}, source.get_token());
        job.throwIfStopped();
        job.progress("walk", 1, 2); // without a receiver
        QVERIFY(!job.stopRequested());
        source.request_stop();
        QVERIFY(job.stopRequested());
        int caught = 0;
        for (const bool byProgress : {true, false})
            try {
                byProgress ? job.progress("walk", 1, 2) : job.throwIfStopped();
            } catch (const Error& error) {
                caught += error.kind() == ErrorKind::Interrupted && error.exitCode() == 6;
            }
        QCOMPARE(caught, 2);
    }

    /// A job that is resumed at one half and gains a quarter in t seconds needs t more.
    void timeLeftIsExtrapolatedFromTheStart() {
        std::vector<Progress> reports;
        Job job([&](const Progress& moment) { reports.push_back(moment); });
        job.progress("walk", 50, 100);
        QVERIFY(!reports.back().secondsLeft);
        QTest::qSleep(1200);
        job.progress("walk", 75, 100);
        QCOMPARE(reports.size(), std::size_t{2});
        QVERIFY(reports.back().secondsLeft.has_value());
        const double left = *reports.back().secondsLeft;
        QVERIFY2(left >= 1.19 && left < 3, qPrintable(QString::number(left)));
    }
};

QTEST_GUILESS_MAIN(TestJob)
#include "test_job.moc"
