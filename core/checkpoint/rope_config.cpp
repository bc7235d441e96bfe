#include "core/checkpoint/rope_config.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
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

Kind readKind(ConfigReader& rope, const RopeRules& rules) {
    const auto newer = rope.text("rope_type");
    const auto older = rope.text("type");
    if (newer && older && *newer != *older)
        throw Error(ErrorKind::Input, fmt::format("{} has rope_type = \"{}\" and type = \"{}\"; "
                                                  "expected one of them, or both the same.",
                                                  rope.place(), *newer, *older));
    const std::string name = newer ? *newer : older.value_or("default");
    if (rules.isLong) {
        // Phi-3 said "su" and, in one release, "yarn" of what is LongRoPE.
        if (name == "longrope" || name == "su" || name == "yarn")
            return Kind::Long;
        if (name != "default")
            rope.refuse(newer ? "rope_type" : "type", "default or longrope");
        return Kind::None;
    }
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

/// One factor for each pair that turns.
std::vector<double> readFactors(ConfigReader& rope, const std::string& key, std::int64_t count) {
    const nlohmann::json* list = rope.take(key);
    std::vector<double> factors;
    const auto isFactor = [](const nlohmann::json& value) {
        return value.is_number() && std::isfinite(value.get<double>()) && value.get<double>() > 0;
    };
    if (!list || !list->is_array() || list->size() != static_cast<std::size_t>(count) ||
        !std::all_of(list->begin(), list->end(), isFactor))
        rope.refuse(key, fmt::format("a list of {} numbers greater than zero", count));
    for (const nlohmann::json& value : *list)
        factors.push_back(value.get<double>());
    return factors;
}

/// LongRoPE (arXiv 2402.13753) as Phi-3 has it.
void readLong(ConfigReader& rope, std::optional<std::int64_t> outerOriginal,
              const ModelConfig& config, RopeScaling& scaling) {
    const std::int64_t pairs = rotaryWidth(config) / 2;
    scaling.originalMaxPositions = readOriginalPositions(rope, outerOriginal, config.maxPositions);
    scaling.shortFactors = readFactors(rope, "short_factor", pairs);
    scaling.longFactors = readFactors(rope, "long_factor", pairs);
    scaling.attentionFactor = rope.positiveNumber("attention_factor");
    scaling.factor = rope.positiveNumber("factor").value_or(double(config.maxPositions) /
                                                            double(scaling.originalMaxPositions));
}

RopeScaling readScaling(ConfigReader& rope, std::optional<std::int64_t> outerOriginal,
                        const ModelConfig& config, const RopeRules& rules) {
    const std::int64_t maxPositions = config.maxPositions;
    RopeScaling scaling;
    scaling.kind = readKind(rope, rules);
    if (scaling.kind == Kind::Long) {
        readLong(rope, outerOriginal, config, scaling);
        return scaling;
    }
    if (scaling.kind != Kind::None)
        scaling.factor = requirePositive(rope, "factor");
    else
        rope.take("factor"); // transformers ignores it under "default"
    switch (scaling.kind) {
    case Kind::None:
    case Kind::Linear:
    case Kind::Factors: // never in a config.json
    case Kind::Long:    // read above
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

/// The dictionaries of rope parameters, wherever the configuration keeps them.
struct Dictionaries {
    const nlohmann::json* common = nullptr;  ///< of all layers, or of those without a window
    const nlohmann::json* sliding = nullptr; ///< of layers with a window, where it is another
    std::string place;
};

Dictionaries findDictionaries(ConfigReader& reader, const RopeRules& rules) {
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
    Dictionaries dictionaries;
    dictionaries.place =
        fmt::format("{}, in {},", reader.place(), newer ? "rope_parameters" : "rope_scaling");
    if (!found)
        return dictionaries;
    // Per kind of layer: {"full_attention": {…}, "sliding_attention": {…}}.
    const nlohmann::json* common = nullptr;
    for (const auto& [key, value] : found->items()) {
        if (!key.ends_with("_attention") || value.is_null())
            continue;
        const bool isSliding = rules.slidingThetaKey && key == "sliding_attention";
        if (!value.is_object() || (common && !isSliding && *common != value))
            throw Error(ErrorKind::Input,
                        fmt::format("{} the kinds of layers have different parameters (see {}); "
                                    "expected the same for all of them.",
                                    dictionaries.place, key));
        (isSliding ? dictionaries.sliding : common) = &value;
    }
    dictionaries.common = common || dictionaries.sliding ? common : found;
    if (dictionaries.common == found)
        return dictionaries;
    for (const auto& [key, value] : found->items())
        if (!key.ends_with("_attention"))
            throw Error(ErrorKind::Input,
                        fmt::format("{} {} stands beside parameters by kind of layer; it is not "
                                    "understood there.",
                                    dictionaries.place, key));
    return dictionaries;
}

/// The share of a head that turns, in dimensions.
void setPartial(const ConfigReader& reader, const std::string& key, double share,
                ModelConfig& config) {
    const auto dimension = static_cast<std::int64_t>(double(config.headDimension) * share);
    if (share > 1 || dimension < 2)
        reader.refuse(key, "a share of a head of at most 1 that leaves two dimensions to turn");
    config.rotaryDimension = dimension;
}

/// Layers with a window turn at a theta of their own and are never scaled.
void readSliding(const Dictionaries& dictionaries, std::optional<double> outerTheta,
                 const RopeRules& rules, ModelConfig& config) {
    config.slidingTheta = outerTheta.value_or(rules.defaultSlidingTheta);
    if (!dictionaries.sliding)
        return;
    ConfigReader rope(*dictionaries.sliding, dictionaries.place + " in sliding_attention,");
    if (const auto theta = rope.positiveNumber("rope_theta"))
        config.slidingTheta = *theta;
    for (const std::string key : {"rope_type", "type"})
        if (const auto kind = rope.text(key); kind && *kind != "default")
            rope.refuse(key, "default");
    if (const auto unknown = rope.untaken(); !unknown.empty())
        rope.refuse(unknown.front(), "no such key for layers with a window");
}

} // namespace

void readRope(ConfigReader& reader, ModelConfig& config, const RopeRules& rules) {
    auto outerTheta = reader.positiveNumber(rules.thetaKey);
    if (!outerTheta) // GPT-NeoX has a name of its own, some programs write the common one
        outerTheta = reader.positiveNumber("rope_theta");
    const auto outerOriginal = reader.integer("original_max_position_embeddings", 1, mostPositions);
    const Dictionaries dictionaries = findDictionaries(reader, rules);
    std::optional<double> theta = outerTheta ? outerTheta : rules.defaultTheta;
    std::optional<double> partial;
    if (rules.partialKey)
        partial = reader.positiveNumber(rules.partialKey);
    if (rules.slidingThetaKey)
        readSliding(dictionaries, reader.positiveNumber(rules.slidingThetaKey), rules, config);
    std::optional<ConfigReader> rope;
    if (dictionaries.common) {
        rope.emplace(*dictionaries.common, dictionaries.place);
        if (const auto innerTheta = rope->positiveNumber("rope_theta")) {
            if (outerTheta && *outerTheta != *innerTheta)
                rope->refuse("rope_theta",
                             fmt::format("{}, as beside the dictionary", *outerTheta));
            theta = *innerTheta;
        }
        const std::string key = "partial_rotary_factor";
        if (!rules.partialKey) {
            if (const auto* part = rope->take(key); part && *part != 1)
                rope->refuse(key, "1: all of a head is rotated in this family");
        } else if (const auto inner = rope->positiveNumber(key)) {
            if (partial && *partial != *inner)
                rope->refuse(key, fmt::format("{}, as beside the dictionary", *partial));
            partial = *inner;
        }
    }
    if (!theta)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no rope_theta, and versions of transformers assume "
                                "different ones; add the one that the model was trained with.",
                                reader.place()));
    config.ropeTheta = *theta;
    if (rules.partialKey)
        setPartial(rope && !reader.has(rules.partialKey) ? *rope : reader,
                   rope && !reader.has(rules.partialKey) ? "partial_rotary_factor"
                                                         : rules.partialKey,
                   partial.value_or(rules.defaultPartial), config);
    if (!rope)
        return;
    rope->take("finetuned"); // a note that early yarn checkpoints carry
    config.ropeScaling = readScaling(*rope, outerOriginal, config, rules);
    if (const auto unknown = rope->untaken(); !unknown.empty())
        rope->refuse(unknown.front(), "no such key for this rope_type");
}

} // namespace quantscope
