// Rows that go on from their keys and values, against the forward pass of the whole rows.

#include "core/checkpoint/checkpoint.h"
#include "core/model/block_loader.h"
#include "core/model/cached_attention.h"
#include "tests/places.h"

#include <QtTest>
#include <torch/types.h>

#include <algorithm>
#include <filesystem>

using namespace quantscope;

namespace {

constexpr double tolerance = 1e-4; ///< of the largest magnitude
const std::filesystem::path models = testing::testData() + "/models";

/// The whole rows' states before the first block, made up.
torch::Tensor randomStates(std::int64_t rows, std::int64_t tokens, std::int64_t hidden) {
    torch::manual_seed(5);
    return torch::randn({rows, tokens, hidden});
}

AttentionPrefix randomPrefix(const ModelConfig& config, std::int64_t tokens) {
    const auto draw = [&] {
        return torch::randn({config.keyValueHeads, tokens, config.headDimension});
    };
    return {draw(), draw()};
}

} // namespace

class TestCachedAttention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsTheWholeRows_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("prefix");
        QTest::addColumn<int>("before");
        const auto add = [](const char* name, int prefix, int before) {
            QTest::newRow(qPrintable(
                QStringLiteral("%1, %2 shared, %3 before").arg(name).arg(prefix).arg(before)))
                << QString(name) << prefix << before;
        };
        for (const char* name :
             {"llama_plain", "llama_bias", "llama_rope_yarn", "llama_rope_dynamic",
              "mistral_sliding", "qwen2", "qwen2_sliding", "qwen3"})
            for (const int prefix : {0, 1, 7}) {
                add(name, prefix, 0);
                add(name, prefix, 2);
            }
        for (const char* name :
             {"cohere", "cohere_head_norms", "gemma", "gemma2", "gemma3", "gpt2", "gpt_neox",
              "gpt_neox_sequential", "mixtral", "olmo2", "opt", "opt_post_norm", "phi3",
              "qwen2_moe"})
            for (const int prefix : {0, 7})
                add(name, prefix, 0);
    }

    /// Three rows of different lengths read a padded prompt, then several tokens at once, then one
    /// at a time; behind tokens that all share, and behind a method's keys and values.
    void equalsTheWholeRows() {
        QFETCH(QString, model);
        QFETCH(int, prefix);
        QFETCH(int, before);
        const at::NoGradGuard noGradients;
        const auto checkpoint = Checkpoint::open(models / model.toStdString());
        const ModelConfig& config = checkpoint->config();
        constexpr std::int64_t total = 20;
        constexpr std::int64_t rowCount = 3;
        const std::vector<std::int64_t> lengths = {4, 1, 6}; // own tokens of the prompts
        const RotaryTables rotary = makeRotaryTables(config, prefix + total);
        torch::Tensor whole = randomStates(rowCount, prefix + total, config.hiddenSize);
        if (prefix > 0) // the same in all rows
            whole.slice(1, 0, prefix)
                .copy_(whole.slice(0, 0, 1)
                           .slice(1, 0, prefix)
                           .expand({rowCount, prefix, config.hiddenSize}));

        torch::Tensor shared = whole.slice(0, 0, 1).slice(1, 0, prefix).contiguous();
        std::vector<KeyValueCache> prefixCaches;
        std::vector<KeyValueCache> caches;
        std::vector<BlockWeights> blocks;
        for (std::int64_t layer = 0; layer < config.layers; ++layer) {
            blocks.push_back(loadBlock(*checkpoint, layer));
            if (before > 0)
                blocks.back().prefix = randomPrefix(config, before);
            caches.push_back(makeCache(config, rowCount, total));
            if (prefix > 0) {
                prefixCaches.push_back(makeCache(config, 1, prefix));
                shared = blockForwardCached(config, layer, blocks.back(), rotary, shared,
                                            {nullptr, &prefixCaches.back(), {0}});
            }
        }
        std::vector<std::int64_t> past = {0, 0, 0};
        // What each row has of the states after the last block, put together pass by pass.
        std::vector<std::vector<torch::Tensor>> seen(rowCount);
        const auto read = [&](const std::vector<std::int64_t>& counts) {
            const std::int64_t longest = *std::max_element(counts.begin(), counts.end());
            torch::Tensor states = torch::full({rowCount, longest, config.hiddenSize}, 3.0f);
            for (std::int64_t row = 0; row < rowCount; ++row) {
                const auto at = static_cast<std::size_t>(row);
                const std::int64_t from = prefix + past[at];
                states[row]
                    .slice(0, 0, counts[at])
                    .copy_(whole[row].slice(0, from, from + counts[at]));
            }
            for (std::size_t layer = 0; layer < blocks.size(); ++layer)
                states = blockForwardCached(
                    config, static_cast<std::int64_t>(layer), blocks[layer], rotary, states,
                    {prefix > 0 ? &prefixCaches[layer] : nullptr, &caches[layer], past});
            for (std::size_t row = 0; row < past.size(); ++row) {
                seen[row].push_back(
                    states[static_cast<std::int64_t>(row)].slice(0, 0, counts[row]));
                past[row] += counts[row];
            }
        };
        read(lengths);
        read({3, 3, 3});
        for (int step = 0; step < 4; ++step)
            read({1, 1, 1});

        torch::Tensor expected = whole;
        for (std::size_t layer = 0; layer < blocks.size(); ++layer)
            expected = blockForwardInference(config, static_cast<std::int64_t>(layer),
                                             blocks[layer], rotary, expected.contiguous());
        for (std::int64_t row = 0; row < rowCount; ++row) {
            const auto at = static_cast<std::size_t>(row);
            const torch::Tensor found = torch::cat(seen[at]);
            const torch::Tensor wanted = expected[row].slice(0, prefix, prefix + past[at]);
            QCOMPARE(found.size(0), lengths[at] + 7);
            const double difference = (found - wanted).abs().max().item<double>();
            QVERIFY2(difference < tolerance * wanted.abs().max().item<double>(),
                     qPrintable(QString("row %1 differs by %2").arg(row).arg(difference)));
        }
        if (prefix > 0) {
            const double difference =
                (shared[0] - expected[0].slice(0, 0, prefix)).abs().max().item<double>();
            QVERIFY(difference < tolerance * expected.abs().max().item<double>());
        }
    }
};

QTEST_GUILESS_MAIN(TestCachedAttention)
#include "test_cached_attention.moc"
