// Blocks, rotary tables and loading against what PyPI's transformers computed for small random
// checkpoints of every family and rope scaling (tests/tools/model_fixtures), also where they are
// written as GGUF (tests/tools/gguf_fixtures).

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/model_shape.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/model/block.h"
#include "core/model/block_loader.h"
#include "tests/places.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <map>

using namespace quantscope;

namespace {

constexpr double tolerance = 1e-4; ///< absolute, on values of the order of one
const std::filesystem::path models = testing::testData() + "/models";

torch::Tensor expectedValues(const SafetensorsFile& file, const std::string& name) {
    const SafetensorsTensor& stored = file.require(name);
    std::vector<float> values = file.readAll<float>(stored);
    return torch::from_blob(values.data(), stored.shape).clone();
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

/// Sums of products grow with their values, and so does what rounding leaves of them.
double allowed(const torch::Tensor& expected) {
    return tolerance * std::max(1.0, expected.abs().max().item<double>());
}

/// Keeps every site, and which tokens came to which expert.
class Everything final : public SiteWatcher {
public:
    bool wants(Site) const override { return true; }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        sites[site] = value.clone();
        return value;
    }
    bool wantsExperts() const override { return true; }
    torch::Tensor atExpert(const ExpertRows& rows, Site, const torch::Tensor& value) override {
        routed[rows.expert] = rows.rows;
        return value;
    }

    std::map<Site, torch::Tensor> sites;
    std::map<int, torch::Tensor> routed;
};

/// What the fixture tells of a layer's sites, and that a site is announced where it is told.
void compareSites(const SafetensorsFile& golden, const ModelConfig& config, std::int64_t layer,
                  const Everything& seen) {
    for (const Site site : allSites) {
        const std::string name =
            "site." + std::string(siteName(site)) + "." + std::to_string(layer);
        QCOMPARE(seen.sites.count(site) == 1, hasSite(config, layer, site));
        if (!golden.find(name))
            continue;
        const torch::Tensor expected = expectedValues(golden, name);
        const double deviation = difference(seen.sites.at(site), expected);
        QVERIFY2(deviation < allowed(expected),
                 qPrintable(QString("%1 differs by %2").arg(name.c_str()).arg(deviation)));
    }
    for (int expert = 0; expert < config.experts.count; ++expert) {
        const std::string name = "routed." + std::to_string(expert) + "." + std::to_string(layer);
        const SafetensorsTensor* stored = golden.find(name);
        if (!stored)
            continue;
        const std::vector<std::int64_t> rows = golden.readAll<std::int64_t>(*stored);
        QVERIFY2(at::equal(seen.routed.at(expert), torch::tensor(rows, torch::kInt64)),
                 name.c_str());
    }
}

} // namespace

class TestTransformersFixtures : public QObject {
    Q_OBJECT

    void compareRun(const Checkpoint& checkpoint, const SafetensorsFile& golden,
                    const std::string& prefix);

private Q_SLOTS:
    void agrees_data();
    void agrees();
};

void TestTransformersFixtures::agrees_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("expected");
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(models)) {
        const QString folder = QString::fromStdString(entry.path().string());
        QTest::newRow(entry.path().filename().c_str()) << folder << folder;
        ++count;
    }
    QVERIFY(count >= 36);
    // Those whose numbers are not rounded further.
    for (const char* name : {"llama_plain", "llama_f16", "llama_bias", "llama_rope_yarn",
                             "llama_rope_llama3", "mistral_sliding", "qwen2", "qwen3"})
        QTest::addRow("%s.gguf", name)
            << QString::fromStdString(testing::testData() + "/gguf/models/%1.gguf").arg(name)
            << QString::fromStdString((models / name).string());
}

/// Both forwards, every block's output and sites, and the logits.
void TestTransformersFixtures::agrees() {
    QFETCH(QString, model);
    QFETCH(QString, expected);
    const std::filesystem::path folder = expected.toStdString();
    const auto checkpoint = Checkpoint::open(model.toStdString());
    const SafetensorsFile golden(folder / "expected.safetensors");
    compareRun(*checkpoint, golden, "");
    if (golden.find("short.ids")) // of another length, which some rotary scalings look at
        compareRun(*checkpoint, golden, "short.");
}

void TestTransformersFixtures::compareRun(const Checkpoint& checkpoint,
                                          const SafetensorsFile& golden,
                                          const std::string& prefix) {
    const ModelConfig& config = checkpoint.config();
    const auto values = [&](const std::string& name) {
        return expectedValues(golden, prefix + name);
    };
    const std::vector<std::int64_t> ids =
        golden.readAll<std::int64_t>(golden.require(prefix + "ids"));
    const std::vector<std::int64_t> shape = golden.require(prefix + "ids").shape;
    const RotaryTables rotary = makeRotaryTables(config, shape[1]);
    torch::Tensor hidden = embedTokens(checkpoint, ids, shape[1]);
    const bool isRow = config.embeddingScale == 1 && embeddingWidth(config) == config.hiddenSize &&
                       config.learnedPositions == 0;
    QVERIFY(difference(hidden, values("hidden.0")) <= (isRow ? 0 : 1e-5));
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const BlockWeights block = loadBlock(checkpoint, layer);
        const torch::Tensor plain = blockForward(config, layer, block, rotary, hidden);
        Everything seen;
        const torch::Tensor watched =
            blockForwardInference(config, layer, block, rotary, hidden, &seen);
        const torch::Tensor fused = blockForwardInference(config, layer, block, rotary, hidden);
        QVERIFY(at::equal(watched, fused));
        QVERIFY(difference(plain, fused) < 1e-5 * std::max(1.0, plain.abs().max().item<double>()));
        if (prefix.empty())
            compareSites(golden, config, layer, seen);
        hidden = fused;
        // transformers gives the last state after the final norm
        if (layer + 1 < config.layers || !config.finalNorm) {
            const torch::Tensor wanted = values("hidden." + std::to_string(layer + 1));
            const double deviation = difference(hidden, wanted);
            QVERIFY2(deviation < allowed(wanted),
                     qPrintable(QString("layer %1 differs by %2").arg(layer).arg(deviation)));
        }
    }
    const torch::Tensor read = finalState(config, loadFinalStep(checkpoint), hidden);
    QVERIFY(difference(read, values("normed")) < allowed(values("normed")));
    const torch::Tensor logits =
        scaledLogits(config, torch::matmul(read, loadOutputMatrix(checkpoint).t()));
    const torch::Tensor wanted = values("logits");
    QVERIFY2(difference(logits, wanted) < allowed(wanted),
             qPrintable(QString("logits differ by %1").arg(difference(logits, wanted))));
}

QTEST_GUILESS_MAIN(TestTransformersFixtures)
#include "test_transformers_fixtures.moc"
