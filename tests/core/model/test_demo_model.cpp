#include "core/checkpoint/checkpoint.h"
#include "core/model/block.h"
#include "core/model/block_loader.h"
#include "core/tokenizer/tokenizer.h"
#include "tests/places.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>

namespace {

using namespace quantscope;

constexpr std::int64_t tokens = 128;
constexpr std::int64_t examples = 36; // four of each register

/// What counts of two tokens in a row reach on such text (tests/tools/demo_model/README.md).
constexpr double trigramLoss = 1.6375;
/// Between two orders of the same f32 sums, in nat of a mean loss.
constexpr double lossTolerance = 1e-5;
/// Of the last hidden state, relative to its norm.
constexpr double hiddenTolerance = 1e-5;

const std::filesystem::path demoFolder =
    std::filesystem::path(testing::testData()) / ".." / ".." / "resources" / "demo";

struct Examples {
    torch::Tensor ids; // [examples, tokens + 1], int64
    std::vector<std::string> registers;
};

Examples readExamples() {
    const auto tokenizer = Tokenizer::open(demoFolder / "model");
    Examples read{torch::empty({examples, tokens + 1}, torch::kInt64), {}};
    std::ifstream file(demoFolder / "text.jsonl");
    std::string line;
    for (std::int64_t row = 0; row < examples && std::getline(file, line); ++row) {
        const nlohmann::json document = nlohmann::json::parse(line);
        const std::vector<std::int32_t> ids =
            tokenizer->encode(document.at("text").get<std::string>(), true);
        for (std::int64_t i = 0; i <= tokens; ++i)
            read.ids.index_put_({row, i}, std::int64_t(ids.at(std::size_t(i))));
        read.registers.push_back(document.at("register"));
    }
    return read;
}

using Forward = decltype(&blockForward);

torch::Tensor lastHidden(const Checkpoint& checkpoint, const torch::Tensor& ids, Forward forward) {
    const ModelConfig& config = checkpoint.config();
    const RotaryTables rotary = makeRotaryTables(config, tokens);
    const torch::Tensor embedding = loadOutputMatrix(checkpoint); // tied
    torch::Tensor hidden = torch::embedding(embedding, ids.slice(1, 0, tokens)).contiguous();
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        hidden = forward(config, layer, loadBlock(checkpoint, layer), rotary, hidden, nullptr);
    return hidden;
}

/// Mean loss of each example, [examples], f64.
torch::Tensor losses(const Checkpoint& checkpoint, const torch::Tensor& ids,
                     const torch::Tensor& hidden) {
    const torch::Tensor normed =
        rmsNorm(hidden, loadFinalNorm(checkpoint), checkpoint.config().normEpsilon);
    const torch::Tensor logits = at::linear(normed, loadOutputMatrix(checkpoint));
    const torch::Tensor logProbabilities = torch::log_softmax(logits, 2);
    const torch::Tensor chosen =
        logProbabilities.gather(2, ids.slice(1, 1).unsqueeze(2)).squeeze(2);
    return -chosen.to(torch::kFloat64).mean(1);
}

} // namespace

/// The shipped model reads its text: far better than counting would, in both forward passes alike.
class TestDemoModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_checkpoint = Checkpoint::open(demoFolder / "model");
        m_examples = readExamples();
        QCOMPARE(m_examples.registers.size(), std::size_t(examples));
    }

    void forwardPassesAgree() {
        at::NoGradGuard guard;
        const torch::Tensor plain = lastHidden(*m_checkpoint, m_examples.ids, &blockForward);
        const torch::Tensor fused =
            lastHidden(*m_checkpoint, m_examples.ids, &blockForwardInference);
        const double difference = ((plain - fused).norm() / plain.norm()).item<double>();
        QVERIFY2(difference < hiddenTolerance, qPrintable(QString::number(difference)));
        const torch::Tensor plainLosses = losses(*m_checkpoint, m_examples.ids, plain);
        const torch::Tensor fusedLosses = losses(*m_checkpoint, m_examples.ids, fused);
        QVERIFY((plainLosses - fusedLosses).abs().max().item<double>() < lossTolerance);
    }

    void predictsBetterThanCounting() {
        at::NoGradGuard guard;
        const torch::Tensor hidden =
            lastHidden(*m_checkpoint, m_examples.ids, &blockForwardInference);
        const torch::Tensor perExample = losses(*m_checkpoint, m_examples.ids, hidden);
        const double mean = perExample.mean().item<double>();
        std::map<std::string, std::vector<double>> byRegister;
        for (std::int64_t row = 0; row < examples; ++row)
            byRegister[m_examples.registers[std::size_t(row)]].push_back(
                perExample[row].item<double>());
        QCOMPARE(byRegister.size(), std::size_t(9));
        std::map<std::string, double> means;
        for (const auto& [name, values] : byRegister) {
            means[name] =
                std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
            qInfo("%s: %.4f nat", name.c_str(), means[name]);
        }
        qInfo("all: %.4f nat", mean);
        QVERIFY2(mean < trigramLoss, qPrintable(QString::number(mean)));
        QVERIFY(mean < 0.6 * std::log(double(m_checkpoint->config().vocabularySize)));
        // Names that occur once cannot be foretold as a program's variables can.
        QVERIFY(means["places"] > means["code"]);
    }

    /// The last token must not reach back: a model that saw its targets would also be "good".
    void looksBackOnly() {
        at::NoGradGuard guard;
        torch::Tensor changed = m_examples.ids.clone();
        changed.slice(1, tokens - 1, tokens).fill_(7);
        const torch::Tensor before =
            lastHidden(*m_checkpoint, m_examples.ids, &blockForwardInference);
        const torch::Tensor after = lastHidden(*m_checkpoint, changed, &blockForwardInference);
        QVERIFY(torch::equal(before.slice(1, 0, tokens - 1), after.slice(1, 0, tokens - 1)));
        QVERIFY(!torch::equal(before, after));
    }

    void staysSmall() {
        std::uintmax_t bytes = 0;
        for (const char* name :
             {"text.jsonl", "calibration.jsonl", "study.toml", "model/config.json",
              "model/model.safetensors", "model/tokenizer.json", "model/tokenizer_config.json"})
            bytes += std::filesystem::file_size(demoFolder / name);
        QVERIFY2(bytes < 6'000'000, qPrintable(QString::number(bytes)));
    }

private:
    std::unique_ptr<Checkpoint> m_checkpoint;
    Examples m_examples;
};

QTEST_GUILESS_MAIN(TestDemoModel)
#include "test_demo_model.moc"
