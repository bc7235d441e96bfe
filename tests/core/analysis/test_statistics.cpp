#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"
#include "core/analysis/sets.h"
#include "core/analysis/statistics.h"
#include "tests/core/analysis/near.h"

using namespace quantscope;

namespace {

const double missing = std::nan("");

} // namespace

class TestStatistics : public QObject {
    Q_OBJECT

    QJsonObject m_study = readStudy();
    QJsonObject m_expected = m_study["expected"].toObject();
    std::vector<double> m_errorA = numbersOf(m_study["error"].toArray()[1]);
    std::vector<double> m_errorB = numbersOf(m_study["error"].toArray()[2]);

    std::vector<std::int32_t> integers(const char* name) const {
        const std::vector<double> numbers = numbersOf(m_study[name]);
        return {numbers.begin(), numbers.end()};
    }

private Q_SLOTS:
    void ranksShareTies() {
        const std::vector<double> ranks =
            averageRanks(std::vector{3.0, 1.0, 3.0, missing, 2.0, 3.0});
        const std::vector<double> expected = {4, 1, 4, 0, 2, 4};
        for (std::size_t index = 0; index < ranks.size(); ++index)
            if (index == 3)
                QVERIFY(std::isnan(ranks[index]));
            else
                QCOMPARE(ranks[index], expected[index]);
    }

    void pairsWithoutAValueAreLeftOut() {
        const std::vector<double> x = {1, 2, missing, 3, 9};
        const std::vector<double> y = {2, 4, 100, 6, missing};
        near(pearson(x, y), 1);
        near(spearman(x, y), 1);
        QCOMPARE(fitLine(x, y).count, std::size_t(3));
        near(fitLine(x, y).slope, 2);
        near(fitLine(x, y).intercept, 0);
        QVERIFY(std::isnan(pearson(std::vector{1.0, 1.0}, std::vector{1.0, 2.0})));
        QVERIFY(std::isnan(pearson(std::vector<double>{}, std::vector<double>{})));
        QVERIFY(std::isnan(mean(std::vector{missing})));
    }

    void quantilesInterpolate() {
        const std::vector<double> values = {4, 1, missing, 3, 2};
        near(quantile(values, 0), 1);
        near(quantile(values, .5), 2.5);
        near(quantile(values, .975), 3.925);
        near(quantile(values, 1), 4);
    }

    void jaccardOfSets() {
        const std::vector<std::size_t> a = {1, 2, 3};
        const std::vector<std::size_t> b = {3, 4};
        near(jaccard(a, b), .25);
        near(jaccard(a, a), 1);
        QVERIFY(std::isnan(jaccard({}, {})));
        near(jaccardByChance(100, 1000), .1 / 1.9);
    }

    void correlationsWithIntervals() {
        const auto documents = integers("documents");
        const Resamples resamples(documents, 1000,
                                  static_cast<std::uint64_t>(m_study["seed"].toInt()));
        QVERIFY(resamples.isByDocument());
        nearInterval(pearsonInterval(m_errorA, m_errorB, resamples), m_expected["pearson_ab"]);
        nearInterval(spearmanInterval(m_errorA, m_errorB, resamples), m_expected["spearman_ab"]);
        nearInterval(meanInterval(m_errorA, resamples), m_expected["mean_error"].toArray()[1]);
        near(pearsonInterval(m_errorA, m_errorB, resamples).value, pearson(m_errorA, m_errorB));
        near(spearmanInterval(m_errorA, m_errorB, resamples).value, spearman(m_errorA, m_errorB));
        const std::vector<double> line = numbersOf(m_expected["fit"]);
        near(fitLine(m_errorA, m_errorB).slope, line[0]);
        near(fitLine(m_errorA, m_errorB).intercept, line[1]);
    }

    void oneDocumentDrawsItsWindows() {
        const std::vector<std::int32_t> documents(50, 3);
        std::vector<double> values(50);
        for (std::size_t index = 0; index < values.size(); ++index)
            values[index] = static_cast<double>(index);
        const Resamples resamples(documents, 400, 1);
        QVERIFY(!resamples.isByDocument());
        const Interval interval = meanInterval(values, resamples);
        // The standard error of the mean is 2.04; 1.96 of them on either side, within a fifth.
        QVERIFY(std::fabs(interval.high - interval.low - 2 * 1.96 * 2.04) < 1.6);
    }

    void windowsOfADocumentGoTogether() {
        const std::vector<std::int32_t> documents = {7, 7, 2, 7, 2};
        const Resamples resamples(documents, 50, 5);
        for (std::size_t resample = 0; resample < resamples.count(); ++resample) {
            const auto weights = resamples.weights(resample);
            QCOMPARE(weights[0], weights[1]);
            QCOMPARE(weights[0], weights[3]);
            QCOMPARE(weights[2], weights[4]);
            QCOMPARE(weights[0] + weights[2], 2);
        }
    }

    void densityFollowsSilverman() {
        const std::vector<double> values = numbersOf(m_study["norm"].toArray()[2]);
        const Density density = kernelDensity(values);
        near(density.bandwidth, m_expected["bandwidth"].toDouble());
        const std::vector<double> x = numbersOf(m_expected["density_x"]);
        const std::vector<double> y = numbersOf(m_expected["density_y"]);
        QCOMPARE(density.x.size(), std::size_t(256));
        for (std::size_t index = 0; index < x.size(); ++index) {
            near(density.x[16 * index], x[index]);
            near(density.y[16 * index], y[index]);
        }
        QVERIFY(kernelDensity(std::vector{2.0, 2.0, 2.0}).x.empty());
        QVERIFY(kernelDensity({}).x.empty());
    }

    void setsAreThoseOfTheScript() {
        const auto documents = integers("documents");
        const auto offsets = integers("offsets");
        const auto seed = static_cast<std::uint64_t>(m_study["seed"].toInt());
        std::vector<std::string> labels;
        for (const auto& label : m_study["labels"].toArray())
            labels.push_back(label.toString().toStdString());
        const std::vector<double> nll = numbersOf(m_study["nll"].toArray()[0]);
        for (const char* lane : {"a", "b"}) {
            const std::vector<double>& errors = lane == std::string("a") ? m_errorA : m_errorB;
            const auto large = largeSet(errors);
            QCOMPARE(large, indicesOf(m_expected["large"].toObject()[lane]));
            QCOMPARE(controlSet(errors, documents, offsets, seed, large.size()),
                     indicesOf(m_expected["control"].toObject()[lane]));
            QCOMPARE(matchedSet(errors, large, nll, labels),
                     indicesOf(m_expected["matched"].toObject()[lane]));
        }
    }

    void controlsMayBeOfAnotherShare() {
        const std::vector<double> errors = {1, 9, 3, 8, 2, 7, 4, 6, 5, 10};
        const std::vector<std::int32_t> zeros(errors.size(), 0);
        // Three of ten: the errors 1, 2 and 3; equal hashes are taken by index.
        QCOMPARE(controlSet(errors, zeros, zeros, 0, 100, .3), (std::vector<std::size_t>{0, 2, 4}));
        const std::vector<double> nll = {5, 1, 6, 1, 7, 1, 1, 1, 1, 1};
        QCOMPARE(matchedSet(errors, std::vector<std::size_t>{9}, nll, {}, .3),
                 std::vector<std::size_t>{0});
        for (const double senseless : {missing, -1.0, 0.0})
            QVERIFY(controlSet(errors, zeros, zeros, 0, 100, senseless).empty());
        QCOMPARE(controlSet(errors, zeros, zeros, 0, 100, 1e300).size(), errors.size());
        SessionData session;
        session.attributes["resamples"] = "250";
        QCOMPARE(SessionView(session).resampleCount(), std::size_t(250));
        session.attributes["resamples"] = "1e300"; // from elsewhere: no sensible count
        QCOMPARE(SessionView(session).resampleCount(), std::size_t(1000));
        QCOMPARE(SessionView(session, {.resamples = 30}).resampleCount(), std::size_t(30));
    }

    void tiesAndWhatWasNotMeasured() {
        const std::vector<double> errors = {1, 5, missing, 5, 2, 5, 0, 1, 1, 1, 1};
        QCOMPARE(largeSet(errors, .2), (std::vector<std::size_t>{1, 3}));
        const std::vector<std::size_t> excluded = {3};
        QCOMPARE(largeSet(errors, .2, excluded), (std::vector<std::size_t>{1, 5}));
        QCOMPARE(largeSet(errors, 1).size(), std::size_t(10));
        QVERIFY(largeSet({}, .1).empty());
        const std::vector<std::int32_t> zeros(errors.size(), 0);
        const auto control = controlSet(errors, zeros, zeros, 0, 100);
        // Five of ten; equal hashes are taken by index.
        QCOMPARE(control, (std::vector<std::size_t>{6, 7, 8, 9, 10}));
    }
};

QTEST_GUILESS_MAIN(TestStatistics)
#include "test_statistics.moc"
