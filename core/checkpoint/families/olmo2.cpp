// OLMo 2: norms on what attention and MLP add to the residual stream, and on all of a query or key.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/rope_config.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

void readOlmo2(ConfigReader& reader, ModelConfig& config) {
    readSizes(reader, {}, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-5);
    config.normPlacement = NormPlacement::After;
    config.queryKeyNorm = QueryKeyNorm::Projection;
    config.activation = readActivation(reader, {"hidden_act"}, Activation::Silu);
    config.attentionBias = reader.boolean("attention_bias").value_or(false);
    config.outputBias = config.attentionBias;
    readRope(reader, config);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
}

TensorLayout olmo2Layout(const ModelConfig&, const TensorRole& role) {
    const auto norm = [&](std::string_view name) {
        return TensorLayout{fmt::format("model.layers.{}.{}.weight", role.layer, name)};
    };
    if (role.kind == TensorRole::Kind::AttentionOutputNorm)
        return norm("post_attention_layernorm");
    if (role.kind == TensorRole::Kind::MlpOutputNorm)
        return norm("post_feedforward_layernorm");
    return {};
}

} // namespace

const FamilyDefinition olmo2Family = {Family::Olmo2, "olmo2", "", readOlmo2, olmo2Layout};

} // namespace quantscope
