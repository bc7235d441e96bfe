// Gemma 1 to 3: γ stored less 1, embeddings times √hidden, GELU in the gate; from the second on
// norms on both sides, soft caps, and layers with a window between the others; the third norms
// queries and keys and turns layers with a window at a theta of their own.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/rope_config.h"

#include <fmt/format.h>

#include <cmath>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

void readCommon(ConfigReader& reader, const SizeKeys& keys, const RopeRules& rules,
                ModelConfig& config) {
    readSizes(reader, keys, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-6);
    config.normOffset = 1;
    config.activation =
        readActivation(reader, {"hidden_activation", "hidden_act"}, Activation::GeluTanh);
    // Early releases said "gelu" where the model had been trained with its approximation.
    if (config.activation == Activation::Gelu)
        config.activation = Activation::GeluTanh;
    config.embeddingScale = std::sqrt(double(config.hiddenSize));
    config.attentionBias = reader.boolean("attention_bias").value_or(false);
    config.outputBias = config.attentionBias;
    requireFlag(reader, "use_bidirectional_attention", false, "false: only causal models are read");
    readRope(reader, config, rules);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(true);
}

/// Absent means the class's default, null none.
double readCap(ConfigReader& reader, const std::string& key, double absent) {
    return reader.has(key) ? reader.positiveNumber(key).value_or(0) : absent;
}

void readLater(ConfigReader& reader, double attentionCap, double logitCap, ModelConfig& config) {
    config.normPlacement = NormPlacement::BeforeAndAfter;
    config.attentionScale =
        1 / std::sqrt(reader.positiveNumber("query_pre_attn_scalar").value_or(256));
    config.attentionCap = readCap(reader, "attn_logit_softcapping", attentionCap);
    config.logitCap = readCap(reader, "final_logit_softcapping", logitCap);
}

void readGemma(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 16;
    keys.defaultHeadDimension = 256;
    keys.defaultPositions = 8192;
    readCommon(reader, keys, {}, config);
}

void readGemma2(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 4;
    keys.defaultHeadDimension = 256;
    keys.defaultPositions = 8192;
    readCommon(reader, keys, {}, config);
    readLater(reader, 50, 30, config);
    readWindowsByType(reader, config, 4096, [](std::size_t layer) { return layer % 2 == 0; });
}

void readGemma3(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 4;
    keys.defaultHeadDimension = 256;
    keys.defaultPositions = 131072;
    RopeRules rules;
    rules.defaultTheta = 1e6;
    rules.slidingThetaKey = "rope_local_base_freq";
    readCommon(reader, keys, rules, config);
    readLater(reader, 0, 0, config);
    config.queryKeyNorm = QueryKeyNorm::Head;
    constexpr std::int64_t usualPattern = 6;
    const std::int64_t pattern =
        reader.integer("sliding_window_pattern", 1, 4096)
            .value_or(reader.integer("_sliding_window_pattern", 1, 4096).value_or(usualPattern));
    readWindowsByType(reader, config, 4096, [](std::size_t) { return false; });
    if (reader.has("layer_types") && reader.take("layer_types"))
        return;
    const std::int64_t window =
        reader.integer("sliding_window", 1, mostConfigPositions).value_or(4096);
    for (std::size_t layer = 0; layer < config.slidingWindow.size(); ++layer)
        config.slidingWindow[layer] =
            (static_cast<std::int64_t>(layer) + 1) % pattern != 0 ? window : 0;
}

/// Names of the norms of Gemma 2 and 3; the first has Llama's.
TensorLayout gemmaLayout(const ModelConfig& config, const TensorRole& role) {
    if (config.normPlacement != NormPlacement::BeforeAndAfter)
        return {};
    const auto norm = [&](std::string_view name) {
        return TensorLayout{fmt::format("model.layers.{}.{}.weight", role.layer, name)};
    };
    switch (role.kind) {
    case Kind::AttentionOutputNorm:
        return norm("post_attention_layernorm");
    case Kind::MlpNorm:
        return norm("pre_feedforward_layernorm");
    case Kind::MlpOutputNorm:
        return norm("post_feedforward_layernorm");
    default:
        return {};
    }
}

} // namespace

const FamilyDefinition gemmaFamily = {Family::Gemma, "gemma", "", readGemma, gemmaLayout};
const FamilyDefinition gemma2Family = {Family::Gemma2, "gemma2", "", readGemma2, gemmaLayout};
const FamilyDefinition gemma3Family = {Family::Gemma3, "gemma3_text", "", readGemma3, gemmaLayout};

} // namespace quantscope
