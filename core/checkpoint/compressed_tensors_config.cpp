#include "core/checkpoint/compressed_tensors_config.h"

#include "core/checkpoint/config_reader.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace quantscope {

namespace {

constexpr std::string_view packed = "pack-quantized";
constexpr std::size_t mostGroups = 4096;

// Which modules a group means (targets) and which are left alone (ignore) is not asked: the
// tensors of a module and their shapes tell.
constexpr std::array harmlessKeys = {
    "dequantize",          "global_compression_ratio", "ignore",
    "quantization_status", "run_compressed",           "use_optimized_inference",
};

constexpr std::array harmlessGroupKeys = {"targets"};

constexpr std::array harmlessWeightKeys = {"block_structure", "observer", "observer_kwargs",
                                           "scale_dtype", "zp_dtype"};

/// Refuses a key unless it is absent, false or empty.
void requireNothing(ConfigReader& reader, const std::string& key, const std::string& why) {
    if (const nlohmann::json* value = reader.take(key);
        value && *value != false && !(value->is_structured() && value->empty()))
        reader.refuse(key, "nothing: " + why);
}

void requirePacked(ConfigReader& reader) {
    if (const auto format = reader.text("format"); format && *format != packed)
        reader.refuse("format", fmt::format("{}, the format that is read", packed));
}

bool readActOrder(ConfigReader& reader) {
    const nlohmann::json* value = reader.take("actorder");
    if (!value || *value == false || *value == "static" || *value == "weight" ||
        *value == "dynamic" || *value == "none")
        return false;
    if (*value != "group" && *value != true)
        reader.refuse("actorder", "group, weight or static");
    return true;
}

CompressedTensorsScheme readWeights(const nlohmann::json& object, const std::string& place) {
    ConfigReader reader(object, place);
    CompressedTensorsScheme scheme;
    scheme.group.bits = static_cast<int>(reader.requireInteger("num_bits", 1, 8));
    if (const auto type = reader.text("type"); type && *type != "int")
        reader.refuse("type", "int, as codes of whole numbers are packed");
    scheme.symmetric = reader.boolean("symmetric").value_or(true);
    scheme.actOrder = readActOrder(reader);
    requireNothing(reader, "dynamic", "weights have fixed scales");
    const std::int64_t groupSize = readGroupSize(reader, "group_size", -1);
    const std::string strategy =
        reader.text("strategy").value_or(groupSize > 0 ? "group" : "tensor");
    if (strategy == "group") {
        scheme.strategy = ScaleStrategy::Group;
        scheme.group.groupSize = groupSize;
        if (groupSize < 0)
            reader.refuse("group_size", "a number of columns, as the strategy is group");
    } else if (strategy == "channel") {
        scheme.strategy = ScaleStrategy::Channel;
    } else if (strategy != "tensor") {
        reader.refuse("strategy", "group, channel or tensor");
    }
    refuseUntaken(reader, object, harmlessWeightKeys);
    return scheme;
}

CompressedTensorsScheme readGroup(const nlohmann::json& object, const std::string& place) {
    if (!object.is_object())
        throw Error(ErrorKind::Input,
                    fmt::format("{} is a JSON {}; expected an object.", place, object.type_name()));
    ConfigReader reader(object, place);
    for (const std::string key : {"input_activations", "output_activations"})
        requireNothing(reader, key, "quantized activations are not computed");
    requirePacked(reader);
    const nlohmann::json* weights = reader.take("weights");
    if (!weights || !weights->is_object())
        reader.refuse("weights", "an object that describes the codes");
    refuseUntaken(reader, object, harmlessGroupKeys);
    return readWeights(*weights, place + ", in weights");
}

std::optional<BitLayout> readLayout(ConfigReader& reader) {
    const auto version = reader.text("version");
    if (!version)
        return std::nullopt;
    char* end = nullptr;
    const long major = std::strtol(version->c_str(), &end, 10);
    if (end == version->c_str() || *end != '.' || major < 0)
        reader.refuse("version", "a version like 0.12.2");
    const char* minorText = end + 1;
    const long minor = std::strtol(minorText, &end, 10);
    if (end == minorText || minor < 0)
        reader.refuse("version", "a version like 0.12.2");
    constexpr long firstDense = 18;
    return major == 0 && minor < firstDense ? BitLayout::PerWord : BitLayout::Dense;
}

} // namespace

CompressedTensorsConfig readCompressedTensorsConfig(const QuantizationConfig& source) {
    ConfigReader reader(source.object, source.place);
    reader.take("quant_method");
    requirePacked(reader);
    requireNothing(reader, "kv_cache_scheme", "quantized caches are not computed");
    requireNothing(reader, "transform_config", "transforms are not computed");
    requireNothing(reader, "moe_sparsity_config", "sparse weights are not read");
    if (const nlohmann::json* sparsity = reader.take("sparsity_config");
        sparsity && !sparsity->empty() &&
        !(sparsity->is_object() && sparsity->value("format", nlohmann::json()) == "dense"))
        reader.refuse("sparsity_config", "nothing: sparse weights are not read");
    CompressedTensorsConfig config;
    config.layout = readLayout(reader);
    const nlohmann::json* groups = reader.take("config_groups");
    if (!groups || !groups->is_object() || groups->empty() || groups->size() > mostGroups)
        reader.refuse("config_groups", "an object of groups");
    for (const auto& [name, group] : groups->items()) {
        const CompressedTensorsScheme scheme =
            readGroup(group, fmt::format("{}, in config_groups, in {}", source.place, name));
        if (std::find(config.schemes.begin(), config.schemes.end(), scheme) == config.schemes.end())
            config.schemes.push_back(scheme);
    }
    refuseUntaken(reader, source.object, harmlessKeys);
    return config;
}

} // namespace quantscope
