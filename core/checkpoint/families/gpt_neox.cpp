// GPT-NeoX, of which Pythia is made: attention and MLP in parallel, each with its LayerNorm, and
// rotary positions for a part of a head; q, k and v in one matrix, head by head.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/rope_config.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

void readGptNeoX(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.keyValueHeads = nullptr;
    keys.headDimension = nullptr;
    readSizes(reader, keys, config);
    config.normKind = NormKind::Layer;
    config.normBias = true;
    config.normEpsilon = reader.positiveNumber("layer_norm_eps").value_or(1e-5);
    config.activation = readActivation(reader, {"hidden_act"}, Activation::Gelu);
    config.gatedMlp = false;
    config.order = reader.boolean("use_parallel_residual").value_or(true) ? BlockOrder::Parallel
                                                                          : BlockOrder::Sequential;
    config.attentionBias = reader.boolean("attention_bias").value_or(true);
    config.outputBias = config.attentionBias;
    config.mlpBias = true;
    RopeRules rules;
    rules.thetaKey = "rotary_emb_base";
    rules.partialKey = "rotary_pct";
    rules.defaultPartial = 0.25;
    readRope(reader, config, rules);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
}

TensorLayout gptNeoXLayout(const ModelConfig& config, const TensorRole& role) {
    const char* suffix = role.isBias ? "bias" : "weight";
    const auto body = [&](std::string_view name) {
        return TensorLayout{fmt::format("gpt_neox.{}.{}", name, suffix)};
    };
    const auto block = [&](std::string_view name) {
        return body(fmt::format("layers.{}.{}", role.layer, name));
    };
    switch (role.kind) {
    case Kind::Embedding:
        return body("embed_in");
    case Kind::FinalNorm:
        return body("final_layer_norm");
    case Kind::Output:
        return {"embed_out.weight"};
    case Kind::AttentionNorm:
        return block("input_layernorm");
    case Kind::MlpNorm:
        return block("post_attention_layernorm");
    case Kind::Matrix:
        switch (role.module) {
        case Module::O:
            return block("attention.dense");
        case Module::Up:
            return block("mlp.dense_h_to_4h");
        case Module::Down:
            return block("mlp.dense_4h_to_h");
        default: {
            TensorLayout layout = block("attention.query_key_value");
            layout.shape = {3 * config.hiddenSize};
            if (!role.isBias)
                layout.shape.push_back(config.hiddenSize);
            layout.run = config.headDimension;
            layout.step = 3 * config.headDimension;
            layout.firstRow = static_cast<std::int64_t>(role.module) * config.headDimension;
            return layout;
        }
        }
    default:
        return {};
    }
}

} // namespace

const FamilyDefinition gptNeoXFamily = {Family::GptNeoX, "gpt_neox", "gpt_neox.", readGptNeoX,
                                        gptNeoXLayout};

} // namespace quantscope
