#include "tests/tools/demo_model/trainable_model.h"

#include <cmath>

namespace quantscope::demo {

namespace {

struct NamedModule {
    Module module;
    const char* name;
    bool writesResidual;
};

constexpr std::array<NamedModule, 7> modules = {{{Module::Q, "self_attn.q_proj", false},
                                                 {Module::K, "self_attn.k_proj", false},
                                                 {Module::V, "self_attn.v_proj", false},
                                                 {Module::O, "self_attn.o_proj", true},
                                                 {Module::Gate, "mlp.gate_proj", false},
                                                 {Module::Up, "mlp.up_proj", false},
                                                 {Module::Down, "mlp.down_proj", true}}};

std::pair<std::int64_t, std::int64_t> shapeOf(const ModelConfig& config, Module module) {
    const std::int64_t queries = config.heads * config.headDimension;
    const std::int64_t keys = config.keyValueHeads * config.headDimension;
    switch (module) {
    case Module::Q:
        return {queries, config.hiddenSize};
    case Module::K:
    case Module::V:
        return {keys, config.hiddenSize};
    case Module::O:
        return {config.hiddenSize, queries};
    case Module::Gate:
    case Module::Up:
        return {config.intermediateSize, config.hiddenSize};
    case Module::Down:
        return {config.hiddenSize, config.intermediateSize};
    }
    return {0, 0};
}

} // namespace

std::vector<std::pair<std::string, torch::Tensor*>> TrainableModel::weights() {
    std::vector<std::pair<std::string, torch::Tensor*>> all;
    all.emplace_back("model.embed_tokens.weight", &embedding);
    for (std::size_t layer = 0; layer < blocks.size(); ++layer) {
        const std::string prefix = "model.layers." + std::to_string(layer) + ".";
        BlockWeights& block = blocks[layer];
        all.emplace_back(prefix + "input_layernorm.weight", &block.ln1);
        all.emplace_back(prefix + "post_attention_layernorm.weight", &block.ln2);
        for (const NamedModule& entry : modules)
            all.emplace_back(prefix + entry.name + ".weight", &block.linear(entry.module).weight);
    }
    all.emplace_back("model.norm.weight", &finalNorm);
    return all;
}

ModelConfig demoModelConfig(std::int64_t vocabularySize) {
    ModelConfig config;
    config.family = Family::Llama;
    config.hiddenSize = 128;
    config.intermediateSize = 384; // a multiple of the usual groups of 32, 64 and 128
    config.layers = 8;
    config.heads = 4;
    config.keyValueHeads = 2;
    config.headDimension = 32;
    config.vocabularySize = vocabularySize;
    config.maxPositions = 512;
    config.normEpsilon = 1e-5;
    config.ropeTheta = 10000;
    config.tiedEmbeddings = true;
    config.dtype = "bfloat16";
    return config;
}

TrainableModel randomModel(const ModelConfig& config, std::uint64_t seed) {
    at::manual_seed(seed);
    const double deviation = 0.04;
    TrainableModel model;
    model.config = config;
    model.embedding = deviation * torch::randn({config.vocabularySize, config.hiddenSize});
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        BlockWeights block;
        block.ln1 = torch::ones({config.hiddenSize});
        block.ln2 = torch::ones({config.hiddenSize});
        for (const NamedModule& entry : modules) {
            const auto [rows, columns] = shapeOf(config, entry.module);
            const double scale =
                entry.writesResidual ? 1.0 / std::sqrt(2.0 * double(config.layers)) : 1.0;
            block.linear(entry.module).weight = scale * deviation * torch::randn({rows, columns});
        }
        model.blocks.push_back(block);
    }
    model.finalNorm = torch::ones({config.hiddenSize});
    return model;
}

TrainableModel sharedCopy(TrainableModel& model) {
    TrainableModel copy = model;
    for (auto& [name, weight] : copy.weights()) {
        *weight = weight->detach();
        weight->set_requires_grad(true);
    }
    return copy;
}

torch::Tensor meanLoss(const TrainableModel& model, const RotaryTables& rotary,
                       const torch::Tensor& ids) {
    const std::int64_t tokens = ids.size(1) - 1;
    torch::Tensor hidden =
        torch::embedding(model.embedding, ids.slice(1, 0, tokens)); // [examples, tokens, hidden]
    for (std::size_t layer = 0; layer < model.blocks.size(); ++layer)
        hidden =
            blockForward(model.config, std::int64_t(layer), model.blocks[layer], rotary, hidden);
    hidden = rmsNorm(hidden, model.finalNorm, model.config.normEpsilon);
    const torch::Tensor logits =
        at::linear(hidden.flatten(0, 1), model.embedding); // [examples · tokens, vocabulary]
    return torch::nll_loss(torch::log_softmax(logits, 1), ids.slice(1, 1).flatten());
}

} // namespace quantscope::demo
