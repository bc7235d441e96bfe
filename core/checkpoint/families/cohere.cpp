// Cohere's Command R: attention and MLP in parallel behind one LayerNorm without bias, interleaved
// rotary positions, scaled logits; Command R+ norms every head of queries and keys.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/rope_config.h"

namespace quantscope {

namespace {

void readCohere(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultPositions = 8192;
    readSizes(reader, keys, config);
    config.normKind = NormKind::Layer;
    config.normEpsilon = reader.positiveNumber("layer_norm_eps").value_or(1e-5);
    config.order = BlockOrder::ParallelShared;
    config.activation = readActivation(reader, {"hidden_act"}, Activation::Silu);
    config.attentionBias = reader.boolean("attention_bias").value_or(false);
    config.outputBias = config.attentionBias;
    if (reader.boolean("use_qk_norm").value_or(false))
        config.queryKeyNorm = QueryKeyNorm::HeadOwn;
    config.rotaryInterleaved = true;
    RopeRules rules;
    rules.defaultTheta = std::nullopt;
    readRope(reader, config, rules);
    config.logitScale = reader.positiveNumber("logit_scale").value_or(0.0625);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(true);
}

TensorLayout sameNames(const ModelConfig&, const TensorRole&) { return {}; }

} // namespace

const FamilyDefinition cohereFamily = {Family::Cohere, "cohere", "", readCohere, sameNames};

} // namespace quantscope
