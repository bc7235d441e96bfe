#include "core/checkpoint/model_tensors.h"

#include "core/checkpoint/checkpoint.h"

#include <fmt/format.h>

#include <utility>

namespace quantscope {

namespace {

bool hasBias(const ModelConfig& config, Module module) {
    switch (module) {
    case Module::Q:
    case Module::K:
    case Module::V:
        return config.attentionBias;
    case Module::O:
        return config.outputBias;
    case Module::Gate:
    case Module::Up:
    case Module::Down:
        return config.mlpBias;
    }
    return false;
}

/// Extents [out, in] of a module's matrix.
std::pair<std::int64_t, std::int64_t> matrixShape(const ModelConfig& config, Module module) {
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

std::string_view modulePath(Module module) {
    switch (module) {
    case Module::Q:
        return "self_attn.q_proj";
    case Module::K:
        return "self_attn.k_proj";
    case Module::V:
        return "self_attn.v_proj";
    case Module::O:
        return "self_attn.o_proj";
    case Module::Gate:
        return "mlp.gate_proj";
    case Module::Up:
        return "mlp.up_proj";
    case Module::Down:
        return "mlp.down_proj";
    }
    return "";
}

} // namespace

std::string blockTensorName(std::int64_t layer, Module module, std::string_view suffix) {
    return fmt::format("model.layers.{}.{}.{}", layer, modulePath(module), suffix);
}

std::string normTensorName(std::int64_t layer, std::string_view norm) {
    return fmt::format("model.layers.{}.{}.weight", layer, norm);
}

std::vector<ModelTensor> modelTensors(const ModelConfig& config) {
    std::vector<ModelTensor> tensors;
    tensors.push_back({embeddingTensorName, {config.vocabularySize, config.hiddenSize}});
    const auto addModule = [&](std::int64_t layer, Module module) {
        const auto [out, in] = matrixShape(config, module);
        tensors.push_back({blockTensorName(layer, module, "weight"), {out, in}});
        if (hasBias(config, module))
            tensors.push_back({blockTensorName(layer, module, "bias"), {out}});
    };
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        tensors.push_back({normTensorName(layer, "input_layernorm"), {config.hiddenSize}});
        for (const Module module : {Module::Q, Module::K, Module::V, Module::O})
            addModule(layer, module);
        if (config.queryKeyNorm)
            for (const char* norm : {"self_attn.q_norm", "self_attn.k_norm"})
                tensors.push_back({normTensorName(layer, norm), {config.headDimension}});
        tensors.push_back({normTensorName(layer, "post_attention_layernorm"), {config.hiddenSize}});
        for (const Module module : {Module::Gate, Module::Up, Module::Down})
            addModule(layer, module);
    }
    tensors.push_back({finalNormTensorName, {config.hiddenSize}});
    if (!config.tiedEmbeddings)
        tensors.push_back({outputTensorName, {config.vocabularySize, config.hiddenSize}});
    return tensors;
}

} // namespace quantscope
