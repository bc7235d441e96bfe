// Calibration sets as they are written, and the methods that they make.
#include "core/data/calibration_lanes.h"
#include "core/data/calibration_set.h"
#include "core/data/error.h"

#include <QTest>

using namespace quantscope;

class TestCalibrationSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryForm() {
        const CalibrationSet plain = parseCalibrationSet("wiki=/texts/wiki.jsonl.gz");
        QCOMPARE(plain.name, std::string("wiki"));
        QCOMPARE(plain.kind, CalibrationKind::Text);
        QCOMPARE(plain.sources.size(), std::size_t(1));
        QCOMPARE(plain.sources[0].path, std::string("/texts/wiki.jsonl.gz"));
        QCOMPARE(plain.sources[0].format, TextFormat::Jsonl);
        QVERIFY(!plain.examples && !plain.tokens && !plain.draws);

        const CalibrationSet mixed =
            parseCalibrationSet("mixed:path=a.txt+b.csv,examples=64,tokens=256,draws=5,field=body");
        QCOMPARE(mixed.sources.size(), std::size_t(2));
        QCOMPARE(mixed.sources[0].format, TextFormat::Lines);
        QCOMPARE(mixed.sources[1].format, TextFormat::Csv);
        QCOMPARE(mixed.sources[1].textField, std::string("body"));
        QCOMPARE(*mixed.examples, std::int64_t(64));
        QCOMPARE(*mixed.tokens, std::int64_t(256));
        QCOMPARE(*mixed.draws, std::int64_t(5));
        QCOMPARE(describe(mixed), std::string("a.txt + b.csv"));

        QCOMPARE(parseCalibrationSet("punctuation").kind, CalibrationKind::Punctuation);
        const CalibrationSet tokens = parseCalibrationSet("noise:kind=random-tokens,examples=9");
        QCOMPARE(tokens.kind, CalibrationKind::RandomTokens);
        QCOMPARE(tokens.name, std::string("noise"));
        QVERIFY(tokens.sources.empty());
    }

    void refusesInWords_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << ""
                                 << "no name";
        QTest::newRow("no file") << "wiki"
                                 << "names no file";
        QTest::newRow("empty file") << "wiki="
                                    << "names no file";
        QTest::newRow("option") << "wiki:path=a.txt,sizes=3"
                                << "sizes";
        QTest::newRow("number") << "wiki:path=a.txt,examples=many"
                                << "many";
        QTest::newRow("none") << "wiki:path=a.txt,draws=0"
                              << "draws = 0";
        QTest::newRow("too many") << "wiki:path=a.txt,draws=5000"
                                  << "1000";
        QTest::newRow("form") << "wiki:path"
                              << "option=value";
        QTest::newRow("file of nonsense") << "x:kind=punctuation,path=a.txt"
                                          << "takes no file";
        QTest::newRow("kind") << "x:kind=poems"
                              << "poems";
        QTest::newRow("half a mix") << "x:path=a.txt+"
                                    << "empty file name";
    }
    void refusesInWords() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        try {
            parseCalibrationSet(text.toStdString());
            QFAIL("it was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(QString(error.what()).contains(says), error.what());
        }
    }

    void everyMethodMeetsEveryDraw() {
        const std::vector<MethodSpec> methods = {parseMethodSpec("gptq:bits=3"),
                                                 parseMethodSpec("rtn:bits=3,name=control")};
        std::vector<CalibrationSet> sets = {parseCalibrationSet("wiki=wiki.txt"),
                                            parseCalibrationSet("punctuation:draws=1")};
        const std::vector<MethodSpec> all = withCalibrationSets(methods, sets, 2);
        QCOMPARE(all.size(), std::size_t(6));
        QCOMPARE(all[0].lane, std::string("gptq:bits=3@wiki-1"));
        QCOMPARE(all[1].lane, std::string("gptq:bits=3@wiki-2"));
        QCOMPARE(all[2].lane, std::string("gptq:bits=3@punctuation-1"));
        QCOMPARE(all[5].lane, std::string("control@punctuation-1"));
        QVERIFY((all[1].calibration == CalibrationDraw{"wiki", 1}));
        QVERIFY(withCalibrationSets(methods, {}, 2) == methods);
        QVERIFY(withoutCalibrationSets(all) == methods);
        QVERIFY(withoutCalibrationSets(methods) == methods);
        sets.push_back(sets.front());
        QVERIFY_EXCEPTION_THROWN(withCalibrationSets(methods, sets, 2), Error);
    }
};

QTEST_GUILESS_MAIN(TestCalibrationSet)
#include "test_calibration_set.moc"
