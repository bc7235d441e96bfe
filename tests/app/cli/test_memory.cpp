// What a study takes, as the kernel counts it, beside what the program says before it begins and
// what it was allowed.

#include "core/session/session.h"
#include "tests/app/cli/study_process.h"
#include "tests/core/session/same_session.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <vector>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

constexpr double mebibyte = 1 << 20;

struct Peak {
    int code = -1;
    double bytes = 0; ///< largest resident set, pages of mapped files included
};

/// Runs the program to its end; only wait4 tells of one child alone.
Peak peakOf(const QStringList& arguments) {
    std::vector<QByteArray> words = {program.toLocal8Bit()};
    for (const QString& argument : arguments)
        words.push_back(argument.toLocal8Bit());
    std::vector<char*> pointers;
    for (QByteArray& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawn(&child, pointers.front(), nullptr, nullptr, pointers.data(), environ) != 0)
        return {};
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, double(usage.ru_maxrss) * 1024};
}

/// Bytes of the line of an estimate that has these words; 0 where there is none.
double estimated(const QString& estimate, const QString& words) {
    const QRegularExpression line("([\\d.]+) (B|KiB|MiB|GiB)  " + words);
    const QRegularExpressionMatch found = line.match(estimate);
    const QStringList units = {"B", "KiB", "MiB", "GiB"};
    double bytes = found.captured(1).toDouble();
    for (auto unit = units.indexOf(found.captured(2)); unit > 0; --unit)
        bytes *= 1024;
    return bytes;
}

QString megabytes(double bytes) { return QString::number(bytes / mebibyte, 'f', 1) + " MiB"; }

} // namespace

class TestMemory : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    /// 32,768 tokens: 32 MiB of hidden states a lane, three lanes.
    QStringList study() const {
        return {"run",
                "--model",
                m_folder.filePath("model"),
                "--text",
                m_folder.filePath("text.txt"),
                "--windows",
                "all",
                "--examples",
                "128",
                "--tokens",
                "255",
                "--method",
                "rtn:bits=3,group=64",
                "--method",
                "gptq:bits=3,group=64",
                "--calibration-examples",
                "8",
                "--threads",
                "2",
                "-o",
                m_folder.filePath("study.qscope.h5")};
    }

private Q_SLOTS:
    void initTestCase() {
        RandomCheckpointOptions options;
        options.config = namedShape("tiny");
        options.config.hiddenSize = 256;
        options.config.intermediateSize = 512;
        options.config.heads = options.config.keyValueHeads = 4;
        options.config.headDimension = 64;
        writeRandomCheckpoint(m_folder.filePath("model").toStdString(), options);
        QFile text(m_folder.filePath("text.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        std::uint64_t state = 1;
        for (int word = 0; word < 60000; ++word) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            text.write(QByteArray::number(static_cast<qulonglong>(state >> 44U), 26) +
                       (word % 400 == 399 ? "\n\n" : " "));
        }
    }

    /// Within 15 % of what was said, where there is room for everything.
    void takesWhatItSaid() {
        const Outcome before = run(study() << "--estimate");
        QVERIFY2(before.code == 0, qPrintable(before.error));
        const double expected = estimated(before.output, "peak of");
        QVERIFY2(expected > 0, qPrintable(before.output));
        QVERIFY(estimated(before.output, "hidden states\n") > 90 * mebibyte);
        const Peak peak = peakOf(study());
        QCOMPARE(peak.code, 0);
        const double ratio = peak.bytes / expected;
        QVERIFY2(ratio > 0.85 && ratio < 1.15,
                 qPrintable(megabytes(peak.bytes) + " taken:\n" + before.output));
    }

    /// Where there is no room to quantize a block beside the walk through the one before, it waits.
    void givesTheSameNumbersWithoutABlockAhead() {
        setSessionChecker(binaryFolder() + "/quantscope-session-check");
        const QString session = m_folder.filePath("study.qscope.h5");
        const QString roomy = run(study() << "--estimate").output;
        const double ahead = estimated(roomy, "quantizing the next block");
        QVERIFY2(ahead > 4 * mebibyte, qPrintable(roomy));
        QCOMPARE(run(study()).code, 0);
        SessionData expected = readSession(session.toStdString());

        const double allowed = estimated(roomy, "peak of") - ahead / 2;
        const QStringList limited = study()
                                    << "--memory" << QString::number(std::uint64_t(allowed)) + "B";
        const QString less = run(QStringList(limited) << "--estimate").output;
        QVERIFY2(estimated(less, "quantizing the next block") == 0, qPrintable(less));
        QVERIFY2(estimated(less, "weights of the next block") > 0, qPrintable(less));
        QCOMPARE(run(limited).code, 0);
        const SessionData found = readSession(session.toStdString());
        expected.attributes["plan"] = found.attributes.at("plan"); // says what was allowed
        const std::string difference = firstDifference(expected, found);
        QVERIFY2(difference.empty(), difference.c_str());
    }

    /// With 70 MiB beside the program, the states go to the disk and the study ends within them.
    void staysWithinWhatItMayUse() {
        const QString roomy = run(study() << "--estimate").output;
        const double allowed = estimated(roomy, "program and libraries") + 70 * mebibyte;
        const QStringList limited = study()
                                    << "--memory" << QString::number(std::uint64_t(allowed)) + "B";
        const Outcome before = run(QStringList(limited) << "--estimate");
        QVERIFY2(before.code == 0, qPrintable(before.error + before.output));
        QVERIFY2(estimated(before.output, "hidden states\n") == 0, qPrintable(before.output));
        const Peak peak = peakOf(limited);
        QCOMPARE(peak.code, 0);
        QVERIFY2(peak.bytes <= allowed, qPrintable(megabytes(peak.bytes) + " taken of " +
                                                   megabytes(allowed) + ":\n" + before.output));
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "test_memory.moc"
