// Methods on a real small model: what holds at any size must hold here.

#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "core/model/block_loader.h"
#include "core/quant/site_capture.h"
#include "core/study/study.h"
#include "core/tokenizer/tokenizer.h"
#include "tests/places.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <set>

using namespace quantscope;

namespace {

const std::string model = testing::sharedData() + "/stories260K";
const std::string text = testing::sharedData() + "/text/tinystories.jsonl";
/// The same training after a stop: other batches share a core, and nothing else differs.
constexpr double resumeTolerance = 0;

/// Lines [first, first + count) of the text as a file of its own.
std::string documents(const QTemporaryDir& folder, int first, int count) {
    const std::string path =
        folder.filePath(QString("%1-%2.jsonl").arg(first).arg(count)).toStdString();
    std::ifstream in(text);
    std::ofstream out(path);
    std::string line;
    for (int i = 0; std::getline(in, line); ++i)
        if (i >= first && i < first + count)
            out << line << "\n";
    return path;
}

StudyPlan planOf(const QTemporaryDir& folder, const std::vector<std::string>& methods) {
    StudyPlan plan;
    plan.modelPath = model;
    plan.text.path = documents(folder, 100, 40); // not what is calibrated on
    plan.text.format = TextFormat::Jsonl;
    plan.windows.tokens = 64;
    plan.windows.examples = 24;
    for (const std::string& method : methods)
        plan.methods.push_back(parseMethodSpec(method));
    plan.calibration.source = plan.text;
    plan.calibration.source->path = documents(folder, 0, 8);
    plan.calibration.windows = WindowMode::First;
    plan.calibration.examples = 8;
    plan.resources.threads = 2;
    return plan;
}

double meanError(const SessionData& session, const std::string& lane) {
    const std::vector<std::string> lanes = session.names("lane");
    const NamedArray& error = session.require("/examples/error");
    const auto index =
        static_cast<std::size_t>(std::find(lanes.begin(), lanes.end(), lane) - lanes.begin());
    double sum = 0;
    for (std::size_t example = 0; example < error.shape[1]; ++example)
        sum += error.at({index, example});
    return sum / double(error.shape[1]);
}

std::vector<double> losses(const SessionData& session, std::size_t method, std::size_t layer) {
    const NamedArray& all = session.require("/training/loss");
    std::vector<double> found;
    for (std::size_t epoch = 0; epoch < all.shape[2]; ++epoch)
        if (const double loss = all.at({method, layer, epoch}); std::isfinite(loss))
            found.push_back(loss);
    return found;
}

} // namespace

class TestTrainedMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (!std::filesystem::exists(text))
            QSKIP("The shared model and texts are not beside the project.");
    }

    void trainingBeatsRounding_data() {
        QTest::addColumn<int>("bits");
        QTest::newRow("3 bits") << 3;
        QTest::newRow("2 bits") << 2;
    }

    void trainingBeatsRounding() {
        QFETCH(int, bits);
        const QTemporaryDir folder;
        const std::string grid = "bits=" + std::to_string(bits) + ",group=32";
        StudyPlan plan = planOf(
            folder, {"rtn:" + grid + ",name=rtn", "omniquant:epochs=3," + grid + ",name=omni",
                     "omniquant:epochs=3,let=true," + grid + ",name=omni-let",
                     "efficientqat:end_to_end=false," + grid + ",name=blocks",
                     "efficientqat:e2e_batch=2,e2e_lr=0.0001," + grid + ",name=all"});
        plan.output = folder.filePath("study.qscope.h5").toStdString();
        Job job;
        runStudy(plan, job);
        const std::shared_ptr<const SessionData> session = openSession(plan.output);
        const double rounding = meanError(*session, "rtn");
        for (const char* lane : {"omni", "omni-let", "blocks", "all"})
            QVERIFY2(meanError(*session, lane) < rounding,
                     qPrintable(QString("%1: %2 against %3")
                                    .arg(lane)
                                    .arg(meanError(*session, lane))
                                    .arg(rounding)));
        QVERIFY(meanError(*session, "all") < meanError(*session, "blocks"));

        // The curves are those of the blocks, and training lowered them.
        QVERIFY(losses(*session, 0, 0).empty()); // rounding does not train
        for (std::size_t method = 1; method < 5; ++method)
            for (std::size_t layer = 0; layer < session->extent("layer"); ++layer) {
                const std::vector<double> curve = losses(*session, method, layer);
                QCOMPARE(curve.size(), method < 3 ? 4U : 3U);
                QVERIFY(*std::min_element(curve.begin(), curve.end()) < curve[0]);
            }
        const NamedArray& together = session->require("/training/end_to_end_nll");
        QVERIFY(together.at({4, 1}) < together.at({4, 0}));
        QVERIFY(std::isnan(together.at({3, 0})));
    }

    void aStudyGoesOnWithoutTrainingAgain() {
        const QTemporaryDir folder;
        const auto planAt = [&](const char* name) {
            StudyPlan plan =
                planOf(folder, {"omniquant:bits=3,group=32,epochs=3,samples=4,name=omni",
                                "efficientqat:bits=3,group=32,samples=4,name=all"});
            plan.resources.threads = 1;
            plan.output = folder.filePath(name).toStdString();
            return plan;
        };
        Job job;
        runStudy(planAt("whole.qscope.h5"), job);

        // Stopped in the third block of the main walk, and before in the phase that precedes it.
        const StudyPlan plan = planAt("stopped.qscope.h5");
        const auto runUntil = [&](const std::string& stage, bool resume) {
            std::stop_source source;
            Job stopped(
                [&](const Progress& progress) {
                    if (progress.stage.starts_with(stage))
                        source.request_stop();
                },
                source.get_token());
            try {
                if (resume)
                    resumeStudy(plan.output, stopped);
                else
                    runStudy(plan, stopped);
            } catch (const Error& error) {
                return error.kind() == ErrorKind::Interrupted;
            }
            return false;
        };
        const QDir codes(folder.filePath("stopped.qscope.d/codes"));
        const auto written = [&codes](const QString& file) {
            return QFileInfo(codes.filePath(file)).lastModified();
        };
        QVERIFY(runUntil("preparing layer 3", false));
        const QString prepared = "before-end-to-end/01-efficientqat/block-001.safetensors";
        const QDateTime before = written(prepared);
        QVERIFY(before.isValid());
        QVERIFY(runUntil("layer 3 of 5: quantizing", true));
        QCOMPARE(written(prepared), before);
        const QString trained = "01-omniquant/block-001.safetensors";
        const QDateTime first = written(trained);
        QVERIFY(first.isValid());
        resumeStudy(plan.output, job);
        QCOMPARE(written(trained), first);

        const auto whole = openSession(planAt("whole.qscope.h5").output);
        const auto resumed = openSession(plan.output);
        for (const char* path : {"/examples/nll", "/training/loss", "/training/end_to_end_nll"}) {
            const std::vector<double> expected = whole->require(path).toDoubles();
            const std::vector<double> found = resumed->require(path).toDoubles();
            QCOMPARE(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                QVERIFY2((std::isnan(found[i]) && std::isnan(expected[i])) ||
                             std::abs(found[i] - expected[i]) <= resumeTolerance,
                         path);
        }
    }

    void variantsOfOneMethodAreLanesOfOneStudy() {
        const QTemporaryDir folder;
        std::vector<std::string> methods;
        for (const char* variant :
             {"", ",damping=0.1", ",act_order=true", ",act_order=true,static_groups=true",
              ",true_sequential=true", ",mse=true", ",gptaq=true", ",group_grid=published"})
            methods.push_back("gptq:bits=3,group=32" + std::string(variant));
        StudyPlan plan = planOf(folder, methods);
        plan.output = folder.filePath("study.qscope.h5").toStdString();
        Job job;
        runStudy(plan, job);
        const std::shared_ptr<const SessionData> session = openSession(plan.output);
        QCOMPARE(session->extent("lane"), methods.size() + 1);
        std::set<double> different;
        for (const std::string& method : methods) {
            const double error = meanError(*session, parseMethodSpec(method).lane);
            QVERIFY(error > 0 && error < 1);
            different.insert(error);
        }
        QCOMPARE(different.size(), methods.size());
    }

    void gptqIsNoWorseThanRoundingInAnyLayer() {
        const QTemporaryDir folder;
        const std::unique_ptr<Checkpoint> checkpoint = Checkpoint::open(model);
        const ModelConfig& config = checkpoint->config();
        const std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(model);
        std::vector<std::int64_t> ids;
        std::ifstream in(text);
        std::string line;
        constexpr std::int64_t tokens = 128;
        constexpr std::int64_t examples = 16;
        while (std::getline(in, line) && static_cast<std::int64_t>(ids.size()) < tokens * examples)
            for (const std::int32_t id : tokenizer->encode(line, true))
                ids.push_back(id);
        ids.resize(tokens * examples);
        torch::Tensor hidden = loadEmbeddingRows(*checkpoint, ids).view({examples, tokens, -1});
        const RotaryTables rotary = makeRotaryTables(config, tokens);

        class Whole : public CalibrationStream {
        public:
            explicit Whole(torch::Tensor hidden) : m_hidden(std::move(hidden)) {}
            std::int64_t batches() const override { return 1; }
            torch::Tensor batch(std::int64_t) const override { return m_hidden; }

        private:
            torch::Tensor m_hidden;
        };
        Job job;
        for (std::int64_t layer = 0; layer < config.layers; ++layer) {
            const BlockWeights weights = loadBlock(*checkpoint, layer);
            const Whole stream(hidden);
            const BlockTask task{config, layer, weights, rotary, &stream, &stream, job};
            const auto inputs = captureSites(task, weights, hidden,
                                             {Site::Ln1, Site::OInput, Site::Ln2, Site::DownInput});
            for (const char* grid : {"bits=3,group=32", "bits=2,group=32", "bits=4,group=-1"}) {
                const auto quantized = [&](const std::string& method) {
                    return makeQuantizer(parseMethodSpec(method + grid))->quantize(task);
                };
                const QuantizedBlock gptq = quantized("gptq:");
                const QuantizedBlock rtn = quantized("rtn:");
                for (const Module module : allModules) {
                    const auto lost = [&](const QuantizedBlock& block) {
                        const torch::Tensor change =
                            block.linears.at(module).dequantize() - weights.linear(module).weight;
                        return at::mm(inputs.at(inputSite(module)), change.t())
                            .square()
                            .sum(torch::kFloat64)
                            .item<double>();
                    };
                    QVERIFY2(lost(gptq) <= lost(rtn), moduleName(module).data());
                }
            }
            hidden = blockForwardInference(config, layer, weights, rotary, hidden);
        }
    }
};

QTEST_GUILESS_MAIN(TestTrainedMethods)
#include "test_trained_methods.moc"
