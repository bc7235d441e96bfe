#include "app/service/log.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <spdlog/spdlog.h>

#include <thread>

using namespace quantscope;

class TestLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesReachFileAndWindow() {
        const QTemporaryDir folder;
        Log log(folder.filePath("deep/er"));
        QSignalSpy lines(&log, &Log::line);
        std::thread([] { spdlog::info("größer {}", 7); }).join();
        QVERIFY(lines.wait());
        QCOMPARE(lines.first().at(1).toInt(), static_cast<int>(spdlog::level::info));
        QCOMPARE(lines.first().at(2).toString(), QStringLiteral("größer 7"));
        QFile file(log.file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("größer 7"));
    }

    void aFolderThatCannotBeMadeIsSaidAndSurvived() {
        const QTemporaryDir folder;
        QFile blocker(folder.filePath("blocker"));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        Log log(blocker.fileName() + "/log");
        QSignalSpy lines(&log, &Log::line);
        QVERIFY(log.file().isEmpty());
        QVERIFY(lines.wait());
        QCOMPARE(lines.first().at(1).toInt(), static_cast<int>(spdlog::level::warn));
    }

    void loggingAfterItsEndIsHarmless() {
        { const Log log{QString()}; }
        spdlog::info("nobody listens");
    }
};

QTEST_GUILESS_MAIN(TestLog)
#include "test_log.moc"
