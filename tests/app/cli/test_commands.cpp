#include "tests/app/cli/study_process.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

using namespace quantscope::testing;

class TestCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsAndTabulates();
    void readsSessionsWithoutTheChecker();
    void repeatsToTheBit();
    void exportsAndImports();
    void compares();
    void tokenizes();
    void refusesWhatIsWrong_data();
    void refusesWhatIsWrong();
    void reportsAsJson();

private:
    QString path(const char* name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void TestCommands::runsAndTabulates() {
    const Outcome study = run(smallStudy(path("a.qscope.h5")));
    QVERIFY2(study.code == 0, qPrintable(study.error));
    const Outcome table = run({"table", path("a.qscope.h5"), "examples"});
    QCOMPARE(table.code, 0);
    const QStringList lines = table.output.split("\r\n", Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 13);
    QCOMPARE(lines[0], QStringLiteral("example,tokens,nll_reference,nll[rtn],error[rtn],kl[rtn],"
                                      "first_difference[rtn],nll[gptq],error[gptq],kl[gptq],"
                                      "first_difference[gptq],in_d_large,in_d_ctrl,register"));
    const QStringList cells = lines[1].split(',');
    QCOMPARE(cells[1].toInt(), 48);
    QVERIFY(std::abs(cells[3].toDouble() - cells[2].toDouble() - cells[4].toDouble()) < 1e-9);
    for (const char* name : {"methods", "layers", "correlations", "weights"}) {
        const Outcome other = run({"table", path("a.qscope.h5"), name});
        QVERIFY2(other.code == 0 && other.output.count('\n') > 2, name);
    }
    const Outcome info = run({"info", path("a.qscope.h5"), "--json"});
    QVERIFY(QJsonDocument::fromJson(info.output.toUtf8()).object().contains("arrays"));
}

/// A program that was copied alone has no quantscope-session-check beside it. A good session must
/// not be called damaged for that.
void TestCommands::readsSessionsWithoutTheChecker() {
    const QString alone = path("quantscope-cli-alone");
    QVERIFY(QFile::copy(program, alone));
    const Outcome info = run({"info", path("a.qscope.h5")}, {}, {}, alone);
    QVERIFY2(info.code == 0, qPrintable(info.error));
    QFile damaged(path("cut.qscope.h5"));
    QVERIFY(QFile::copy(path("a.qscope.h5"), damaged.fileName()));
    QVERIFY(damaged.resize(damaged.size() / 2));
    const Outcome cut = run({"info", damaged.fileName()}, {}, {}, alone);
    QVERIFY2(cut.code == 3 || cut.code == 5, qPrintable(cut.error));
    QVERIFY2(cut.code == 3 || cut.error.contains("quantscope-session-check"),
             qPrintable(cut.error));
}

void TestCommands::repeatsToTheBit() {
    QStringList oneThread = smallStudy(path("b.qscope.h5"));
    oneThread << "--threads"
              << "1";
    QCOMPARE(run(oneThread).code, 0);
    QCOMPARE(run({"table", path("b.qscope.h5"), "examples"}).output,
             run({"table", path("a.qscope.h5"), "examples"}).output);
}

/// Two sessions with other numbers of examples: what the gates say is the exit code.
void TestCommands::compares() {
    QStringList fewer = smallStudy(path("fewer.qscope.h5"));
    fewer[fewer.indexOf("12")] = "8";
    fewer[fewer.indexOf("rtn:bits=3,group=32,name=rtn")] = "rtn:bits=4,group=32,name=rtn";
    QCOMPARE(run(fewer).code, 0);
    const QStringList both = {"compare", path("a.qscope.h5"), path("fewer.qscope.h5"),
                              "--resamples", "50"};
    const Outcome plain = run(both);
    QVERIFY2(plain.code == 0, qPrintable(plain.error));
    QVERIFY(plain.output.contains("worst_decile_kl"));
    QVERIFY(plain.output.contains("have no partner"));
    const Outcome gated = run(
        both + QStringList{"--lane", "rtn=rtn", "--fail-if", "kl > 0.001 * base", "--fail-if",
                           "kl > 2 * base", "--json", path("c.json"), "--junit", path("c.xml")});
    QCOMPARE(gated.code, 7);
    QVERIFY(gated.output.contains("FAILED kl > 0.001 * base, rtn: kl ("));
    QVERIFY(gated.output.contains("passed kl > 2 * base, rtn: kl ("));
    QFile json(path("c.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const QJsonObject report = QJsonDocument::fromJson(json.readAll()).object();
    QCOMPARE(report["gates"].toArray().size(), 2);
    QVERIFY(report["matching"].toObject()["examples"].toInt() > 0);
    QFile junit(path("c.xml"));
    QVERIFY(junit.open(QIODevice::ReadOnly) && junit.readAll().contains("<failure "));
    QCOMPARE(run(both + QStringList{"--fail-if", "kl >"}).code, 2);
    QCOMPARE(run(both + QStringList{"--lane", "rtn=none"}).code, 2);
    QCOMPARE(run(both + QStringList{"--fail-if", "group:nothing:kl > 1"}).code, 2);
    QCOMPARE(run(both + QStringList{"--json", "/nowhere/c.json"}).code, 4);
    QCOMPARE(run({"compare", path("a.qscope.h5"), path("none.qscope.h5")}).code, 3);
}

/// The study's codes as a checkpoint that walks as a lane of another study.
void TestCommands::exportsAndImports() {
    const QStringList exporting = {"export",   path("a.qscope.h5"), "--lane", "rtn",
                                   "--format", "gptq_v2",           "-o",     path("rtn-gptq")};
    const Outcome exported = run(exporting);
    QVERIFY2(exported.code == 0, qPrintable(exported.error));
    QCOMPARE(run(exporting).code, 4); // it stands there already
    QCOMPARE(run(exporting + QStringList{"--force"}).code, 0);
    QCOMPARE(run(exporting + QStringList{"--force", "--scales", "f8"}).code, 2);
    const Outcome study =
        run(smallStudy(path("lane.qscope.h5")) << "--lane"
                                               << "elsewhere=" + path("rtn-gptq"));
    QVERIFY2(study.code == 0, qPrintable(study.error));
    const Outcome table = run({"table", path("lane.qscope.h5"), "methods"});
    QVERIFY2(table.output.contains("elsewhere,\"GPTQ 3 bit, group 32 in rtn-gptq\""),
             qPrintable(table.output));
}

void TestCommands::tokenizes() {
    const Outcome two = run({"tokenize", "--model", demo + "/model"}, "a cat\nand a dog\n");
    QCOMPARE(two.code, 0);
    const QStringList lines = two.output.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    const QJsonArray ids = QJsonDocument::fromJson(lines[0].toUtf8()).array();
    const Outcome bare = run({"tokenize", "--model", demo + "/model", "--no-special"}, "a cat\n");
    QCOMPARE(QJsonDocument::fromJson(bare.output.toUtf8()).array().size(), ids.size() - 1);
    const Outcome broken = run({"tokenize", "--model", demo + "/model"}, "good\xff\n");
    QCOMPARE(broken.code, 3);
    QVERIFY(broken.error.contains("byte offset 4"));
}

void TestCommands::refusesWhatIsWrong_data() {
    QTest::addColumn<QStringList>("change"); ///< option, value to put in place
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("names"); ///< what the sentence must name
    QTest::newRow("no model") << QStringList{"--model", "/nowhere/model"} << 3 << "/nowhere/model";
    QTest::newRow("no text") << QStringList{"--text", "/nowhere/text.txt"} << 3
                             << "/nowhere/text.txt";
    QTest::newRow("no lane") << QStringList{"--lane", "q4=/nowhere/lane"} << 3 << "/nowhere/lane";
    QTest::newRow("unnamed lane") << QStringList{"--lane", "=/nowhere"} << 2 << "=/nowhere";
    QTest::newRow("unknown method") << QStringList{"--method", "magic:bits=3"} << 2 << "magic";
    QTest::newRow("unknown option") << QStringList{"--method", "rtn:bots=3"} << 2 << "bots";
    QTest::newRow("bits out of range") << QStringList{"--method", "rtn:bits=17"} << 2 << "17";
    QTest::newRow("too long") << QStringList{"--tokens", "5000"} << 3 << "5000";
    QTest::newRow("no memory") << QStringList{"--memory", "1MiB"} << 5 << "1.00 MiB";
    QTest::newRow("memory not a size") << QStringList{"--memory", "lots"} << 2 << "lots";
    QTest::newRow("examples") << QStringList{"--examples", "none"} << 2 << "none";
    QTest::newRow("unwritable") << QStringList{"-o", "/proc/a.qscope.h5"} << 4 << "/proc";
    QTest::newRow("cuda") << QStringList{"--device", "cuda"} << 2 << "cuda";
    QTest::newRow("label") << QStringList{"--label-field", "colour"} << 3 << "colour";
    QTest::newRow("patch layers") << QStringList{"--patch-layers", "40-50"} << 2 << "40-50";
}

void TestCommands::refusesWhatIsWrong() {
    QFETCH(QStringList, change);
    QFETCH(int, code);
    QFETCH(QString, names);
    QStringList arguments = smallStudy(path("refused.qscope.h5"));
    arguments << "--patch"
              << "down";
    const qsizetype at = arguments.indexOf(change[0]);
    if (at >= 0)
        arguments[at + 1] = change[1];
    else
        arguments << change;
    const Outcome outcome = run(arguments);
    QVERIFY2(outcome.code == code, qPrintable(QString::number(outcome.code) + outcome.error));
    QVERIFY2(outcome.error.contains(names), qPrintable(outcome.error));
    QVERIFY(!QFile::exists(path("refused.qscope.h5")));
}

void TestCommands::reportsAsJson() {
    QStringList arguments = smallStudy(path("json.qscope.h5"));
    arguments << "--json";
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.code, 0);
    const QStringList lines = outcome.output.split('\n', Qt::SkipEmptyParts);
    QVERIFY(lines.size() > 3);
    for (const QString& line : lines)
        QVERIFY(QJsonDocument::fromJson(line.toUtf8()).object().contains("fraction"));
}

QTEST_GUILESS_MAIN(TestCommands)
#include "test_commands.moc"
