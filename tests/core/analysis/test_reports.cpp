#include "core/analysis/figures.h"
#include "core/analysis/paper_figures.h"
#include "core/analysis/predictors.h"
#include "core/analysis/reliability.h"
#include "core/analysis/reports.h"
#include "tests/core/analysis/figure_body.h"
#include "tests/core/analysis/inference_study.h"
#include "tests/core/analysis/near.h"

#include <set>

using namespace quantscope;

namespace {

std::set<std::string> namesOf(const std::vector<Figure>& figures) {
    std::set<std::string> names;
    for (const Figure& figure : figures)
        names.insert(figure.name);
    return names;
}

} // namespace

/// That pages show what was computed, with captions that say what it is.
class TestReports : public QObject {
    Q_OBJECT

    QJsonObject m_study = readStudy("inference.json");
    SessionData m_session = inferenceSession(m_study);

private Q_SLOTS:
    /// Means by layer of what instruments measured, a line a lane or a module, by plain sums.
    void layersShowInstruments() {
        SessionData session = m_session;
        session.arrays["/lane"] = makeSessionText("/lane", {"reference", "a", "b", "noise-floor"});
        const std::size_t layers = session.extent("layer");
        const std::size_t examples = session.extent("example");
        std::vector<double> numbers(4 * layers * examples);
        const auto put = [&](const std::string& path, double scale) {
            for (std::size_t i = 0; i < numbers.size(); ++i)
                numbers[i] = scale * double(1 + i * i % 11);
            session.arrays[path] = filledArray(path, {4, layers, examples}, numbers);
        };
        const auto expected = [&](std::size_t lane, std::size_t layer, double scale) {
            double sum = 0;
            for (std::size_t example = 0; example < examples; ++example) {
                const std::size_t i = (lane * layers + layer) * examples + example;
                sum += scale * double(1 + i * i % 11);
            }
            return sum / double(examples);
        };
        put("/budget/gate/share", .25);
        put("/budget/weights/share", .5);
        put("/attention/entropy", .01);
        put("/sites/resid_post/update_cosine", .03);
        put("/sites/q/local_relative_error", .02);
        put("/sites/v/local_relative_error", .04);
        session.arrays["/cka/resid_post_sampled"] = filledArray(
            "/cka/resid_post_sampled", {4, layers}, std::vector<double>(4 * layers, .75));
        const auto figures = reportValues(session, ReportKind::Layers, "b").figures;
        const auto line = [](const CurveFigure& figure, const std::string& name) {
            for (const Curve& curve : figure.curves)
                if (curve.name == name)
                    return curve;
            throw std::runtime_error("no line " + name);
        };
        const auto& budget = bodyOf<CurveFigure>(figures, "mlp-error-budget");
        const auto& local = bodyOf<CurveFigure>(figures, "local-by-module");
        const auto& entropy = bodyOf<CurveFigure>(figures, "attention-entropy");
        const auto& updates = bodyOf<CurveFigure>(figures, "update-cosine");
        for (std::size_t layer = 0; layer < layers; ++layer) {
            near(line(budget, "Δg ⊙ u").y[layer], expected(2, layer, .25), 1e-6);
            near(line(budget, "ΔW").y[layer], expected(2, layer, .5), 1e-6);
            near(line(budget, "noise floor").y[layer], expected(3, layer, .5), 1e-6);
            near(line(local, "q").y[layer], expected(2, layer, .02), 1e-6);
            near(line(local, "v").y[layer], expected(2, layer, .04), 1e-6);
            near(line(entropy, "reference").y[layer], expected(0, layer, .01), 1e-6);
            near(line(entropy, "a").y[layer], expected(1, layer, .01), 1e-6);
            near(line(updates, "noise floor").y[layer], expected(3, layer, .03), 1e-6);
            const Curve band = line(updates, "b");
            QVERIFY(band.low[layer] < band.y[layer] && band.y[layer] < band.high[layer]);
        }
        const auto& alignment = bodyOf<CurveFigure>(figures, "alignment");
        QCOMPARE(line(alignment, "a").y[0], .75);
        QVERIFY(alignment.caption.definition.find("sample") != std::string::npos);
        QVERIFY(!namesOf(figures).contains("gate-sign-flips")); // was off
    }

    void everyReportHasFiguresWithCaptions() {
        for (const ReportKind kind : allReports) {
            if (kind > ReportKind::Layers)
                continue; // this study has nothing of what those are about
            const ReportValues values = reportValues(m_session, kind, "b");
            // Instruments are off in this study.
            QVERIFY(values.figures.size() >= (kind == ReportKind::Layers ? 1 : 5));
            QCOMPARE(namesOf(values.figures).size(), values.figures.size());
            for (const Figure& figure : values.figures) {
                QVERIFY2(!captionOf(figure).title.empty(), figure.name.c_str());
                QVERIFY2(captionOf(figure).definition.size() > 40, figure.name.c_str());
                QVERIFY2(!captionOf(figure).formula.empty(), figure.name.c_str());
            }
            QCOMPARE(values.lane, std::string(isOfOneLane(kind) ? "b" : ""));
            // What is not there yet is empty, not an error.
            QVERIFY(reportValues({}, kind, "b").figures.empty());
            SessionData growing = m_session;
            for (const char* path : {"/examples/error", "/examples/nll", "/output/nll",
                                     "/output/kl", "/output/top1_agrees"})
                growing.arrays.erase(path);
            reportValues(growing, kind, "b");
        }
    }

    void explanationsShowTheGridAndItsBand() {
        const SessionView view(m_session);
        const Resamples resamples = view.resamples();
        const auto figures = reportValues(m_session, ReportKind::Explanations, "a").figures;
        const auto& curves = bodyOf<CurveFigure>(figures, "correlation-norm-resid_mid").curves;
        QCOMPARE(curves.size(), std::size_t(4)); // three methods and the band
        const std::vector<double> norm =
            view.row("/sites/resid_mid/norm", std::string("reference"), 2);
        const Interval expected =
            pearsonInterval(norm, view.row("/examples/error", "b"), resamples);
        QCOMPARE(curves[1].name, std::string("b"));
        near(curves[1].y[2], expected.value);
        near(curves[1].low[2], expected.low);
        QVERIFY(curves[3].high[0] > .1 && curves[3].high[0] < .7);
        QCOMPARE(curves[3].low[0], -curves[3].high[0]);
        const auto& mediation = bodyOf<BarsFigure>(figures, "mediation").groups;
        QCOMPARE(mediation.size(), std::size_t(6));
        near(mediation[0].bars[0].value.value,
             mediation[1].bars[0].value.value + mediation[2].bars[0].value.value +
                 mediation[3].bars[0].value.value + mediation[4].bars[0].value.value);
    }

    void agreementShowsPairsAndReliability() {
        const auto figures = reportValues(m_session, ReportKind::Agreement, {}).figures;
        const auto& table = bodyOf<TableFigure>(figures, "pairs");
        QCOMPARE(table.rows.size(), std::size_t(3));
        const SessionView view(m_session);
        const ErrorAgreement agreement = errorAgreement(view, view.resamples());
        near(std::get<Interval>(table.rows[1][2]).value, agreement.pairs[1].pearson.value);
        const auto& bars = bodyOf<BarsFigure>(figures, "reliability").groups;
        QCOMPARE(bars[0].bars.size(), std::size_t(3)); // a has a replicate
        QCOMPARE(bars[2].bars.size(), std::size_t(2)); // c has none
        const Matrix& matrix = bodyOf<MatrixFigure>(figures, "corrected-across-halves").matrix;
        QCOMPARE(matrix.at(0, 2), matrix.at(2, 0));
        QVERIFY(std::isnan(matrix.at(1, 1)));
    }

    void predictorsShowEveryModelAndTheCeiling() {
        const auto figures = reportValues(m_session, ReportKind::Predictors, {}).figures;
        const auto& groups = bodyOf<BarsFigure>(figures, "r2").groups;
        QCOMPARE(groups.size(), std::size_t(3));
        QCOMPARE(groups[0].bars.size(), std::size_t(6)); // five models and the ceiling
        QCOMPARE(groups[0].bars.back().name, std::string("ceiling"));
        const Matrix& across = bodyOf<MatrixFigure>(figures, "auc-across-methods").matrix;
        for (const float cell : across.values)
            QVERIFY(cell >= 0 && cell <= 1);
    }

    void paperSetNamesEveryFigure() {
        const std::vector<PaperFigure> figures = paperFigures(SessionView(m_session));
        QStringList ids;
        for (const PaperFigure& figure : figures) {
            ids.append(QString::fromStdString(figure.id));
            // Either something is drawn or it is said why not.
            QCOMPARE(figure.figures.empty(), !figure.missing.empty());
        }
        QCOMPARE(ids.join(' '), QString("F1a F1b F1c F2 F3 F4 F5 F6 F7 F8-F11 F12-F15 F16 F17-F19 "
                                        "T1, T6 T2 T3 T4 T5 T7 T8"));
        const auto find = [&](const char* id) -> const PaperFigure& {
            for (const PaperFigure& figure : figures)
                if (figure.id == id)
                    return figure;
            throw std::runtime_error(id);
        };
        QVERIFY(find("F2").missing.find("--early-exit") != std::string::npos);
        QVERIFY(find("T4").missing.find("--patch") != std::string::npos);
        QCOMPARE(find("F4").figures.size(), std::size_t(2)); // beside it from other tokens
        QCOMPARE(find("F16").figures.size(), std::size_t(4));
        QCOMPARE(std::get<TableFigure>(find("T7").figures[0].body).rows.size(), std::size_t(3));
        for (const PaperFigure& figure : paperFigures(SessionView(SessionData{})))
            QVERIFY(!figure.missing.empty());
    }

    void gammaAtOutlierDimensions() {
        SessionData session = m_session;
        session.arrays["/hidden"] = makeSessionIndex("/hidden", 7);
        std::vector<double> size(4 * 7, std::nan("")), gamma(4 * 7, 1);
        const double ofLayer[] = {1, 9, 3, 9, 2, 5, 4};
        const double weights[] = {.5, -.2, 3, .2, 1, -.1, 2};
        for (std::size_t dimension = 0; dimension < 7; ++dimension) {
            size[7 + dimension] = ofLayer[dimension];
            gamma[7 + dimension] = weights[dimension];
        }
        NamedArray means = makeArray<double>({"layer", "hidden"}, {4, 7}, "1", "mean |r|");
        means.values = size;
        session.arrays["/channels/resid_mid/mean_absolute"] = means;
        session.arrays["/model/ln2_gamma"] = filledArray("/model/ln2_gamma", {4, 7}, gamma);
        const auto outliers = outlierDimensions(SessionView(session));
        QCOMPARE(outliers.size(), std::size_t(5)); // of layer 1 alone
        const std::size_t dimensions[] = {1, 3, 5, 6, 2};
        const std::size_t ranks[] = {2, 2, 1, 6, 7};
        for (std::size_t place = 0; place < 5; ++place) {
            QCOMPARE(outliers[place].layer, std::size_t(1));
            QCOMPARE(outliers[place].dimension, dimensions[place]);
            QCOMPARE(outliers[place].rank, ranks[place]);
        }
        near(outliers[0].gamma, .2, 1e-7);
    }
};

QTEST_GUILESS_MAIN(TestReports)
#include "test_reports.moc"
