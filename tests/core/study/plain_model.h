#pragma once

// The models of a study, walked one example at a time in plain torch operations: no lanes, no
// batches, no bases. What the engine says is compared with this.

#include "core/data/named_array.h"
#include "core/model/block.h"
#include "core/model/block_loader.h"
#include "core/quant/packed_storage.h"
#include "core/quant/weight_error.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <vector>

namespace quantscope::testing {

/// A model with all its blocks in the checkpoint's basis.
struct PlainModel {
    ModelConfig config;
    std::vector<BlockWeights> blocks;
    torch::Tensor embedding; // [vocabulary, hidden]
    torch::Tensor norm;      // [hidden]
    torch::Tensor matrix;    // [vocabulary, hidden]
};

inline PlainModel loadPlainModel(const std::filesystem::path& folder) {
    const auto checkpoint = Checkpoint::open(folder);
    PlainModel model;
    model.config = checkpoint->config();
    for (std::int64_t layer = 0; layer < model.config.layers; ++layer)
        model.blocks.push_back(loadBlock(*checkpoint, layer));
    std::vector<std::int64_t> ids(static_cast<std::size_t>(model.config.vocabularySize));
    for (std::size_t id = 0; id < ids.size(); ++id)
        ids[id] = static_cast<std::int64_t>(id);
    model.embedding = loadEmbeddingRows(*checkpoint, ids);
    model.norm = loadFinalNorm(*checkpoint);
    model.matrix = loadOutputMatrix(*checkpoint);
    return model;
}

/// The model with the matrices of packed codes, what was folded into them undone.
inline PlainModel withCodes(PlainModel model, const std::filesystem::path& codes) {
    for (std::size_t layer = 0; layer < model.blocks.size(); ++layer) {
        const QuantizedBlock block =
            loadPackedBlock(codes / fmt::format("block-{:03}.safetensors", layer));
        for (const auto& [module, linear] : block.linears)
            model.blocks[layer].linear(module).weight =
                unfold(linear.dequantize(), block.basis, module);
    }
    return model;
}

/// Replaces the value of a site in a layer, [1, tokens, width], or leaves it.
using Replacement =
    std::function<torch::Tensor(std::int64_t layer, Site site, const torch::Tensor& value)>;

class Replacing final : public SiteWatcher {
public:
    Replacing(std::int64_t layer, const Replacement& replacement)
        : m_layer(layer)
        , m_replacement(replacement) {}
    bool wants(Site) const override { return true; }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        return m_replacement(m_layer, site, value);
    }

private:
    std::int64_t m_layer;
    const Replacement& m_replacement;
};

/// The state after the last block, [1, tokens, hidden].
inline torch::Tensor walked(const PlainModel& model, const torch::Tensor& ids,
                            const Replacement& replacement) {
    const at::NoGradGuard noGradients;
    const RotaryTables rotary = makeRotaryTables(model.config, ids.size(0));
    torch::Tensor state = model.embedding.index_select(0, ids).unsqueeze(0);
    for (std::int64_t layer = 0; layer < model.config.layers; ++layer) {
        Replacing watcher(layer, replacement);
        state = blockForward(model.config, layer, model.blocks[static_cast<std::size_t>(layer)],
                             rotary, state, &watcher);
    }
    return state;
}

inline torch::Tensor unchanged(std::int64_t, Site, const torch::Tensor& value) { return value; }

/// Mean NLL of an example's tokens 1 … T. @param ids  i64 [T + 1]
inline double plainNll(const PlainModel& model, const torch::Tensor& ids,
                       const Replacement& replacement = unchanged) {
    const at::NoGradGuard noGradients;
    const torch::Tensor state = walked(model, ids, replacement)[0];
    const torch::Tensor normed = rmsNorm(state, model.norm, model.config.normEpsilon);
    const torch::Tensor logits = torch::matmul(normed, model.matrix.t());
    const torch::Tensor scores = torch::log_softmax(logits.to(torch::kFloat64), 1);
    const std::int64_t tokens = ids.size(0) - 1;
    return -scores.slice(0, 0, tokens)
                .gather(1, ids.slice(0, 1).unsqueeze(1))
                .mean()
                .item<double>();
}

/// Values of every site of every layer on one example.
inline std::vector<std::vector<torch::Tensor>> plainSites(const PlainModel& model,
                                                          const torch::Tensor& ids) {
    std::vector<std::vector<torch::Tensor>> sites(model.blocks.size(),
                                                  std::vector<torch::Tensor>(allSites.size()));
    walked(model, ids, [&](std::int64_t layer, Site site, const torch::Tensor& value) {
        sites[static_cast<std::size_t>(layer)][static_cast<std::size_t>(site)] = value.clone();
        return value;
    });
    return sites;
}

/// An example's ids as the session has them, i64 [positions].
inline torch::Tensor exampleIds(const NamedArray& tokenIds, std::size_t example) {
    const auto positions = static_cast<std::int64_t>(tokenIds.shape[1]);
    torch::Tensor ids = torch::empty({positions}, torch::kInt64);
    for (std::int64_t t = 0; t < positions; ++t)
        ids[t] = static_cast<std::int64_t>(tokenIds.at({example, static_cast<std::size_t>(t)}));
    return ids;
}

} // namespace quantscope::testing
