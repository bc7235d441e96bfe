#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/statistics.h"
#include "tests/core/analysis/near.h"

#include <algorithm>
#include <map>

using namespace quantscope;

namespace {

constexpr double floatTolerance = 1e-6; ///< matrices are kept in single precision

const Curve& curveOf(const CurveFigure& figure, const std::string& name) {
    for (const Curve& curve : figure.curves)
        if (curve.name == name)
            return curve;
    throw std::runtime_error("no curve " + name);
}

} // namespace

class TestPages : public QObject {
    Q_OBJECT

    QJsonObject m_study = readStudy();
    QJsonObject m_expected = m_study["expected"].toObject();
    SessionData m_session = studySession(m_study);

private Q_SLOTS:
    void overview() {
        const OverviewValues values = overviewValues(m_session);
        QCOMPARE(values.rows.size(), std::size_t(3));
        for (std::size_t lane = 0; lane < 3; ++lane)
            nearInterval(values.rows[lane].perplexity,
                         m_expected["perplexity"].toArray()[static_cast<int>(lane)]);
        for (int lane : {1, 2}) {
            const OverviewRow& row = values.rows[static_cast<std::size_t>(lane)];
            nearInterval(row.meanError, m_expected["mean_error"].toArray()[lane]);
            nearInterval(row.residualCorrelation, m_expected["rho_last"].toArray()[lane]);
        }
        QCOMPARE(values.rows[1].method, std::string("rtn:bits=3"));
        QCOMPARE(values.rows[2].bitsPerWeight, 4.5);
        QVERIFY(std::isnan(values.rows[0].bitsPerWeight));
        QVERIFY(std::isnan(values.rows[1].topAgreement));
        QVERIFY(values.smallModel);
        QCOMPARE(values.status, std::string("partial: 2 of 3 layers"));
        QCOMPARE(values.worst.size(), std::size_t(20));
        QVERIFY(std::is_sorted(values.worst.begin(), values.worst.end(),
                               [](const auto& a, const auto& b) { return a.error > b.error; }));
        const auto errors = numbersOf(m_study["error"]);
        near(values.worst.front().error, *std::max_element(errors.begin(), errors.end()));
        QVERIFY(values.errorByRank.curves.size() == 2);
    }

    void errors() {
        const ErrorsValues values = errorsValues(m_session);
        near(values.pearson.at(0, 1), numbersOf(m_expected["pearson_ab"])[0], floatTolerance);
        near(values.spearman.at(1, 0), numbersOf(m_expected["spearman_ab"])[0], floatTolerance);
        near(values.jaccard.at(0, 1), m_expected["jaccard_ab"].toDouble(), floatTolerance);
        QCOMPARE(values.pearson.at(0, 0), 1.0f);
        QCOMPARE(values.large, indicesOf(m_expected["large"].toObject()["a"]));
        QCOMPARE(values.control, indicesOf(m_expected["control"].toObject()["a"]));

        const auto find = [&](const char* name) -> const ExampleColumn& {
            for (const ExampleColumn& column : values.quantities)
                if (column.name == name)
                    return column;
            throw std::runtime_error(name);
        };
        // Of the tokens of one example by hand; position 0 is nobody's prediction.
        const NamedArray& nll = m_session.require("/output/nll");
        const auto length = static_cast<std::size_t>(numbersOf(m_study["lengths"])[6]);
        double even = 0, odd = 0;
        for (std::size_t t = 1; t < length; ++t)
            (t % 2 ? odd : even) +=
                t % 2 ? nll.at({2, 6, t}) - nll.at({0, 6, t}) : nll.at({0, 6, t});
        near(find("nll_reference[even tokens]").values[6], even / double((length - 1) / 2));
        near(find("error[b, odd tokens]").values[6], odd / double(length / 2));
        const ScatterStatistics statistics =
            scatterStatistics(find("error[a]"), find("error[b]"), m_session);
        nearInterval(statistics.pearson, m_expected["pearson_ab"]);
        nearInterval(statistics.spearman, m_expected["spearman_ab"]);
        near(statistics.slope, numbersOf(m_expected["fit"])[0]);
        QCOMPARE(find("norm[resid_mid, layer 2]").values, numbersOf(m_study["norm"].toArray()[2]));
    }

    void residuals() {
        const ResidualsValues values =
            residualsValues(m_session, {.sortBy = "error[a]", .densityLayer = 2});
        QCOMPARE(values.sites, std::vector<std::string>{"resid_mid"});
        QCOMPARE(values.statistics, std::vector<std::string>{"norm"});
        const std::vector<double> errors = numbersOf(m_study["error"].toArray()[1]);
        const std::vector<double> norms = numbersOf(m_study["norm"]);
        const std::size_t examples = errors.size();
        QCOMPARE(values.exampleOrder.size(), examples);
        for (std::size_t column = 0; column < examples; ++column) {
            const std::size_t example = values.exampleOrder[column];
            if (column > 0)
                QVERIFY(errors[values.exampleOrder[column - 1]] >= errors[example]);
            for (std::size_t layer = 0; layer < 3; ++layer)
                near(values.layerByExample.at(layer, column), norms[layer * examples + example],
                     floatTolerance);
        }
        for (const auto& [name, key] :
             {std::pair("D_large", "norm_large"), std::pair("D_ctrl", "norm_control")}) {
            const Curve& curve = curveOf(values.byLayer, name);
            for (int layer = 0; layer < 3; ++layer) {
                const auto at = static_cast<std::size_t>(layer);
                nearInterval({curve.y[at], curve.low[at], curve.high[at]},
                             m_expected[key].toArray()[layer]);
            }
        }
        for (int lane : {0, 1}) {
            const Curve& curve = curveOf(values.correlation, lane == 0 ? "a" : "b");
            for (std::size_t layer = 0; layer < 3; ++layer) {
                near(curve.y[layer],
                     m_expected["rho"].toArray()[lane].toArray()[int(layer)].toDouble());
                QVERIFY(curve.low[layer] < curve.y[layer] && curve.y[layer] < curve.high[layer]);
            }
        }
        const Curve& chance = curveOf(values.correlation, "by chance");
        QVERIFY(chance.high[0] > 0 && chance.high[0] < 1);
        QVERIFY(!curveOf(values.densityBefore, "D_large").x.empty());
        QVERIFY(values.densityAfter.curves.empty()); // ln2 was not measured
        QCOMPARE(values.layerByToken.rows, std::size_t(0));
    }

    /// Columns lie as a sort by hand puts them, and values go with their examples.
    void columnsLieByGroup() {
        const std::vector<double> errors = numbersOf(m_study["error"].toArray()[1]);
        const std::vector<double> norms = numbersOf(m_study["norm"]);
        const std::size_t examples = errors.size();
        const auto check = [&](ResidualsRequest request, const std::vector<std::string>& names,
                               const std::vector<std::vector<std::size_t>>& members) {
            request.sortBy = "error[a]";
            const ResidualsValues values = residualsValues(m_session, request);
            const std::vector<ColumnGroup>& groups = values.exampleGroups.groups;
            QCOMPARE(groups.size(), names.size());
            std::size_t first = 0;
            for (std::size_t at = 0; at < groups.size(); ++at) {
                std::vector<std::size_t> expected = members[at];
                std::sort(expected.begin(), expected.end());
                std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) {
                    return float(errors[a]) > float(errors[b]); // as sessions keep them
                });
                QCOMPARE(groups[at].name, names[at]);
                QCOMPARE(groups[at].first, first);
                QCOMPARE(groups[at].count, expected.size());
                const auto begin = values.exampleOrder.begin() + static_cast<long>(first);
                QCOMPARE(std::vector<std::size_t>(begin, begin + long(expected.size())), expected);
                first += expected.size();
            }
            QCOMPARE(first, examples);
            for (std::size_t column = 0; column < examples; ++column) {
                if (request.lane.empty()) // the norms are the reference's
                    near(values.layerByExample.at(1, column),
                         norms[examples + values.exampleOrder[column]], floatTolerance);
                QCOMPARE(values.layerByExample.columnLabels[column],
                         std::to_string(values.exampleOrder[column]));
            }
        };
        const auto others = [&](std::vector<std::size_t> taken) {
            std::vector<std::size_t> rest;
            for (std::size_t example = 0; example < examples; ++example)
                if (std::find(taken.begin(), taken.end(), example) == taken.end())
                    rest.push_back(example);
            return rest;
        };
        for (const char* lane : {"a", "b"}) {
            const auto large = indicesOf(m_expected["large"].toObject()[QLatin1String(lane)]);
            const auto control = indicesOf(m_expected["control"].toObject()[QLatin1String(lane)]);
            auto both = large;
            both.insert(both.end(), control.begin(), control.end());
            check({.lane = lane, .groupBy = groupBySets}, {"D_large", "other examples", "D_ctrl"},
                  {large, others(both), control});
        }
        std::map<std::string, std::vector<std::size_t>> ofLabel;
        std::vector<std::string> labels; // in the order of the text
        for (std::size_t example = 0; example < examples; ++example) {
            const auto label = m_study["labels"].toArray()[int(example)].toString().toStdString();
            if (ofLabel[label].empty())
                labels.push_back(label);
            ofLabel[label].push_back(example);
        }
        check({.groupBy = "label:kind"}, labels,
              {ofLabel[labels[0]], ofLabel[labels[1]], ofLabel[labels[2]]});
        // An example of both groups stands in the first; one out of range in none.
        check({.groupBy = groupByGroups, .groups = {{"odd ones", {3, 5}}, {"more", {5, 7, 4000}}}},
              {"odd ones", "more", "other examples"}, {{3, 5}, {7}, others({3, 5, 7})});
        QVERIFY(residualsValues(m_session, {.groupBy = "label:none such"})
                    .exampleGroups.groups.empty());
    }

    void noiseFloorIsDrawnByLayer() {
        SessionData session = m_session;
        session.arrays["/lane"] = makeSessionText("/lane", {"reference", "a", "noise-floor"});
        const std::size_t examples = session.extent("example");
        std::vector<double> drift(3 * 3 * examples);
        for (std::size_t cell = 0; cell < drift.size(); ++cell)
            drift[cell] = static_cast<double>(cell % 7 + cell / (3 * examples));
        session.arrays["/sites/resid_mid/relative_error"] =
            filledArray("/sites/resid_mid/relative_error", {3, 3, examples}, drift);
        const ResidualsValues values =
            residualsValues(session, {.statistic = "relative_error", .lane = "a"});
        double sum = 0;
        for (std::size_t example = 0; example < examples; ++example)
            sum += drift[(2 * 3 + 1) * examples + example];
        near(curveOf(values.byLayer, "noise floor").y[1], sum / double(examples));
        // Of a value itself: the second run, on the set that it is drawn for.
        NamedArray norms = makeSessionArray("/sites/resid_mid/norm", {3, 3, examples});
        auto& cells = std::get<std::vector<float>>(norms.values);
        for (std::size_t cell = 0; cell < cells.size(); ++cell)
            cells[cell] =
                static_cast<float>(cell % (3 * examples)) + (cell >= 2 * 3 * examples ? .25F : 0.F);
        session.arrays["/sites/resid_mid/norm"] = norms;
        const ResidualsValues plain = residualsValues(session, {.lane = "reference"});
        const Curve& again = curveOf(plain.byLayer, "noise floor");
        const Curve& once = curveOf(plain.byLayer, "D_large");
        for (std::size_t layer = 0; layer < 3; ++layer)
            near(again.y[layer], once.y[layer] + .25);
        QVERIFY(plain.byLayer.caption.definition.find("off by more than 0.25") !=
                std::string::npos);
        // A difference to the reference: that of the second run.
        const ResidualsValues less =
            residualsValues(session, {.lane = "a", .minusLane = "reference"});
        near(curveOf(less.byLayer, "noise floor").y[2], .25);
        // Correlations: with the second run's error.
        std::vector<double> errors = session.arrays["/examples/error"].toDoubles();
        std::vector<double> own, reference;
        for (std::size_t example = 0; example < examples; ++example) {
            own.push_back(errors[2 * examples + example]);
            reference.push_back(double(cells[examples + example]));
        }
        near(curveOf(plain.correlation, "noise floor").y[1], pearson(reference, own));
        QVERIFY(!curveOf(earlyExitValues(session, "a").statistics[0].allLayers, "noise floor")
                     .x.empty());
    }

    void differenceOfLanesIsDiverging() {
        SessionData session = m_session;
        auto& values = std::get<std::vector<float>>(session.arrays["/sites/resid_mid/norm"].values);
        const std::size_t block = values.size() / 3;
        for (std::size_t index = 0; index < block; ++index)
            values[block + index] = values[index] + 2;
        const ResidualsValues difference =
            residualsValues(session, {.lane = "a", .minusLane = "reference"});
        QVERIFY(difference.layerByExample.diverging);
        for (const float cell : difference.layerByExample.values)
            near(cell, 2, floatTolerance);
    }

    void tokenMap() {
        SessionData session = m_session;
        const std::size_t examples = session.extent("example");
        const std::size_t positions = session.extent("position");
        NamedArray map = makeSessionArray("/tokens/down/norm", {3, 3, examples, positions});
        auto& values = std::get<std::vector<float>>(map.values);
        for (std::size_t index = 0; index < values.size(); ++index)
            values[index] = static_cast<float>(index);
        session.arrays["/tokens/down/norm"] = map;
        const ResidualsValues shown =
            residualsValues(session, {.site = "down", .lane = "b", .example = 4});
        const auto length = static_cast<std::size_t>(numbersOf(m_study["lengths"])[4]);
        QCOMPARE(shown.layerByToken.columns, length);
        QCOMPARE(shown.layerByToken.rows, std::size_t(3));
        for (std::size_t layer = 0; layer < 3; ++layer)
            for (std::size_t position = 0; position < length; ++position)
                QCOMPARE(double(shown.layerByToken.at(layer, position)),
                         map.at({2, layer, 4, position}));
        QCOMPARE(shown.layerByToken.columnLabels[1], std::string(" one"));
    }

    void earlyExit() {
        const EarlyExitValues values = earlyExitValues(m_session, "a");
        QVERIFY(values.measured);
        QCOMPARE(values.ticks,
                 (std::vector<std::string>{"A#0", "M#0", "A#1", "M#1", "A#2", "M#2", "A#3"}));
        const Curve& curve = curveOf(values.statistics[0].allLayers, "a, D_large");
        QVERIFY(curve.dashed);
        QCOMPARE(curve.x, (std::vector<double>{1, 2, 3, 4, 5, 6}));
        for (int layer = 0; layer < 3; ++layer)
            for (std::size_t offset : {0u, 1u}) {
                const std::size_t at = 2 * static_cast<std::size_t>(layer) + offset;
                nearInterval({curve.y[at], curve.low[at], curve.high[at]},
                             m_expected["exit_large_a"].toArray()[layer]);
            }
        QCOMPARE(curveOf(values.statistics[0].upperHalf, "a, D_large").x,
                 (std::vector<double>{2, 3, 4, 5, 6}));
        // Both runs on D_large, D_ctrl and D_matched.
        QCOMPARE(values.statistics[0].allLayers.curves.size(), std::size_t(6));
        QCOMPARE(curveOf(values.statistics[0].allLayers, "a, D_matched").role, "d_matched");
        QVERIFY(!earlyExitValues({}, "a").measured);
        SessionData more = m_session;
        NamedArray entropy = more.arrays["/early_exit/resid_post/nll"];
        for (float& value : std::get<std::vector<float>>(entropy.values))
            value *= 2;
        more.arrays["/early_exit/resid_post/entropy"] = entropy;
        const EarlyExitValues both = earlyExitValues(more, "a");
        QCOMPARE(both.statistics[2].name, std::string("entropy"));
        const Curve& doubled = curveOf(both.statistics[2].allLayers, "a, D_large");
        QCOMPARE(doubled.x, (std::vector<double>{2, 4, 6}));
        near(doubled.y[1], 2 * curve.y[3]);
    }

    void patching() {
        const PatchingValues values = patchingValues(m_session, "a");
        QVERIFY(values.measured);
        QCOMPARE(values.lanes, std::vector<std::string>{"a"});
        const auto rowOf = [&](const char* kind, const char* set) -> const PatchRow& {
            for (const PatchRow& row : values.rows)
                if (row.kind == kind && row.set == set)
                    return row;
            throw std::runtime_error(set);
        };
        nearInterval(rowOf("down", "d_large").recovered, m_expected["recovered_large"]);
        nearInterval(rowOf("down", "all").recovered, m_expected["recovered_all"]);
        near(rowOf("down", "d_large").perplexityPatched,
             m_expected["perplexity_patched_large"].toDouble());
        QCOMPARE(rowOf("down", "d_large").examples, std::size_t(4));
        QVERIFY(!rowOf("down", "d_large").unstable);
        // Only the single-layer patch stands in the map, at its layer.
        QCOMPARE(values.layerByKind.columnLabels, std::vector<std::string>{"up"});
        QVERIFY(std::isnan(values.layerByKind.at(0, 0)));
        near(values.layerByKind.at(1, 0), numbersOf(m_expected["recovered_large"])[0],
             floatTolerance);
    }

    void cumulativePatchesAreLines() {
        SessionData session = m_session;
        const std::vector<std::string> layers = {"0", "0-1", "0-2", "1-2", "2"};
        session.arrays["/patch"] = makeSessionIndex("/patch", layers.size());
        for (const char* name : {"base_lane", "donor_lane", "kind"}) {
            const std::string path = std::string("/patches/") + name;
            const std::string value = session.arrays[path].strings().front();
            session.arrays[path] =
                makeSessionText(path, std::vector<std::string>(layers.size(), value));
        }
        session.arrays["/patches/layers"] = makeSessionText("/patches/layers", layers);
        const std::vector<double> one = session.arrays["/patches/nll"].toDoubles();
        const std::size_t examples = session.extent("example");
        std::vector<double> all;
        for (std::size_t patch = 0; patch < layers.size(); ++patch)
            for (std::size_t example = 0; example < examples; ++example)
                all.push_back(one[example] + .01 * double(patch));
        session.arrays["/patches/nll"] =
            filledArray("/patches/nll", {layers.size(), examples}, all);
        const PatchingValues values = patchingValues(session, "a");
        QCOMPARE(values.cumulative.curves.size(), std::size_t(2));
        const Curve& upward = curveOf(values.cumulative, "down, layers 0 to l");
        const Curve& downward = curveOf(values.cumulative, "down, layers l to the last");
        QCOMPARE(upward.x, (std::vector<double>{0, 1, 2}));
        QVERIFY(downward.dashed);
        for (const PatchRow& row : values.rows) {
            if (row.set != "d_large")
                continue;
            const std::size_t patch =
                std::size_t(std::find(layers.begin(), layers.end(), row.layers) - layers.begin());
            if (patch <= 2)
                QCOMPARE(upward.y[patch], row.recovered.value);
            if (patch >= 2)
                QCOMPARE(downward.y[patch - 2], row.recovered.value);
            // All layers, and the upper half (1 and 2 of three), are bars too.
            QCOMPARE(row.inCurve, row.layers == "0" || row.layers == "0-1" || row.layers == "2");
        }
    }

    void aControlIsMeasuredAgainstTheFullModel() {
        SessionData session = m_session;
        const std::size_t examples = session.extent("example");
        session.arrays["/patches/control"] = makeSessionText("/patches/control", {"no-op", ""});
        session.arrays["/patches/donor_lane"] =
            makeSessionText("/patches/donor_lane", {"a", "reference"});
        auto& nll = std::get<std::vector<double>>(session.arrays["/patches/nll"].values);
        const auto& base = std::get<std::vector<double>>(session.arrays["/examples/nll"].values);
        const auto large = indicesOf(m_expected["large"].toObject()["a"]);
        // Run on the first half of the examples only, and changing nothing.
        for (std::size_t example = 0; example < examples; ++example)
            nll[example] = example < examples / 2 ? base[examples + example] : std::nan("");
        const auto measured = static_cast<std::size_t>(
            std::count_if(large.begin(), large.end(),
                          [&](std::size_t example) { return example < examples / 2; }));
        QVERIFY(measured > 0);
        bool seen = false;
        for (const PatchRow& row : patchingValues(session, "a").rows) {
            if (row.kind != "down (no-op)" || row.set != "d_large")
                continue;
            QCOMPARE(row.examples, measured);
            QCOMPARE(row.recovered.value, 0.0);
            seen = true;
        }
        QVERIFY(seen);
    }

    void aDenominatorAroundZeroIsUnstable() {
        SessionData session = m_session;
        auto& nll = std::get<std::vector<double>>(session.arrays["/examples/nll"].values);
        const std::size_t examples = nll.size() / 3;
        for (std::size_t example = 0; example < examples; ++example)
            nll[examples + example] = nll[example] + (example % 2 ? .1 : -.1);
        for (const PatchRow& row : patchingValues(session, "a").rows)
            if (row.set == "all")
                QVERIFY(row.unstable);
    }

    void examplesFollowedByAnotherLane() {
        SessionData session = m_session;
        // Walked for the pair of a only: b is shown on the examples of a.
        auto& nll =
            std::get<std::vector<float>>(session.arrays["/early_exit/resid_post/nll"].values);
        const auto large = indicesOf(m_expected["large"].toObject()["a"]);
        const auto control = indicesOf(m_expected["control"].toObject()["a"]);
        const std::size_t examples = session.extent("example");
        for (std::size_t index = 0; index < nll.size(); ++index)
            if (std::find(large.begin(), large.end(), index % examples) == large.end() &&
                std::find(control.begin(), control.end(), index % examples) == control.end())
                nll[index] = std::nanf("");
        const EarlyExitValues values = earlyExitValues(session, "b");
        double sum = 0;
        for (const std::size_t example : large)
            sum += static_cast<double>(nll[(2 * 3 + 2) * examples + example]);
        const Curve& curve = curveOf(values.statistics[0].allLayers, "b, D_large");
        near(curve.y.back(), sum / static_cast<double>(large.size()));
    }

    void warnsOfABasisThatDoesNotFit() {
        QVERIFY(overviewValues(m_session).warnings.empty());
        SessionData session = m_session;
        const std::size_t layers = m_session.extent("layer");
        NamedArray misfit = makeSessionArray("/weights/basis_misfit", {2, layers, 2});
        auto& values = std::get<std::vector<double>>(misfit.values);
        values[values.size() - 2] = 0.05; // lane b, last layer, first module
        session.arrays["/weights/basis_misfit"] = misfit;
        QVERIFY(overviewValues(session).warnings.empty());
        values[values.size() - 1] = 0.35;
        session.arrays["/weights/basis_misfit"] = misfit;
        const std::vector<std::string> warnings = overviewValues(session).warnings;
        QCOMPARE(warnings.size(), std::size_t(1));
        const QString warning = QString::fromStdString(warnings.front());
        const QString place = QString("0.35 at the input of %1 in layer %2")
                                  .arg(QString::fromStdString(m_session.names("module")[1]))
                                  .arg(layers - 1);
        QVERIFY2(warning.startsWith("b: ") && warning.contains(place), qPrintable(warning));
    }

    void trainingLosses() {
        const WeightsValues values = weightsValues(m_session, "a", "training_loss");
        QCOMPARE(values.byLayer.curves.size(), 1U); // lane b does not train
        const Curve& curve = values.byLayer.curves[0];
        QVERIFY(curve.x == std::vector<double>({0, 1, 2, 3}));
        QVERIFY(curve.y == std::vector<double>({1, 0.5, 0.25, 0.125}));
        const Matrix& matrix = values.layerByModule;
        QCOMPARE(matrix.columns, 4U);
        QCOMPARE(matrix.rows, SessionView(m_session).layers());
        for (std::size_t row = 0; row < matrix.rows; ++row)
            QCOMPARE(matrix.values[row * 4 + 1], 0.5F);
        QVERIFY(std::isnan(matrix.values.back()));
        QCOMPARE(weightsValues(m_session, "b", "training_loss").layerByModule.rows, 0U);
    }

    void weights() {
        const WeightsValues values = weightsValues(m_session, "b", "relative_error");
        QCOMPARE(values.layerByModule.rows, std::size_t(3));
        near(values.layerByModule.at(1, 1), .09, floatTolerance);
        near(curveOf(values.byLayer, "a").y[2], .045);
        QCOMPARE(weightsValues(m_session, "", "").method, std::string("a"));
        QVERIFY(weightsValues(m_session, "a", "sqnr").byLayer.curves.empty());
    }

    void examplesAndDetail() {
        const ExamplesValues values = examplesValues(m_session);
        QCOMPARE(values.columns[0].name, std::string("nll_reference"));
        QCOMPARE(values.columns[2].name, std::string("error[a]"));
        QCOMPARE(values.tokens[3], std::int64_t(numbersOf(m_study["lengths"])[3]) - 1);
        QCOMPARE(std::count(values.large.begin(), values.large.end(), 1), 4);
        std::vector<double> inLarge(values.tokens.size(), 0);
        for (const char* lane : {"a", "b"})
            for (const std::size_t example : indicesOf(m_expected["large"].toObject()[lane]))
                ++inLarge[example];
        QCOMPARE(values.columns[values.columns.size() - 2].values, inLarge);
        QCOMPARE(values.labels.front().values.front(),
                 m_study["labels"].toArray()[0].toString().toStdString());

        const ExampleDetail detail = exampleDetail(m_session, 3, "b");
        QCOMPARE(detail.tokens.size(), std::size_t(values.tokens[3]) + 1);
        QCOMPARE(detail.tokens[0].piece, std::string("#0")); // not among the pieces
        QCOMPARE(detail.tokens[1].piece, std::string(" one"));
        QVERIFY(std::isnan(detail.tokens[0].nllReference));
        const NamedArray& nll = m_session.require("/output/nll");
        near(detail.tokens[1].nllLane, nll.at({2, 3, 1}));
        near(detail.error, numbersOf(m_study["error"].toArray()[2])[3]);
        QVERIFY(exampleDetail(m_session, 10000, "b").tokens.empty());
    }

    /// A session with nothing in it, and one with every array cut away in turn, give values.
    void whatIsNotThereIsEmpty() {
        const auto all = [](const SessionData& session) {
            overviewValues(session);
            examplesValues(session);
            errorsValues(session);
            residualsValues(session, {.lane = "a", .minusLane = "b", .example = 2});
            earlyExitValues(session, "b");
            patchingValues(session, "b");
            weightsValues(session, "b", "sqnr");
            exampleDetail(session, 1, "b");
        };
        all({});
        for (const auto& [path, array] : m_session.arrays) {
            SessionData session = m_session;
            session.arrays.erase(path);
            all(session);
        }
    }
};

QTEST_GUILESS_MAIN(TestPages)
#include "test_pages.moc"
