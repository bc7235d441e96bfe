// Phi-3 and what keeps its architecture: Llama with q, k and v in one matrix, gate and up in
// another, and LongRoPE.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/model_shape.h"
#include "core/checkpoint/rope_config.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

void readPhi3(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultPositions = 4096;
    readSizes(reader, keys, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-5);
    config.activation = readActivation(reader, {"hidden_act"}, Activation::Silu);
    RopeRules rules;
    rules.partialKey = "partial_rotary_factor";
    rules.isLong = true;
    readRope(reader, config, rules);
    // Absent or null: no window.
    readWindowsByType(reader, config, 0, [](std::size_t) { return false; });
    if (const auto window = reader.integer("sliding_window", 1, mostConfigPositions))
        config.slidingWindow.assign(config.slidingWindow.size(), *window);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
}

TensorLayout phi3Layout(const ModelConfig& config, const TensorRole& role) {
    const auto block = [&](std::string_view name) {
        return TensorLayout{fmt::format("model.layers.{}.{}.weight", role.layer, name)};
    };
    const auto part = [&](std::string_view name, std::int64_t rows, std::int64_t firstRow) {
        TensorLayout layout = block(name);
        layout.shape = {rows, config.hiddenSize};
        layout.firstRow = firstRow;
        return layout;
    };
    const std::int64_t queries = config.heads * config.headDimension;
    const std::int64_t keys = config.keyValueHeads * config.headDimension;
    const std::int64_t inner = config.intermediateSize;
    if (role.kind != Kind::Matrix)
        return {};
    switch (role.module) {
    case Module::Q:
        return part("self_attn.qkv_proj", queries + 2 * keys, 0);
    case Module::K:
        return part("self_attn.qkv_proj", queries + 2 * keys, queries);
    case Module::V:
        return part("self_attn.qkv_proj", queries + 2 * keys, queries + keys);
    case Module::Gate:
        return part("mlp.gate_up_proj", 2 * inner, 0);
    case Module::Up:
        return part("mlp.gate_up_proj", 2 * inner, inner);
    default:
        return {};
    }
}

} // namespace

const FamilyDefinition phi3Family = {Family::Phi3, "phi3", "", readPhi3, phi3Layout};

} // namespace quantscope
