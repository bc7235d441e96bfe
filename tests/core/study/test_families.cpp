// A whole study of every family (the random checkpoints of tests/tools/model_fixtures), and what
// `quantize` writes of it.

#include "core/checkpoint/model_shape.h"
#include "core/data/depth_unit.h"
#include "core/data/error.h"
#include "core/data/job.h"
#include "core/model/block_loader.h"
#include "core/model/tensor_pool.h"
#include "core/quant/packed_storage.h"
#include "core/study/plan_options.h"
#include "core/study/quantize_model.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <cmath>
#include <utility>

#include "family_model.h"

using namespace quantscope;
using quantscope::testing::modelWithTokenizer;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";

const char* const families[] = {
    "opt",    "opt_post_norm", "gpt2",   "gpt_neox",          "phi3",    "gemma",    "gemma2",
    "gemma3", "olmo2",         "cohere", "cohere_head_norms", "mixtral", "qwen2_moe"};

/// Keeps the stream that enters a block and an output in it, and puts zeros in the output's place.
class SiteKeeper : public SiteWatcher {
public:
    SiteKeeper(Site site, std::size_t layer) : m_site(site), m_layer(layer) {}
    bool wants(Site site) const override { return site == m_site || site == Site::ResidPre; }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        if (site == Site::ResidPre)
            ++m_entered;
        if (m_entered != m_layer + 1)
            return value;
        (site == m_site ? output : before) = value[0].clone();
        return site == m_site ? torch::zeros_like(value) : value;
    }
    torch::Tensor before; // [positions, hidden]
    torch::Tensor output; // [positions, hidden]

private:
    Site m_site;
    std::size_t m_layer;
    std::size_t m_entered = 0;
};

/// Mean NLL of an example's predicted tokens by the differentiable blocks.
double lossOf(const Checkpoint& checkpoint, const SessionData& session, std::size_t example,
              SiteWatcher& watcher) {
    const at::NoGradGuard noGradients;
    const ModelConfig& config = checkpoint.config();
    const NamedArray& all = session.require("/text/token_ids");
    std::vector<std::int64_t> ids;
    for (std::size_t t = 0; t < all.shape[1]; ++t)
        ids.push_back(static_cast<std::int64_t>(all.at({example, t})));
    const auto count = static_cast<std::int64_t>(ids.size());
    const RotaryTables rotary = makeRotaryTables(config, count);
    torch::Tensor state = embedTokens(checkpoint, ids, count);
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        state = blockForward(config, layer, loadBlock(checkpoint, layer), rotary, state, &watcher);
    const torch::Tensor last = finalState(config, loadFinalStep(checkpoint), state)[0];
    const torch::Tensor logits =
        scaledLogits(config, torch::matmul(last, loadOutputMatrix(checkpoint).t()));
    const torch::Tensor next = torch::tensor(ids, torch::kInt64).slice(0, 1).unsqueeze(1);
    return -torch::log_softmax(logits.to(torch::kFloat64), 1)
                .slice(0, 0, count - 1)
                .gather(1, next)
                .mean()
                .item<double>();
}

bool isFinite(const NamedArray& array) {
    return std::visit(
        [](const auto& values) {
            using Value = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_floating_point_v<Value>)
                return std::all_of(values.begin(), values.end(),
                                   [](Value value) { return std::isfinite(value); });
            return true;
        },
        array.values);
}

} // namespace

class TestFamilies : public QObject {
    Q_OBJECT

    static void addFamilies() {
        QTest::addColumn<QString>("family");
        for (const char* family : families)
            QTest::newRow(family) << family;
    }

    static PlanOptions options(const QTemporaryDir& folder, const QString& family) {
        PlanOptions options;
        options.model = modelWithTokenizer(folder, family);
        options.text = demo + "/text.jsonl";
        options.tokens = 16;
        options.examples = "6";
        options.calibration = demo + "/calibration.jsonl";
        options.calibrationExamples = 4;
        options.methods = {"rtn:bits=3,group=16,name=rtn", "gptq:bits=3,group=16,name=gptq",
                           "awq:bits=3,group=16,name=awq", "w8a8:name=w8a8"};
        options.earlyExit = true;
        options.patch = {"attn", "down", "residual"};
        options.patchLayers = {"each"};
        options.restore = {"attn", "mlp"};
        options.restoreLayers = {"each"};
        options.instruments = {"local", "drift",    "attention",  "outliers",
                               "cka",   "channels", "activations"};
        options.followUp = "all";
        options.threads = 2;
        options.output = folder.filePath("study.qscope.h5").toStdString();
        return options;
    }

    static std::string refusal(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Usage ? error.what() : "of another kind";
        }
        return "nothing was refused";
    }

private Q_SLOTS:
    void initTestCase() { poolTensorMemory(ProcessUse::OneStudy); } // as the programs do

    void studies_data() { addFamilies(); }

    void studies() {
        QFETCH(QString, family);
        const QTemporaryDir folder;
        const PlanOptions plan = options(folder, family);
        Job job;
        runStudy(makePlan(plan), job);
        const auto session = openSession(plan.output);
        const auto checkpoint = Checkpoint::open(plan.model);
        const ModelConfig& config = checkpoint->config();
        for (const Site site : probedSites)
            QCOMPARE(session->find("/sites/" + std::string(siteName(site)) + "/norm") != nullptr,
                     hasSite(config, site));
        for (const char* site : {"ln1", "o_input", "ln2", "resid_post"}) {
            const std::string path = std::string("/activations/") + site + "/maximum";
            QVERIFY2(session->find(path) && isFinite(session->require(path)), path.c_str());
        }
        QCOMPARE(session->find("/activations/down_input/maximum") != nullptr,
                 config.experts.count == 0);
        QVERIFY(session->find("/early_exit/resid_post/nll"));
        QCOMPARE(session->find("/early_exit/resid_mid/nll") != nullptr,
                 hasSite(config, Site::ResidMid));
        const bool isMixed = family == "qwen2_moe"; // layers with experts and without
        QCOMPARE(session->find("/experts/load") != nullptr, config.experts.count > 0);
        for (const auto& [path, array] : session->arrays) {
            const bool isWhole =
                path.starts_with("/examples/") || path.starts_with("/patches/") ||
                path.starts_with("/attention/") ||
                (path.starts_with("/sites/") && !isMixed && !path.ends_with("_cosine")) ||
                (path == "/weights/relative_error" && !isMixed);
            // A lane's distance to itself has no direction.
            if (isWhole && !path.ends_with("angle") && path.find("local") == std::string::npos &&
                path.find("length_") == std::string::npos &&
                path.find("normalised") == std::string::npos &&
                path.find("sign_flip") == std::string::npos)
                QVERIFY2(isFinite(array), path.c_str());
        }
        // Early exit follows the reference and the method that the study is about, lanes 0 and 1.
        for (const auto& [path, array] : session->arrays)
            if (path.starts_with("/early_exit/"))
                for (std::size_t lane = 0; lane < 2; ++lane)
                    for (std::size_t layer = 0; layer < array.shape[1]; ++layer)
                        for (std::size_t example = 0; example < array.shape[2]; ++example)
                            QVERIFY2(std::isfinite(array.at({lane, layer, example})), path.c_str());
        QCOMPARE(session->names("module").size(), modelModules(config).size());
        // What three bits do is seen, and GPTQ undoes some of it on the text it was fitted to.
        const NamedArray& error = session->require("/weights/relative_error");
        QVERIFY(error.at({0, 0, 0}) > 0.01 && error.at({0, 0, 0}) < 0.6);
        if (config.experts.count == 0)
            return;
        const NamedArray& load = session->require("/experts/load");
        double sum = 0;
        for (std::size_t expert = 0; expert < load.shape[2]; ++expert)
            sum += load.at({0, 0, expert});
        QVERIFY(std::abs(sum - double(config.experts.chosen)) < 1e-5);
        for (std::size_t example = 0; example < 6; ++example) {
            QCOMPARE(session->require("/experts/agreement").at({0, 0, example}), 1.0);
            QVERIFY(session->require("/experts/agreement").at({1, 0, example}) <= 1.0);
        }
    }

    void refusesSitesThatAreNotThere() {
        const QTemporaryDir folder;
        const auto refuse = [&](const char* family, const std::function<void(PlanOptions&)>& ask) {
            PlanOptions plan = options(folder, family);
            ask(plan);
            return refusal([&] {
                Job job;
                estimateStudy(makePlan(plan), job);
            });
        };
        const std::string gate = refuse("opt", [](PlanOptions& plan) { plan.patch = {"gate"}; });
        QVERIFY2(gate.find("opt has no site gate") != std::string::npos, gate.c_str());
        const std::string budget =
            refuse("gpt2", [](PlanOptions& plan) { plan.instruments = {"budget"}; });
        QVERIFY2(budget.find("no gate") != std::string::npos, budget.c_str());
        const std::string restore =
            refuse("gpt_neox", [](PlanOptions& plan) { plan.restore = {"gate"}; });
        QVERIFY2(restore.find("gate") != std::string::npos, restore.c_str());
        const std::string up = refuse("mixtral", [](PlanOptions& plan) { plan.patch = {"up"}; });
        QVERIFY2(up.find("experts") != std::string::npos, up.c_str());
        const std::string positions = refuse("opt", [](PlanOptions& plan) { plan.tokens = 60; });
        QVERIFY2(positions.find("61 ids") != std::string::npos, positions.c_str());
    }

    void depthOfUnitsThatReadTheSameStream_data() {
        QTest::addColumn<QString>("family");
        QTest::newRow("gpt_neox") << "gpt_neox";
        QTest::newRow("cohere") << "cohere";
    }

    /// Influence as if each alone were added to the stream, and the loss without it, against the
    /// differentiable blocks one example at a time.
    void depthOfUnitsThatReadTheSameStream() {
        QFETCH(QString, family);
        constexpr double tolerance = 1e-4; // relative; losses: nat
        const QTemporaryDir folder;
        PlanOptions plan = options(folder, family);
        plan.methods = {"rtn:bits=3,group=16,name=rtn"};
        plan.patch = {};
        plan.restore = {};
        plan.instruments = {"depth"};
        plan.removal = 2;
        Job job;
        runStudy(makePlan(plan), job);
        const auto session = openSession(plan.output);
        const auto checkpoint = Checkpoint::open(plan.model);
        constexpr std::array units = {std::pair{DepthUnit::Attention, Site::AttnOut},
                                      std::pair{DepthUnit::Mlp, Site::Down}};
        for (std::size_t example = 0; example < 2; ++example)
            for (const auto& [unit, site] : units) {
                const auto layers = static_cast<std::size_t>(checkpoint->config().layers);
                for (std::size_t layer = 0; layer < layers; ++layer) {
                    SiteKeeper keeper(site, layer);
                    const double loss = lossOf(*checkpoint, *session, example, keeper);
                    const torch::Tensor before = keeper.before.slice(0, 1).to(torch::kFloat64);
                    const torch::Tensor after = before + keeper.output.slice(0, 1);
                    const double influence =
                        1 - torch::cosine_similarity(before, after, 1).mean().item<double>();
                    const double found =
                        session->require(depthPath(unit, "influence")).at({0, layer, example});
                    QVERIFY2(std::abs(found - influence) <= tolerance * std::abs(influence),
                             qPrintable(QString("%1, expected %2").arg(found).arg(influence)));
                    const double without =
                        session->require(depthPath(unit, "leave_one_out_nll")).at({layer, example});
                    QVERIFY2(std::abs(without - loss) < tolerance,
                             qPrintable(QString("%1, expected %2").arg(without).arg(loss)));
                }
            }
    }

    void quantizedFoldersReadBack_data() { addFamilies(); }

    /// As f32 and packed: each matrix comes back from where the family's files keep it.
    void quantizedFoldersReadBack() {
        QFETCH(QString, family);
        const QTemporaryDir folder;
        QuantizeOptions options;
        options.modelPath = modelWithTokenizer(folder, family);
        options.calibration.source = TextSource{};
        options.calibration.source->path = demo + "/calibration.jsonl";
        options.calibration.source->format = TextFormat::Jsonl;
        options.calibration.examples = 3;
        options.tokens = 16;
        options.method = parseMethodSpec("awq:bits=8,group=-1,clip=false");
        options.resources.threads = 1;
        options.output = folder.filePath("f32").toStdString();
        Job job;
        quantizeModel(options, job);
        options.output = folder.filePath("packed").toStdString();
        options.format = "compressed-tensors"; // gptq wants multiples of 32
        options.scales = ScaleType::F32;
        quantizeModel(options, job);

        const auto parent = Checkpoint::open(options.modelPath);
        const ModelConfig& config = parent->config();
        const auto plain = Checkpoint::open(folder.filePath("f32").toStdString());
        const auto packed = Checkpoint::open(folder.filePath("packed").toStdString());
        QVERIFY(!packed->quantizedFormat().empty());
        const RotaryTables rotary = makeRotaryTables(config, 12);
        const torch::Tensor hidden = torch::randn({2, 12, config.hiddenSize});
        for (std::int64_t layer = 0; layer < config.layers; ++layer) {
            const QuantizedBlock codes =
                loadPackedBlock(folder
                                    .filePath(QString("f32/codes/01-awq/block-%1.safetensors")
                                                  .arg(layer, 3, 10, QChar('0')))
                                    .toStdString());
            const BlockWeights wanted = dequantizeBlock(loadBlock(*parent, layer), codes);
            const auto forward = [&](const BlockWeights& block) {
                return blockForwardInference(config, layer, block, rotary, hidden);
            };
            for (const Checkpoint* checkpoint : {plain.get(), packed.get()}) {
                const BlockWeights found = loadBlock(*checkpoint, layer);
                for (const Module module : blockModules(config, layer))
                    QVERIFY2(at::equal(found.linear(module).weight, wanted.linear(module).weight),
                             moduleName(module).c_str());
                const torch::Tensor expected = forward(wanted);
                QVERIFY((forward(found) - expected).abs().max().item<double>() <=
                        1e-5 * expected.abs().max().item<double>());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestFamilies)
#include "test_families.moc"
