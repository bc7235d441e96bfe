// Sensitivities and allocations on the demo model.

#include "core/allocation/comparisons.h"
#include "core/allocation/solver.h"
#include "core/analysis/allocation_results.h"
#include "core/analysis/sensitivity.h"
#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/quant/recipe.h"
#include "core/study/allocate.h"
#include "core/study/plan_options.h"
#include "core/study/quantize_model.h"
#include "core/study/sensitivity.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <set>

#include "model_copy.h"

using namespace quantscope;
using quantscope::testing::CopiedTensor;
using quantscope::testing::copyModel;
using quantscope::testing::ModelChanges;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";

/// Two walks of the same numbers in products of other shapes.
constexpr double tolerance = 2e-5;

StudyPlan smallPlan() {
    StudyPlan plan;
    plan.modelPath = demo + "/model";
    plan.text.path = demo + "/text.jsonl";
    plan.text.format = TextFormat::Jsonl;
    plan.windows.tokens = 24;
    plan.windows.examples = 8;
    plan.calibration.examples = 8;
    plan.resources.threads = 2;
    return plan;
}

std::size_t moduleIndex(Module module) { return static_cast<std::size_t>(module); }

} // namespace

class TestAllocation : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    /// The first two layers of the demo model: a lane a matrix and candidate, twice, of all layers
    /// would take a minute.
    AllocateOptions smallAllocation(std::uint64_t seed) const {
        AllocateOptions options;
        options.study = smallPlan();
        options.study.modelPath = path("two-layers");
        options.study.seed = seed;
        options.study.output = path(QString("seed-%1.qscope.h5").arg(seed));
        options.study.windows.tokens = 12;
        options.study.windows.examples = 4;
        options.study.calibration.examples = 4;
        options.candidates =
            parseMethodSpecs("rtn:bits=2,group=32,rtn:bits=3,group=32,gptq:bits=4,group=32");
        options.budget.bitsPerWeight = 4.0;
        options.calibrationExamples = 4;
        options.draws = seed == 0 ? 2 : 1;
        options.randoms = 1;
        return options;
    }

private Q_SLOTS:
    void initTestCase() {
        ModelChanges fewer;
        fewer.config = [](nlohmann::json& config) { config["num_hidden_layers"] = 2; };
        fewer.keeps = [](const std::string& name) {
            constexpr std::string_view block = "model.layers.";
            return !name.starts_with(block) || name[block.size()] < '2';
        };
        copyModel(demo + "/model", path("two-layers"), fewer);
    }

    void sharesOfDocumentsNeverOverlap() {
        TextSource source = smallPlan().text;
        const std::size_t all = readDocuments(source).size();
        std::set<std::uint64_t> seen;
        for (const DocumentShare& share :
             {DocumentShare{0, 0.5, 7}, DocumentShare{0.5, 0.8, 7}, DocumentShare{0.8, 1, 7}}) {
            source.shares = {share};
            const std::vector<Document> part = readDocuments(source);
            QVERIFY(std::abs(double(part.size()) - (share.last - share.first) * double(all)) <= 1);
            for (const Document& document : part)
                QVERIFY(seen.insert(document.index).second);
        }
        QCOMPARE(seen.size(), all);
        source.shares = {{0.5, 1, 7}, {0, 0.5, 3}};
        const std::vector<Document> nested = readDocuments(source);
        QVERIFY(std::abs(double(nested.size()) - 0.25 * double(all)) <= 1);
        source.shares = {{0, 1e-9, 7}};
        QVERIFY_EXCEPTION_THROWN(readDocuments(source), Error);
        StudyPlan plan = smallPlan();
        plan.text.shares = {{0.25, 0.75, 11}};
        QCOMPARE(planFromJson(planToJson(plan)), plan);
    }

    /// A lane of another program with one matrix exchanged says the same as the forked lane.
    void costsAndGainsAreThoseOfWholeModels() {
        const std::string spec = "rtn:bits=2,group=32";
        StudyPlan plan = smallPlan();
        plan.methods = {parseMethodSpec(spec)};
        Job job;
        const SessionData session = measureSensitivity({plan, path("whole-models"), true}, job);
        const SessionView view(session);
        const SensitivityView sensitivity(view);

        QuantizeOptions quantize;
        quantize.modelPath = plan.modelPath;
        quantize.method = plan.methods.front();
        quantize.resources.threads = 2;
        quantize.output = path("rounded");
        quantizeModel(quantize, job);
        std::map<std::string, std::vector<float>> rounded;
        ModelChanges reading;
        reading.tensor = [&](CopiedTensor& tensor) { rounded[tensor.name] = tensor.values; };
        copyModel(path("rounded"), path("rounded-copy"), reading);
        const std::string name = "model.layers.1.mlp.down_proj.weight";
        std::map<std::string, std::vector<float>> full;
        ModelChanges alone;
        alone.tensor = [&](CopiedTensor& tensor) {
            full[tensor.name] = tensor.values;
            if (tensor.name == name)
                tensor.values = rounded.at(name);
        };
        copyModel(plan.modelPath, path("alone"), alone);
        ModelChanges restored;
        restored.tensor = [&](CopiedTensor& tensor) {
            if (tensor.name == name)
                tensor.values = full.at(name);
        };
        copyModel(path("rounded"), path("restored"), restored);

        StudyPlan check = smallPlan();
        check.imported = {
            {path("alone"), "alone"}, {path("restored"), "restored"}, {path("rounded"), "rounded"}};
        check.output = path("check.qscope.h5");
        runStudy(check, job);
        const auto opened = openSession(check.output);
        const SessionView checked(*opened);
        const SensitivityView::Matrix down{0, 1, moduleIndex(Module::Down)};
        const std::vector<double> costKl = sensitivity.costKl(down);
        const std::vector<double> costError = sensitivity.costError(down);
        const std::vector<double> gainKl = sensitivity.gainKl(down);
        for (std::size_t e = 0; e < view.examples(); ++e) {
            const double kl = checked.row("/examples/kl", "alone")[e];
            const double whole = checked.row("/examples/kl", "rounded")[e];
            QVERIFY(std::abs(costKl[e] - kl) < tolerance);
            QVERIFY(std::abs(costError[e] - checked.row("/examples/error", "alone")[e]) <
                    tolerance);
            QVERIFY(std::abs(gainKl[e] - (whole - checked.row("/examples/kl", "restored")[e])) <
                    tolerance);
            QVERIFY(std::abs(sensitivity.wholeKl(0)[e] - whole) < tolerance);
        }
        // The numbers are far above the tolerance.
        QVERIFY(objectiveValue(costKl, {0, 1, 2, 3}) > 10 * tolerance);
    }

    void additivityComparesSumAndWhole() {
        StudyPlan plan = smallPlan();
        plan.methods = {parseMethodSpec("rtn:bits=3,group=32")};
        Job job;
        const SessionData session = measureSensitivity({plan, path("additivity"), true}, job);
        const SessionView view(session);
        const SensitivityView sensitivity(view);
        const Table table = additivityTable(view);
        const std::vector<std::string>& parts = table.texts("part");
        const std::vector<std::string>& sets = table.texts("set");
        double sum = 0;
        std::vector<std::size_t> all(view.examples());
        for (std::size_t e = 0; e < all.size(); ++e)
            all[e] = e;
        for (std::size_t layer = 0; layer < sensitivity.layers(); ++layer)
            for (std::size_t module = 0; module < sensitivity.modules(); ++module)
                sum += objectiveValue(sensitivity.costKl({0, layer, module}), all);
        const double whole = objectiveValue(sensitivity.wholeKl(0), all);
        bool found = false;
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (parts[row] == "model" && sets[row] == "all") {
                found = true;
                QVERIFY(std::abs(table.numbers("ratio")[row] - sum / whole) < 1e-9);
                QVERIFY(table.numbers("ratio_low")[row] <= sum / whole);
            }
        QVERIFY(found);
        // All matrices of a layer are no cheaper than nothing, and differ from the sum.
        QVERIFY(objectiveValue(sensitivity.layerKl(0, 0), all) > 0);
        QVERIFY(objectiveValue(sensitivity.kindKl(0, moduleIndex(Module::Down)), all) > 0);
    }

    void neverWorseThanUniformOnItsOwnObjective() {
        for (const std::uint64_t seed : {0u, 1u, 2u}) {
            const AllocateOptions options = smallAllocation(seed);
            Job job;
            allocateBits(options, job);
            const auto session = openSession(options.study.output);
            const SessionView view(*session);
            const AllocationResults results(view);
            QCOMPARE(results.draws(), static_cast<std::size_t>(options.draws));
            QCOMPARE(results.assignments().front(), std::string("allocated"));
            QCOMPARE(results.assignments()[1], std::string("uniform"));
            for (std::size_t draw = 0; draw < results.draws(); ++draw) {
                QVERIFY(results.bits(draw, 0) <= options.budget.bitsPerWeight * (1 + 1e-9));
                QVERIFY(results.calibrationObjective(draw, 0) <=
                        results.calibrationObjective(draw, 1));
                for (std::size_t a = 0; a < results.assignments().size(); ++a) {
                    const std::vector<double> kl = results.kl(draw, a);
                    QCOMPARE(kl.size(), view.examples());
                    for (const double value : kl)
                        QVERIFY(std::isfinite(value) && value >= 0);
                }
            }
            // True bits are those of the codes that were made again.
            const std::vector<double> bits = view.slice("/weights/bits_per_weight", {});
            for (std::size_t a = 0; a < results.assignments().size(); ++a)
                QVERIFY(std::abs(bits[a] - results.bits(0, a)) < 1e-9);
            // No example of the held-out text is of a document that a decision saw.
            std::set<std::int32_t> heldOut;
            for (const std::int32_t document : view.integers("/text/document"))
                heldOut.insert(document);
            for (const std::int32_t document : view.integers("/sensitivity/document"))
                QVERIFY(!heldOut.contains(document));
            QVERIFY(!allocationFindings(results, heldOutRows(results, view.resamples())).empty());
            // The recipe says what the session says.
            const std::filesystem::path recipes =
                m_folder.filePath(QString("seed-%1.qscope.d/recipes/draw-0").arg(seed))
                    .toStdString();
            const Recipe recipe = readRecipe(recipes / "allocated.json");
            QCOMPARE(recipe.candidates.size(), options.candidates.size());
            for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer)
                for (const auto& [module, candidate] : recipe.layers[layer])
                    QCOMPARE(static_cast<int>(candidate),
                             results.choice(0, 0, layer, moduleIndex(module)));
        }
    }

    void goesOnAfterAnInterruption() {
        AllocateOptions options = smallAllocation(0);
        options.study.output = path("interrupted.qscope.h5");
        const std::filesystem::path folder = path("interrupted.qscope.d");
        // The same, never interrupted.
        AllocateOptions whole = options;
        whole.study.output = path("whole.qscope.h5");
        Job undisturbed;
        allocateBits(whole, undisturbed);
        const auto expected = openSession(whole.study.output);

        std::stop_source stop;
        Job interrupted(
            [&](const Progress& progress) {
                if (progress.stage.find("draw 2 of 2") != std::string::npos &&
                    progress.stage.find("quantizing the candidates") != std::string::npos)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY_EXCEPTION_THROWN(allocateBits(options, interrupted), Error);
        QVERIFY(std::filesystem::exists(folder / "allocation" / "sensitivity-0.h5"));
        try { // `resume` says which command goes on
            resumeStudy(options.study.output, undisturbed);
            QFAIL("an allocation is no study that resumes");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("`allocate`") != std::string::npos);
        }

        bool measuredAgain = false;
        bool wentOn = false;
        Job again([&](const Progress& progress) {
            wentOn = wentOn || progress.stage.starts_with("going on");
            measuredAgain = measuredAgain ||
                            progress.stage.find("draw 1 of 2: layer") != std::string::npos;
        });
        allocateBits(options, again);
        QVERIFY(wentOn && !measuredAgain);
        QVERIFY(!std::filesystem::exists(folder / "allocation"));
        const auto session = openSession(options.study.output);
        QVERIFY(session->require("/allocation/choice").values ==
                expected->require("/allocation/choice").values);
        const std::vector<double> kl = session->require("/allocation/kl").toDoubles();
        const std::vector<double> expectedKl = expected->require("/allocation/kl").toDoubles();
        QCOMPARE(kl.size(), expectedKl.size());
        for (std::size_t i = 0; i < kl.size(); ++i)
            QVERIFY(std::isnan(kl[i]) ? std::isnan(expectedKl[i])
                                      : std::abs(kl[i] - expectedKl[i]) < tolerance);

        // Another question starts anew.
        std::stop_source stopFirst;
        Job first(
            [&](const Progress& progress) {
                if (progress.stage.find("layer 2") != std::string::npos)
                    stopFirst.request_stop();
            },
            stopFirst.get_token());
        QVERIFY_EXCEPTION_THROWN(allocateBits(options, first), Error);
        options.budget.bitsPerWeight = 3.5;
        AllocateOptions other = options;
        std::stop_source stopOther;
        bool otherWentOn = false;
        Job second(
            [&](const Progress& progress) {
                otherWentOn = otherWentOn || progress.stage.starts_with("going on");
                if (progress.stage.find("layer 2") != std::string::npos)
                    stopOther.request_stop();
            },
            stopOther.get_token());
        QVERIFY_EXCEPTION_THROWN(allocateBits(other, second), Error);
        QVERIFY(!otherWentOn);
    }

    /// Matrices that are left in 16 bits cost nothing and take 16 bits; a budget spares some.
    void sparesMatricesFromQuantization() {
        AllocateOptions options = smallAllocation(1);
        options.study.output = path("spared.qscope.h5");
        options.candidates = parseMethodSpecs("rtn:bits=3,group=32,none:type=f16");
        options.budget.bitsPerWeight = 8;
        Job job;
        allocateBits(options, job);
        const auto session = openSession(options.study.output);
        const SessionView view(*session);
        const SensitivityView sensitivity(view);
        const AllocationResults results(view);
        std::size_t spared = 0;
        std::size_t quantized = 0;
        for (std::size_t layer = 0; layer < sensitivity.layers(); ++layer)
            for (std::size_t module = 0; module < sensitivity.modules(); ++module) {
                QCOMPARE(sensitivity.bits(1, layer, module), 16.0);
                ++(results.choice(0, 0, layer, module) == 1 ? spared : quantized);
            }
        QVERIFY(spared > 0 && quantized > 0);
        QVERIFY(results.bits(0, 0) <= 8 && results.bits(0, 0) > 4);
        // What f16 loses of the demo's numbers is far below what 3 bits lose.
        std::vector<std::size_t> all(sensitivity.examples());
        for (std::size_t e = 0; e < all.size(); ++e)
            all[e] = e;
        QVERIFY(objectiveValue(sensitivity.wholeKl(1), all) <
                1e-3 * objectiveValue(sensitivity.wholeKl(0), all));
        const double uniform = results.calibrationObjective(0, 1);
        QVERIFY(results.calibrationObjective(0, 0) < uniform);
    }

    void budgetsAreRead() {
        QCOMPARE(parseAllocationBudget("3.5bpw").bitsPerWeight, 3.5);
        QCOMPARE(parseAllocationBudget("3.5").bitsPerWeight, 3.5);
        QCOMPARE(parseAllocationBudget("2MiB").bytes, 2097152.0);
        for (const char* wrong : {"", "0", "bpw", "-3", "40", "3.5bits"})
            QVERIFY_EXCEPTION_THROWN(parseAllocationBudget(wrong), Error);
        const std::vector<MethodSpec> specs = parseMethodSpecs("rtn,gptq:bits=3,group=64,nf4");
        QCOMPARE(specs.size(), std::size_t{3});
        QCOMPARE(toString(specs[1]), std::string("gptq:bits=3,group=64"));
        QCOMPARE(specs[2].method, std::string("nf4"));
    }

    void candidatesThatCannotBeMixedAreRefused() {
        QVERIFY_EXCEPTION_THROWN(checkCandidates({parseMethodSpec("efficientqat:bits=3")}), Error);
        QVERIFY_EXCEPTION_THROWN(checkCandidates({}), Error);
        checkCandidates({parseMethodSpec("efficientqat:bits=3,end_to_end=false")});
    }
};

QTEST_GUILESS_MAIN(TestAllocation)
#include "test_allocation.moc"
