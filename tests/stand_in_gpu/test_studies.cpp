// Whole studies on the stand-in for a GPU against the same on the processor: everything goes the
// way it goes on a GPU, to it and back, and its kernels compute.

#include "core/data/job.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"
#include "tests/core/study/family_model.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace quantscope;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";

/// Sums of f32 in different orders; of an array's largest value. Differences of losses that are
/// nearly equal lose the most.
constexpr double rounding = 1e-3;

/// Of ranks, where two values are nearly equal.
constexpr double nearlyEqual = 1;

/// Share of what a histogram counts that may lie on the other side of an edge.
constexpr double onAnEdge = 0.01;

/// What is said in words: time, device and plan differ.
bool isCompared(const NamedArray& array) {
    return !std::holds_alternative<std::vector<std::string>>(array.values);
}

void compare(const std::string& path, const NamedArray& found, const NamedArray& expected,
             double tolerance) {
    QCOMPARE(found.shape, expected.shape);
    const std::vector<double> gpu = found.toDoubles();
    const std::vector<double> cpu = expected.toDoubles();
    const bool isWhole = std::holds_alternative<std::vector<std::int32_t>>(expected.values);
    double largest = 0;
    for (const double value : cpu)
        largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : largest;
    for (std::size_t i = 0; i < cpu.size(); ++i) {
        const bool isSame =
            gpu[i] == cpu[i] || (std::isnan(gpu[i]) && std::isnan(cpu[i])) ||
            std::abs(gpu[i] - cpu[i]) <= (isWhole ? nearlyEqual : tolerance * largest);
        QVERIFY2(isSame, qPrintable(QString("%1[%2]: %3, on the processor %4")
                                        .arg(path.c_str())
                                        .arg(i)
                                        .arg(gpu[i])
                                        .arg(cpu[i])));
    }
}

void compareHistograms(const std::string& path, const NamedArray& found,
                       const NamedArray& expected) {
    const std::vector<double> gpu = found.toDoubles();
    const std::vector<double> cpu = expected.toDoubles();
    QCOMPARE(gpu.size(), cpu.size());
    double moved = 0;
    double all = 0;
    for (std::size_t i = 0; i < cpu.size(); ++i) {
        QCOMPARE(std::isnan(gpu[i]), std::isnan(cpu[i]));
        moved += std::isnan(cpu[i]) ? 0 : std::abs(gpu[i] - cpu[i]) / 2;
        all += std::isnan(cpu[i]) ? 0 : cpu[i];
    }
    QVERIFY2(moved <= onAnEdge * all, path.c_str());
}

} // namespace

class TestStudies : public QObject {
    Q_OBJECT

    static std::shared_ptr<const SessionData> study(PlanOptions options, const char* device) {
        options.device = device;
        options.output += std::string(".") + device + ".qscope.h5";
        Job job;
        runStudy(makePlan(options), job);
        return openSession(options.output);
    }

    static PlanOptions options(const QTemporaryDir& folder, const std::string& model) {
        PlanOptions options;
        options.model = model;
        options.text = demo + "/text.jsonl";
        options.tokens = 10;
        options.examples = "2";
        options.calibration = demo + "/calibration.jsonl";
        options.calibrationExamples = 4;
        options.earlyExit = true;
        options.followUp = "all";
        options.pair = "all";
        options.batchTokens = 11; // two batches
        options.threads = 1;
        options.output = folder.filePath("study").toStdString();
        return options;
    }

    static void requireTheSame(const PlanOptions& options) {
        const auto onGpu = study(options, "cuda");
        const auto onProcessor = study(options, "cpu");
        QCOMPARE(onGpu->arrays.size(), onProcessor->arrays.size());
        std::size_t compared = 0;
        for (const auto& [path, expected] : onProcessor->arrays)
            if (isCompared(expected)) {
                if (path.ends_with("histogram"))
                    compareHistograms(path, onGpu->require(path), onProcessor->require(path));
                else
                    compare(path, onGpu->require(path), onProcessor->require(path), rounding);
                if (QTest::currentTestFailed())
                    return;
                ++compared;
            }
        QVERIFY(compared > 100);
    }

private Q_SLOTS:
    /// Methods without a calibration text, whose codes are the same to the bit.
    void demoModel() {
        const QTemporaryDir folder;
        PlanOptions plan = options(folder, demo + "/model");
        plan.methods = {"rtn:bits=3,group=32", "nf4:block=64", "hqq:bits=3,group=32",
                        "prefixquant:bits=4"};
        plan.patch = {"attn", "gate+up", "down", "k", "residual"};
        plan.patchLayers = {"3"};
        plan.patchControls = {"zero", "mean", "random"};
        plan.restore = {"q", "mlp"};
        plan.removal = 1;
        plan.instruments = {"local",  "drift",    "attention",   "outliers", "cka",
                            "budget", "channels", "activations", "depth"};
        plan.tokenMaps = true;
        requireTheSame(plan);
    }

    /// Methods that look at a text: a code that the last digits of what they saw decide makes all
    /// that follows differ, but hardly how good it is.
    void calibratedMethods() {
        constexpr double alike = 0.05; // of the largest value
        const QTemporaryDir folder;
        PlanOptions plan = options(folder, demo + "/model");
        plan.calibrationExamples = 4;
        plan.calibrationTokens = 16;
        plan.batchTokens = 34;
        plan.methods = {"gptq:bits=4,group=32", "gptq:bits=4,group=32,act_order=true,gptaq=true",
                        "awq:bits=4,group=32,n_grid=5"};
        plan.earlyExit = false;
        const auto onGpu = study(plan, "cuda");
        const auto onProcessor = study(plan, "cpu");
        for (const char* path : {"/weights/relative_error", "/examples/nll"})
            compare(path, onGpu->require(path), onProcessor->require(path), alike);
    }

    void families_data() {
        QTest::addColumn<QString>("family");
        for (const char* family : {"gpt2", "gpt_neox", "gemma2", "cohere_head_norms", "mixtral"})
            QTest::newRow(family) << family;
    }
    void families() {
        QFETCH(QString, family);
        const QTemporaryDir folder;
        PlanOptions plan = options(folder, testing::modelWithTokenizer(folder, family));
        plan.methods = {"rtn:bits=3,group=16"};
        plan.patch = {"attn", "down"};
        plan.instruments = {"local", "drift", "channels"};
        requireTheSame(plan);
    }
};

QTEST_GUILESS_MAIN(TestStudies)
#include "test_studies.moc"
