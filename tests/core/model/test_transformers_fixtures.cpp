// Blocks, rotary tables and loading against what PyPI's transformers computed for small random
// checkpoints of every family and rope scaling (tests/tools/model_fixtures), also where they are
// written as GGUF (tests/tools/gguf_fixtures).

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/model/block.h"
#include "core/model/block_loader.h"
#include "tests/places.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>

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

} // namespace

class TestTransformersFixtures : public QObject {
    Q_OBJECT

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
    QVERIFY(count >= 20);
    // Those whose numbers are not rounded further.
    for (const char* name : {"llama_plain", "llama_f16", "llama_bias", "llama_rope_yarn",
                             "llama_rope_llama3", "mistral_sliding", "qwen2", "qwen3"})
        QTest::addRow("%s.gguf", name)
            << QString::fromStdString(testing::testData() + "/gguf/models/%1.gguf").arg(name)
            << QString::fromStdString((models / name).string());
}

/// Both forwards, every block's output, and the logits.
void TestTransformersFixtures::agrees() {
    QFETCH(QString, model);
    QFETCH(QString, expected);
    const std::filesystem::path folder = expected.toStdString();
    const auto checkpoint = Checkpoint::open(model.toStdString());
    const ModelConfig& config = checkpoint->config();
    const SafetensorsFile golden(folder / "expected.safetensors");
    const std::vector<std::int64_t> ids = golden.readAll<std::int64_t>(golden.require("ids"));
    const std::vector<std::int64_t> shape = golden.require("ids").shape;
    const RotaryTables rotary = makeRotaryTables(config, shape[1]);
    torch::Tensor hidden = loadEmbeddingRows(*checkpoint, ids).view({shape[0], shape[1], -1});
    QVERIFY(difference(hidden, expectedValues(golden, "hidden.0")) == 0);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const BlockWeights block = loadBlock(*checkpoint, layer);
        const torch::Tensor plain = blockForward(config, layer, block, rotary, hidden);
        const torch::Tensor fused = blockForwardInference(config, layer, block, rotary, hidden);
        QVERIFY(difference(plain, fused) < 1e-5 * std::max(1.0, plain.abs().max().item<double>()));
        hidden = fused;
        if (layer + 1 < config.layers) { // transformers gives the last state after the final norm
            const double deviation =
                difference(hidden, expectedValues(golden, "hidden." + std::to_string(layer + 1)));
            QVERIFY2(deviation < tolerance,
                     qPrintable(QString("layer %1 differs by %2").arg(layer).arg(deviation)));
        }
    }
    const torch::Tensor normed = rmsNorm(hidden, loadFinalNorm(*checkpoint), config.normEpsilon);
    QVERIFY(difference(normed, expectedValues(golden, "normed")) < tolerance);
    const torch::Tensor logits = torch::matmul(normed, loadOutputMatrix(*checkpoint).t());
    const torch::Tensor expectedLogits = expectedValues(golden, "logits");
    // Sums of products grow with the logits, and so does what rounding leaves of them.
    const double scale = std::max(1.0, expectedLogits.abs().max().item<double>());
    QVERIFY2(difference(logits, expectedLogits) < tolerance * scale,
             qPrintable(QString("logits up to %1 differ by %2")
                            .arg(scale)
                            .arg(difference(logits, expectedLogits))));
}

QTEST_GUILESS_MAIN(TestTransformersFixtures)
#include "test_transformers_fixtures.moc"
