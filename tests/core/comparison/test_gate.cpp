// Conditions of --fail-if: what they mean, what they refuse and at which place, and what is written
// for continuous integration.

#include "core/comparison/comparison_files.h"
#include "core/comparison/gate.h"
#include "core/data/error.h"
#include "core/data/hash.h"
#include "tests/core/comparison/made_up_sessions.h"

#include <QXmlStreamReader>
#include <QtTest>

using namespace quantscope;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// kl: A .2, B .3; error: A .4, B .5; difference of both .1 (.05 to .15); perplexity unmeasured.
double madeUp(const MetricReference& metric, GateValue which) {
    if (metric.metric.kind == MetricKind::Perplexity)
        return missing;
    const double a = metric.metric.kind == MetricKind::Kl ? .2 : .4;
    switch (which) {
    case GateValue::Candidate:
        return metric.group.empty() ? a + .1 : 7;
    case GateValue::Baseline:
        return a;
    case GateValue::Difference:
        return .1;
    case GateValue::DifferenceLow:
        return .05;
    case GateValue::DifferenceHigh:
        break;
    }
    return .15;
}

GateExpression::Outcome decide(const char* condition) {
    return GateExpression::parse(condition).evaluate(madeUp);
}

struct Refusal {
    QString message;
    ErrorKind kind = ErrorKind::Internal;
};

Refusal refusalOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return {QString::fromUtf8(error.what()), error.kind()};
    }
    return {};
}

std::string repeated(const char* text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

class TestGate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conditions_data() {
        QTest::addColumn<bool>("holds");
        const auto row = [](const char* condition, bool holds) {
            QTest::newRow(condition) << holds;
        };
        row("kl > 0.25", true);
        row("kl > .35", false);
        row("kl > 1.1 * base", true);
        row("kl > 1.6 * base", false);
        row("base * 1.6 < kl", false);
        row("error > 0.05 + base:kl", true);
        row("diff:kl >= 0.1", true);
        row("diff_low:kl > 0", true);
        row("diff_high:kl < 0.15", false);
        row("base:kl == 2e-1", true);
        row("kl != kl", false);
        row("group:code:error > 0.05", true);
        row("group:\"two words\":error == 7", true);
        row("group:2024-Q1:error == 7", true);
        row("group:group:kl == 7", true);
        row("base:group:code:kl == 0.2", true);
        row("kl_p99.9 > 0", true);
        row("2 + 3 * 4 == 14", true);
        row("(2 + 3) * 4 == 20", true);
        row("10 - 3 - 4 == 3", true);
        row("16 / 4 / 2 == 2", true);
        row("-2 - -3 == 1", true);
        row("abs(0.1 - kl) > 0.19", true);
        row("kl > 1 or error > 0.4", true);
        row("kl > 1 or error > 0.4 and kl > 2", false); // "and" binds closer
        row("(kl > 0 or error > 9) and kl > 2", false);
        row("not kl > 1", true);
        row("not not kl > 1", false);
        row("not kl > 1 and error > 9", false);
        row("kl>0.25 and error<1", true);
        row("((((kl)))) > ((base))", true);
        row("\t kl  >\t0.25 ", true);
    }
    void conditions() {
        QFETCH(bool, holds);
        QCOMPARE(decide(QTest::currentDataTag()).holds, holds);
    }

    void detailHasTheNumbers() {
        QCOMPARE(decide("kl > 1.1 * base").detail,
                 std::string("kl (0.3) > 1.1 * base (0.22) is true"));
        QCOMPARE(decide("kl > 2 or group:code:error < 1").detail,
                 std::string("kl (0.3) > 2 is false; group:code:error (7) < 1 is false"));
    }

    void refusals_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* condition, const char* expected) {
            QTest::newRow(condition) << expected;
        };
        row("", "at character 1: expected a metric, a number or \"(\", found the end.");
        row("kl", "at character 1: expected a comparison such as kl > 0.1, found a number that is "
                  "not compared with anything.");
        row("kl >", "at character 5: expected a metric, a number or \"(\", found the end.");
        row("kl > 1 1", "at character 8: expected an operator, \"and\", \"or\" or the end, found "
                        "the number 1.");
        row("kl = 1", "at character 4: expected a metric, a number or an operator, found \"=\" "
                      "(equality is ==).");
        row("kl > 1 > 2", "at character 8: expected \"and\", \"or\" or the end (comparisons do not "
                          "chain), found \">\".");
        row("(kl > 1) + 1 > 2", "at character 1: expected a number, found a condition.");
        row("kl and error > 1", "at character 1: expected a comparison before \"and\", found a "
                                "number that is not compared with anything.");
        row("(kl > 1", "at character 8: expected \")\" for the \"(\" at character 1, found the "
                       "end.");
        row("kl > 1)", "at character 7: expected an operator, \"and\", \"or\" or the end, found "
                       "\")\".");
        row("base > 1", "at character 1: expected base:METRIC, found \"base\" in a comparison that "
                        "names no metric.");
        row("kl > base + error", "at character 6: expected base:METRIC, found \"base\" in a "
                                 "comparison that names several metrics.");
        row("diff > 1", "at character 6: expected \":\" and a metric after diff, found \">\".");
        row("group:code > 1", "at character 12: expected \":\" and a metric after the group, found "
                              "\">\".");
        row("group::kl > 1", "at character 7: expected the name of a group, found \":\".");
        row("group:\"\":kl > 1", "at character 7: expected the name of a group, found an empty "
                                 "one.");
        row("group:\"code:kl > 1", "at character 7: expected a closing \" for this quoted text, "
                                   "found the end.");
        row("group:\"a\\n\":kl > 1", "at character 9: expected \\\" or \\\\, found \"n\".");
        row("group:code:bits_per_weight > 1",
            "at character 12: expected a metric of examples, found \"bits_per_weight\".");
        row("1e999 > kl", "at character 1: expected a number that can be represented, found "
                          "\"1e999\".");
        row("1x > kl", "at character 1: expected a number that can be represented, found \"1x\".");
        row("1.2.3 > kl", "at character 1: expected a number that can be represented, found "
                          "\"1.2.\".");
        row("kl > 1; error > 1",
            "at character 7: expected a metric, a number or an operator, found "
            "\";\".");
        row("kl > \xC3\xA4",
            "at character 6: expected a metric, a number or an operator, found the "
            "byte 0xC3.");
        row("abs kl > 1", "at character 5: expected \"(\" after abs, found \"kl\".");
        row("not kl", "at character 5: expected a comparison after \"not\", found a number that is "
                      "not compared with anything.");
        row("system(1) > 2", "");
        row("kl_p101 > 2", "");
        row("kl_p > 2", "");
        row("kl_p-1 > 2", "");
        row("kl_pnan > 2", "");
    }
    void refusals() {
        QFETCH(QString, expected);
        const char* condition = QTest::currentDataTag();
        const Refusal refusal = refusalOf([&] { GateExpression::parse(condition); });
        QCOMPARE(refusal.kind, ErrorKind::Usage);
        if (expected.isEmpty())
            QVERIFY2(refusal.message.contains("at character 1: expected a metric (nll, "),
                     qPrintable(refusal.message));
        else
            QCOMPARE(refusal.message,
                     QString("--fail-if \"%1\": %2").arg(QString::fromUtf8(condition), expected));
    }

    void hostileConditions() {
        for (const std::string& condition :
             {repeated("(", 4000), repeated("-", 4000) + "1 > 0", repeated("not ", 1000) + "1 > 0",
              repeated("abs(", 1000), repeated("kl > 1 and ", 400), std::string(100000, 'k'),
              std::string("kl > 1\0 or 1 > 0", 16), std::string(4096, '"'),
              repeated("(", 1300) + "1 > 0" + repeated(")", 1300)}) {
            const Refusal refusal = refusalOf([&] { GateExpression::parse(condition); });
            QCOMPARE(refusal.kind, ErrorKind::Usage);
            QVERIFY(refusal.message.size() < 1000);
        }
        // Long, but well formed.
        QVERIFY(GateExpression::parse(repeated("1 + ", 1000) + "1 > 0").evaluate(madeUp).holds);
        QVERIFY(
            !GateExpression::parse(repeated("kl > 1 or ", 400) + "kl > 1").evaluate(madeUp).holds);
    }

    void anyTextIsParsedOrRefused() {
        const std::vector<std::string> words = {"kl",    "error", "base",
                                                "diff",  ":",     "group",
                                                "\"x\"", "(",     ")",
                                                "+",     "-",     "*",
                                                "/",     "<",     ">=",
                                                "==",    "and",   "or",
                                                "not",   "abs",   "1",
                                                ".5",    "1e9",   "\\",
                                                "\"",    "\xFF",  "kl_p",
                                                "99",    ".",     " ",
                                                "=",     "!",     "bits_per_weight"};
        SplitMix random(1);
        int parsed = 0;
        for (int round = 0; round < 30000; ++round) {
            std::string condition = round % 2 ? "" : "kl > 1 ";
            for (std::uint64_t i = random.below(round % 3 ? 12 : 2); i-- > 0;)
                condition += words[random.below(words.size())] + (random.below(3) ? " " : "");
            try {
                const GateExpression expression = GateExpression::parse(condition);
                ++parsed;
                (void)expression.evaluate(madeUp);
            } catch (const Error& error) {
                QVERIFY2(error.kind() == ErrorKind::Usage || error.kind() == ErrorKind::Input,
                         error.what());
            }
        }
        QVERIFY(parsed > 20);
    }

    void whatWasNotMeasuredIsNotPassed() {
        const Refusal refusal = refusalOf([] { decide("kl > 0 or perplexity > 1"); });
        QCOMPARE(refusal.kind, ErrorKind::Input);
        QCOMPARE(refusal.message, QString("The condition \"kl > 0 or perplexity > 1\" cannot be "
                                          "decided: perplexity was not measured."));
        QVERIFY(refusalOf([] { decide("kl / (1 - 1) > 0"); }).message.endsWith("divides by zero."));
        QVERIFY(
            refusalOf([] { decide("1e300 * 1e300 > 0"); }).message.contains("no finite number"));
    }

    void gatesDecideTheExitCode() {
        const QJsonObject all = readComparison();
        const SessionData a = comparedSession(all, "a");
        SessionData b = comparedSession(all, "b");
        const auto results = [&](const char* condition) {
            return applyGates(SessionComparer(a, b, {}), {GateExpression::parse(condition)});
        };
        QCOMPARE(exitCodeOf(results("kl > base")), 7);
        QCOMPARE(exitCodeOf(results("kl < base")), 0);
        QCOMPARE(exitCodeOf({}), 0);
        b.arrays.erase("/output/kl");
        QCOMPARE(exitCodeOf(results("kl > base")), 3);
        b.arrays["/lane"] = makeSessionText("/lane", {"one", "other"});
        QCOMPARE(refusalOf([&] { results("kl > base"); }).kind, ErrorKind::Input);
    }

    void junitIsWhatToolsRead() {
        const QJsonObject all = readComparison();
        SessionData a = comparedSession(all, "a");
        SessionData b = comparedSession(all, "b");
        const std::string lane = "q<&\"\x01\xFF\n";
        a.arrays["/lane"] = makeSessionText("/lane", {"reference", lane});
        b.arrays["/lane"] = a.arrays["/lane"];
        const SessionComparer comparer(a, b, {});
        const auto gates = applyGates(comparer, {GateExpression::parse("kl > base"),
                                                 GateExpression::parse("kl < base"),
                                                 GateExpression::parse("bits_per_weight > 3")});
        ComparisonValues comparison = compareSessions(comparer);
        comparison.a.name = "a<&>.h5";
        const std::string xml = comparisonJunit(comparison, gates, 1.5);
        QXmlStreamReader reader(QByteArray::fromStdString(xml));
        int suites = 0, cases = 0, failures = 0, errors = 0;
        while (!reader.atEnd()) {
            reader.readNext();
            if (!reader.isStartElement())
                continue;
            const auto attributes = reader.attributes();
            if (reader.name() == u"testsuites") {
                QCOMPARE(attributes.value("tests"), u"3");
                QCOMPARE(attributes.value("failures"), u"1");
                QCOMPARE(attributes.value("errors"), u"1");
            } else if (reader.name() == u"testsuite") {
                ++suites;
                QCOMPARE(attributes.value("name").toString(), QString("q<&\"\uFFFD\uFFFD\n"));
                QVERIFY(QDateTime::fromString(attributes.value("timestamp").toString(), Qt::ISODate)
                            .isValid());
            } else if (reader.name() == u"testcase") {
                ++cases;
                QVERIFY(attributes.hasAttribute("classname") && attributes.hasAttribute("time"));
                QVERIFY(attributes.value("name").startsWith(u"fail if "));
            } else if (reader.name() == u"failure") {
                ++failures;
                QVERIFY(attributes.value("message").contains(u"kl (0.0"));
            } else if (reader.name() == u"error") {
                ++errors;
                QVERIFY(attributes.value("message").contains(u"was not measured"));
            }
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(suites, 1);
        QCOMPARE(cases, 3);
        QCOMPARE(failures, 1);
        QCOMPARE(errors, 1);
    }

    void jsonHasEveryNumber() {
        const QJsonObject all = readComparison();
        const SessionData a = comparedSession(all, "a");
        const SessionData b = comparedSession(all, "b");
        const SessionComparer comparer(a, b, {});
        const auto gates = applyGates(comparer, {GateExpression::parse("kl > base")});
        const QJsonObject json =
            QJsonDocument::fromJson(
                QByteArray::fromStdString(comparisonJson(compareSessions(comparer), gates)))
                .object();
        QCOMPARE(json["format"].toString(), QString("quantscope-comparison"));
        QCOMPARE(json["matching"].toObject()["examples"].toInt(), 27);
        QCOMPARE(json["gates"].toArray()[0].toObject()["outcome"].toString(), QString("failed"));
        const QJsonArray metrics = json["comparisons"].toArray()[0].toObject()["metrics"].toArray();
        bool found = false;
        for (const auto& value : metrics) {
            const QJsonObject metric = value.toObject();
            if (metric["name"].toString() == "kl") {
                found = true;
                const QJsonArray expected = all["expected"].toObject()["kl"].toArray();
                QVERIFY(std::fabs(metric["difference"].toObject()["low"].toDouble() -
                                  expected[2].toArray()[1].toDouble()) < 1e-12);
            } else if (metric["name"].toString() == "bits_per_weight") {
                QVERIFY(metric["difference"].toObject()["low"].isNull());
            }
        }
        QVERIFY(found);
    }
};

QTEST_GUILESS_MAIN(TestGate)
#include "test_gate.moc"
