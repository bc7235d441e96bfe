#include "core/data/error.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

namespace quantscope {

namespace {

/// Reads one key's value into its option; false when the value has the wrong type.
using Setter = std::function<bool(const toml::node&)>;

template <typename T>
Setter into(T& target) {
    return [&target](const toml::node& node) {
        const auto value = node.value_exact<T>();
        if (value)
            target = *value;
        return value.has_value();
    };
}

/// A real number may be written without a point.
Setter intoReal(double& target) {
    return [&target](const toml::node& node) {
        const auto value = node.is_number() ? node.value<double>() : std::nullopt;
        if (value)
            target = *value;
        return value.has_value();
    };
}

Setter intoInteger(std::function<void(std::int64_t)> set) {
    return [set = std::move(set)](const toml::node& node) {
        const auto value = node.value_exact<std::int64_t>();
        if (value && *value >= 0)
            set(*value);
        return value && *value >= 0;
    };
}

/// A number, or the word "all".
Setter intoCount(std::string& target) {
    return [&target](const toml::node& node) {
        if (const auto count = node.value_exact<std::int64_t>())
            target = std::to_string(*count);
        else if (const auto word = node.value_exact<std::string>())
            target = *word;
        else
            return false;
        return true;
    };
}

/// A text, or a list of texts.
Setter intoList(std::vector<std::string>& target) {
    return [&target](const toml::node& node) {
        target.clear();
        if (const auto one = node.value_exact<std::string>())
            target.push_back(*one);
        const toml::array* many = node.as_array();
        for (std::size_t i = 0; many && i < many->size(); ++i) {
            const auto item = many->get(i)->value_exact<std::string>();
            if (!item)
                return false;
            target.push_back(*item);
        }
        return many || !target.empty();
    };
}

/// Tables with the keys name and path: [[lane]].
Setter intoLanes(std::vector<ImportedLane>& target) {
    return [&target](const toml::node& node) {
        target.clear();
        const toml::array* tables = node.as_array();
        for (std::size_t i = 0; tables && i < tables->size(); ++i) {
            const toml::table* table = tables->get(i)->as_table();
            if (!table || table->size() != 2)
                return false;
            const auto name = (*table)["name"].value_exact<std::string>();
            const auto path = (*table)["path"].value_exact<std::string>();
            if (!name || name->empty() || !path || path->empty())
                return false;
            target.push_back({*path, *name});
        }
        return tables != nullptr;
    };
}

/// One text, or the text of a whole number; nothing for anything else.
std::optional<std::string> textOf(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>())
        return text;
    if (const auto number = node.value_exact<std::int64_t>())
        return std::to_string(*number);
    return std::nullopt;
}

/// One calibration set: as on the command line, or a table [[set]] with the same options as keys,
/// in which path may be a list. @throws Error (Usage)
std::optional<CalibrationSet> setOf(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>())
        return parseCalibrationSet(*text);
    const toml::table* table = node.as_table();
    if (!table)
        return std::nullopt;
    std::string name;
    std::string options;
    for (const auto& [key, value] : *table) {
        std::string text;
        const toml::array* list = value.as_array();
        for (std::size_t i = 0; list && i < list->size(); ++i)
            text.append(i == 0 ? "" : "+").append(textOf(*list->get(i)).value_or(""));
        if (!list) {
            const auto one = textOf(value);
            if (!one)
                return std::nullopt;
            text = *one;
        }
        if (key.str() == "name")
            name = text;
        else
            options.append(options.empty() ? "" : ",").append(key.str()).append("=").append(text);
    }
    return parseCalibrationSet(options.empty() ? name : name + ":" + options);
}

Setter intoSets(std::vector<CalibrationSet>& target) {
    return [&target](const toml::node& node) {
        target.clear();
        const toml::array* sets = node.as_array();
        for (std::size_t i = 0; sets && i < sets->size(); ++i) {
            const auto set = setOf(*sets->get(i));
            if (!set)
                return false;
            target.push_back(*set);
        }
        return sets != nullptr;
    };
}

std::map<std::string, Setter> setters(PlanOptions& options) {
    const auto number = [](auto& target) {
        return intoInteger([&target](std::int64_t value) {
            target = static_cast<std::remove_reference_t<decltype(target)>>(value);
        });
    };
    return {
        {"model", into(options.model)},
        {"text", into(options.text)},
        {"text_format", into(options.textFormat)},
        {"separator", into(options.separator)},
        {"text_field", into(options.textField)},
        {"label_field", intoList(options.labelFields)},
        {"windows", into(options.windows)},
        {"min_tokens", number(options.minTokens)},
        {"dedup", into(options.dedup)},
        {"examples", intoCount(options.examples)},
        {"tokens", number(options.tokens)},
        {"seed", number(options.seed)},
        {"method", intoList(options.methods)},
        {"lane", intoLanes(options.lanes)},
        {"calibration", into(options.calibration)},
        {"calibration_format", into(options.calibrationFormat)},
        {"calibration_windows", into(options.calibrationWindows)},
        {"calibration_examples", number(options.calibrationExamples)},
        {"calibration_tokens", number(options.calibrationTokens)},
        {"set", intoSets(options.calibrationSets)},
        {"draws", number(options.calibrationDraws)},
        {"reference_set", into(options.referenceSet)},
        {"early_exit", into(options.earlyExit)},
        {"patch", intoList(options.patch)},
        {"patch_layers", intoList(options.patchLayers)},
        {"patch_positions", into(options.patchPositions)},
        {"patch_control", intoList(options.patchControls)},
        {"patch_direction", into(options.patchDirection)},
        {"restore", intoList(options.restore)},
        {"restore_layers", intoList(options.restoreLayers)},
        {"instruments", intoList(options.instruments)},
        {"noise_floor", into(options.noiseFloor)},
        {"removal", number(options.removal)},
        {"site_statistics", into(options.siteStatistics)},
        {"token_maps", into(options.tokenMaps)},
        {"count_start", into(options.countStart)},
        {"follow_up", into(options.followUp)},
        {"pair", into(options.pair)},
        {"set_fraction", intoReal(options.setFraction)},
        {"control_share", intoReal(options.controlShare)},
        {"resamples", number(options.resamples)},
        {"questions", into(options.questions)},
        {"question_field", into(options.questionField)},
        {"answers_field", into(options.answersField)},
        {"popularity_field", into(options.popularityField)},
        {"choices_field", into(options.choicesField)},
        {"gold_field", into(options.goldField)},
        {"shots", number(options.shots)},
        {"question_template", into(options.questionTemplate)},
        {"question_count", intoCount(options.questionCount)},
        {"answer_tokens", number(options.answerTokens)},
        {"answer_match", into(options.answerMatch)},
        {"popularity_bucket", intoReal(options.popularityBucket)},
        {"memory", into(options.memory)},
        {"threads", number(options.threads)},
        {"device", into(options.device)},
        {"batch_tokens", number(options.batchTokens)},
        {"output", into(options.output)},
    };
}

void makeAbsolute(std::string& path, const std::filesystem::path& folder) {
    if (!path.empty() && std::filesystem::path(path).is_relative())
        path = (folder / path).lexically_normal().string();
}

} // namespace

PlanOptions readPlanOptions(const std::string& file, PlanOptions options) {
    toml::table table;
    try {
        table = toml::parse_file(file);
    } catch (const toml::parse_error& error) {
        throw Error(ErrorKind::Usage,
                    fmt::format("{}, line {}: {}.", file, error.source().begin.line,
                                std::string(error.description())));
    }
    const std::map<std::string, Setter> known = setters(options);
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        const auto setter = known.find(name);
        if (setter == known.end())
            throw Error(ErrorKind::Usage,
                        fmt::format("{}, line {}: the key {} is not known. Keys are the options of "
                                    "quantscope-cli run with _ for -.",
                                    file, node.source().begin.line, name));
        if (!setter->second(node))
            throw Error(ErrorKind::Usage,
                        fmt::format("{}, line {}: the value of {} has the wrong type{}.", file,
                                    node.source().begin.line, name,
                                    name == "lane" ? "; write a table [[lane]] with the texts "
                                                     "name and path for each"
                                                   : ""));
    }
    const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
    makeAbsolute(options.model, folder);
    makeAbsolute(options.text, folder);
    makeAbsolute(options.calibration, folder);
    makeAbsolute(options.questions, folder);
    makeAbsolute(options.output, folder);
    for (ImportedLane& lane : options.lanes)
        makeAbsolute(lane.path, folder);
    for (CalibrationSet& set : options.calibrationSets)
        for (TextSource& source : set.sources)
            makeAbsolute(source.path, folder);
    return options;
}

StudyPlan planFromToml(const std::filesystem::path& file) {
    return makePlan(readPlanOptions(file.string()));
}

} // namespace quantscope
