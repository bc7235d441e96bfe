// Families whose MLPs are mixtures of experts: Mixtral and Qwen 2 MoE.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/rope_config.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

void readExpertCounts(ConfigReader& reader, const std::string& countKey, std::int64_t defaultCount,
                      std::int64_t defaultChosen, ModelConfig& config) {
    ExpertConfig& experts = config.experts;
    experts.count = reader.integer(countKey, 1, mostExperts).value_or(defaultCount);
    experts.chosen = reader.integer("num_experts_per_tok", 1, mostExperts).value_or(defaultChosen);
    if (experts.chosen > experts.count)
        reader.refuse("num_experts_per_tok", fmt::format("at most the {} experts", experts.count));
    experts.layers.assign(static_cast<std::size_t>(config.layers), true);
}

void readMixtral(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 8;
    keys.defaultPositions = 131072;
    readSizes(reader, keys, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-5);
    config.activation = readActivation(reader, {"hidden_act"}, Activation::Silu);
    RopeRules rules;
    rules.defaultTheta = 1e6;
    readRope(reader, config, rules);
    // Absent or null: no window.
    readWindowsByType(reader, config, 0, [](std::size_t) { return false; });
    if (const auto window = reader.integer("sliding_window", 1, mostConfigPositions))
        config.slidingWindow.assign(config.slidingWindow.size(), *window);
    readExpertCounts(reader, "num_local_experts", 8, 2, config);
    config.experts.intermediateSize = config.intermediateSize;
    config.experts.normalise = true;
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
}

TensorLayout mixtralLayout(const ModelConfig&, const TensorRole& role) {
    const std::string mlp = fmt::format("model.layers.{}.block_sparse_moe", role.layer);
    if (role.kind == Kind::Router)
        return {mlp + ".gate.weight"};
    if (role.kind != Kind::Matrix || expertOf(role.module) < 0)
        return {};
    const Module kind = kindOf(role.module);
    const char* matrix = kind == Module::Gate ? "w1" : kind == Module::Down ? "w2" : "w3";
    return {fmt::format("{}.experts.{}.{}.weight", mlp, expertOf(role.module), matrix)};
}

/// Layers whose MLP is a plain one, by number.
void readPlainLayers(ConfigReader& reader, ModelConfig& config) {
    const nlohmann::json* list = reader.take("mlp_only_layers");
    if (!list)
        return;
    if (!list->is_array())
        reader.refuse("mlp_only_layers", "a list of layers");
    for (const nlohmann::json& layer : *list) {
        if (!layer.is_number_integer() || layer.get<std::int64_t>() < 0 ||
            layer.get<std::int64_t>() >= config.layers)
            reader.refuse("mlp_only_layers",
                          fmt::format("numbers from 0 to {} alone", config.layers - 1));
        config.experts.layers[layer.get<std::size_t>()] = false;
    }
}

void readQwen2MoeWindows(ConfigReader& reader, ModelConfig& config) {
    config.slidingWindow.assign(static_cast<std::size_t>(config.layers), 0);
    const bool isUsed = reader.boolean("use_sliding_window").value_or(false);
    const auto window = reader.integer("sliding_window", 0, mostConfigPositions); // 0: none
    reader.take("max_window_layers");
    const std::vector<bool> types = readLayerTypes(reader, config.layers);
    if (isUsed && (types.empty() || window.value_or(0) == 0))
        reader.refuse("use_sliding_window",
                      "layer_types and sliding_window beside it: versions of transformers give "
                      "windows to different layers");
    for (std::size_t layer = 0; layer < types.size(); ++layer) {
        if (types[layer] && !isUsed)
            reader.refuse("layer_types", "full_attention everywhere without use_sliding_window");
        config.slidingWindow[layer] = types[layer] ? *window : 0;
    }
}

void readQwen2Moe(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 16;
    keys.defaultPositions = 32768;
    readSizes(reader, keys, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-6);
    config.activation = readActivation(reader, {"hidden_act"}, Activation::Silu);
    config.attentionBias = reader.boolean("qkv_bias").value_or(true);
    readRope(reader, config);
    readExpertCounts(reader, "num_experts", 60, 4, config);
    ExpertConfig& experts = config.experts;
    experts.intermediateSize =
        reader.integer("moe_intermediate_size", 1, largestConfigSize).value_or(1408);
    experts.sharedSize =
        reader.integer("shared_expert_intermediate_size", 1, largestConfigSize).value_or(5632);
    experts.normalise = reader.boolean("norm_topk_prob").value_or(false);
    const std::int64_t step = reader.integer("decoder_sparse_step", 1, 4096).value_or(1);
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        experts.layers[static_cast<std::size_t>(layer)] = (layer + 1) % step == 0;
    readPlainLayers(reader, config);
    if (std::find(experts.layers.begin(), experts.layers.end(), true) == experts.layers.end())
        reader.refuse("mlp_only_layers", "some layers with experts");
    readQwen2MoeWindows(reader, config);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
}

TensorLayout qwen2MoeLayout(const ModelConfig& config, const TensorRole& role) {
    const auto mlp = [&](std::string_view name) {
        return TensorLayout{fmt::format("model.layers.{}.mlp.{}.weight", role.layer, name)};
    };
    if (role.kind == Kind::Router)
        return mlp("gate");
    if (role.kind == Kind::SharedGate)
        return mlp("shared_expert_gate");
    const bool isShared = role.kind == Kind::Matrix && role.module > Module::O &&
                          expertOf(role.module) < 0 &&
                          config.experts.layers.at(static_cast<std::size_t>(role.layer));
    if (!isShared)
        return {};
    return mlp(fmt::format("shared_expert.{}_proj", moduleName(role.module)));
}

} // namespace

const FamilyDefinition mixtralFamily = {Family::Mixtral, "mixtral", "", readMixtral, mixtralLayout};
const FamilyDefinition qwen2MoeFamily = {Family::Qwen2Moe, "qwen2_moe", "", readQwen2Moe,
                                         qwen2MoeLayout};

} // namespace quantscope
