// One study by several processes on this machine, started by mpirun: the session is that of one
// process, and what ends one rank ends them all with one sentence and something to go on with.

#include "core/session/session.h"
#include "tests/app/cli/study_process.h"
#include "tests/core/session/same_session.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <csignal>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// Of sums over all examples, which ranks add up in another order.
constexpr double sumTolerance = 1e-6;
/// Of everything by example where batches, and so the shapes of products, are others.
constexpr double batchTolerance = 2e-4;

const QStringList sumsOverExamples = {"/channels/", "/cka/", "/experts/",
                                      "/depth/mlp/position_cosine", "/position_maximum"};

QStringList onRanks(int ranks, const QStringList& arguments) {
    return QStringList{"--allow-run-as-root", "--oversubscribe", "-n", QString::number(ranks),
                       program}
           << arguments;
}

Outcome runOnRanks(int ranks, const QStringList& arguments) {
    return run(onRanks(ranks, arguments), {}, {}, "mpirun");
}

/// What the program itself said, without what mpirun adds.
QStringList sentences(const Outcome& outcome) {
    return outcome.error.split('\n').filter(QRegularExpression("^quantscope-cli: "));
}

QStringList oneThread(QStringList study) {
    if (const auto at = study.indexOf("--threads"); at >= 0)
        study.erase(study.begin() + at, study.begin() + at + 2);
    return study << "--threads"
                 << "1";
}

/// Every phase and instrument, one example a batch: no product knows how examples are shared.
QStringList everything(const QString& output) {
    return oneThread(fullStudy(output))
               .replaceInStrings(QRegularExpression("^zero$"), "zero,mean,random")
           << "--batch-tokens"
           << "25";
}

/// A study of seconds that is interrupted, in batches of one example too.
QStringList shortStudy(const QString& output) {
    return oneThread(smallStudy(output)) << "--early-exit"
                                         << "--patch"
                                         << "down"
                                         << "--pair"
                                         << "all"
                                         << "--instruments"
                                         << "cka,outliers"
                                         << "--batch-tokens"
                                         << "49";
}

/// The largest difference of two arrays, relative to the larger of the values, or to 1 where the
/// array's values are smaller than that; infinite where they cannot be compared.
double largestDifference(const NamedArray& a, const NamedArray& b) {
    if (a.shape != b.shape || a.dimensions != b.dimensions || a.values.index() != b.values.index())
        return INFINITY;
    if (std::holds_alternative<std::vector<std::string>>(a.values))
        return sameBits(a, b) ? 0 : INFINITY;
    const std::vector<double> first = a.toDoubles();
    const std::vector<double> second = b.toDoubles();
    double scale = 1;
    double largest = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (std::isnan(first[i]) != std::isnan(second[i]))
            return INFINITY;
        if (std::isnan(first[i]) || first[i] == second[i])
            continue;
        scale = std::max(1.0, std::max(std::abs(first[i]), std::abs(second[i])));
        largest = std::max(largest, std::abs(first[i] - second[i]) / scale);
    }
    return largest;
}

/// Where two sessions differ by more than a tolerance; with 0 all but sums over examples are the
/// same to the bit.
QString difference(const SessionData& expected, const SessionData& found, double tolerance) {
    for (const auto& [path, array] : expected.arrays) {
        const NamedArray* other = found.find(path);
        if (!other)
            return QString::fromStdString(path) + " is missing";
        const QString name = QString::fromStdString(path);
        const bool isSum = std::any_of(sumsOverExamples.begin(), sumsOverExamples.end(),
                                       [&](const QString& part) { return name.contains(part); });
        const double allowed = std::max(tolerance, isSum ? sumTolerance : 0);
        if (sameBits(array, *other))
            continue;
        const double largest = largestDifference(array, *other);
        if (allowed == 0 || largest > allowed)
            return QString("%1 differs by %2").arg(name).arg(largest);
    }
    for (const auto& [path, array] : found.arrays)
        if (!expected.find(path))
            return QString::fromStdString(path) + " is new";
    for (const char* name : {"status", "blocks_done", "model_hash", "text_hash"}) {
        const auto own = expected.attributes.find(name);
        const auto other = found.attributes.find(name);
        if ((own == expected.attributes.end()) != (other == found.attributes.end()) ||
            (own != expected.attributes.end() && own->second != other->second))
            return QString("attribute %1").arg(name);
    }
    return {};
}

/// The packed blocks of every method, by their place in the study's folder.
QMap<QString, QByteArray> codesOf(const QString& session) {
    const QString folder = QString(session).replace(".qscope.h5", ".qscope.d/codes");
    QMap<QString, QByteArray> codes;
    QDirIterator files(folder, {"block-*.safetensors"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.fileName().contains("before-end-to-end") || !file.open(QIODevice::ReadOnly))
            continue;
        codes[file.fileName().mid(folder.size())] = file.readAll();
    }
    return codes;
}

/// The processes that mpirun started, by rank: it starts them in that order.
QList<qint64> ranksOf(qint64 launcher) {
    QFile file(QString("/proc/%1/task/%1/children").arg(launcher));
    QList<qint64> ranks;
    if (file.open(QIODevice::ReadOnly))
        for (const QByteArray& child : file.readAll().split(' '))
            if (!child.trimmed().isEmpty())
                ranks.push_back(child.trimmed().toLongLong());
    std::sort(ranks.begin(), ranks.end());
    return ranks;
}

} // namespace

class TestRanks : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const QString m_single = m_folder.filePath("single.qscope.h5");
    const QString m_session = m_folder.filePath("shared/study.qscope.h5");
    const QString m_work = m_folder.filePath("shared/study.qscope.d");
    SessionData m_expected;      ///< of `everything`, by one process
    SessionData m_expectedShort; ///< of `shortStudy`

    SessionData read() const { return readSession(m_session.toStdString()); }

    /// Starts a study and waits until two of its blocks are done.
    void startAndWait(QProcess& process, int ranks, const QStringList& study) {
        process.start("mpirun", onRanks(ranks, study));
        QElapsedTimer clock;
        clock.start();
        while (process.state() != QProcess::NotRunning && clock.elapsed() < 120000 &&
               !QFile::exists(m_work + "/parts/001.h5"))
            QTest::qWait(2);
        QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError().constData());
        QCOMPARE(ranksOf(process.processId()).size(), ranks);
    }

    /// A small Mixtral with a tokenizer of single letters.
    QString modelWithExperts() {
        const QString to = m_folder.filePath("experts");
        QDir().mkpath(to);
        for (const char* file : {"config.json", "model.safetensors"})
            QFile::copy(QString::fromStdString(testData()) + "/models/mixtral/" + file,
                        to + "/" + file);
        QJsonArray pieces;
        const auto add = [&pieces](const QString& piece) {
            pieces.append(QJsonArray{piece, -1.0 - double(pieces.size())});
        };
        for (const char* piece : {"<unk>", "<s>", " "})
            add(piece);
        for (char letter = 'a'; letter <= 'z'; ++letter)
            add(QString(letter));
        QFile file(to + "/tokenizer.json");
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(QJsonObject{{"model", QJsonObject{{"type", "Unigram"},
                                                                       {"unk_id", 0},
                                                                       {"vocab", pieces}}}})
                           .toJson());
        return to;
    }

    static Outcome outcomeOf(QProcess& process) {
        process.waitForFinished(120000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                {},
                QString::fromUtf8(process.readAllStandardError())};
    }

private Q_SLOTS:
    void initTestCase() {
        if (QStandardPaths::findExecutable("mpirun").isEmpty())
            QSKIP("There is no mpirun (openmpi-bin) on this machine.");
        if (run({"--version"}).output.contains("without MPI"))
            QSKIP("The program was built without MPI (libopenmpi-dev).");
        setSessionChecker(binaryFolder() + "/quantscope-session-check");
        Outcome outcome = run(everything(m_single));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        m_expected = readSession(m_single.toStdString());
        const QString other = m_folder.filePath("short.qscope.h5");
        outcome = run(shortStudy(other));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        m_expectedShort = readSession(other.toStdString());
    }

    void init() {
        QDir(m_folder.filePath("shared")).removeRecursively();
        QVERIFY(QDir().mkpath(m_folder.filePath("shared")));
    }

    /// Every phase and instrument: one session, the same to the bit but for the order of sums.
    void sameAsOneProcess_data() {
        QTest::addColumn<int>("ranks");
        QTest::addRow("2 ranks") << 2;
        QTest::addRow("4 ranks") << 4;
    }

    void sameAsOneProcess() {
        QFETCH(int, ranks);
        const Outcome outcome = runOnRanks(ranks, everything(m_session));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        QVERIFY(outcome.error.contains(QString("%1 ranks, %1 of them on").arg(ranks)));
        QCOMPARE(outcome.error.count("writing the session"), 1); // one rank alone tells of progress
        const QString differs = difference(m_expected, read(), 0);
        QVERIFY2(differs.isEmpty(), qPrintable(differs));
        QCOMPARE(codesOf(m_session), codesOf(m_single));
        QVERIFY(!QFile::exists(m_work + "/parts") && !QFile::exists(m_work + "/scratch"));
    }

    /// What routers do is summed over all examples.
    void expertsAreSummed() {
        const QString model = modelWithExperts();
        const auto study = [&model](const QString& output) {
            QStringList arguments = oneThread(smallStudy(output))
                                    << "--instruments"
                                    << "local,outliers,cka,channels,depth"
                                    << "--batch-tokens"
                                    << "49";
            arguments[arguments.indexOf("--model") + 1] = model;
            return arguments;
        };
        const QString other = m_folder.filePath("shared/single.qscope.h5");
        Outcome outcome = run(study(other));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        outcome = runOnRanks(2, study(m_session));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        const SessionData expected = readSession(other.toStdString());
        QVERIFY(expected.find("/experts/load"));
        const QString differs = difference(expected, read(), 0);
        QVERIFY2(differs.isEmpty(), qPrintable(differs));
    }

    /// Batches of 4, 4 and 4 examples become two times 4 and 2; patches in the main walk.
    void withinRoundingWithOtherBatches() {
        const auto study = [this](const QString& output) {
            return oneThread(smallStudy(output)) << "--early-exit"
                                                 << "--patch"
                                                 << "down"
                                                 << "--follow-up"
                                                 << "all"
                                                 << "--batch-tokens"
                                                 << "196";
        };
        const QString other = m_folder.filePath("shared/single.qscope.h5");
        Outcome outcome = run(study(other));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        outcome = runOnRanks(2, study(m_session));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        const QString differs =
            difference(readSession(other.toStdString()), read(), batchTolerance);
        QVERIFY2(differs.isEmpty(), qPrintable(differs));
        QCOMPARE(codesOf(m_session), codesOf(other));
    }

    /// kill -9 of one rank, with states on disk: the others end too, and as many go on.
    void oneRankIsKilled() {
        constexpr int ranks = 3;
        const Outcome estimate = runOnRanks(ranks, shortStudy(m_session) << "--memory"
                                                                         << "1MiB"
                                                                         << "--estimate");
        const auto least = QRegularExpression("([0-9.]+) MiB  peak of").match(estimate.output);
        QVERIFY2(least.hasMatch(), qPrintable(estimate.output));
        // So little that states do not stay in memory; the estimate is rounded to 1 MiB.
        const double kilobytes = ranks * 1024 * (least.captured(1).toDouble() + 0.5) + 1;
        const QStringList study = shortStudy(m_session)
                                  << "--memory" << QString::number(int(kilobytes)) + "KiB";
        QProcess process;
        startAndWait(process, ranks, study);
        ::kill(static_cast<pid_t>(ranksOf(process.processId())[1]), SIGKILL);
        QVERIFY(outcomeOf(process).code != 0);
        QVERIFY(QFile::exists(m_work + "/scratch/commit.json"));

        const Outcome refused = run({"resume", m_session}); // which has not the states
        QCOMPARE(refused.code, 2);
        QCOMPARE(sentences(refused).size(), 1);
        QVERIFY2(sentences(refused)[0].contains("mpirun -n 3 quantscope-cli resume"),
                 qPrintable(refused.error));
        const Outcome resumed = runOnRanks(ranks, {"resume", m_session});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.error));
        const QString differs = difference(m_expectedShort, read(), 0);
        QVERIFY2(differs.isEmpty(), qPrintable(differs));
    }

    /// A stop that reaches one rank stops all of them.
    void oneRankIsStopped() {
        QProcess process;
        startAndWait(process, 2, shortStudy(m_session));
        ::kill(static_cast<pid_t>(ranksOf(process.processId())[1]), SIGTERM);
        const Outcome outcome = outcomeOf(process);
        QCOMPARE(outcome.code, 6);
        QCOMPARE(sentences(outcome).size(), 1);
        QVERIFY(sentences(outcome)[0].contains("stopped on request"));
        QVERIFY(sentences(outcome)[0].contains("mpirun -n 2 quantscope-cli resume"));
        const SessionData partial = read();
        QCOMPARE(partial.attributes.at("status"), std::string("partial"));
        const Outcome resumed = runOnRanks(2, {"resume", m_session});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.error));
        const QString differs = difference(m_expectedShort, read(), 0);
        QVERIFY2(differs.isEmpty(), qPrintable(differs));
    }

    /// What goes wrong at one rank alone, told by the first one.
    void oneRankFails_data() {
        QTest::addColumn<QStringList>("first");  ///< of mpirun, before the program
        QTest::addColumn<QStringList>("second"); ///< likewise, for the second rank
        QTest::addColumn<QStringList>("added");  ///< to the second rank's study
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("sentence");
        const QString other = m_folder.filePath("elsewhere");
        QDir().mkpath(other);
        const QString here = m_folder.filePath("shared");
        QTest::addRow("full disk")
            << QStringList{}
            << QStringList{"sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""}
            << QStringList{} << 4 << "Rank 1 of 2, on ";
        QTest::addRow("no shared folder")
            << QStringList{"-wdir", here} << QStringList{"-wdir", other} << QStringList{} << 4
            << "is not seen from here";
        QTest::addRow("another text")
            << QStringList{} << QStringList{} << QStringList{"--text", demo + "/calibration.jsonl"}
            << 3 << "are others here than the first rank's";
    }

    void oneRankFails() {
        QFETCH(QStringList, first);
        QFETCH(QStringList, second);
        QFETCH(QStringList, added);
        QFETCH(int, code);
        QFETCH(QString, sentence);
        const QStringList study =
            oneThread(smallStudy(first.isEmpty() ? m_session : "study.qscope.h5"));
        QStringList command = {"--allow-run-as-root", "--oversubscribe", "-n", "1"};
        command << first << program << study << ":"
                << "-n"
                << "1" << second << program << study;
        for (qsizetype i = 0; i < added.size(); i += 2) // an option may be given once
            command[command.lastIndexOf(added[i]) + 1] = added[i + 1];
        const Outcome outcome = run(command, {}, {}, "mpirun");
        QVERIFY2(outcome.code == code, qPrintable(QString::number(outcome.code) + outcome.error));
        QCOMPARE(sentences(outcome).size(), 1);
        QVERIFY2(sentences(outcome)[0].contains(sentence), qPrintable(outcome.error));
    }

    void refusedOnSeveralRanks_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        QTest::addRow("another command") << QStringList{"methods"} << "the work of one process";
        QTest::addRow("fewer examples than ranks")
            << oneThread(smallStudy(m_session)).replaceInStrings(QRegularExpression("^12$"), "1")
            << "There are 2 ranks for 1 example;";
    }

    void refusedOnSeveralRanks() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        const Outcome outcome = runOnRanks(2, arguments);
        QCOMPARE(outcome.code, 2);
        QCOMPARE(sentences(outcome).size(), 1);
        QVERIFY2(sentences(outcome)[0].contains(sentence), qPrintable(outcome.error));
    }

    /// A launcher whose processes MPI does not find would have each make the whole study.
    void startedByAnotherLauncher() {
        const Outcome outcome = run({"methods"}, {}, [] { ::setenv("PMI_SIZE", "3", 1); });
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains("was started 3 times"), qPrintable(outcome.error));
        QVERIFY(outcome.output.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRanks)
#include "test_ranks.moc"
