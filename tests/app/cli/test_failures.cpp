// What takes a study's disk, folder, memory or time away: each gives one sentence and its exit
// code, and the study goes on afterwards to the session of an undisturbed one.

#include "core/session/session.h"
#include "tests/app/cli/study_process.h"
#include "tests/core/session/same_session.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// The last line, which is what the program says of its end; the lines before tell of progress.
QString lastLine(const Outcome& outcome) { return outcome.error.trimmed().section('\n', -1); }

bool isSentence(const QString& line) {
    return line.startsWith("quantscope-cli: ") && line.endsWith('.') && line.size() > 30;
}

/// A study that takes long enough to be interrupted in the middle.
QStringList longerStudy(const QString& output) {
    QStringList study = smallStudy(output);
    study[study.indexOf("12")] = "96";
    return study;
}

} // namespace

class TestFailures : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const QString m_session = m_folder.filePath("disk/study.qscope.h5");
    const QString m_parts = m_folder.filePath("disk/study.qscope.d/parts");
    SessionData m_expected;       ///< of smallStudy
    SessionData m_expectedLonger; ///< of longerStudy

    SessionData read() const { return readSession(m_session.toStdString()); }

    /// Goes on with what is left, as the sentence says, or begins anew where there is nothing yet.
    void requireRecovery(const QStringList& study, const SessionData& expected) {
        const bool isResumed = QFile::exists(m_parts + "/head.h5");
        const Outcome again = run(isResumed ? QStringList{"resume", m_session} : study);
        QVERIFY2(again.code == 0, qPrintable(again.error));
        const std::string difference = firstDifference(expected, read());
        QVERIFY2(difference.empty(), difference.c_str());
    }

    /// Starts a study and waits until it has made its first part.
    void startAndWait(QProcess& process, const QStringList& study) {
        process.start(program, study);
        QElapsedTimer clock;
        clock.start();
        while (process.state() != QProcess::NotRunning && clock.elapsed() < 120000 &&
               !QFile::exists(m_parts + "/000.h5"))
            QTest::qWait(2);
        QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError().constData());
    }

    static Outcome outcomeOf(QProcess& process) {
        process.waitForFinished(120000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                {},
                QString::fromUtf8(process.readAllStandardError())};
    }

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(binaryFolder() + "/quantscope-session-check");
        for (const bool longer : {false, true}) {
            init();
            const Outcome outcome = run(longer ? longerStudy(m_session) : smallStudy(m_session));
            QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
            (longer ? m_expectedLonger : m_expected) = read();
        }
    }

    void init() {
        QDir(m_folder.filePath("disk")).removeRecursively();
        QVERIFY(QDir().mkpath(m_folder.filePath("disk")));
    }

    /// A bound on the size of files fails writes as a full disk does, at other places each time:
    /// parts, codes, states, the session itself.
    void aFullDisk_data() {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {0, 500, 5000, 20000, 60000, 200000})
            QTest::addRow("%d", bytes) << bytes;
    }

    void aFullDisk() {
        QFETCH(int, bytes);
        const Outcome outcome = run(smallStudy(m_session), {}, [bytes] {
            ::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
            ::setrlimit(RLIMIT_FSIZE, &limit);
        });
        if (outcome.code == 0 && bytes >= 200000)
            return; // all of its files are smaller
        QVERIFY2(outcome.code == 4, qPrintable(QString::number(outcome.code) + outcome.error));
        QVERIFY2(isSentence(lastLine(outcome)), qPrintable(lastLine(outcome)));
        QVERIFY(!QFile::exists(m_session));
        requireRecovery(smallStudy(m_session), m_expected);
    }

    /// A real file system without room, where one can be mounted.
    void aFullFileSystem() {
        const QString script =
            "mount -t tmpfs -o size=%1k none \"$1\" || exit 99; shift; out=$1; shift; "
            "\"$@\"; code=$?; echo \"code $code\"; "
            "mount -o remount,size=200m \"$(dirname \"$out\")\" || exit 98; "
            "if [ -e \"${out%.h5}.d/parts/head.h5\" ]; then \"$1\" resume \"$out\"; else \"$@\"; "
            "fi; "
            "code=$?; cp \"$out\" \"$(dirname \"$out\")/../from-full-disk.h5\"; exit $code";
        const QString folder = m_folder.filePath("disk");
        for (const char* size : {"64", "300", "600"}) {
            QStringList arguments = {
                "--mount", "--user", "--map-root-user", "sh",   "-c", script.arg(size),
                "sh",      folder,   m_session,         program};
            const Outcome outcome = run(arguments + smallStudy(m_session), {}, {}, "unshare");
            if (outcome.code == 99 || outcome.error.contains("unshare:") || outcome.code < 0)
                QSKIP("This machine lets no file system be mounted for a test.");
            QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
            QVERIFY2(outcome.output.contains("code 4"), qPrintable(outcome.output + outcome.error));
            const std::string difference = firstDifference(
                m_expected, readSession(m_folder.filePath("from-full-disk.h5").toStdString()));
            QVERIFY2(difference.empty(), difference.c_str());
        }
    }

    /// The folder goes away in the middle of a study, as a disk does that is unplugged, and comes
    /// back.
    void aFolderThatVanishes() {
        QProcess process;
        startAndWait(process, longerStudy(m_session));
        QVERIFY(QFile::rename(m_folder.filePath("disk"), m_folder.filePath("elsewhere")));
        const Outcome outcome = outcomeOf(process);
        QVERIFY2(outcome.code == 4, qPrintable(QString::number(outcome.code) + outcome.error));
        const QString line = lastLine(outcome);
        QVERIFY2(isSentence(line) && line.contains("study.qscope.d") && line.contains("resume"),
                 qPrintable(line));
        QDir(m_folder.filePath("disk")).removeRecursively();
        QVERIFY(QFile::rename(m_folder.filePath("elsewhere"), m_folder.filePath("disk")));
        requireRecovery(longerStudy(m_session), m_expectedLonger);
    }

    void aSignal_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGHUP") << SIGHUP;
    }

    void aSignal() {
        QFETCH(int, signal);
        QProcess process;
        startAndWait(process, longerStudy(m_session));
        ::kill(static_cast<pid_t>(process.processId()), signal);
        const Outcome outcome = outcomeOf(process);
        QVERIFY2(outcome.code == 6, qPrintable(QString::number(outcome.code) + outcome.error));
        QVERIFY2(isSentence(lastLine(outcome)) && lastLine(outcome).contains("resume"),
                 qPrintable(lastLine(outcome)));
        QCOMPARE(read().attributes.at("status"), std::string("partial"));
        requireRecovery(longerStudy(m_session), m_expectedLonger);
    }

    /// A stop that comes before there is anything to keep.
    void aSignalAtTheBeginning() {
        QProcess process;
        QStringList study = longerStudy(m_session);
        process.start(program, study << "--json");
        QVERIFY(process.waitForReadyRead(60000)); // its first word: the handler stands
        ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
        const Outcome outcome = outcomeOf(process);
        QVERIFY2(outcome.code == 6, qPrintable(QString::number(outcome.code) + outcome.error));
        QVERIFY2(isSentence(lastLine(outcome)), qPrintable(lastLine(outcome)));
        requireRecovery(longerStudy(m_session), m_expectedLonger);
    }

    /// Less and less address space: a sentence each time, from the first limit that lets the
    /// program begin at all (before that the loader has no room for the libraries).
    void memoryThatIsRefused() {
        int refused = 0;
        bool isEnough = false;
        for (std::uint64_t megabytes = 4000; megabytes >= 1000; megabytes -= 250) {
            init();
            const Outcome outcome = run(smallStudy(m_session) << "--threads"
                                                              << "2",
                                        {}, [megabytes] {
                                            const rlimit limit{megabytes << 20, megabytes << 20};
                                            ::setrlimit(RLIMIT_AS, &limit);
                                        });
            if (outcome.code == 0) {
                isEnough = true;
                continue;
            }
            if (!outcome.error.contains("reading model and text"))
                break; // it did not come to its first stage
            const QString line = lastLine(outcome);
            QVERIFY2(outcome.code == 5, qPrintable(QString::number(outcome.code) + outcome.error));
            QVERIFY2(isSentence(line), qPrintable(line));
            QVERIFY2(line.contains("address space") || line.contains("memory"), qPrintable(line));
            ++refused;
        }
        QVERIFY(isEnough);
        QVERIFY(refused > 0);
        init();
        requireRecovery(smallStudy(m_session), m_expected);
    }

    void memoryThatIsNotAllowed() {
        const Outcome outcome = run(smallStudy(m_session) << "--memory"
                                                          << "1MiB");
        QVERIFY2(outcome.code == 5, qPrintable(QString::number(outcome.code) + outcome.error));
        QVERIFY2(isSentence(lastLine(outcome)), qPrintable(lastLine(outcome)));
        QVERIFY(!QFile::exists(m_session));
    }

    void anotherAmountOfMemory_data() {
        QTest::addColumn<QString>("threads");
        QTest::newRow("the same numbers") << "1";
        // Methods one after the other before, side by side afterwards.
        QTest::newRow("others in the last digits") << "2";
    }

    /// A study whose states lie on disk goes on with them in memory, and says what that may change.
    void anotherAmountOfMemory() {
        QFETCH(QString, threads);
        const QStringList study = longerStudy(m_session) << "--threads" << threads;
        QCOMPARE(run(study).code, 0);
        const SessionData expected = read();
        init();

        const QString least = run(QStringList(study) << "--memory"
                                                     << "1MiB"
                                                     << "--estimate")
                                  .output;
        const QRegularExpressionMatch peak =
            QRegularExpression("([0-9.]+) MiB  peak of").match(least);
        QVERIFY2(peak.hasMatch(), qPrintable(least));
        const int megabytes = static_cast<int>(peak.captured(1).toDouble()) + 1;
        QProcess process;
        startAndWait(process, QStringList(study) << "--memory" << QString("%1MiB").arg(megabytes));
        ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
        QCOMPARE(outcomeOf(process).code, 6);

        const Outcome tooLittle = run({"resume", m_session, "--memory", "1MiB"});
        QCOMPARE(tooLittle.code, 5);
        QVERIFY2(isSentence(lastLine(tooLittle)), qPrintable(tooLittle.error));
        const Outcome more = run({"resume", m_session, "--memory", "6GiB"});
        QVERIFY2(more.code == 0, qPrintable(more.error));
        const SessionData found = read();
        QCOMPARE(found.attributes.at("status"), std::string("complete"));
        QVERIFY(found.attributes.at("plan").find(std::to_string(6ull << 30)) != std::string::npos);
        QCOMPARE(more.error.contains("With 6.00 GiB methods are quantized side by side"),
                 threads == "2");
        if (threads == "2")
            return;
        SessionData alike = found;
        alike.attributes["plan"] = expected.attributes.at("plan");
        const std::string difference = firstDifference(expected, alike);
        QVERIFY2(difference.empty(), difference.c_str());
    }
};

QTEST_GUILESS_MAIN(TestFailures)
#include "test_failures.moc"
