// Statistics of answers and choices, against counting in plain loops.

#include "core/analysis/paper_figures.h"
#include "core/analysis/question_answering.h"
#include "core/analysis/questions_report.h"
#include "core/analysis/reports.h"
#include "core/analysis/tables.h"
#include "core/data/hash.h"
#include "tests/core/analysis/near.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>

using namespace quantscope;

namespace {

constexpr std::size_t lanes = 3;
constexpr std::size_t questions = 90;
constexpr std::size_t choices = 4;
constexpr std::size_t answered = 80; ///< the last ones are weighed alone
constexpr std::size_t longest = 6;

/// A session in which everything about questions is made up.
SessionData madeUp() {
    SessionData data;
    SplitMix random(3);
    const auto put = [&](const std::string& path, std::vector<std::size_t> shape,
                         const std::function<double(std::size_t)>& value) {
        std::vector<double> numbers;
        std::size_t size = 1;
        for (const std::size_t extent : shape)
            size *= extent;
        for (std::size_t i = 0; i < size; ++i)
            numbers.push_back(value(i));
        data.arrays.emplace(path, filledArray(path, shape, numbers));
    };
    data.arrays.emplace("/lane", makeSessionText("/lane", {"reference", "a", "b"}));
    data.arrays.emplace("/question", makeSessionIndex("/question", questions));
    data.arrays.emplace("/choice", makeSessionIndex("/choice", choices));
    const auto isAnswered = [](std::size_t i) { return i % questions < answered; };
    const auto flag = [&](std::size_t i) {
        return isAnswered(i) ? double(random.below(2)) : 255.0;
    };
    put("/questions/record", {questions}, [](std::size_t i) { return double(i); });
    put("/questions/popularity", {questions}, [&](std::size_t i) {
        return i < 3 ? 0.0 : i < 6 ? 1000.0 : std::exp(double(random.below(900)) / 100.0);
    });
    put("/questions/contains_answer", {lanes, questions}, flag);
    put("/questions/exact_match", {lanes, questions}, flag);
    put("/questions/differs", {lanes, questions},
        [&](std::size_t i) { return i < questions && isAnswered(i) ? 0.0 : flag(i); });
    put("/questions/first_difference", {lanes, questions},
        [&](std::size_t i) { return isAnswered(i) ? double(random.below(longest)) : -1.0; });
    put("/questions/gold", {questions}, [&](std::size_t) { return double(random.below(choices)); });
    put("/questions/choice_characters", {questions, choices},
        [&](std::size_t) { return 1.0 + double(random.below(20)); });
    put("/questions/choice_log_likelihood", {lanes, questions, choices},
        [&](std::size_t) { return -double(random.below(3000)) / 100.0; });
    NamedArray prediction = makeSessionArray("/questions/prediction", {lanes, questions});
    for (std::string& text : std::get<std::vector<std::string>>(prediction.values))
        text = "said";
    data.arrays.emplace("/questions/prediction", std::move(prediction));
    data.attributes[attribute::lanesAsked] = "3";
    data.attributes[attribute::questionCriterion] = "contains";
    data.attributes[attribute::bucketWidth] = "0.5";
    data.attributes[attribute::shotCount] = "4";
    data.attributes[attribute::resamples] = "400";
    data.attributes[attribute::seed] = "9";
    data.attributes[attribute::pairMethod] = "b";
    return data;
}

} // namespace

class TestQuestionAnswering : public QObject {
    Q_OBJECT

    SessionData m_session = madeUp();
    SessionView m_view{m_session};
    Resamples m_resamples = questionResamples(m_view);

    std::vector<double> row(const char* name, std::size_t lane) const {
        return m_view.slice(std::string("/questions/") + name, {lane});
    }

    /// Σ numerator / Σ denominator over questions, and its percentiles over the resamples.
    void expectRatio(const Interval& found, const std::function<double(std::size_t)>& numerator,
                     const std::function<double(std::size_t)>& denominator) const {
        const auto ratio = [&](const std::function<double(std::size_t)>& weight) {
            double above = 0, below = 0;
            for (std::size_t i = 0; i < questions; ++i) {
                above += weight(i) * numerator(i);
                below += weight(i) * denominator(i);
            }
            return below > 0 ? above / below : notMeasured;
        };
        std::vector<double> drawn;
        for (std::size_t resample = 0; resample < m_resamples.count(); ++resample) {
            const auto weights = m_resamples.weights(resample);
            const double value = ratio([&](std::size_t i) { return double(weights[i]); });
            if (!std::isnan(value))
                drawn.push_back(value);
        }
        std::sort(drawn.begin(), drawn.end());
        const auto percentile = [&](double share) {
            const double place = share * double(drawn.size() - 1);
            const auto lower = static_cast<std::size_t>(place);
            const std::size_t upper = std::min(lower + 1, drawn.size() - 1);
            return drawn[lower] + (place - double(lower)) * (drawn[upper] - drawn[lower]);
        };
        near(found.value, ratio([](std::size_t) { return 1.0; }));
        near(found.low, percentile(.025));
        near(found.high, percentile(.975));
    }

    void expectCompared(const RightAndWrong& found, const std::vector<double>& reference,
                        const std::vector<double>& lane,
                        const std::function<double(std::size_t)>& among) const {
        expectRatio(
            found.accuracy, [&](std::size_t i) { return among(i) > 0 ? lane[i] : 0; }, among);
        expectRatio(
            found.drop, [&](std::size_t i) { return among(i) > 0 ? reference[i] - lane[i] : 0; },
            among);
        expectRatio(
            found.broken,
            [&](std::size_t i) { return among(i) > 0 && reference[i] > lane[i] ? 1 : 0; }, among);
        expectRatio(
            found.repaired,
            [&](std::size_t i) { return among(i) > 0 && lane[i] > reference[i] ? 1 : 0; }, among);
        near(found.drop.value, found.broken.value - found.repaired.value);
    }

private Q_SLOTS:
    void countsRightAndWrong() {
        const std::vector<LaneAnswers> all = laneAnswers(m_view, m_resamples);
        QCOMPARE(all.size(), lanes);
        const auto isAnswered = [](std::size_t i) { return i < answered ? 1.0 : 0.0; };
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            QCOMPARE(all[lane].lane, m_view.lanes()[lane]);
            QCOMPARE(all[lane].questions, answered);
            expectCompared(all[lane].answers, row("contains_answer", 0),
                           row("contains_answer", lane), isAnswered);
            const std::vector<double> exact = row("exact_match", lane);
            expectRatio(
                all[lane].exact, [&](std::size_t i) { return i < answered ? exact[i] : 0; },
                isAnswered);
            const std::vector<double> differs = row("differs", lane);
            expectRatio(
                all[lane].differs, [&](std::size_t i) { return i < answered ? differs[i] : 0; },
                isAnswered);
            if (lane == 0) {
                QVERIFY(std::isnan(all[lane].agreeing.value));
                near(all[lane].answers.drop.value, 0);
                continue;
            }
            const std::vector<double> first = row("first_difference", lane);
            const auto among = [&](std::size_t i) { return differs[i] == 1 ? 1.0 : 0.0; };
            expectRatio(
                all[lane].agreeing, [&](std::size_t i) { return differs[i] == 1 ? first[i] : 0; },
                among);
        }
    }

    void sortsByPopularity() {
        const std::vector<PopularityBucket> buckets = popularityBuckets(m_view, m_resamples);
        const std::vector<double> popularity = m_view.slice("/questions/popularity", {});
        std::size_t count = 0;
        QVERIFY(buckets.size() > 4);
        QCOMPARE(bucketName(buckets.front()), std::string("0 and below"));
        QCOMPARE(buckets.front().questions, std::size_t(3));
        for (std::size_t b = 0; b < buckets.size(); ++b) {
            const PopularityBucket& bucket = buckets[b];
            const auto among = [&](std::size_t i) {
                const double logarithm = std::log10(popularity[i]);
                const bool isHere = b == 0 ? popularity[i] <= 0
                                           : popularity[i] > 0 && logarithm >= bucket.low - 1e-9 &&
                                                 logarithm < bucket.high - 1e-9;
                return isHere && i < answered ? 1.0 : 0.0;
            };
            std::size_t members = 0;
            for (std::size_t i = 0; i < questions; ++i)
                members += among(i) > 0 ? 1 : 0;
            QCOMPARE(bucket.questions, members);
            count += members;
            if (b > 0)
                near(bucket.high - bucket.low, 0.5);
            if (members < 8) // resamples without any of them are left out of the interval
                continue;
            for (std::size_t lane = 0; lane < lanes; ++lane)
                expectCompared(bucket.lanes[lane], row("contains_answer", 0),
                               row("contains_answer", lane), among);
        }
        QCOMPARE(count, answered);
        // 1000 is in the bucket that begins at 3, whatever its logarithm rounds to.
        const auto third = std::find_if(buckets.begin(), buckets.end(), [](const auto& bucket) {
            return std::abs(bucket.low - 3) < 1e-9;
        });
        QVERIFY(third != buckets.end() && third->questions >= 3);
    }

    void weighsChoices() {
        const std::vector<LaneChoices> all = laneChoices(m_view, m_resamples);
        QCOMPARE(all.size(), lanes);
        const std::vector<double> gold = m_view.slice("/questions/gold", {});
        const std::vector<double> characters = m_view.slice("/questions/choice_characters", {});
        const auto correct = [&](std::size_t lane, bool normalised) {
            const std::vector<double> sums =
                m_view.slice("/questions/choice_log_likelihood", {lane});
            std::vector<double> result;
            for (std::size_t i = 0; i < questions; ++i) {
                std::vector<double> scores;
                for (std::size_t c = 0; c < choices; ++c)
                    scores.push_back(sums[i * choices + c] /
                                     (normalised ? characters[i * choices + c] : 1));
                const auto best = std::max_element(scores.begin(), scores.end());
                result.push_back(double(best - scores.begin()) == gold[i] ? 1 : 0);
            }
            return result;
        };
        const auto everything = [](std::size_t) { return 1.0; };
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            QCOMPARE(all[lane].questions, questions);
            expectCompared(all[lane].sum, correct(0, false), correct(lane, false), everything);
            expectCompared(all[lane].perCharacter, correct(0, true), correct(lane, true),
                           everything);
        }
    }

    void followsTokens() {
        const std::vector<TokenAgreement> all = tokenAgreement(m_view, m_resamples);
        QCOMPARE(all.size(), lanes - 1);
        for (std::size_t at = 0; at < all.size(); ++at) {
            const std::vector<double> first = row("first_difference", at + 1);
            const std::vector<double> differs = row("differs", at + 1);
            near(all[at].share.front().value, 1);
            for (std::size_t n = 0; n < all[at].share.size(); ++n)
                expectRatio(
                    all[at].share[n],
                    [&](std::size_t i) {
                        return i < answered && (differs[i] == 0 || first[i] >= double(n)) ? 1 : 0;
                    },
                    [](std::size_t i) { return i < answered ? 1.0 : 0.0; });
        }
    }

    /// The study's own examples: what each would be continued with, given the example so far.
    void findsTheFirstDifferenceOfExamples() {
        SessionData data;
        data.arrays.emplace("/lane", makeSessionText("/lane", {"reference", "a"}));
        data.arrays.emplace("/example", makeSessionIndex("/example", 3));
        data.arrays.emplace("/output/top1_agrees",
                            filledArray("/output/top1_agrees", {2, 3, 4},
                                        {255, 1, 1, 1, 255, 1, 1, 1, 255, 1, 1, 255, //
                                         255, 1, 0, 0, 255, 1, 1, 1, 255, 0, 1, 255}));
        const SessionView view(data);
        const std::vector<double> first = firstDifferences(view, "a");
        QCOMPARE(first[0], 2.0);
        QVERIFY(std::isnan(first[1]));
        QCOMPARE(first[2], 1.0);
        QVERIFY(firstDifferences(view, "b").empty());
        QCOMPARE(exampleColumns(view).back().name, std::string("first_difference[a]"));
    }

    void obeysTheCriterion() {
        SessionData other = madeUp();
        other.attributes[attribute::questionCriterion] = "exact";
        const SessionView view(other);
        const std::vector<double> correct = correctAnswers(view, 1);
        const std::vector<double> exact = m_view.slice("/questions/exact_match", {1});
        QVERIFY(std::equal(correct.begin(), correct.end(), exact.begin(), exact.end(),
                           [](double a, double b) {
                               return a == b || (std::isnan(a) && std::isnan(b)); // choices
                           }));
        QCOMPARE(laneAnswers(view, questionResamples(view))[1].answers.accuracy.value,
                 laneAnswers(view, questionResamples(view))[1].exact.value);
    }

    void makesFiguresAndTables() {
        const ReportValues report = reportValues(m_session, ReportKind::Questions, {});
        std::vector<std::string> names;
        for (const Figure& figure : report.figures) {
            names.push_back(figure.name);
            QVERIFY(!captionOf(figure).title.empty());
        }
        QCOMPARE(names, (std::vector<std::string>{
                            "answers", "accuracy-by-popularity", "accuracy-drop-by-popularity",
                            "choices", "token-agreement", "single-questions", "single-choices"}));
        const Table single = sessionTable(m_session, "questions");
        QCOMPARE(single.rows(), lanes * answered);
        QCOMPARE(single.numbers("correct")[answered + 4], row("contains_answer", 1)[4]);
        QCOMPARE(sessionTable(m_session, "choices").rows(), lanes * questions * choices);
        const std::vector<PopularityBucket> buckets = popularityBuckets(m_view, m_resamples);
        const Table popularity = sessionTable(m_session, "questions-by-popularity");
        QCOMPARE(popularity.rows(), buckets.size() * lanes);
        near(popularity.numbers("drop")[4], buckets[1].lanes[1].drop.value);
        for (const PaperFigure& figure : paperFigures(m_view)) {
            if (figure.id == "F5")
                QCOMPARE(figure.figures.size(), std::size_t(1));
            if (figure.id == "F5")
                QVERIFY(captionOf(figure.figures.front()).title.ends_with(", b"));
            if (figure.id == "F17-F19")
                QVERIFY(captionOf(figure.figures.front()).title.ends_with(", a"));
        }
    }

    /// A study that asks none, that is not so far yet, and a session that is damaged.
    void copesWithWhatIsMissing() {
        SessionData none = madeUp();
        std::erase_if(none.arrays, [](const auto& entry) {
            return entry.first.starts_with("/questions") || entry.first == "/question";
        });
        none.attributes.erase(attribute::lanesAsked);
        QVERIFY(reportValues(none, ReportKind::Questions, {}).figures.empty());
        QCOMPARE(sessionTable(none, "questions").rows(), std::size_t(0));
        QCOMPARE(sessionTable(none, "choices").rows(), std::size_t(0));
        QCOMPARE(sessionTable(none, "questions-by-popularity").rows(), std::size_t(0));
        for (const PaperFigure& figure : paperFigures(SessionView(none)))
            if (figure.id == "F5")
                QVERIFY(figure.missing.find("--questions") != std::string::npos);

        SessionData started = madeUp();
        started.attributes[attribute::lanesAsked] = "1";
        QCOMPARE(sessionTable(started, "questions").rows(), answered);
        QVERIFY(!reportValues(started, ReportKind::Questions, {}).figures.empty());

        for (const char* path :
             {"/questions/gold", "/questions/prediction", "/questions/contains_answer",
              "/questions/popularity", "/questions/choice_characters", "/question", "/choice"}) {
            SessionData damaged = madeUp();
            damaged.arrays.erase(path);
            damaged.attributes[attribute::bucketWidth] = "-1";
            reportValues(damaged, ReportKind::Questions, {});
            for (const char* table : {"questions", "choices", "questions-by-popularity"})
                sessionTable(damaged, table);
        }
        SessionData odd = madeUp();
        odd.arrays.at("/questions/gold") =
            filledArray("/questions/gold", {3}, {0, 500000, -1}); // too few, and out of range
        odd.attributes[attribute::lanesAsked] = "77";
        reportValues(odd, ReportKind::Questions, {});
        sessionTable(odd, "choices");
    }
};

QTEST_GUILESS_MAIN(TestQuestionAnswering)
#include "test_question_answering.moc"
