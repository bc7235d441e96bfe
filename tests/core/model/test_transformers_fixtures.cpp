// Blocks, rotary tables and loading against what PyPI's transformers computed for small random
// checkpoints of every family and rope scaling (tests/tools/model_fixtures).

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/model/block.h"
#include "core/model/block_loader.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>

using namespace quantscope;

namespace {

constexpr double tolerance = 1e-4; ///< absolute, on values of the order of one
const std::filesystem::path models = QUANTSCOPE_TEST_DATA "/models";

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
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(models)) {
        QTest::newRow(entry.path().filename().c_str())
            << QString::fromStdString(entry.path().string());
        ++count;
    }
    QVERIFY(count >= 20);
}

/// Both forwards, every block's output, and the logits.
void TestTransformersFixtures::agrees() {
    QFETCH(QString, model);
    const std::filesystem::path folder = model.toStdString();
    const auto checkpoint = Checkpoint::open(folder);
    const ModelConfig& config = checkpoint->config();
    const SafetensorsFile expected(folder / "expected.safetensors");
    const std::vector<std::int64_t> ids = expected.readAll<std::int64_t>(expected.require("ids"));
    const std::vector<std::int64_t> shape = expected.require("ids").shape;
    const RotaryTables rotary = makeRotaryTables(config, shape[1]);
    torch::Tensor hidden = loadEmbeddingRows(*checkpoint, ids).view({shape[0], shape[1], -1});
    QVERIFY(difference(hidden, expectedValues(expected, "hidden.0")) == 0);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const BlockWeights block = loadBlock(*checkpoint, layer);
        const torch::Tensor plain = blockForward(config, layer, block, rotary, hidden);
        const torch::Tensor fused = blockForwardInference(config, layer, block, rotary, hidden);
        QVERIFY(difference(plain, fused) < 1e-5 * std::max(1.0, plain.abs().max().item<double>()));
        hidden = fused;
        if (layer + 1 < config.layers) { // transformers gives the last state after the final norm
            const torch::Tensor golden =
                expectedValues(expected, "hidden." + std::to_string(layer + 1));
            QVERIFY2(
                difference(hidden, golden) < tolerance,
                qPrintable(
                    QString("layer %1 differs by %2").arg(layer).arg(difference(hidden, golden))));
        }
    }
    const torch::Tensor normed = rmsNorm(hidden, loadFinalNorm(*checkpoint), config.normEpsilon);
    QVERIFY(difference(normed, expectedValues(expected, "normed")) < tolerance);
    const torch::Tensor logits = torch::matmul(normed, loadOutputMatrix(*checkpoint).t());
    const torch::Tensor golden = expectedValues(expected, "logits");
    // Sums of products grow with the logits, and so does what rounding leaves of them.
    const double scale = std::max(1.0, golden.abs().max().item<double>());
    QVERIFY2(
        difference(logits, golden) < tolerance * scale,
        qPrintable(
            QString("logits up to %1 differ by %2").arg(scale).arg(difference(logits, golden))));
}

QTEST_GUILESS_MAIN(TestTransformersFixtures)
#include "test_transformers_fixtures.moc"
