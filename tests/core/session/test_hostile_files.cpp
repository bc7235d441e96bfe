#include "core/data/error.h"
#include "core/data/hash.h"
#include "core/session/session.h"
#include "tests/core/session/example_session.h"
#include "tests/places.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fstream>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace quantscope;

namespace {

constexpr int leastTrials = 40;

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Runs in a process of its own, which may be spoiled; its exit code, 1000 + signal if killed.
int inProcess(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0)
        std::exit(work()); // with everything that runs at exit: that must not crash either
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

} // namespace

class TestHostileFiles : public QObject {
    Q_OBJECT

    std::string m_checker = testing::binaryFolder() + "/quantscope-session-check";

private Q_SLOTS:
    void initTestCase() { setSessionChecker(m_checker); }

    /// Flipped bytes are refused or do not matter; nothing crashes or hangs this process.
    void flippedBytes() {
        QTemporaryDir folder;
        const std::filesystem::path whole = folder.filePath("whole.h5").toStdString();
        const std::filesystem::path file = folder.filePath("flipped.h5").toStdString();
        writeSession(whole, exampleSession());
        const std::string content = contentOf(whole);
        SplitMix random(1);
        int refused = 0;
        int passed = 0;
        QElapsedTimer clock;
        clock.start();
        // A few hundred in a few seconds; on a busy machine fewer, but never none.
        for (int trial = 0; trial < leastTrials || (trial < 300 && clock.elapsed() < 6000);
             ++trial) {
            std::string flipped = content;
            for (int count = 0; count < 1 + trial % 4; ++count)
                flipped[random.below(flipped.size())] ^= static_cast<char>(1u << random.below(8));
            std::ofstream(file, std::ios::binary) << flipped;
            try {
                const SessionData data =
                    readSession(file, {.checkSeconds = 1, .checkBytes = 1u << 30});
                ++passed;
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Input);
                QVERIFY2(std::string(error.what()).find("flipped.h5") != std::string::npos,
                         error.what());
                ++refused;
            }
        }
        qInfo("%d files refused, %d read", refused, passed);
        QVERIFY(8 * refused > passed);
        QVERIFY(passed > 0); // or the file that is flipped was no session at all
    }

    void everyLengthOfACutOffFileIsRefused() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.h5").toStdString();
        writeSession(file, exampleSession());
        const std::string content = contentOf(file);
        for (std::size_t size = 0; size < content.size(); size += content.size() / 24) {
            std::ofstream(file, std::ios::binary) << content.substr(0, size);
            QVERIFY_THROWS_EXCEPTION(Error, readSession(file));
        }
    }

    /// The same where the program that checks is not installed: a fork does its work. This program
    /// finds the one beside it, so a copy of it does this.
    void aForkChecksWhereTheProgramIsMissing() {
        QTemporaryDir folder;
        const QString alone = QDir::tempPath() + "/quantscope-alone-";
        if (!QCoreApplication::applicationFilePath().startsWith(alone)) {
            const QTemporaryDir elsewhere(alone + "XXXXXX");
            const QString copy = elsewhere.filePath("test");
            QVERIFY(QFile::copy(QCoreApplication::applicationFilePath(), copy));
            QProcess process;
            process.start(copy, {"aForkChecksWhereTheProgramIsMissing"});
            QVERIFY(process.waitForFinished(60'000));
            QVERIFY2(process.exitCode() == 0, process.readAllStandardOutput());
            return;
        }
        const std::filesystem::path file = folder.filePath("a.h5").toStdString();
        const int code = inProcess([&] {
            setSessionChecker({});
            writeSession(file, exampleSession());
            std::string content = contentOf(file);
            std::ofstream(file, std::ios::binary) << content; // written by someone else, then
            if (readSession(file).arrays.size() != exampleSession().arrays.size())
                return 20;
            std::ofstream(file, std::ios::binary) << content.substr(0, content.size() / 2);
            try {
                readSession(file);
            } catch (const Error& error) {
                return error.exitCode();
            }
            return 21;
        });
        QCOMPARE(code, static_cast<int>(ErrorKind::Input));
    }

    void aMissingProgramThatWasNamedIsAnError() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.h5").toStdString();
        writeSession(file, exampleSession());
        std::string content = contentOf(file);
        std::ofstream(file, std::ios::binary) << content;
        setSessionChecker("/no/such/program");
        QVERIFY_THROWS_EXCEPTION(Error, readSession(file));
        setSessionChecker(m_checker);
        QCOMPARE(readSession(file).arrays.size(), exampleSession().arrays.size());
    }

    /// A disk that is full, made by a bound on the size of files, at many lengths: each gives the
    /// error and its exit code, leaves the old session, and the end of the process is clean.
    void aFullDiskLeavesTheOldSession() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        const std::filesystem::path large = folder.filePath("b.qscope.h5").toStdString();
        const SessionData data = exampleSession(200, 40, 4);
        writeSession(file, exampleSession());
        writeSession(large, data);
        const std::string before = contentOf(file);
        const std::size_t size = contentOf(large).size();
        QVERIFY(size > 100000);
        for (const std::size_t room : {std::size_t(0), std::size_t(100), std::size_t(3000),
                                       size / 10, size / 2, size - 3000, size - 8}) {
            const int code = inProcess([&] {
                std::signal(SIGXFSZ, SIG_IGN);
                const rlimit limit{room, room};
                ::setrlimit(RLIMIT_FSIZE, &limit);
                int first = 20;
                try {
                    writeSession(file, data);
                } catch (const Error& error) {
                    first = error.exitCode();
                }
                try {
                    readSession(file, {.checkInChildProcess = false});
                    return 21; // no HDF5 call may follow
                } catch (const Error& error) {
                    return first == error.exitCode() ? first : 22;
                }
            });
            QCOMPARE(code, static_cast<int>(ErrorKind::Output));
            QCOMPARE(contentOf(file), before);
            QVERIFY(!std::filesystem::exists(file.string() + ".tmp"));
        }
        QCOMPARE(inProcess([&] {
                     writeSession(file, data);
                     return 0;
                 }),
                 0);
        QVERIFY(contentOf(file) != before);
    }
};

QTEST_GUILESS_MAIN(TestHostileFiles)
#include "test_hostile_files.moc"
