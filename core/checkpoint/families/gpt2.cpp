// GPT-2: learned positions, LayerNorm, GELU without a gate; matrices stored transposed (Conv1D),
// q, k and v in one.

#include "core/checkpoint/families/family.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

void readGpt2(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.hidden = "n_embd";
    keys.inner = nullptr;
    keys.layers = "n_layer";
    keys.heads = "n_head";
    keys.positions = "n_positions";
    keys.keyValueHeads = nullptr;
    keys.headDimension = nullptr;
    keys.defaultPositions = 1024;
    readSizes(reader, keys, config);
    config.intermediateSize =
        reader.integer("n_inner", 1, largestConfigSize).value_or(4 * config.hiddenSize);
    config.normKind = NormKind::Layer;
    config.normBias = true;
    config.normEpsilon = reader.positiveNumber("layer_norm_epsilon").value_or(1e-5);
    config.activation = readActivation(reader, {"activation_function"}, Activation::GeluTanh);
    config.gatedMlp = false;
    config.attentionBias = config.outputBias = config.mlpBias = true;
    config.learnedPositions = config.maxPositions;
    if (!reader.boolean("scale_attn_weights").value_or(true))
        config.attentionScale = 1;
    requireFlag(reader, "scale_attn_by_inverse_layer_idx", false,
                "false: scores that depend on the layer are not understood");
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(true);
}

TensorLayout gpt2Layout(const ModelConfig& config, const TensorRole& role) {
    const char* suffix = role.isBias ? "bias" : "weight";
    const auto body = [&](std::string_view name) {
        return TensorLayout{fmt::format("transformer.{}.{}", name, suffix)};
    };
    const auto block = [&](std::string_view name) {
        return body(fmt::format("h.{}.{}", role.layer, name));
    };
    const std::int64_t hidden = config.hiddenSize;
    const std::int64_t inner = config.intermediateSize;
    /// A Conv1D, [in, out]. @param firstRow  of this matrix among the outputs
    const auto convolution = [&](std::string_view name, std::int64_t in, std::int64_t out,
                                 std::int64_t firstRow = 0) {
        TensorLayout layout = block(name);
        layout.firstRow = firstRow;
        layout.transposed = !role.isBias;
        layout.shape = role.isBias ? std::vector{out} : std::vector{in, out};
        return layout;
    };
    switch (role.kind) {
    case Kind::Embedding:
        return body("wte");
    case Kind::Positions:
        return body("wpe");
    case Kind::FinalNorm:
        return body("ln_f");
    case Kind::AttentionNorm:
        return block("ln_1");
    case Kind::MlpNorm:
        return block("ln_2");
    case Kind::Matrix:
        switch (role.module) {
        case Module::O:
            return convolution("attn.c_proj", hidden, hidden);
        case Module::Up:
            return convolution("mlp.c_fc", hidden, inner);
        case Module::Down:
            return convolution("mlp.c_proj", inner, hidden);
        default:
            return convolution("attn.c_attn", hidden, 3 * hidden,
                               static_cast<std::int64_t>(role.module) * hidden);
        }
    default:
        return {};
    }
}

} // namespace

const FamilyDefinition gpt2Family = {Family::Gpt2, "gpt2", "transformer.", readGpt2, gpt2Layout};

} // namespace quantscope
