// kill -9 at random moments, and `resume`: the session is that of an undisturbed study, bit for
// bit. A few moments in every test run; 50 of each study with `ctest --preset soak -R kills`.

#include "core/data/session_data.h"
#include "core/session/session.h"
#include "tests/app/cli/study_process.h"
#include "tests/core/session/same_session.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <random>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// How many moments and which seed: QUANTSCOPE_SOAK_MOMENTS and QUANTSCOPE_SOAK_SEED.
int momentsAsked() {
    bool isNumber = false;
    const int asked = qEnvironmentVariableIntValue("QUANTSCOPE_SOAK_MOMENTS", &isNumber);
    return isNumber ? asked : 0;
}

/// What a study says of its memory when it may use so many MiB.
QString estimate(QStringList study, int memory) {
    return run(study << "--memory" << QString::number(memory) + "MiB"
                     << "--estimate")
        .output;
}

/// The least memory that a study says it can do with, in MiB.
int leastMemory(const QStringList& study) {
    const auto match =
        QRegularExpression("([0-9.]+) MiB  peak of").match(estimate(study, /*memory=*/1));
    return match.hasMatch() ? static_cast<int>(match.captured(1).toDouble()) + 1 : 0;
}

} // namespace

class TestKills : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const QString m_session = m_folder.filePath("study.qscope.h5");
    const StudyFolder m_study{std::filesystem::path(m_session.toStdString())};
    std::mt19937_64 m_random;

    struct Counts {
        int kills = 0;
        int beforeAnything = 0; ///< killed before there was anything to resume
        int spilled = 0;        ///< killed with states on disk that a resume goes on from
        int studies = 0;        ///< brought to their end
    };

    void removeStudy() {
        QFile::remove(m_session);
        QDir(QString::fromStdString(m_study.path().string())).removeRecursively();
    }

    /// Whatever a kill left: each part is whole, and so is the session where there is one.
    void requireWholeFiles() {
        for (const std::string& name : m_study.partNames())
            m_study.readPart(name);
        if (QFile::exists(m_session))
            readSession(m_study.sessionFile());
    }

    /// Starts or resumes the study and kills it after some time; whether it came to its end before.
    /// @param undisturbed  milliseconds of a whole study, lowered where one took less: the machine
    ///                     may have been busy when it was measured
    bool runAndKill(const QStringList& study, qint64& undisturbed, Counts& counts) {
        const bool isResumed = std::filesystem::exists(m_study.path() / "parts" / "head.h5");
        QProcess process;
        QElapsedTimer clock;
        clock.start();
        process.start(program, isResumed ? QStringList{"resume", m_session} : study);
        const qint64 most = std::max<qint64>(undisturbed * 8 / 10, 2);
        const bool isOver =
            process.waitForFinished(static_cast<int>(1 + m_random() % static_cast<quint64>(most)));
        if (isOver) {
            if (process.exitCode() != 0)
                throw std::runtime_error(process.readAllStandardError().toStdString());
            if (!isResumed)
                undisturbed = std::min(undisturbed, clock.elapsed());
            return true;
        }
        process.kill();
        process.waitForFinished();
        ++counts.kills;
        counts.beforeAnything += !std::filesystem::exists(m_study.path() / "parts" / "head.h5");
        counts.spilled += std::filesystem::exists(m_study.scratch() / "commit.json");
        requireWholeFiles();
        return false;
    }

    void compareAndRemove(const SessionData& expected, Counts& counts) {
        const std::string difference =
            firstDifference(expected, readSession(m_study.sessionFile()));
        if (!difference.empty())
            throw std::runtime_error("The resumed study differs at " + difference);
        if (std::filesystem::exists(m_study.path() / "parts"))
            throw std::runtime_error("The finished study left its parts");
        ++counts.studies;
        qInfo("%d kills so far, %d studies that are equal", counts.kills, counts.studies);
        removeStudy();
    }

    /// An exception ends a test program; a failure has to name the test that it is in.
    void soak(const QStringList& study, int moments, int leastSpilled = 0) {
        try {
            const Counts counts = killUntilEnough(study, moments);
            QVERIFY(counts.kills >= moments && counts.studies > 0);
            QVERIFY(counts.spilled >= leastSpilled);
        } catch (const std::exception& error) {
            QFAIL(error.what());
        }
    }

    Counts killUntilEnough(const QStringList& study, int moments) {
        removeStudy();
        QElapsedTimer clock;
        clock.start();
        const Outcome undisturbed = run(study);
        if (undisturbed.code != 0)
            throw std::runtime_error(undisturbed.error.toStdString());
        qint64 milliseconds = clock.elapsed();
        const SessionData expected = readSession(m_study.sessionFile());
        removeStudy();

        Counts counts;
        while (counts.kills < moments)
            if (runAndKill(study, milliseconds, counts))
                compareAndRemove(expected, counts);
        // The last one is brought to its end.
        const bool isResumed = std::filesystem::exists(m_study.path() / "parts" / "head.h5");
        const Outcome last = run(isResumed ? QStringList{"resume", m_session} : study);
        if (last.code != 0)
            throw std::runtime_error(last.error.toStdString());
        compareAndRemove(expected, counts);
        qInfo("%d kills (%d before the first part, %d with committed states), %d studies brought "
              "to their end, %.1f s undisturbed",
              counts.kills, counts.beforeAnything, counts.spilled, counts.studies,
              double(milliseconds) / 1000);
        return counts;
    }

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(binaryFolder() + "/quantscope-session-check");
        bool isNumber = false;
        const int asked = qEnvironmentVariableIntValue("QUANTSCOPE_SOAK_SEED", &isNumber);
        const auto seed = isNumber ? static_cast<std::uint64_t>(asked) : std::random_device{}();
        qInfo("QUANTSCOPE_SOAK_SEED=%llu", static_cast<unsigned long long>(seed));
        m_random.seed(seed);
    }

    /// Every phase and instrument; what is lost is walked again from the start.
    void statesInMemory() {
        const int moments = momentsAsked() > 0 ? momentsAsked() : 3;
        soak(fullStudy(m_session), moments);
    }

    /// The same with so little memory that lanes' states lie on disk, committed after each block.
    void statesOnDisk() {
        const QStringList whole = fullStudy(m_session, 12, 48); // states of some MiB
        const int memory = leastMemory(whole);
        QVERIFY(memory > 0);
        QVERIFY(estimate(whole, 4096).contains("B  hidden states\n"));
        QVERIFY(!estimate(whole, memory).contains("B  hidden states\n"));
        const QStringList study = QStringList(whole)
                                  << "--memory" << QString::number(memory) + "MiB";
        const int moments = momentsAsked() > 0 ? momentsAsked() : 3;
        soak(study, moments, moments >= 20 ? 1 : 0); // a few may all come too early
    }

    /// The study that the program comes with: 8 methods, 256 examples, patches.
    void demoStudy() {
        if (momentsAsked() == 0)
            QSKIP("The demo study is killed in the soak alone: ctest --preset soak -R kills.");
        const QStringList study = {"run", "--config", demo + "/study.toml", "-o", m_session};
        soak(study, momentsAsked());
    }
};

QTEST_GUILESS_MAIN(TestKills)
#include "test_kills.moc"
