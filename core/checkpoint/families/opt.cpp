// OPT: learned positions, LayerNorm and biases everywhere, ReLU without a gate. The 350M alone puts
// its norms behind the residual additions, has no final norm, and projects a narrower embedding.

#include "core/checkpoint/families/family.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

void readOpt(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.inner = "ffn_dim";
    keys.keyValueHeads = nullptr;
    keys.headDimension = nullptr;
    readSizes(reader, keys, config);
    config.normKind = NormKind::Layer;
    config.normBias = true;
    config.normEpsilon = 1e-5; // torch's LayerNorm
    requireFlag(reader, "layer_norm_elementwise_affine", true, "true: norms have weights");
    const bool before = reader.boolean("do_layer_norm_before").value_or(true);
    config.normPlacement = before ? NormPlacement::Before : NormPlacement::OnStream;
    config.finalNorm = before && !reader.boolean("_remove_final_layer_norm").value_or(false);
    config.activation = readActivation(reader, {"activation_function"}, Activation::Relu);
    config.gatedMlp = false;
    config.attentionBias = reader.boolean("enable_bias").value_or(true);
    config.outputBias = config.mlpBias = config.attentionBias;
    config.positionOffset = 2;
    config.learnedPositions = config.maxPositions + config.positionOffset;
    config.embeddingSize =
        reader.integer("word_embed_proj_dim", 1, largestConfigSize).value_or(config.hiddenSize);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(true);
}

TensorLayout optLayout(const ModelConfig&, const TensorRole& role) {
    const char* suffix = role.isBias ? "bias" : "weight";
    const auto body = [&](std::string_view name) {
        return TensorLayout{fmt::format("model.decoder.{}.{}", name, suffix)};
    };
    const auto block = [&](std::string_view name) {
        return body(fmt::format("layers.{}.{}", role.layer, name));
    };
    switch (role.kind) {
    case Kind::Embedding:
        return body("embed_tokens");
    case Kind::Positions:
        return body("embed_positions");
    case Kind::ProjectIn:
        return body("project_in");
    case Kind::ProjectOut:
        return body("project_out");
    case Kind::FinalNorm:
        return body("final_layer_norm");
    case Kind::AttentionNorm:
        return block("self_attn_layer_norm");
    case Kind::MlpNorm:
        return block("final_layer_norm");
    case Kind::Matrix:
        switch (role.module) {
        case Module::O:
            return block("self_attn.out_proj");
        case Module::Up:
            return block("fc1");
        case Module::Down:
            return block("fc2");
        default:
            return block(fmt::format("self_attn.{}_proj", moduleName(role.module)));
        }
    default:
        return {};
    }
}

} // namespace

const FamilyDefinition optFamily = {Family::Opt, "opt", "model.", readOpt, optLayout};

} // namespace quantscope
