// Two sessions of tests/data/comparison against what an independent script finds in them.

#include "core/comparison/example_matching.h"
#include "core/comparison/gate.h"
#include "core/comparison/gate_expression.h"
#include "core/comparison/lane_pairs.h"
#include "core/comparison/session_comparer.h"
#include "core/data/error.h"
#include "tests/core/analysis/near.h"
#include "tests/core/comparison/made_up_sessions.h"

#include <QtTest>

#include <set>

using namespace quantscope;

namespace {

MetricReference referenceNamed(const QString& name) {
    const GateExpression expression = GateExpression::parse(name.toStdString() + " > 0");
    return expression.metrics().front();
}

/// A session of one lane whose examples are lists of pieces; every piece is a token of its own.
SessionData spelled(const std::vector<std::vector<std::string>>& texts, const std::string& hash) {
    std::vector<std::string> pieces;
    std::vector<double> ids, pieceIds;
    std::size_t positions = 0;
    for (const auto& text : texts)
        positions = std::max(positions, text.size());
    for (const auto& text : texts)
        for (std::size_t position = 0; position < positions; ++position) {
            if (position >= text.size()) {
                ids.push_back(-1);
                continue;
            }
            auto found = std::find(pieces.begin(), pieces.end(), text[position]);
            if (found == pieces.end()) {
                pieceIds.push_back(double(pieces.size()));
                found = pieces.insert(pieces.end(), text[position]);
            }
            ids.push_back(double(found - pieces.begin()));
        }
    SessionData data;
    data.attributes = {{attribute::tokenizerHash, hash}, {attribute::status, "complete"}};
    data.arrays["/lane"] = makeSessionText("/lane", {"reference", "q"});
    data.arrays["/example"] = makeSessionIndex("/example", texts.size());
    data.arrays["/position"] = makeSessionIndex("/position", positions);
    data.arrays["/text/token_ids"] = filledArray("/text/token_ids", {texts.size(), positions}, ids);
    data.arrays["/text/piece_id"] = filledArray("/text/piece_id", {pieces.size()}, pieceIds);
    data.arrays["/text/pieces"] = makeSessionText("/text/pieces", pieces);
    return data;
}

QString messageOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestSessionComparer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_all = readComparison();
        m_a = comparedSession(m_all, "a");
        m_b = comparedSession(m_all, "b");
    }

    void matchesByTokenIds() {
        const ExampleMatching matching = matchExamples(SessionView(m_a), SessionView(m_b));
        QCOMPARE(matching.by, MatchedBy::TokenIds);
        const QJsonArray expected = m_all["pairs"].toArray();
        QCOMPARE(matching.pairs.size(), std::size_t(expected.size()));
        for (std::size_t place = 0; place < matching.pairs.size(); ++place) {
            const QJsonArray pair = expected[qsizetype(place)].toArray();
            QCOMPARE(matching.pairs[place].a, std::size_t(pair[0].toInt()));
            QCOMPARE(matching.pairs[place].b, std::size_t(pair[1].toInt()));
        }
        QCOMPARE(matching.unmatchedA, std::size_t(30) - matching.pairs.size());
        QCOMPARE(matching.unmatchedB, std::size_t(31) - matching.pairs.size());
    }

    void metricsAndPairedIntervals_data() {
        QTest::addColumn<QString>("name");
        const QStringList names = readComparison()["expected"].toObject().keys();
        for (const QString& name : names)
            QTest::newRow(qPrintable(name)) << name;
    }
    void metricsAndPairedIntervals() {
        QFETCH(QString, name);
        const SessionComparer comparer(m_a, m_b, {});
        QCOMPARE(comparer.resamples().units().count, std::size_t(m_all["units"].toInt()));
        const MetricReference reference = referenceNamed(name);
        QCOMPARE(QString::fromStdString(reference.name()), name);
        const auto metrics = comparer.metrics({"q", "q"}, std::span(&reference, 1));
        QCOMPARE(metrics.size(), std::size_t(1));
        const QJsonArray expected = m_all["expected"].toObject()[name].toArray();
        nearInterval(metrics[0].a, expected[0]);
        nearInterval(metrics[0].b, expected[1]);
        nearInterval(metrics[0].difference, expected[2]);
    }

    void aGroupInOneDocumentHasNoInterval() {
        SessionData a = m_a;
        std::vector<std::string> labels(30, "many");
        labels[4] = labels[5] = "one"; // of one document
        a.arrays["/text/labels/topic"] = makeSessionText("/text/labels/topic", labels);
        const SessionComparer comparer(a, m_b, {});
        const MetricReference one = referenceNamed("group:one:error");
        const ComparedMetric metric = comparer.metrics({"q", "q"}, std::span(&one, 1))[0];
        QVERIFY(!std::isnan(metric.difference.value));
        QVERIFY(std::isnan(metric.difference.low) && std::isnan(metric.b.high));
    }

    void bitsPerWeightHaveNoInterval() {
        const SessionComparer comparer(m_a, m_b, {});
        const MetricReference bits = referenceNamed("bits_per_weight");
        const auto metrics = comparer.metrics({"q", "q"}, std::span(&bits, 1));
        QCOMPARE(metrics[0].difference.value, 1.25);
        QVERIFY(std::isnan(metrics[0].difference.low));
    }

    void aSessionDoesNotDifferFromItself() {
        const SessionComparer comparer(m_a, m_a, {});
        QVERIFY(comparer.summary().notes.empty());
        for (const ComparedMetric& metric : comparer.metrics({"q", "q"}, comparer.usualMetrics())) {
            QVERIFY2(metric.difference.value == 0, metric.name.c_str());
            if (metric.name != "bits_per_weight")
                QVERIFY2(metric.difference.low == 0 && metric.difference.high == 0,
                         metric.name.c_str());
        }
    }

    void referencesHaveNoErrors() {
        const SessionComparer comparer(m_a, m_b, {});
        const auto metrics = comparer.metrics({"reference", "reference"}, comparer.usualMetrics());
        for (const ComparedMetric& metric : metrics) {
            const bool own = metric.name == "nll" || metric.name == "perplexity" ||
                             metric.name == "bits_per_byte";
            QVERIFY2(std::isnan(metric.a.value) != own, metric.name.c_str());
        }
    }

    void matchesByTextWhereTokenizersDiffer() {
        const SessionData a = spelled(
            {{"<s>", " On", "ce"}, {"<s>", " It", " was"}, {"<s>", " \xE4", "<0xBD>", "<0xA0>"}},
            "one");
        const SessionData b =
            spelled({{"It was"}, {"Once ", "upon"}, {"\xE4\xBD\xA0"}, {"O", "nce"}}, "other");
        const ExampleMatching matching = matchExamples(SessionView(a), SessionView(b));
        QCOMPARE(matching.by, MatchedBy::Text);
        const std::vector<ExamplePair> expected = {{0, 3}, {1, 0}, {2, 2}};
        QVERIFY(matching.pairs == expected);
        QCOMPARE(matching.unmatchedA, std::size_t(0));
        QCOMPARE(matching.unmatchedB, std::size_t(1));
    }

    void tokenizersThatAreNotKnownToBeOneAreTakenForTwo() {
        const SessionData a = spelled({{"<s>", "x"}}, "");
        QCOMPARE(matchExamples(SessionView(a), SessionView(a)).by, MatchedBy::Text);
    }

    void saysWhatIsNotShared() {
        SessionData other = m_b;
        other.attributes[attribute::modelHash] = "3333";
        other.attributes[attribute::modelName] = "larger";
        other.attributes[attribute::status] = "partial";
        const SessionComparer comparer(m_a, other, {});
        const auto& notes = comparer.summary().notes;
        QCOMPARE(notes.size(), std::size_t(3));
        QCOMPARE(notes[0],
                 std::string("The second session is not complete: what it lacks is not compared."));
        QVERIFY(notes[1].starts_with("The sessions are of different models: tiny and larger."));
        QCOMPARE(notes[2], std::string("27 examples are in both sessions; 3 of the first and 4 of "
                                       "the second have no partner and count nowhere."));
    }

    void saysThatReferencesDiffer() {
        const SessionComparer comparer(m_a, m_b, {});
        QVERIFY(comparer.summary().notes[0].starts_with("The references differ by up to "));
    }

    void refusesSessionsWithoutCommonExamples() {
        const SessionData one = spelled({{"a", "b"}}, "same");
        const SessionData two = spelled({{"a", "b", "c"}}, "same");
        QCOMPARE(messageOf([&] { SessionComparer(one, two, {}); }),
                 QString("The sessions have no example in common: none of 1 and 1 examples agree "
                         "in their tokens: the studies are of other texts or of windows of "
                         "other lengths."));
    }

    void pairsLanesByName() {
        SessionData a = m_a, b = m_b;
        a.arrays["/lane"] = makeSessionText("/lane", {"reference", "rtn:bits=3", "gptq"});
        b.arrays["/lane"] = makeSessionText("/lane", {"reference", "gptq", "awq"});
        const LanePairs byName = pairLanes(SessionView(a), SessionView(b));
        QVERIFY(
            (byName.pairs == std::vector<LanePair>{{"gptq", "gptq"}, {"reference", "reference"}}));
        QCOMPARE(byName.onlyInA, std::vector<std::string>{"rtn:bits=3"});
        QCOMPARE(byName.onlyInB, std::vector<std::string>{"awq"});
        const std::vector<std::string> wishes = {"rtn:bits=3=awq"};
        const LanePairs wished = pairLanes(SessionView(a), SessionView(b), wishes);
        QVERIFY((wished.pairs == std::vector<LanePair>{{"rtn:bits=3", "awq"}}));
        const std::vector<std::string> wrong = {"rtn=awq"};
        QCOMPARE(messageOf([&] { pairLanes(SessionView(a), SessionView(b), wrong); }),
                 QString("--lane rtn=awq: expected a lane of the first session, \"=\" and a lane "
                         "of the second. The first has reference, rtn:bits=3, gptq; the second has "
                         "reference, gptq, awq."));
        a.arrays["/lane"] = makeSessionText("/lane", {"reference", "x", "x=x"});
        const std::vector<std::string> twice = {"x=x=x"};
        b.arrays["/lane"] = makeSessionText("/lane", {"reference", "x", "x=x"});
        QVERIFY(messageOf([&] {
                    pairLanes(SessionView(a), SessionView(b), twice);
                }).contains("several pairs"));
    }

    void pairsTheOnlyLanesOfEither() {
        SessionData b = m_b;
        b.arrays["/lane"] = makeSessionText("/lane", {"reference", "other"});
        const LanePairs pairs = pairLanes(SessionView(m_a), SessionView(b));
        QVERIFY(pairs.byBeingAlone);
        QVERIFY((pairs.pairs.front() == LanePair{"q", "other"}));
    }

    void groupsThatAreNotThere() {
        const SessionComparer comparer(m_a, m_b, {});
        const MetricReference wrong = referenceNamed("group:verse:kl");
        QVERIFY(messageOf([&] {
                    comparer.metrics({"q", "q"}, std::span(&wrong, 1));
                })
                    .startsWith("No example that both sessions have is of the group \"verse\"; "
                                "there are topic-"));
        const MetricReference column = referenceNamed("group:topic-code:kl");
        const MetricReference plain = referenceNamed("group:code:kl");
        QCOMPARE(comparer.metrics({"q", "q"}, std::span(&column, 1))[0].b.value,
                 comparer.metrics({"q", "q"}, std::span(&plain, 1))[0].b.value);
        SessionData twoColumns = m_a;
        twoColumns.arrays["/text/labels/kind"] = twoColumns.arrays["/text/labels/topic"];
        const SessionComparer ambiguous(twoColumns, m_b, {});
        QCOMPARE(messageOf([&] {
                     ambiguous.metrics({"q", "q"}, std::span(&plain, 1));
                 }),
                 QString("The group \"code\" is ambiguous: write one of kind-code, topic-code."));
    }

    void pageHasBothErrorsByExample() {
        const ComparisonValues page = comparisonPage(m_a, m_b, {});
        QCOMPARE(page.lanes.size(), std::size_t(2)); // q and the reference
        QVERIFY((page.lanes[0].lanes == LanePair{"q", "q"}));
        const std::vector<double> errorsA = numbersOf(m_all["a"].toObject()["error"]);
        const std::vector<double> errorsB = numbersOf(m_all["b"].toObject()["error"]);
        std::set<std::size_t> matched;
        for (const ExamplePair& pair : page.matching.pairs) {
            matched.insert(pair.a);
            near(page.errorA.values[pair.a], errorsA[pair.a]);
            near(page.errorB.values[pair.a], errorsB[pair.b]);
            near(page.difference.values[pair.a], errorsB[pair.b] - errorsA[pair.a]);
        }
        for (std::size_t example = 0; example < errorsA.size(); ++example)
            QCOMPARE(std::isnan(page.difference.values[example]), !matched.contains(example));
        QCOMPARE(page.scatter.count, matched.size());
        QCOMPARE(page.largeA.size(), std::size_t(3)); // a tenth of A
        QCOMPARE(page.groups.groups.size(), std::size_t(3));
        QCOMPARE(page.groups.groups[0].bars.size(), std::size_t(2));
        QVERIFY(!page.distribution.curves.empty());
        QCOMPARE(page.differMost.size(), matched.size());
        for (std::size_t rank = 1; rank < page.differMost.size(); ++rank)
            QVERIFY(std::fabs(page.difference.values[page.differMost[rank - 1]]) >=
                    std::fabs(page.difference.values[page.differMost[rank]]));
        QVERIFY(page.gates.empty());
    }

    void pageDecidesConditionsAndSaysWhichCannotBeRead() {
        ComparisonRequest request;
        request.conditions = {"kl > 0", "kl >", "group:verse:kl > 1", "kl < 0"};
        const ComparisonValues page = comparisonPage(m_a, m_b, request);
        QCOMPARE(page.gates.size(), std::size_t(4));
        QVERIFY(page.gates[0].failed && !page.gates[0].refused);
        QVERIFY((page.gates[0].lanes == LanePair{"q", "q"}));
        QVERIFY(page.gates[1].refused && !page.gates[1].failed);
        QVERIFY(page.gates[1].detail.find("kl >") != std::string::npos);
        QVERIFY(page.gates[2].refused);
        QVERIFY(page.gates[2].detail.find("verse") != std::string::npos);
        QVERIFY(!page.gates[3].failed && !page.gates[3].refused && !page.gates[3].undecided);
        // The same as the command says.
        const SessionComparer comparer(m_a, m_b, {});
        const auto gates = applyGates(comparer, {GateExpression::parse("kl > 0")});
        QCOMPARE(page.gates[0].detail, gates.front().detail);
    }

    void pageComparesAnyTwoLanes() {
        ComparisonRequest request;
        request.laneA = "reference";
        request.laneB = "q";
        const ComparisonValues page = comparisonPage(m_a, m_b, request);
        QVERIFY((page.lanes.front().lanes == LanePair{"reference", "q"}));
        QCOMPARE(page.lanes.size(), std::size_t(3)); // and those of one name
        request.laneB = "not there"; // of a session that was open before
        QVERIFY((comparisonPage(m_a, m_b, request).lanes.front().lanes == LanePair{"q", "q"}));
    }

private:
    QJsonObject m_all;
    SessionData m_a;
    SessionData m_b;
};

QTEST_GUILESS_MAIN(TestSessionComparer)
#include "test_session_comparer.moc"
