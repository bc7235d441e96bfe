// Training all blocks together, against the whole model's gradient in one graph.

#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "core/engine/end_to_end_training.h"
#include "core/model/block_loader.h"
#include "core/quant/grids.h"
#include "tests/places.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace quantscope;

namespace {

constexpr double lossTolerance = 1e-5;
/// Adam's first step is the learning rate wherever a gradient is not tiny.
constexpr double stepTolerance = 1e-3;

ExampleIds randomText(std::int64_t examples, std::int64_t positions, std::int64_t vocabulary) {
    std::mt19937 random(3);
    ExampleIds text;
    text.positions = positions;
    for (std::int64_t row = 0; row < examples; ++row) {
        const std::int64_t length = positions - row; // the later ones are padded
        text.lengths.push_back(length);
        for (std::int64_t t = 0; t < positions; ++t)
            text.ids.push_back(
                t < length ? static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary))
                           : -1);
    }
    return text;
}

std::vector<QuantizedBlock> roundedBlocks(const Checkpoint& checkpoint) {
    std::vector<QuantizedBlock> blocks;
    for (std::int64_t layer = 0; layer < checkpoint.config().layers; ++layer) {
        const BlockWeights weights = loadBlock(checkpoint, layer);
        QuantizedBlock& block = blocks.emplace_back();
        for (const Module module : allModules) // the last group is shorter in some
            block.linears[module] = roundToNearest(weights.linear(module).weight,
                                                   {3, 12, GridKind::AsymmetricRaw, false}, Job());
    }
    return blocks;
}

/// Mean NLL of the text by the model as one graph, a row at a time, from the definition.
torch::Tensor wholeLoss(const Checkpoint& checkpoint, const ExampleIds& text,
                        const std::vector<QuantizedBlock>& blocks) {
    const ModelConfig& config = checkpoint.config();
    const RotaryTables rotary = makeRotaryTables(config, text.positions);
    torch::Tensor sum = torch::zeros({});
    std::int64_t predicted = 0;
    for (std::int64_t row = 0; row < text.examples(); ++row) {
        const std::int64_t length = text.lengths[static_cast<std::size_t>(row)];
        const std::vector<std::int64_t> ids(text.row(row), text.row(row) + length);
        torch::Tensor hidden = loadEmbeddingRows(checkpoint, ids).unsqueeze(0);
        for (std::int64_t layer = 0; layer < config.layers; ++layer) {
            BlockWeights weights = loadBlock(checkpoint, layer);
            for (const auto& [module, linear] : blocks[static_cast<std::size_t>(layer)].linears) {
                const torch::Tensor group =
                    torch::arange(linear.columns).div(linear.groupSize, "floor");
                weights.linear(module).weight =
                    linear.scales.index_select(1, group) *
                    (linear.codes.to(torch::kFloat32) - linear.zeros.index_select(1, group));
            }
            hidden = blockForward(config, layer, weights, rotary, hidden);
        }
        const torch::Tensor logits =
            at::linear(rmsNorm(hidden[0], loadFinalNorm(checkpoint), config.normEpsilon),
                       loadOutputMatrix(checkpoint));
        const torch::Tensor logProbabilities = at::log_softmax(logits, 1);
        for (std::int64_t t = 1; t < length; ++t)
            sum = sum - logProbabilities[t - 1][ids[static_cast<std::size_t>(t)]];
        predicted += length - 1;
    }
    return sum / double(predicted);
}

} // namespace

class TestEndToEndTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stepsAgainstTheGradient_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama_plain", "llama_tied", "llama_bias", "qwen3"})
            QTest::newRow(name) << name;
    }

    void stepsAgainstTheGradient() {
        QFETCH(QString, name);
        const auto checkpoint =
            Checkpoint::open(testing::testData() + "/models/" + name.toStdString());
        const ExampleIds text = randomText(3, 14, checkpoint->config().vocabularySize);
        const std::vector<QuantizedBlock> before = roundedBlocks(*checkpoint);
        std::vector<QuantizedBlock> graph = before;
        for (QuantizedBlock& block : graph)
            for (auto& [module, linear] : block.linears)
                linear.scales = linear.scales.clone().set_requires_grad(true);
        const torch::Tensor loss = wholeLoss(*checkpoint, text, graph);
        loss.backward();

        std::vector<QuantizedBlock> trained = before;
        EndToEndOptions options;
        options.batch = 3;
        options.learningRate = 1e-5;
        Job job;
        const std::vector<double> losses =
            trainEndToEnd({*checkpoint, text, job}, trained, options);
        QCOMPARE(losses.size(), 2U);
        QVERIFY(std::abs(losses[0] / loss.item<double>() - 1) < lossTolerance);
        QVERIFY(losses[1] < losses[0]);
        const at::NoGradGuard noGradients;
        QVERIFY(std::abs(losses[1] / wholeLoss(*checkpoint, text, trained).item<double>() - 1) <
                lossTolerance);
        for (std::size_t layer = 0; layer < trained.size(); ++layer)
            for (const Module module : allModules) {
                const QuantizedLinear& was = before[layer].linears.at(module);
                const QuantizedLinear& is = trained[layer].linears.at(module);
                QVERIFY(at::equal(is.codes, was.codes) && at::equal(is.zeros, was.zeros));
                const torch::Tensor gradient = graph[layer].linears.at(module).scales.grad();
                const torch::Tensor clear = gradient.abs() > gradient.abs().max() * 0.01;
                const torch::Tensor moved = is.scales.to(torch::kFloat64) - was.scales;
                const torch::Tensor wanted = -options.learningRate * gradient.sign();
                // f32 holds a scale to 6e-8 of itself, which a step of 1e-5 feels.
                const torch::Tensor rounding = was.scales.abs() * 1.2e-7;
                QVERIFY2(
                    (((moved - wanted).abs() <= options.learningRate * stepTolerance + rounding) |
                     ~clear)
                        .all()
                        .item<bool>(),
                    moduleName(module).data());
                QVERIFY(clear.any().item<bool>());
            }
    }

    void theBestIterateIsKept() {
        const auto checkpoint = Checkpoint::open(testing::testData() + "/models/llama_plain");
        const ExampleIds text = randomText(4, 10, checkpoint->config().vocabularySize);
        const std::vector<QuantizedBlock> before = roundedBlocks(*checkpoint);
        std::vector<QuantizedBlock> trained = before;
        EndToEndOptions options;
        options.learningRate = 0.3; // far too fast
        options.batch = 2;
        options.epochs = 2;
        Job job;
        const std::vector<double> losses =
            trainEndToEnd({*checkpoint, text, job}, trained, options);
        const at::NoGradGuard noGradients;
        const double kept = wholeLoss(*checkpoint, text, trained).item<double>();
        double least = losses[0];
        for (const double loss : losses)
            least = loss < least ? loss : least;
        QVERIFY(std::abs(kept / least - 1) < lossTolerance);
        QVERIFY(losses[0] > least || losses[2] > least || losses[1] > least);
    }

    void stopsOnRequest() {
        const auto checkpoint = Checkpoint::open(testing::testData() + "/models/llama_plain");
        const ExampleIds text = randomText(4, 10, checkpoint->config().vocabularySize);
        std::vector<QuantizedBlock> blocks = roundedBlocks(*checkpoint);
        std::stop_source source;
        Job job({}, source.get_token());
        EndToEndOptions options;
        options.batch = 1;
        options.epochs = 1000;
        const EndToEndTask task{*checkpoint, text, job, [&](double) { source.request_stop(); }};
        QVERIFY_EXCEPTION_THROWN(trainEndToEnd(task, blocks, options), Error);
    }
};

QTEST_GUILESS_MAIN(TestEndToEndTraining)
#include "test_end_to_end_training.moc"
