#include "tests/tools/demo_model/trainable_model.h"

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/model_tensors.h"

#include <cmath>

namespace quantscope::demo {

namespace {

bool writesResidual(Module module) { return module == Module::O || module == Module::Down; }

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
    all.emplace_back(embeddingTensorName, &embedding);
    for (std::size_t layer = 0; layer < blocks.size(); ++layer) {
        const auto index = std::int64_t(layer);
        BlockWeights& block = blocks[layer];
        all.emplace_back(normTensorName(index, "input_layernorm"), &block.ln1);
        all.emplace_back(normTensorName(index, "post_attention_layernorm"), &block.ln2);
        for (const Module module : allModules)
            all.emplace_back(blockTensorName(index, module, "weight"),
                             &block.linear(module).weight);
    }
    all.emplace_back(finalNormTensorName, &finalNorm);
    return all;
}

ModelConfig demoModelConfig(std::int64_t vocabularySize) {
    ModelConfig config;
    config.family = Family::Llama;
    config.hiddenSize = 128;
    config.intermediateSize = 384; // a multiple of the usual groups of 32, 64 and 128
    config.layers = 6;
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
        for (const Module module : allModules) {
            const auto [rows, columns] = shapeOf(config, module);
            const double scale =
                writesResidual(module) ? 1.0 / std::sqrt(2.0 * double(config.layers)) : 1.0;
            block.linear(module).weight = scale * deviation * torch::randn({rows, columns});
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
