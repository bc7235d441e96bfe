#include "core/analysis/correlation_grid.h"
#include "core/analysis/explanations.h"
#include "core/analysis/group_errors.h"
#include "core/analysis/honest_selection.h"
#include "core/analysis/lane_explanation.h"
#include "core/analysis/output_suite.h"
#include "core/analysis/predictors.h"
#include "core/analysis/reliability.h"
#include "core/analysis/resampled_sums.h"
#include "core/analysis/ridge.h"
#include "core/analysis/statistics.h"
#include "core/data/hash.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"
#include "tests/core/analysis/inference_study.h"
#include "tests/core/analysis/near.h"

#include <set>

using namespace quantscope;

namespace {

constexpr double floatTolerance = 2e-6;  ///< the session's values are in single precision
constexpr double solverTolerance = 1e-7; ///< linear systems solved another way

} // namespace

/// Against tests/data/analysis/make_inference.py (numpy and scipy).
class TestInference : public QObject {
    Q_OBJECT

    QJsonObject m_study = readStudy("inference.json");
    QJsonObject m_expected = m_study["expected"].toObject();
    SessionData m_session = inferenceSession(m_study);
    SessionView m_view{m_session};
    Resamples m_resamples{m_view.documents(),
                          static_cast<std::size_t>(m_study["resamples"].toInt()), m_view.seed()};
    std::vector<std::string> m_methods = {"a", "b", "c"};

    std::vector<std::vector<double>> norms() const {
        std::vector<std::vector<double>> columns;
        for (std::size_t layer = 0; layer < m_view.layers(); ++layer)
            columns.push_back(
                m_view.row(sitePath("resid_mid", "norm"), std::string(referenceLane), layer));
        return columns;
    }
    std::vector<std::vector<double>> errors() const {
        std::vector<std::vector<double>> columns;
        for (const std::string& lane : m_methods)
            columns.push_back(m_view.row("/examples/error", lane));
        return columns;
    }

private Q_SLOTS:
    void gridWithSimultaneousBand() {
        const auto permutations = static_cast<std::size_t>(m_study["permutations"].toInt());
        const CorrelationGrid grid =
            correlationGrid(norms(), errors(), m_resamples, {permutations, m_view.seed()});
        for (std::size_t layer = 0; layer < 4; ++layer)
            for (std::size_t lane = 0; lane < 3; ++lane)
                nearInterval(grid.at(layer, lane),
                             m_expected["grid"].toArray()[int(layer)].toArray()[int(lane)],
                             floatTolerance);
        near(grid.band, m_expected["band"].toDouble(), floatTolerance);
        QCOMPARE(grid.examples, std::size_t(60));
        QCOMPARE(grid.resamples, m_resamples.count());
        // The one-pair function draws the same documents.
        const Interval one = pearsonInterval(norms()[2], errors()[0], m_resamples);
        near(grid.at(2, 0).low, one.low);
        near(grid.at(2, 0).high, one.high);
    }

    void aColumnWithoutValuesDoesNotCount() {
        auto x = norms();
        x.push_back(std::vector<double>(60, notMeasured)); // a layer that is not finished
        x[1][7] = notMeasured;
        const CorrelationGrid grid = correlationGrid(x, errors(), m_resamples);
        QVERIFY(std::isnan(grid.at(4, 0).value));
        QCOMPARE(grid.examples, std::size_t(59));
        auto y = errors()[2];
        y[7] = notMeasured;
        near(grid.at(0, 2).value, pearson(x[0], y));
    }

    void aPermutedBandHoldsForUnrelatedValues() {
        // Of 40 studies whose errors have nothing to do with 8 layers about 2 cross the band; more
        // than 7 would be a chance of 1 in 300. Without the maximum a third of them would.
        int crossed = 0;
        for (std::uint64_t study = 0; study < 40; ++study) {
            SplitMix random(study);
            std::vector<std::vector<double>> x(8), y(1);
            std::vector<std::int32_t> documents;
            for (std::int32_t example = 0; example < 50; ++example) {
                documents.push_back(example);
                for (auto* columns : {&x, &y})
                    for (auto& column : *columns)
                        column.push_back(static_cast<double>(random.below(1000)));
            }
            const CorrelationGrid grid =
                correlationGrid(x, y, Resamples(documents, 1), {200, study});
            crossed +=
                std::any_of(grid.values.begin(), grid.values.end(),
                            [&](const Interval& rho) { return std::fabs(rho.value) > grid.band; });
        }
        QVERIFY2(crossed <= 7, qPrintable(QString::number(crossed)));
    }

    void layerPickedOnOneHalf() {
        const auto picked = pickedOnHalves(norms(), errors()[0], m_view.documents(),
                                           m_resamples.count(), m_view.seed());
        QCOMPARE(picked.size(), std::size_t(2));
        for (std::size_t half : {0u, 1u}) {
            const std::vector<double> expected =
                numbersOf(m_expected["picked"].toArray()[int(half)]);
            QCOMPARE(picked[half].x, std::size_t(expected[0]));
            near(picked[half].picked, expected[1], floatTolerance);
            near(picked[half].reported.value, expected[2], floatTolerance);
            near(picked[half].reported.low, expected[3], floatTolerance);
            near(picked[half].reported.high, expected[4], floatTolerance);
        }
    }

    void reliabilityAndWhatItCorrects() {
        const ErrorAgreement agreement = errorAgreement(m_view, m_resamples);
        for (std::size_t lane = 0; lane < 3; ++lane) {
            nearInterval(agreement.lanes[lane].oddEven, m_expected["odd_even"].toArray()[int(lane)],
                         floatTolerance);
            nearInterval(agreement.lanes[lane].firstSecond,
                         m_expected["first_second"].toArray()[int(lane)], floatTolerance);
        }
        QCOMPARE(agreement.lanes[0].replicated, std::size_t(1));
        nearInterval(agreement.lanes[0].replicates, m_expected["replicates_a"], floatTolerance);
        QCOMPARE(agreement.lanes[2].replicated, std::size_t(0));
        QVERIFY(std::isnan(agreement.lanes[2].replicates.value));
        QCOMPARE(agreement.pairs.size(), std::size_t(3));
        QCOMPARE(agreement.pairs[0].a + agreement.pairs[0].b, std::string("ab"));
        nearInterval(agreement.pairs[0].corrected, m_expected["corrected_ab"].toArray()[0],
                     floatTolerance);
        nearInterval(agreement.pairs[0].correctedAcrossHalves,
                     m_expected["corrected_ab"].toArray()[1], floatTolerance);
        near(spearmanBrown(.5), 2.0 / 3);
        QVERIFY(std::isnan(spearmanBrown(-1)));
    }

    void honestSets() {
        const auto check = [&](const HonestSelection& selection, const char* name) {
            const QJsonObject expected = m_expected[name].toObject();
            QCOMPARE(selection.set, indicesOf(expected["set"]));
            nearInterval(selection.chosen, expected["chosen"], floatTolerance);
            nearInterval(selection.scored, expected["scored"], floatTolerance);
            nearInterval(selection.shrinkage, expected["shrinkage"], floatTolerance);
        };
        check(selectedByOtherMethods(m_view, "a", m_resamples), "by_others");
        check(selectedOnOddTokens(m_view, "b", m_resamples), "on_odd");
        QVERIFY(selectedByOtherMethods(m_view, "reference", m_resamples).set.empty());
    }

    void partialCorrelationIsThatOfResiduals() {
        const std::vector<std::vector<double>> x = {norms().back()};
        const auto partial = partialCorrelations(
            x, errors()[0], m_view.row("/examples/nll", std::string(referenceLane)), m_resamples);
        nearInterval(partial[0], m_expected["partial"], floatTolerance);
        QVERIFY(std::isnan(partialCorrelation(.3, 1, .3)));
    }

    void mediationAddsUp() {
        const std::size_t last = m_view.layers() - 1;
        const Mediation mediation =
            mediate(norms().back(),
                    {{"h", m_view.row(sitePath("ln2", "norm"), std::string(referenceLane), last)},
                     {"mse", m_view.row(sitePath("down", "mse"), "a", last)},
                     {"nothing", std::vector<double>(60, notMeasured)},
                     {"drift", m_view.row(sitePath("resid_mid", "relative_error"), "a", last)}},
                    errors()[0], m_resamples);
        QCOMPARE(mediation.paths.size(), std::size_t(3));
        const QJsonObject expected = m_expected["mediation"].toObject();
        nearInterval(mediation.total, expected["total"], floatTolerance);
        nearInterval(mediation.direct, expected["direct"], floatTolerance);
        nearInterval(mediation.chain, expected["chain"], floatTolerance);
        double sum = mediation.direct.value;
        for (std::size_t path = 0; path < 3; ++path) {
            const char* names[] = {"indirect_h", "indirect_mse", "indirect_drift"};
            nearInterval(mediation.paths[path].indirect, expected[names[path]], floatTolerance);
            sum += mediation.paths[path].indirect.value;
        }
        near(sum, mediation.total.value); // c = c' + Σ a b
    }

    void amplificationTakesWhatWasMeasured() {
        const std::string reference(referenceLane);
        const auto near1 = [&](OutputError error) {
            const CorrelationGrid grid =
                amplification(SessionView(m_session), "a", error, m_resamples);
            return grid.values.empty() ? notMeasured : grid.at(1, 0).value;
        };
        near(near1(OutputError::Accumulated),
             pearson(m_view.row("/sites/ln2/norm", reference, 1),
                     m_view.row("/sites/down/mse", std::string("a"), 1)),
             floatTolerance);
        QVERIFY(std::isnan(near1(OutputError::Local)));
        QVERIFY(std::isnan(near1(OutputError::Relative))); // no norm of o, no exact one
        SessionData session = m_session;
        NamedArray array = m_session.require("/sites/down/mse");
        const auto norms = m_session.require("/sites/ln2/norm").toDoubles();
        auto& values = std::get<std::vector<float>>(array.values);
        const std::size_t block = values.size() / 4;
        for (std::size_t cell = 0; cell < block; ++cell)
            values[block + cell] = static_cast<float>(2 * norms[cell]);
        session.arrays["/sites/down/normalised_mse"] = array;
        for (std::size_t cell = 0; cell < block; ++cell)
            values[block + cell] = static_cast<float>(-norms[cell]);
        session.arrays["/sites/down/mlp_local_mse"] = array;
        const SessionView view(session);
        near(amplification(view, "a", OutputError::Relative, m_resamples).at(2, 0).value, 1,
             floatTolerance);
        near(amplification(view, "a", OutputError::Local, m_resamples).at(2, 0).value, -1,
             floatTolerance);
        QCOMPARE(residualMediation(view, "a", m_resamples).paths[1].name,
                 std::string("local error of the MLP"));
    }

    void contrastsOfSets() {
        bool seen = false;
        for (const Contrast& contrast : setContrasts(m_view, "a", m_resamples)) {
            if (contrast.quantity != "norm" || contrast.site != "resid_mid" || contrast.layer != 3)
                continue;
            nearInterval(contrast.fromControl, m_expected["contrast_norm"], floatTolerance);
            QVERIFY(!std::isnan(contrast.fromMatched.value));
            seen = true;
        }
        QVERIFY(seen);
    }

    void outputSuiteIsThatOfTheScript() {
        const QJsonObject expected = m_expected["output"].toObject();
        std::set<std::string> seen;
        for (const OutputStatistic& statistic : outputSuite(m_view, "b", m_resamples)) {
            const QJsonValue value = expected[QString::fromStdString(statistic.name)];
            if (value.isUndefined())
                continue;
            seen.insert(statistic.name);
            if (value.toArray().size() == 1)
                near(statistic.value.value, numbersOf(value)[0], floatTolerance);
            else
                nearInterval(statistic.value, value, floatTolerance);
        }
        QCOMPARE(seen.size(), std::size_t(expected.size() - 1)); // all but the bucket
        const ConfidenceBucket bucket = confidenceBuckets(m_view, "b", m_resamples)[2];
        const std::vector<double> numbers = numbersOf(expected["bucket"]);
        near(bucket.share, numbers[0], floatTolerance);
        near(bucket.kl.value, numbers[1], floatTolerance);
        near(bucket.error.value, numbers[2], floatTolerance);
        QVERIFY(bucket.topAgreement.low < bucket.topAgreement.value);
        const QuantileCurve curve = klQuantiles(m_view, "b");
        near(curve.value.back(), numbersOf(expected["maximum KL"])[0], floatTolerance);
        QVERIFY(std::is_sorted(curve.value.begin(), curve.value.end()));
        QVERIFY(klQuantiles(m_view, "reference").percent.empty());
    }

    void predictorsAreThoseOfTheScript() {
        const PredictorResults results = predictErrors(m_view, m_resamples);
        QCOMPARE(results.predictors, std::size_t(1 + 2 * 4 + 4));
        const QJsonObject expected = m_expected["predictors"].toObject();
        bool seen = false;
        for (const PredictorScore& score : results.scores) {
            if (score.lane != "a" || score.model != "ridge: all")
                continue;
            nearInterval(score.r2, expected["r2"], solverTolerance * 100);
            nearInterval(score.auc, expected["auc"], solverTolerance * 100);
            near(score.spearman.value, expected["spearman"].toDouble(), solverTolerance * 100);
            seen = true;
        }
        QVERIFY(seen);
        QCOMPARE(results.acrossLanes.size(), std::size_t(9));
        nearInterval(results.ceilings[0].r2, m_expected["odd_even"].toArray()[0], floatTolerance);

        // The models by themselves.
        PredictorColumns columns = {m_view.row("/examples/nll", std::string(referenceLane))};
        for (std::size_t layer = 0; layer < 4; ++layer)
            for (const char* site : {"resid_mid", "ln2"})
                columns.push_back(
                    m_view.row(sitePath(site, "norm"), std::string(referenceLane), layer));
        for (std::size_t layer = 0; layer < 4; ++layer)
            columns.push_back(
                m_view.row(sitePath("resid_mid", "kurtosis"), std::string(referenceLane), layer));
        const CrossValidationOptions folds{.seed = m_view.seed()};
        const OutOfFold ridge = ridgeOutOfFold(columns, errors(), m_view.documents(), folds)[0];
        const std::vector<double> penalties = numbersOf(expected["penalties"]);
        const std::vector<double> predicted = numbersOf(expected["predicted"]);
        for (std::size_t fold = 0; fold < 5; ++fold)
            near(ridge.penalties[fold], penalties[fold]);
        for (std::size_t example = 0; example < 60; ++example)
            near(ridge.predicted[example], predicted[example], floatTolerance);
        const OutOfFold ranks = rankOutOfFold(columns, errors(), m_view.documents(), folds)[0];
        const std::vector<double> byRank = numbersOf(expected["rank_predicted"]);
        for (std::size_t example = 0; example < 60; ++example)
            near(ranks.predicted[example], byRank[example], floatTolerance);
    }

    void noDocumentIsOnBothSides() {
        const OutOfFold model =
            ridgeOutOfFold(norms(), {errors()[0]}, m_view.documents(), {.seed = 3})[0];
        for (std::size_t a = 0; a < 60; ++a)
            for (std::size_t b = 0; b < a; ++b)
                if (m_view.documents()[a] == m_view.documents()[b])
                    QCOMPARE(model.fold[a], model.fold[b]);
        // Too few documents to leave some out: nothing, not a wrong number.
        const std::vector<std::int32_t> four = {0, 0, 1, 1, 2, 2, 3, 3};
        const std::vector<double> values = {1, 2, 3, 4, 5, 6, 7, 9};
        QVERIFY(ridgeOutOfFold({values}, {values}, four).empty());
    }

    void areaUnderTheCurve() {
        const AreaUnderCurve area({1, 2, 3, 3, 4}, {false, false, true, false, true});
        near(area(), (2.5 + 3) / 6);
        near(area(std::vector<std::uint16_t>{0, 0, 1, 1, 0}), .5);
        QVERIFY(std::isnan(area(std::vector<std::uint16_t>{1, 1, 0, 1, 0})));
    }

    void groupsByLabelHeadAndTail() {
        std::size_t head = 0, tail = 0;
        double shares = 0;
        for (const GroupError& group : groupErrors(m_view, "a", m_resamples)) {
            if (group.group == "code") {
                const QJsonObject expected = m_expected["group_code"].toObject();
                nearInterval(group.error, expected["error"], floatTolerance);
                nearInterval(group.shareOfLarge, expected["large"], floatTolerance);
            }
            if (group.column == "kind")
                shares += group.shareOfLarge.value;
            head = group.group == "≤ 1" ? group.examples : head;
            tail = group.group == "≥ 4" ? group.examples : tail;
        }
        near(shares, 1);
        QCOMPARE(head, std::size_t(m_expected["head"].toInt()));
        QCOMPARE(tail, std::size_t(m_expected["tail"].toInt()));
    }

    void manyLabelsAreGathered() {
        SessionData session = m_session;
        std::vector<std::string> labels;
        for (int example = 0; example < 60; ++example)
            labels.push_back(example < 20 ? "common" : std::to_string(example));
        session.arrays["/text/labels/kind"] = makeSessionText("/text/labels/kind", labels);
        std::size_t groups = 0, examples = 0;
        for (const GroupError& group : groupErrors(SessionView(session), "a", m_resamples))
            if (group.column == "kind") {
                ++groups;
                examples += group.examples;
            }
        QCOMPARE(groups, mostGroups + 1);
        QCOMPARE(examples, std::size_t(60));
    }

    void sumsServeWhereTheyAreFew() {
        QCOMPARE(affordableResamples(1000, 1000, 800), std::size_t(1000));
        QCOMPARE(affordableResamples(1000, 10000, 800), std::size_t(250));
        QCOMPARE(affordableResamples(1000, 1000000, 800), std::size_t(100));
        QCOMPARE(affordableResamples(50, 10, 10), std::size_t(50));
    }
};

QTEST_GUILESS_MAIN(TestInference)
#include "test_inference.moc"
