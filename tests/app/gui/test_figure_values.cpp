// What is gathered for a whole set of figures.

#include "app/gui/figures/figure_values.h"
#include "core/data/study_plan.h"

#include <QTest>

using namespace quantscope;

class TestFigureValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A page that has nothing of the lane that was asked for shows another: no figure twice.
    void lanesWithoutPatchesGiveNoFigures() {
        SessionData session;
        const std::vector<std::string> lanes = {std::string(referenceLane), "a", "b", "c"};
        session.arrays["/lane"] = {.dimensions = {"lane"}, .shape = {4}, .values = lanes};
        PageFunctions functions;
        functions.overview = [](const auto&) { return OverviewValues(); };
        functions.errors = [](const auto&) { return ErrorsValues(); };
        functions.residuals = [](const auto&, const auto&) { return ResidualsValues(); };
        functions.weights = [](const auto&, const auto&, const auto&) { return WeightsValues(); };
        functions.report = [](const auto&, ReportKind, const auto&) { return ReportValues(); };
        functions.earlyExit = [](const auto&, const std::string& lane) {
            EarlyExitValues values;
            values.lane = lane;
            return values;
        };
        functions.patching = [](const auto&, const std::string&) {
            PatchingValues values;
            values.lane = "b"; // the only one that was patched
            return values;
        };
        const FigureSetValues values = gatherFigureValues(session, functions);
        QCOMPARE(values.lanes, lanes);
        QCOMPARE(values.earlyExit.size(), 3u);
        QCOMPARE(values.patching.size(), 1u);
        QCOMPARE(values.patching.front()->lane, std::string("b"));
    }
};

QTEST_GUILESS_MAIN(TestFigureValues)
#include "test_figure_values.moc"
