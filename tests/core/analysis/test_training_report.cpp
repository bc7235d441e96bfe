#include "core/analysis/error_spread.h"
#include "core/analysis/learned_lanes.h"
#include "core/analysis/reports.h"
#include "core/analysis/statistics.h"
#include "tests/core/analysis/figure_body.h"
#include "tests/core/analysis/made_up_study.h"
#include "tests/core/analysis/near.h"

#include <QTest>

#include <cmath>

using namespace quantscope;

namespace {

constexpr std::size_t examples = 6;
constexpr std::size_t layers = 3;
constexpr std::size_t epochs = 3;
const double none = std::nan("");

/// Errors by lane and layer, each example's a little different; NaN for the reference.
std::vector<double> errors(const std::vector<std::vector<double>>& byLane) {
    std::vector<double> values;
    for (const std::vector<double>& byLayer : byLane)
        for (const double error : byLayer)
            for (std::size_t example = 0; example < examples; ++example)
                values.push_back(error * (1 + 0.1 * double(example)));
    return values;
}

/// A base and what was learned beneath it: half the error in the last layer, more in the first.
SessionData trainedStudy() {
    SessionData data;
    data.attributes = {{"seed", "3"}, {"status", "complete"}, {"layers", "3"}};
    const auto put = [&](const std::string& path, std::vector<std::size_t> shape,
                         const std::vector<double>& numbers) {
        data.arrays[path] = filledArray(path, std::move(shape), numbers);
    };
    data.arrays["/lane"] = makeSessionText("/lane", {"reference", "omni", "sde", "rtn"});
    data.arrays["/method"] = makeSessionText("/method", {"omni", "sde", "rtn"});
    data.arrays["/methods/spec"] = makeSessionText(
        "/methods/spec", {"omniquant:bits=3,epochs=5", "sde:bits=3,base_options=epochs=5,horizon=2",
                          "rtn:bits=3,group=128"});
    data.arrays["/example"] = makeSessionIndex("/example", examples);
    data.arrays["/layer"] = makeSessionIndex("/layer", layers);
    data.arrays["/epoch"] = makeSessionIndex("/epoch", epochs);
    put("/text/document", {examples}, {0, 1, 2, 3, 4, 5});
    put("/sites/resid_post/relative_error", {4, layers, examples},
        errors({{none, none, none}, {1, 2, 5}, {2, 2, 2.5}, {2, 4, 10}}));
    put("/sites/resid_post/local_relative_error", {4, layers, examples},
        errors({{none, none, none}, {1, 1, 2}, {1, 1, 1}, {2, 2, 4}}));
    put("/examples/nll", {4, examples}, {1, 1,   1, 1,   1, 1,   // the reference
                                         3, 3,   3, 3,   3, 3,   //
                                         2, 2.5, 2, 2.5, 2, 2.5, //
                                         5, 5,   5, 5,   5, 5});
    put("/training/loss", {3, layers, epochs},
        {8,    4,    6,    1,    .5,   .5,   2,    3,    none, //
         4,    2,    1,    3,    3,    3,    1,    none, none, //
         none, none, none, none, none, none, none, none, none});
    return data;
}

/// Written out: shares, then the definition.
double entropyOf(double a, double b, double c) {
    const double sum = a + b + c;
    double entropy = 0;
    for (const double error : {a, b, c})
        entropy -= error / sum * std::log(error / sum);
    return entropy / std::log(3.0);
}

} // namespace

class TestTrainingReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void evennessOfKnownErrors() {
        near(normalisedEntropy(std::vector<double>{2, 2, 2, 2}), 1);
        near(normalisedEntropy(std::vector<double>{0, 7, 0}), 0);
        near(normalisedEntropy(std::vector<double>{1, 1, 0, 0}), .5);           // ln 2 / ln 4
        near(normalisedEntropy(std::vector<double>{1, 3}), 0.8112781244591328); // bits of (¼, ¾)
        near(giniCoefficient(std::vector<double>{2, 2, 2, 2}), 0);
        near(giniCoefficient(std::vector<double>{0, 0, 0, 5}), .75);
        near(giniCoefficient(std::vector<double>{1, 3}), .25);
        near(giniCoefficient(std::vector<double>{1, 2, 5}), 16.0 / (2 * 3 * 8));
        for (const std::vector<double>& errors :
             {std::vector<double>{}, {1}, {0, 0}, {1, none}, {1, -1}}) {
            QVERIFY(std::isnan(normalisedEntropy(errors)));
            QVERIFY(std::isnan(giniCoefficient(errors)));
        }
    }

    void basesAreFound() {
        SessionData data;
        data.arrays["/lane"] =
            makeSessionText("/lane", {"reference", "a", "b", "c", "d", "e", "f", "g"});
        data.arrays["/method"] = makeSessionText("/method", {"a", "b", "c", "d", "e", "f", "g"});
        data.arrays["/methods/spec"] = makeSessionText(
            "/methods/spec", {"omniquant:bits=3,group=32", "omniquant:bits=3,group=32,let=true",
                              "rtn:bits=3,group=32", "lsi:bits=3,group=32",
                              "sde:bits=3,group=32,base_options=let=true,mask=both",
                              "sde:bits=2,group=32", "sde:base=rtn,bits=3,group=32"});
        const NamedArray specs = data.arrays["/methods/spec"];
        const std::vector<LearnedLane> found = learnedLanes(SessionView(data));
        std::map<std::string, std::string> bases;
        for (const LearnedLane& each : found)
            bases[each.lane] = each.base;
        const std::map<std::string, std::string> expected = {{"a", "c"}, {"b", "c"}, {"d", "a"},
                                                             {"e", "b"}, {"f", ""},  {"g", "c"}};
        QVERIFY(bases == expected);
        data.arrays["/methods/spec"] =
            makeSessionText("/methods/spec",
                            {"duquant:bits=3", "duquant:bits=3,group=128", "rtn", "gptq",
                             "sde:base=duquant,bits=3", "sde:base=duquant,bits=3,group=-1", "rtn"});
        QCOMPARE(learnedLane(SessionView(data), "e")->base, std::string("b"));
        QCOMPARE(learnedLane(SessionView(data), "f")->base, std::string("a"));
        data.arrays["/methods/spec"] = specs;
        QCOMPARE(learnedLane(SessionView(data), "e")->base, std::string("b"));
        QCOMPARE(learnedLane(SessionView(data), "rtn")->lane, std::string("d")); // a trained base
        QVERIFY(!learnedLane(SessionView(SessionData()), ""));
    }

    void spreadOfTheMadeUpStudy() {
        const SessionData data = trainedStudy();
        const SessionView view(data);
        const SpreadComparison spread = compareSpread(view, "/sites/resid_post/relative_error",
                                                      "sde", "omni", view.resamples());
        const double scale = 1.25; // mean of 1, 1.1, … 1.5
        near(spread.lane.byLayer[2].value, 2.5 * scale, 1e-6);
        near(spread.base.byLayer[0].value, scale, 1e-6);
        near(spread.lane.entropy.value, entropyOf(2, 2, 2.5), 1e-6);
        near(spread.base.entropy.value, entropyOf(1, 2, 5), 1e-6);
        near(spread.entropyDifference.value, entropyOf(2, 2, 2.5) - entropyOf(1, 2, 5), 1e-6);
        // All examples have the same shares, so that resampling cannot move them.
        near(spread.entropyDifference.low, spread.entropyDifference.value, 1e-6);
        QVERIFY(spread.lane.byLayer[2].low < spread.lane.byLayer[2].value);
        QVERIFY(spread.lane.byLayer[2].high > spread.lane.byLayer[2].value);
        near(spread.changeByLayer[2].value, -.5, 1e-6);
        near(spread.changeByLayer[2].low, -.5, 1e-6);
        near(spread.giniDifference.value, 2.0 / (2 * 3 * 6.5) - 16.0 / (2 * 3 * 8), 1e-6);
    }

    void intervalsAreThoseOfTheBootstrap() {
        SessionData data = trainedStudy();
        std::vector<double> values = data.require("/sites/resid_post/relative_error").toDoubles();
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] *= 1 + 0.3 * std::sin(double(i)); // shares differ between examples
        data.arrays["/sites/resid_post/relative_error"] =
            filledArray("/sites/resid_post/relative_error", {4, layers, examples}, values);
        const SessionView view(data);
        const Resamples resamples = view.resamples();
        const SpreadComparison spread =
            compareSpread(view, "/sites/resid_post/relative_error", "sde", "omni", resamples);
        const auto entropy = [&](const std::string& lane, std::span<const std::uint16_t> weights) {
            double means[layers];
            for (std::size_t layer = 0; layer < layers; ++layer) {
                const std::vector<double> row =
                    view.row("/sites/resid_post/relative_error", lane, layer);
                means[layer] = 0;
                for (std::size_t example = 0; example < examples; ++example)
                    means[layer] += weights[example] * row[example];
            }
            return entropyOf(means[0], means[1], means[2]);
        };
        const Interval expected = bootstrap(resamples, [&](std::span<const std::uint16_t> weights) {
            return entropy("sde", weights) - entropy("omni", weights);
        });
        near(spread.entropyDifference.value, expected.value);
        near(spread.entropyDifference.low, expected.low);
        near(spread.entropyDifference.high, expected.high);
        QVERIFY(expected.low < expected.high);
    }

    void reportShowsLossesErrorsAndEvenness() {
        const SessionData data = trainedStudy();
        const ReportValues values = reportValues(data, ReportKind::Training, "");
        QCOMPARE(values.lane, std::string("sde"));
        QCOMPARE(values.lanes, (std::vector<std::string>{"omni", "sde"}));
        std::vector<std::string> names;
        for (const Figure& figure : values.figures) {
            names.push_back(figure.name);
            QVERIFY(captionOf(figure).definition.size() > 40);
            QVERIFY(!captionOf(figure).formula.empty());
        }
        QCOMPARE(names,
                 (std::vector<std::string>{"block-losses", "losses-by-layer", "accumulated-error",
                                           "local-error", "change-by-layer", "evenness",
                                           "against-base"}));
        const auto& losses = bodyOf<CurveFigure>(values.figures, "block-losses").curves;
        QCOMPARE(losses.size(), layers);
        QCOMPARE(losses[0].y, (std::vector<double>{1, .5, .25}));
        QCOMPARE(losses[2].y, (std::vector<double>{1})); // is being trained
        const auto& gains = bodyOf<CurveFigure>(values.figures, "losses-by-layer").curves;
        QCOMPARE(gains.size(), 2U);
        QCOMPARE(gains[0].y, (std::vector<double>{.5, .5, 1}));
        QCOMPARE(gains[1].y, (std::vector<double>{.25, 1, 1}));
        const auto& accumulated = bodyOf<CurveFigure>(values.figures, "accumulated-error").curves;
        QCOMPARE(accumulated.size(), 2U);
        QCOMPARE(accumulated[0].name, std::string("sde"));
        QCOMPARE(accumulated[1].name, std::string("omni"));
        QCOMPARE(accumulated[0].x, (std::vector<double>{0, 1, 2}));
        const auto& bars = bodyOf<BarsFigure>(values.figures, "evenness").groups;
        QCOMPARE(bars.back().label, std::string("sde"));
        QCOMPARE(bars.back().bars.size(), 2U);
        near(bars.back().bars[0].value.value, entropyOf(2, 2, 2.5) - entropyOf(1, 2, 5), 1e-6);
        near(bars.back().bars[1].value.value, 1 - entropyOf(1, 1, 2), 1e-6); // local: all the same
        const auto& changes = bodyOf<CurveFigure>(values.figures, "change-by-layer").curves;
        QCOMPARE(changes.size(), 2U);
        near(changes[0].y[0], 100, 1e-4); // 2 against 1
        near(changes[0].y[1], 0, 1e-4);   // 2 against 2
        near(changes[0].y[2], -50, 1e-4); // 2.5 against 5
        const auto& rows = bodyOf<TableFigure>(values.figures, "against-base").rows;
        QCOMPARE(rows.size(), 2U); // omni against rtn, sde against omni
        near(std::get<Interval>(rows[1][2]).value, -.75);
        near(std::get<Interval>(rows[0][2]).value, -2);
    }

    void aGrowingStudyShowsWhatThereIs() {
        SessionData data = trainedStudy();
        data.arrays.erase("/examples/nll");
        data.arrays.erase("/sites/resid_post/local_relative_error");
        NamedArray& error = data.arrays["/sites/resid_post/relative_error"];
        for (std::size_t lane = 1; lane < 4; ++lane) // the last layer is still to come
            for (std::size_t example = 0; example < examples; ++example)
                std::get<std::vector<float>>(
                    error.values)[(lane * layers + 2) * examples + example] = std::nanf("");
        const ReportValues values = reportValues(data, ReportKind::Training, "sde");
        const auto& accumulated = bodyOf<CurveFigure>(values.figures, "accumulated-error").curves;
        QCOMPARE(accumulated[0].x, (std::vector<double>{0, 1}));
        for (const Figure& figure : values.figures)
            QVERIFY(figure.name != "evenness" && figure.name != "local-error");
        data.arrays.erase("/sites/resid_post/relative_error"); // before the first layer
        QCOMPARE(reportValues(data, ReportKind::Training, "sde").figures.size(), 2U);
        data.arrays["/methods/spec"] =
            makeSessionText("/methods/spec", {"rtn:bits=3", "gptq:bits=3", "nf:bits=3"});
        QVERIFY(reportValues(data, ReportKind::Training, "sde").figures.empty());
    }
};

QTEST_GUILESS_MAIN(TestTrainingReport)
#include "test_training_report.moc"
