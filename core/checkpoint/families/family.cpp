#include "core/checkpoint/families/family.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace quantscope {

namespace {

constexpr std::int64_t mostLayers = 4096;

const std::array<const FamilyDefinition*, 15>& families() {
    static const std::array<const FamilyDefinition*, 15> all = {
        &llamaFamily,  &mistralFamily, &qwen2Family,  &qwen3Family,   &optFamily,
        &gpt2Family,   &gptNeoXFamily, &phi3Family,   &gemmaFamily,   &gemma2Family,
        &gemma3Family, &olmo2Family,   &cohereFamily, &mixtralFamily, &qwen2MoeFamily};
    return all;
}

void requireHeads(const ConfigReader& reader, const ModelConfig& config) {
    if (config.heads % config.keyValueHeads != 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has {} attention heads and {} key-value heads; expected a "
                                "multiple.",
                                reader.place(), config.heads, config.keyValueHeads));
}

} // namespace

const FamilyDefinition* findFamily(std::string_view name) {
    for (const FamilyDefinition* family : families())
        if (family->name == name)
            return family;
    return nullptr;
}

const FamilyDefinition& familyDefinition(Family family) {
    for (const FamilyDefinition* candidate : families())
        if (candidate->family == family)
            return *candidate;
    throw Error(ErrorKind::Internal, "A family of models is not registered.");
}

std::string knownFamilies() {
    std::string names;
    for (const FamilyDefinition* family : families())
        names += (names.empty() ? "" : ", ") + std::string(family->name);
    return names;
}

void readSizes(ConfigReader& reader, const SizeKeys& keys, ModelConfig& config) {
    config.hiddenSize = reader.requireInteger(keys.hidden, 1, largestConfigSize);
    config.intermediateSize =
        keys.inner ? reader.requireInteger(keys.inner, 1, largestConfigSize) : 0;
    config.layers = reader.requireInteger(keys.layers, 1, mostLayers);
    config.heads = reader.requireInteger(keys.heads, 1, largestConfigSize);
    config.vocabularySize = reader.requireInteger("vocab_size", 1, largestConfigSize);
    config.maxPositions =
        reader.integer(keys.positions, 1, mostConfigPositions).value_or(keys.defaultPositions);
    config.keyValueHeads = 0;
    if (keys.keyValueHeads) {
        // Absent means the class's default, null means one for every head.
        const std::int64_t absent = reader.has(keys.keyValueHeads) ? 0 : keys.defaultKeyValueHeads;
        config.keyValueHeads =
            reader.integer(keys.keyValueHeads, 1, largestConfigSize).value_or(absent);
    }
    if (config.keyValueHeads == 0)
        config.keyValueHeads = config.heads;
    requireHeads(reader, config);
    if (keys.headDimension)
        config.headDimension = reader.integer(keys.headDimension, 2, largestConfigSize)
                                   .value_or(keys.defaultHeadDimension);
    if (config.headDimension == 0) {
        if (config.hiddenSize % config.heads != 0)
            throw Error(ErrorKind::Input,
                        fmt::format("{} has {} = {} and {} = {}; expected a multiple{}.",
                                    reader.place(), keys.hidden, config.hiddenSize, keys.heads,
                                    config.heads, keys.headDimension ? ", or a head_dim" : ""));
        config.headDimension = config.hiddenSize / config.heads;
    }
}

Activation readActivation(ConfigReader& reader, std::initializer_list<const char*> keys,
                          Activation byDefault) {
    struct Named {
        const char* name;
        Activation activation;
    };
    // Several names for one function; "gelu_new" and "gelu_fast" are written out with the same
    // tanh.
    constexpr std::array<Named, 8> known = {{{"silu", Activation::Silu},
                                             {"swish", Activation::Silu},
                                             {"relu", Activation::Relu},
                                             {"gelu", Activation::Gelu},
                                             {"gelu_python", Activation::Gelu},
                                             {"gelu_new", Activation::GeluTanh},
                                             {"gelu_fast", Activation::GeluTanh},
                                             {"gelu_pytorch_tanh", Activation::GeluTanh}}};
    std::optional<Activation> found;
    for (const std::string key : keys) {
        const auto name = reader.text(key);
        if (!name)
            continue;
        const auto* entry = std::find_if(known.begin(), known.end(),
                                         [&](const Named& one) { return *name == one.name; });
        if (entry == known.end())
            reader.refuse(key, "silu, relu, gelu, gelu_new or gelu_pytorch_tanh");
        found = found.value_or(entry->activation);
    }
    return found.value_or(byDefault);
}

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

void requireFlag(ConfigReader& reader, const std::string& key, bool value,
                 const std::string& expected) {
    if (reader.boolean(key).value_or(value) != value)
        reader.refuse(key, expected);
}

void readWindowsByType(ConfigReader& reader, ModelConfig& config, std::int64_t defaultWindow,
                       bool (*isSliding)(std::size_t layer)) {
    const bool absent = !reader.has("sliding_window");
    auto window = reader.integer("sliding_window", 1, mostConfigPositions);
    if (absent && defaultWindow > 0)
        window = defaultWindow;
    const std::vector<bool> types = readLayerTypes(reader, config.layers);
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(config.layers); ++layer) {
        const bool sliding = types.empty() ? isSliding(layer) : types[layer];
        if (sliding && !window)
            reader.refuse("sliding_window", "a number, since some layers have such a window");
        config.slidingWindow.push_back(sliding ? *window : 0);
    }
}

} // namespace quantscope
