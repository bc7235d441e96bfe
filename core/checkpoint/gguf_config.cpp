#include "core/checkpoint/gguf_config.h"

#include "core/checkpoint/config_reader.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace quantscope {

namespace {

// Far above any model, far below what overflows or exhausts memory by its mere description.
constexpr std::int64_t mostLayers = 4096;
constexpr std::int64_t largestSize = std::int64_t{1} << 24;
constexpr std::int64_t mostPositions = std::int64_t{1} << 40;

struct Architecture {
    std::string_view name;
    Family family;
};

constexpr std::array<Architecture, 3> architectures = {
    {{"llama", Family::Llama}, {"qwen2", Family::Qwen2}, {"qwen3", Family::Qwen3}}};

const Architecture& readArchitecture(const GgufMetadata& metadata) {
    const std::string key = "general.architecture";
    const auto name = metadata.text(key);
    if (!name)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no {}, so the kind of the model is unknown.",
                                metadata.file(), key));
    std::string known;
    for (const Architecture& architecture : architectures) {
        if (architecture.name == *name)
            return architecture;
        known += (known.empty() ? "" : ", ") + std::string(architecture.name);
    }
    metadata.refuse(key, "one of the architectures that are understood: " + known);
}

/// Files that hold something else than one whole model.
void refuseOtherContents(const GgufMetadata& metadata) {
    if (const auto type = metadata.text("general.type"); type && *type != "model")
        metadata.refuse("general.type", "model: this file holds something else");
    if (metadata.integer("split.count", 0, mostPositions).value_or(0) > 1)
        metadata.refuse("split.count", "one file: join the parts with llama.cpp's "
                                       "llama-gguf-split --merge FIRST-PART WHOLE-FILE");
    // Version 1 packed Q4_0 and others differently; GGUF never had it.
    if (const auto version = metadata.integer("general.quantization_version", 0, mostPositions);
        version && *version != 2)
        metadata.refuse("general.quantization_version", "2");
}

/// A size that some architectures give for each layer: all of them must be the same.
std::int64_t requireUniformInteger(ConfigReader& reader, const std::string& key) {
    const nlohmann::json* value = reader.take(key);
    if (!value || !value->is_array())
        return reader.requireInteger(key, 1, largestSize);
    if (value->empty() || std::any_of(value->begin(), value->end(),
                                      [&](const auto& other) { return other != value->front(); }))
        reader.refuse(key, "the same value for every layer");
    const nlohmann::json one = {{key, value->front()}};
    return ConfigReader(one, reader.place()).requireInteger(key, 1, largestSize);
}

void readHeads(ConfigReader& reader, ModelConfig& config) {
    config.heads = requireUniformInteger(reader, "attention.head_count");
    config.keyValueHeads = reader.has("attention.head_count_kv")
                               ? requireUniformInteger(reader, "attention.head_count_kv")
                               : config.heads;
    if (config.heads % config.keyValueHeads != 0)
        reader.refuse("attention.head_count_kv",
                      fmt::format("a divisor of the {} attention heads", config.heads));
    const auto keyLength = reader.integer("attention.key_length", 2, largestSize);
    if (!keyLength && config.hiddenSize % config.heads != 0)
        reader.refuse("attention.head_count",
                      fmt::format("a divisor of embedding_length = {}", config.hiddenSize));
    config.headDimension = keyLength.value_or(config.hiddenSize / config.heads);
    if (config.headDimension % 2 != 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} makes heads of {} dimensions; expected an even number, since "
                                "rotary embeddings turn pairs.",
                                reader.place(), config.headDimension));
    for (const std::string key : {"attention.value_length", "rope.dimension_count"})
        if (reader.integer(key, 0, largestSize).value_or(config.headDimension) !=
            config.headDimension)
            reader.refuse(key, fmt::format("{}, the size of a head", config.headDimension));
}

/// Keys that some files have whatever their scaling is.
void readYarn(ConfigReader& reader, RopeScaling& scaling) {
    scaling.betaFast = reader.positiveNumber("rope.scaling.yarn_beta_fast").value_or(32);
    scaling.betaSlow = reader.positiveNumber("rope.scaling.yarn_beta_slow").value_or(1);
    for (const std::string key : {"rope.scaling.yarn_ext_factor", "rope.scaling.yarn_attn_factor",
                                  "rope.scaling.attn_factor"})
        if (const auto* value = reader.take(key); value && *value != 1)
            reader.refuse(key, "1: other values are not understood");
    if (const auto* value = reader.take("rope.scaling.yarn_log_multiplier"); value && *value != 0)
        reader.refuse("rope.scaling.yarn_log_multiplier", "0: other values are not understood");
}

void readRope(ConfigReader& reader, ModelConfig& config) {
    using Kind = RopeScaling::Kind;
    config.ropeTheta = reader.positiveNumber("rope.freq_base").value_or(10000);
    RopeScaling& scaling = config.ropeScaling;
    const auto older = reader.positiveNumber("rope.scale_linear");
    const auto factor = reader.positiveNumber("rope.scaling.factor");
    reader.boolean("rope.scaling.finetuned"); // a note; the maths is the same
    scaling.originalMaxPositions =
        reader.integer("rope.scaling.original_context_length", 1, mostPositions)
            .value_or(config.maxPositions);
    readYarn(reader, scaling);
    const std::string typeKey = "rope.scaling.type";
    // As llama.cpp: a factor without a type is linear.
    const std::string type = reader.text(typeKey).value_or("linear");
    if (type == "none")
        return;
    if (type != "linear" && type != "yarn")
        reader.refuse(typeKey, "none, linear or yarn");
    scaling.factor = factor.value_or(older.value_or(1));
    if (scaling.factor == 1)
        return;
    scaling.kind = type == "yarn" ? Kind::Yarn : Kind::Linear;
}

void readWindow(ConfigReader& reader, ModelConfig& config) {
    const std::string key = "attention.sliding_window";
    const std::int64_t window = reader.integer(key, 0, mostPositions).value_or(0);
    config.slidingWindow.assign(static_cast<std::size_t>(config.layers), 0);
    if (window == 0)
        return;
    if (config.family != Family::Llama)
        reader.refuse(key, "0: which layers of this architecture have a window is not in the file");
    config.family = Family::Mistral;
    std::fill(config.slidingWindow.begin(), config.slidingWindow.end(), window);
}

/// What changes the maths in other models of an architecture, and its value where it doesn't.
void requireNeutral(ConfigReader& reader) {
    for (const std::string key :
         {"expert_count", "expert_used_count", "attention.max_alibi_bias", "attention.clamp_kqv",
          "attn_logit_softcapping", "final_logit_softcapping", "nextn_predict_layers"})
        if (const auto* value = reader.take(key); value && *value != 0)
            reader.refuse(key, "0: other values change the forward pass and are not understood");
    for (const std::string key : {"logit_scale", "residual_scale", "embedding_scale"})
        if (const auto* value = reader.take(key); value && *value != 1)
            reader.refuse(key, "1: other values change the forward pass and are not understood");
    if (!reader.boolean("attention.causal").value_or(true))
        reader.refuse("attention.causal", "true: only causal models are read");
    if (reader.boolean("use_parallel_residual").value_or(false))
        reader.refuse("use_parallel_residual", "false");
    // Which program laid the tensors out; the layout is the same.
    reader.take("tensor_data_layout");
}

void readTensorFacts(const GgufHeader& header, ConfigReader& reader, ModelConfig& config) {
    const auto find = [&](std::string_view name) {
        return std::find_if(header.tensors.begin(), header.tensors.end(),
                            [&](const GgufTensor& tensor) { return tensor.name == name; });
    };
    const auto has = [&](std::string_view name) { return find(name) != header.tensors.end(); };
    const auto embedding = find("token_embd.weight");
    if (embedding == header.tensors.end() || embedding->shape.size() != 2)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no matrix token_embd.weight, which every model needs.",
                                reader.place()));
    config.vocabularySize = embedding->shape.front();
    if (reader.integer("vocab_size", 1, largestSize).value_or(config.vocabularySize) !=
        config.vocabularySize)
        reader.refuse("vocab_size",
                      fmt::format("{}, the rows of token_embd.weight", config.vocabularySize));
    config.tiedEmbeddings = !has("output.weight");
    config.attentionBias = config.family == Family::Qwen2 || has("blk.0.attn_q.bias");
    config.outputBias = has("blk.0.attn_output.bias");
    config.mlpBias = has("blk.0.ffn_gate.bias");
    if (config.family == Family::Qwen3)
        config.queryKeyNorm = QueryKeyNorm::Head;
}

} // namespace

ModelConfig readGgufConfig(const GgufHeader& header) {
    const GgufMetadata& metadata = header.metadata;
    refuseOtherContents(metadata);
    const Architecture& architecture = readArchitecture(metadata);
    const nlohmann::json object = metadata.toJson(std::string(architecture.name) + ".");
    ConfigReader reader(object, fmt::format("{}, under {},", metadata.file(), architecture.name));
    ModelConfig config;
    config.family = architecture.family;
    config.hiddenSize = reader.requireInteger("embedding_length", 1, largestSize);
    config.intermediateSize = requireUniformInteger(reader, "feed_forward_length");
    config.layers = reader.requireInteger("block_count", 1, mostLayers);
    config.maxPositions = reader.requireInteger("context_length", 1, mostPositions);
    const auto epsilon = reader.positiveNumber("attention.layer_norm_rms_epsilon");
    if (!epsilon)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no attention.layer_norm_rms_epsilon.", reader.place()));
    config.normEpsilon = *epsilon;
    readHeads(reader, config);
    readRope(reader, config);
    readWindow(reader, config);
    requireNeutral(reader);
    readTensorFacts(header, reader, config);
    if (const auto unknown = reader.untaken(); !unknown.empty())
        reader.refuse(unknown.front(), "no such key: it is not understood and may change the "
                                       "forward pass");
    return config;
}

} // namespace quantscope
