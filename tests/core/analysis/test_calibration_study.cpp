// Studies of calibration sets and of noise: what numpy makes of the same numbers.
#include "core/analysis/calibration_study.h"
#include "core/analysis/perturbation_lens.h"
#include "core/analysis/reports.h"
#include "core/analysis/tables.h"
#include "tests/core/analysis/figure_body.h"
#include "tests/core/analysis/near.h"

#include <algorithm>
#include <set>

using namespace quantscope;

namespace {

/// tests/data/analysis/calibration.json as a session.
SessionData calibrationSession(const QJsonObject& study) {
    const std::vector<double> lengths = numbersOf(study["lengths"]);
    const std::size_t examples = lengths.size();
    const auto positions = static_cast<std::size_t>(study["positions"].toInt());
    const QJsonArray lanes = study["lanes"].toArray();
    std::vector<std::string> names = {"reference"}, methods, specs, sets;
    std::vector<double> draws, nll(examples, 1), ids;
    for (const auto& value : lanes) {
        const QJsonObject lane = value.toObject();
        specs.push_back(lane["method"].toString().toStdString());
        sets.push_back(lane["set"].toString().toStdString());
        draws.push_back(lane["draw"].toInt());
        methods.push_back(specs.back() + "@" + sets.back() + "-" +
                          std::to_string(int(draws.back()) + 1));
        const std::vector<double> own = numbersOf(lane["nll"]);
        nll.insert(nll.end(), own.begin(), own.end());
    }
    names.insert(names.end(), methods.begin(), methods.end());
    for (const double length : lengths)
        for (std::size_t position = 0; position < positions; ++position)
            ids.push_back(static_cast<double>(position) < length ? 1 : -1);
    SessionData data;
    data.attributes = {{"seed", std::to_string(study["seed"].toInt())},
                       {"resamples", std::to_string(study["resamples"].toInt())},
                       {attribute::referenceSet, study["reference"].toString().toStdString()}};
    auto& arrays = data.arrays;
    arrays["/lane"] = makeSessionText("/lane", names);
    arrays["/method"] = makeSessionText("/method", methods);
    arrays["/methods/spec"] = makeSessionText("/methods/spec", specs);
    arrays["/methods/calibration_set"] = makeSessionText("/methods/calibration_set", sets);
    arrays["/methods/calibration_source"] = makeSessionText("/methods/calibration_source", sets);
    arrays["/methods/calibration_draw"] =
        filledArray("/methods/calibration_draw", {draws.size()}, draws);
    arrays["/example"] = makeSessionIndex("/example", examples);
    arrays["/position"] = makeSessionIndex("/position", positions);
    arrays["/text/token_ids"] = filledArray("/text/token_ids", {examples, positions}, ids);
    arrays["/text/document"] =
        filledArray("/text/document", {examples}, numbersOf(study["documents"]));
    arrays["/examples/nll"] = filledArray("/examples/nll", {names.size(), examples}, nll);
    return data;
}

} // namespace

class TestCalibrationStudy : public QObject {
    Q_OBJECT

    QJsonObject m_study = readStudy("calibration.json");
    SessionData m_session = calibrationSession(m_study);

private Q_SLOTS:
    /// Draws of a set are one line, each set another, and the studied text is dashed.
    void magnitudesOfSetsAreDrawnOverEachOther() {
        SessionData data = m_session;
        const std::size_t examples = data.extent("example");
        const std::size_t bins = 4;
        data.attributes["layers"] = "1";
        data.arrays["/layer"] = makeSessionIndex("/layer", 1);
        data.arrays["/magnitude"] = filledArray("/magnitude", {bins}, {0, 1, 2, 4});
        data.arrays["/calibration_text"] = makeSessionText(
            "/calibration_text", {"wiki-1", "wiki-2", "random-tokens-1", "random-tokens-2", "x-1"});
        data.arrays["/activations/ln1/calibration_histogram"] =
            filledArray("/activations/ln1/calibration_histogram", {5, 1, bins},
                        {.5, .5, 0, 0, .25, .25, .5, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0});
        std::vector<double> counts;
        for (std::size_t example = 0; example < examples; ++example)
            counts.insert(counts.end(), {1, 2, 1, 0});
        data.arrays["/activations/ln1/histogram"] =
            filledArray("/activations/ln1/histogram", {1, examples, bins}, counts);
        const ReportValues report = reportValues(data, ReportKind::Activations, "");
        const auto found = std::find_if(
            report.figures.begin(), report.figures.end(), [](const Figure& figure) {
                return figure.name == "histogram-calibration-ln1-layer-0";
            });
        QVERIFY(found != report.figures.end());
        const auto& curves = std::get<CurveFigure>(found->body).curves;
        QCOMPARE(curves.size(), std::size_t(4));
        QCOMPARE(curves[0].name, std::string("wiki"));
        QCOMPARE(curves[0].y, (std::vector<double>{.375, .375, .25}));
        QCOMPARE(curves[1].name, std::string("random-tokens"));
        QCOMPARE(curves[1].y, (std::vector<double>{1}));
        QCOMPARE(curves[1].x, (std::vector<double>{2.5})); // the bin from 4, an octave wide
        QCOMPARE(curves[2].name, std::string("x"));
        QCOMPARE(curves[3].y, (std::vector<double>{.25, .5, .25}));
        QVERIFY(curves[3].dashed);
    }

    void perplexitiesAndSpreadsAreNumpys() {
        const SessionView view(m_session);
        const CalibrationComparison found = compareCalibration(view, view.resamples());
        const QJsonArray perplexity = m_study["perplexity"].toArray();
        const QJsonArray relative = m_study["relative"].toArray();
        QCOMPARE(found.referenceSet, std::string("wiki"));
        QCOMPARE(found.lanes.size(), std::size_t(perplexity.size()));
        for (std::size_t i = 0; i < found.lanes.size(); ++i) {
            nearInterval(found.lanes[i].perplexity, perplexity[int(i)]);
            nearInterval(found.lanes[i].relative, relative[int(i)]);
        }
        QCOMPARE(found.sets.size(), std::size_t(6));
        for (std::size_t i = 0; i < 6; ++i)
            nearInterval(found.sets[i].relative,
                         m_study["sets"].toArray()[int(i / 3)].toArray()[int(i % 3)]);
        QCOMPARE(found.spreads.size(), std::size_t(2));
        for (const CalibrationSpread& spread : found.spreads) {
            const QJsonObject expected =
                m_study["spread"].toObject()[QString::fromStdString(spread.method)].toObject();
            // Variances of equal numbers: what is left is rounding, and its root.
            nearInterval(spread.withinSets, expected["within"], 1e-8);
            nearInterval(spread.betweenSets, expected["between"], 1e-8);
            near(spread.largestDifference, expected["difference"].toDouble());
            QCOMPARE(spread.draws, std::size_t(8));
        }
        QCOMPARE(found.spreads[1].largestDifference, 0.0); // the control does not move
        QCOMPARE(found.spreads[1].betweenSets.high, 0.0);
        QCOMPARE(found.spreads[1].withinSets.high, 0.0);
    }

    void variancesOfFewDraws() {
        const double none = varianceComponents({{1}, {2}}).within;
        QVERIFY(std::isnan(none)); // nothing tells draws from sources
        const VarianceComponents one = varianceComponents({{1, 3}});
        QCOMPARE(one.within, 2.0);
        QVERIFY(std::isnan(one.between));
        // Means 2 and 12, within 2: 50 − (2/2 + 2/1)/2
        const VarianceComponents two = varianceComponents({{1, 3}, {12}});
        QCOMPARE(two.between, 48.5);
        QCOMPARE(varianceComponents({{0, 10}, {1, 11}}).between, 0.0); // never below
    }

    void theReportShowsEveryDraw() {
        const ReportValues values = reportValues(m_session, ReportKind::Calibration, {});
        std::set<std::string> names;
        for (const Figure& figure : values.figures) {
            names.insert(figure.name);
            QVERIFY(captionOf(figure).definition.size() > 40);
            QVERIFY(!captionOf(figure).formula.empty());
        }
        QCOMPARE(names, (std::set<std::string>{"draws", "spread", "sets", "spreads", "lanes"}));
        const auto& strips = std::get<StripsFigure>(values.figures[0].body);
        QCOMPARE(strips.groups.size(), std::size_t(2));
        QCOMPARE(strips.groups[0].strips.size(), std::size_t(3));
        QCOMPARE(strips.groups[0].strips[2].values.size(), std::size_t(2));
        QCOMPARE(sessionTable(m_session, "calibration").rows(), std::size_t(16));
        QCOMPARE(sessionTable(m_session, "calibration-spread").rows(), std::size_t(2));
        QVERIFY(reportValues({}, ReportKind::Calibration, {}).figures.empty());
        QCOMPARE(sessionTable({}, "calibration").rows(), std::size_t(0));
    }

    void sizesOfOneSourceMakeACurve() {
        SessionData session = m_session;
        // "web" and "wiki" become two sizes of one source.
        std::vector<std::string> sources = session.require("/methods/calibration_source").strings();
        std::vector<double> sizes;
        for (std::string& source : sources) {
            sizes.push_back(source == "web" ? 32 : 128);
            if (source != "noise")
                source = "texts/one.txt";
        }
        session.arrays["/methods/calibration_source"] =
            makeSessionText("/methods/calibration_source", sources);
        session.arrays["/methods/calibration_examples"] =
            filledArray("/methods/calibration_examples", {sizes.size()}, sizes);
        const auto figures = reportValues(session, ReportKind::Calibration, {}).figures;
        const auto found = std::find_if(figures.begin(), figures.end(), [](const Figure& figure) {
            return figure.name == "by-size";
        });
        QVERIFY(found != figures.end());
        const auto& curves = std::get<CurveFigure>(found->body).curves;
        QCOMPARE(curves.size(), std::size_t(2)); // a method each
        QCOMPARE(curves[0].x, (std::vector<double>{5, 7}));
        const SessionView view(m_session);
        const CalibrationComparison plain = compareCalibration(view, view.resamples());
        QCOMPARE(curves[0].y, (std::vector<double>{plain.sets[0].relative.value, 1}));
    }

    /// Weights −2 … 2 of two matrices, changed by a known share of their magnitude.
    void changesAreReadAgainstTheirWeights() {
        SessionData session = m_session;
        const std::size_t methods = session.extent("method");
        session.arrays["/layer"] = makeSessionIndex("/layer", 1);
        session.arrays["/module"] = makeSessionText("/module", {"q", "down"});
        session.arrays["/sampled"] = makeSessionIndex("/sampled", 40);
        std::vector<double> weights, changes;
        for (int module = 0; module < 2; ++module)
            for (int i = 0; i < 40; ++i)
                weights.push_back((module + 1) * (i - 19.5) / 10);
        for (std::size_t method = 0; method < methods; ++method)
            for (const double weight : weights)
                changes.push_back(method == 0 ? 0.1 * std::abs(weight) : -0.01);
        session.arrays["/weights/sampled_weight"] =
            filledArray("/weights/sampled_weight", {1, 2, 40}, weights);
        session.arrays["/weights/sampled_change"] =
            filledArray("/weights/sampled_change", {methods, 1, 2, 40}, changes);
        std::vector<double> errors(methods * 2, 0.3);
        errors[0] = 0.6;
        errors[1] = 0.8;
        session.arrays["/weights/relative_error"] =
            filledArray("/weights/relative_error", {methods, 1, 2}, errors);
        std::vector<std::string> specs = session.require("/methods/spec").strings();
        specs[0] = "perturb:intensity=0.1,kind=growing";
        session.arrays["/methods/spec"] = makeSessionText("/methods/spec", specs);
        const SessionView view(session);
        const std::vector<PerturbedLane> lanes = perturbedLanes(view, view.resamples());
        QCOMPARE(lanes.size(), methods);
        QCOMPARE(lanes[0].kind, std::string("growing"));
        QCOMPARE(lanes[1].kind, std::string());
        near(lanes[0].distance, std::sqrt(0.5), 1e-7);
        near(lanes[0].rankCorrelation, 1, 1e-9);
        const WeightChanges read = weightChanges(view, lanes[0].lane);
        QCOMPARE(read.magnitude.size(), std::size_t(80));
        for (std::size_t i = 0; i < 80; ++i)
            near(read.change[i], 0.1 * read.magnitude[i], 1e-6);
        double squares = 0;
        for (std::size_t i = 0; i < 40; ++i)
            squares += read.magnitude[40 + i] * read.magnitude[40 + i] / 40;
        near(squares, 1, 1e-6); // over the root mean square of its own matrix
        const Curve curve = changeByMagnitude(read, 8);
        QCOMPARE(curve.x.size(), std::size_t(8));
        for (std::size_t i = 0; i < 8; ++i)
            near(curve.y[i], 0.1 * curve.x[i], 1e-6);

        // A second intensity of the same kind, nearer to the methods: it stands for both.
        QVERIFY(methods > 2);
        specs[1] = "perturb:intensity=0.05,kind=growing";
        session.arrays["/methods/spec"] = makeSessionText("/methods/spec", specs);
        errors[2] = errors[3] = 0.35;
        session.arrays["/weights/relative_error"] =
            filledArray("/weights/relative_error", {methods, 1, 2}, errors);
        const std::vector<Figure> figures =
            perturbationFigures(SessionView(session), lanes[2].lane);
        const std::vector<Curve>& curves = bodyOf<CurveFigure>(figures, "change-curves").curves;
        QCOMPARE(curves.size(), methods - 1);
        QCOMPARE(curves.back().name, lanes[1].lane);
        QVERIFY(std::none_of(curves.begin(), curves.end(), [&lanes](const Curve& each) {
            return each.name == lanes[0].lane;
        }));
    }
};

QTEST_GUILESS_MAIN(TestCalibrationStudy)
#include "test_calibration_study.moc"
