#include "core/checkpoint/rope_config.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

namespace quantscope {

namespace {

using Kind = RopeScaling::Kind;

constexpr std::int64_t mostPositions = std::int64_t{1} << 40;

constexpr std::array<std::pair<const char*, Kind>, 5> ropeTypes = {{{"default", Kind::None},
                                                                    {"linear", Kind::Linear},
                                                                    {"dynamic", Kind::Dynamic},
                                                                    {"llama3", Kind::Llama3},
                                                                    {"yarn", Kind::Yarn}}};

Kind readKind(ConfigReader& rope) {
    const auto newer = rope.text("rope_type");
    const auto older = rope.text("type");
    if (newer && older && *newer != *older)
        throw Error(ErrorKind::Input, fmt::format("{} has rope_type = \"{}\" and type = \"{}\"; "
                                                  "expected one of them, or both the same.",
                                                  rope.place(), *newer, *older));
    const std::string name = newer ? *newer : older.value_or("default");
    for (const auto& [candidate, kind] : ropeTypes)
        if (name == candidate)
            return kind;
    rope.refuse(newer ? "rope_type" : "type", "default, linear, dynamic, llama3 or yarn");
}

/// Where training stopped: in the dictionary, or beside it as Phi-3's configurations have it.
std::int64_t readOriginalPositions(ConfigReader& rope, std::optional<std::int64_t> outer,
                                   std::int64_t maxPositions) {
    const std::string key = "original_max_position_embeddings";
    const auto inner = rope.integer(key, 1, mostPositions);
    if (inner && outer && *inner != *outer)
        rope.refuse(key, fmt::format("{}, as beside the dictionary", *outer));
    return inner ? *inner : outer.value_or(maxPositions);
}

double requirePositive(ConfigReader& rope, const std::string& key) {
    if (const auto value = rope.positiveNumber(key))
        return *value;
    throw Error(ErrorKind::Input,
                fmt::format("{} has no {}, which this rope_type needs.", rope.place(), key));
}

RopeScaling readScaling(ConfigReader& rope, std::optional<std::int64_t> outerOriginal,
                        std::int64_t maxPositions) {
    RopeScaling scaling;
    scaling.kind = readKind(rope);
    if (scaling.kind != Kind::None)
        scaling.factor = requirePositive(rope, "factor");
    else
        rope.take("factor"); // transformers ignores it under "default"
    switch (scaling.kind) {
    case Kind::None:
    case Kind::Linear:
    case Kind::Factors: // never in a config.json
        break;
    case Kind::Dynamic:
        scaling.originalMaxPositions = readOriginalPositions(rope, outerOriginal, maxPositions);
        if (scaling.originalMaxPositions != maxPositions)
            rope.refuse(
                "original_max_position_embeddings",
                fmt::format("max_position_embeddings, {}, which dynamic scaling starts from",
                            maxPositions));
        break;
    case Kind::Llama3:
        scaling.originalMaxPositions = readOriginalPositions(rope, outerOriginal, maxPositions);
        scaling.lowFrequencyFactor = requirePositive(rope, "low_freq_factor");
        scaling.highFrequencyFactor = requirePositive(rope, "high_freq_factor");
        if (scaling.highFrequencyFactor <= scaling.lowFrequencyFactor)
            rope.refuse("high_freq_factor", "more than low_freq_factor");
        break;
    case Kind::Yarn:
        scaling.originalMaxPositions = readOriginalPositions(rope, outerOriginal, maxPositions);
        scaling.betaFast = rope.positiveNumber("beta_fast").value_or(32);
        scaling.betaSlow = rope.positiveNumber("beta_slow").value_or(1);
        scaling.attentionFactor = rope.positiveNumber("attention_factor");
        scaling.mscale = rope.positiveNumber("mscale");
        scaling.mscaleAllDimensions = rope.positiveNumber("mscale_all_dim");
        scaling.truncate = rope.boolean("truncate").value_or(true);
        break;
    }
    return scaling;
}

/// The one dictionary of rope parameters, wherever the configuration keeps it.
const nlohmann::json* findDictionary(ConfigReader& reader, std::string& place) {
    const nlohmann::json* older = reader.take("rope_scaling");
    const nlohmann::json* newer = reader.take("rope_parameters");
    for (const auto& [key, value] :
         {std::pair{"rope_scaling", older}, std::pair{"rope_parameters", newer}})
        if (value && !value->is_object())
            reader.refuse(key, "an object or null");
    if (older && newer && *older != *newer)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has both rope_scaling and rope_parameters and "
                                "they differ; expected one of them.",
                                reader.place()));
    const nlohmann::json* found = newer ? newer : older;
    place = fmt::format("{}, in {},", reader.place(), newer ? "rope_parameters" : "rope_scaling");
    if (!found)
        return nullptr;
    // Per kind of layer: {"full_attention": {…}, "sliding_attention": {…}}.
    const nlohmann::json* common = nullptr;
    for (const auto& [key, value] : found->items()) {
        if (!key.ends_with("_attention") || value.is_null())
            continue;
        if (!value.is_object() || (common && *common != value))
            throw Error(ErrorKind::Input,
                        fmt::format("{} the kinds of layers have different parameters (see {}); "
                                    "expected the same for all of them.",
                                    place, key));
        common = &value;
    }
    if (!common)
        return found;
    for (const auto& [key, value] : found->items())
        if (!key.ends_with("_attention"))
            throw Error(ErrorKind::Input,
                        fmt::format("{} {} stands beside parameters by kind of layer; it is not "
                                    "understood there.",
                                    place, key));
    return common;
}

} // namespace

void readRope(ConfigReader& reader, ModelConfig& config) {
    const auto outerTheta = reader.positiveNumber("rope_theta");
    const auto outerOriginal = reader.integer("original_max_position_embeddings", 1, mostPositions);
    std::string place;
    const nlohmann::json* dictionary = findDictionary(reader, place);
    config.ropeTheta = outerTheta.value_or(10000);
    if (!dictionary)
        return;
    ConfigReader rope(*dictionary, place);
    if (const auto innerTheta = rope.positiveNumber("rope_theta")) {
        if (outerTheta && *outerTheta != *innerTheta)
            rope.refuse("rope_theta", fmt::format("{}, as beside the dictionary", *outerTheta));
        config.ropeTheta = *innerTheta;
    }
    if (const auto* part = rope.take("partial_rotary_factor"); part && *part != 1)
        rope.refuse("partial_rotary_factor", "1: all of a head is rotated in this family");
    rope.take("finetuned"); // a note that early yarn checkpoints carry
    config.ropeScaling = readScaling(rope, outerOriginal, config.maxPositions);
    if (const auto unknown = rope.untaken(); !unknown.empty())
        rope.refuse(unknown.front(), "no such key for this rope_type");
}

} // namespace quantscope
