#include "core/checkpoint/model_config.h"

#include "core/checkpoint/config_keys.h"
#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/json_file.h"
#include "core/checkpoint/rope_config.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <array>

namespace quantscope {

namespace {

constexpr std::uint64_t largestConfig = 4 << 20;
// Far above any model, far below what overflows or exhausts memory by its mere description.
constexpr std::int64_t mostLayers = 4096;
constexpr std::int64_t largestSize = std::int64_t{1} << 24;
constexpr std::int64_t mostPositions = std::int64_t{1} << 40;

/// What transformers' configuration class of a family assumes for absent keys.
struct FamilyDefaults {
    Family family;
    std::string_view name;
    std::int64_t keyValueHeads; ///< 0: as many as heads
    std::int64_t headDimension; ///< 0: hidden_size / heads
    std::int64_t maxPositions;
};

constexpr std::array<FamilyDefaults, 4> families = {{{Family::Llama, "llama", 0, 0, 2048},
                                                     {Family::Mistral, "mistral", 8, 0, 131072},
                                                     {Family::Qwen2, "qwen2", 32, 0, 32768},
                                                     {Family::Qwen3, "qwen3", 32, 128, 32768}}};

constexpr std::int64_t defaultWindow = 4096;     // mistral, qwen2, qwen3
constexpr std::int64_t defaultWindowLayers = 28; // qwen2, qwen3

const FamilyDefaults& readFamily(ConfigReader& reader) {
    const auto name = reader.text("model_type");
    if (!name)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no model_type, so the family of the model is unknown.",
                                reader.place()));
    std::string known;
    for (const FamilyDefaults& family : families) {
        if (family.name == *name)
            return family;
        known += (known.empty() ? "" : ", ") + std::string(family.name);
    }
    reader.refuse("model_type", "one of the families that are understood: " + known);
}

void readSizes(ConfigReader& reader, const FamilyDefaults& family, ModelConfig& config) {
    config.hiddenSize = reader.requireInteger("hidden_size", 1, largestSize);
    config.intermediateSize = reader.requireInteger("intermediate_size", 1, largestSize);
    config.layers = reader.requireInteger("num_hidden_layers", 1, mostLayers);
    config.heads = reader.requireInteger("num_attention_heads", 1, largestSize);
    config.vocabularySize = reader.requireInteger("vocab_size", 1, largestSize);
    config.maxPositions =
        reader.integer("max_position_embeddings", 1, mostPositions).value_or(family.maxPositions);
    // Absent means the class's default, null means one for every head.
    const std::int64_t keyValueHeads = reader.has("num_key_value_heads") ? 0 : family.keyValueHeads;
    config.keyValueHeads =
        reader.integer("num_key_value_heads", 1, largestSize).value_or(keyValueHeads);
    if (config.keyValueHeads == 0)
        config.keyValueHeads = config.heads;
    if (config.heads % config.keyValueHeads != 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has {} attention heads and {} key-value heads; expected a "
                                "multiple.",
                                reader.place(), config.heads, config.keyValueHeads));
    config.headDimension =
        reader.integer("head_dim", 2, largestSize).value_or(family.headDimension);
    if (config.headDimension == 0) {
        if (config.hiddenSize % config.heads != 0)
            throw Error(
                ErrorKind::Input,
                fmt::format("{} has hidden_size = {} and num_attention_heads = {}; expected "
                            "a multiple, or a head_dim.",
                            reader.place(), config.hiddenSize, config.heads));
        config.headDimension = config.hiddenSize / config.heads;
    }
    if (config.headDimension % 2 != 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} makes heads of {} dimensions; expected an even number, since "
                                "rotary embeddings turn pairs.",
                                reader.place(), config.headDimension));
}

/// "full_attention" or "sliding_attention" for each layer, or nothing when the key is absent.
std::vector<bool> readLayerTypes(ConfigReader& reader, std::int64_t layers) {
    const nlohmann::json* types = reader.take("layer_types");
    if (!types)
        return {};
    if (!types->is_array() || types->size() != static_cast<std::size_t>(layers))
        reader.refuse("layer_types", fmt::format("a list of {} entries, one a layer", layers));
    std::vector<bool> sliding;
    for (const nlohmann::json& type : *types) {
        if (type != "full_attention" && type != "sliding_attention")
            reader.refuse("layer_types", "full_attention and sliding_attention only");
        sliding.push_back(type == "sliding_attention");
    }
    return sliding;
}

void readWindows(ConfigReader& reader, ModelConfig& config) {
    const auto layers = static_cast<std::size_t>(config.layers);
    config.slidingWindow.assign(layers, 0);
    const std::vector<bool> types = readLayerTypes(reader, config.layers);
    const auto refuseTypes = [&](bool sliding) {
        for (const bool type : types)
            if (type != sliding)
                reader.refuse("layer_types",
                              fmt::format("{} for every layer of this family",
                                          sliding ? "sliding_attention" : "full_attention"));
    };
    if (config.family == Family::Llama) {
        refuseTypes(false);
        if (reader.take("sliding_window"))
            reader.refuse("sliding_window", "null: this family attends to everything before");
        return;
    }
    // Absent means the class's default, null means no window.
    const bool absent = !reader.has("sliding_window");
    auto window = reader.integer("sliding_window", 1, mostPositions);
    if (absent)
        window = defaultWindow;
    if (config.family == Family::Mistral) {
        refuseTypes(window.has_value());
        config.slidingWindow.assign(layers, window.value_or(0));
        return;
    }
    const auto windowLayers =
        reader.integer("max_window_layers", 0, mostPositions).value_or(defaultWindowLayers);
    if (!reader.boolean("use_sliding_window").value_or(false)) {
        refuseTypes(false);
        return;
    }
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const bool sliding =
            types.empty() ? static_cast<std::int64_t>(layer) >= windowLayers : types[layer];
        if (sliding && !window && !types.empty())
            reader.refuse("layer_types", "full_attention everywhere, since sliding_window is null");
        config.slidingWindow[layer] = sliding ? window.value_or(0) : 0;
    }
}

void readFamilyKeys(ConfigReader& reader, ModelConfig& config) {
    switch (config.family) {
    case Family::Llama:
        config.attentionBias = reader.boolean("attention_bias").value_or(false);
        config.outputBias = config.attentionBias;
        config.mlpBias = reader.boolean("mlp_bias").value_or(false);
        break;
    case Family::Mistral:
        break;
    case Family::Qwen2:
        config.attentionBias = true;
        break;
    case Family::Qwen3:
        config.attentionBias = reader.boolean("attention_bias").value_or(false);
        config.outputBias = config.attentionBias;
        config.queryKeyNorm = true;
        break;
    }
}

} // namespace

std::string_view familyName(Family family) {
    for (const FamilyDefaults& candidate : families)
        if (candidate.family == family)
            return candidate.name;
    return "unknown";
}

ModelConfig readModelConfig(const std::filesystem::path& modelDirectory) {
    const std::filesystem::path path = modelDirectory / "config.json";
    const nlohmann::json object = readJsonObject(path, largestConfig);
    ConfigReader reader(object, path.string());
    ModelConfig config;
    const FamilyDefaults& family = readFamily(reader);
    config.family = family.family;
    // How weights are stored is no part of the maths: readQuantizationConfig looks at these.
    for (const char* key : {"quantization_config", "compression_config"})
        reader.take(key);
    readSizes(reader, family, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-6);
    for (const std::string key : {"hidden_act", "hidden_activation"})
        if (const auto activation = reader.text(key);
            activation && *activation != "silu" && *activation != "swish")
            reader.refuse(key, "silu, the activation of this family");
    readRope(reader, config);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
    readFamilyKeys(reader, config);
    readWindows(reader, config);
    const auto newerDtype = reader.text("dtype");
    config.dtype = reader.text("torch_dtype").value_or(newerDtype.value_or(""));
    requireNeutralKeys(reader);
    refuseUnknownKeys(reader, object);
    return config;
}

} // namespace quantscope
