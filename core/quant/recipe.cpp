#include "core/quant/recipe.h"

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/json_file.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>

namespace quantscope {

namespace {

using Json = nlohmann::json;

constexpr std::string_view formatName = "quantscope-recipe";
constexpr std::uint64_t largestRecipe = 16 << 20;
constexpr std::size_t mostCandidates = 64;

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
    throw Error(ErrorKind::Input,
                fmt::format("{} is no recipe that can be used: {}.", place, what));
}

std::vector<MethodSpec> readCandidates(const Json* list, const std::string& place) {
    if (!list || !list->is_array() || list->empty() || list->size() > mostCandidates)
        refuse(place, fmt::format("candidates is not a list of 1 to {} methods", mostCandidates));
    std::vector<MethodSpec> candidates;
    for (const Json& text : *list) {
        if (!text.is_string())
            refuse(place, "candidates holds something that is no text");
        candidates.push_back(parseMethodSpec(text.get<std::string>()));
    }
    return candidates;
}

std::map<Module, std::size_t> readLayer(const Json& object, std::size_t candidates,
                                        const std::string& place) {
    if (!object.is_object())
        refuse(place, "one of its layers is no object");
    std::map<Module, std::size_t> layer;
    for (const auto& [name, value] : object.items()) {
        const auto module = findModule(name);
        if (!module)
            refuse(place, fmt::format("a layer names the matrix \"{}\", which there is not", name));
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= candidates)
            refuse(place, fmt::format("the matrix {} of a layer is {}, expected the number of a "
                                      "candidate from 0 to {}",
                                      name, value.dump(), candidates - 1));
        layer[*module] = value.get<std::size_t>();
    }
    return layer;
}

} // namespace

Json recipeJson(const Recipe& recipe) {
    Json candidates = Json::array();
    for (const MethodSpec& candidate : recipe.candidates)
        candidates.push_back(toString(candidate));
    Json layers = Json::array();
    for (const auto& layer : recipe.layers) {
        Json object = Json::object();
        for (const auto& [module, candidate] : layer)
            object[std::string(moduleName(module))] = candidate;
        layers.push_back(std::move(object));
    }
    Json json = {{"format", formatName},
                 {"version", 1},
                 {"candidates", std::move(candidates)},
                 {"layers", std::move(layers)}};
    if (!recipe.objective.empty())
        json["objective"] = recipe.objective;
    if (recipe.budget > 0)
        json["budget"] = recipe.budget;
    if (recipe.bitsPerWeight > 0)
        json["bits_per_weight"] = recipe.bitsPerWeight;
    return json;
}

void writeRecipe(const std::filesystem::path& file, const Recipe& recipe) {
    std::ofstream out(file);
    out << recipeJson(recipe).dump(1) << "\n";
    out.flush();
    if (!out)
        throw Error(ErrorKind::Output,
                    fmt::format("{}: the recipe could not be written.", file.string()));
}

Recipe readRecipe(const std::filesystem::path& file) {
    const Json json = readJsonObject(file, largestRecipe);
    ConfigReader reader(json, file.string());
    if (reader.text("format") != std::string(formatName))
        refuse(file.string(), fmt::format("its format is not {}", formatName));
    if (reader.integer("version", 1, std::numeric_limits<int>::max()) != 1)
        refuse(file.string(), "its version is not 1; a newer program wrote it");
    Recipe recipe;
    recipe.candidates = readCandidates(reader.take("candidates"), file.string());
    const Json* layers = reader.take("layers");
    if (!layers || !layers->is_array() || layers->empty())
        refuse(file.string(), "layers is not a list of objects");
    for (const Json& layer : *layers)
        recipe.layers.push_back(readLayer(layer, recipe.candidates.size(), file.string()));
    recipe.objective = reader.text("objective").value_or("");
    recipe.budget = reader.positiveNumber("budget").value_or(0);
    recipe.bitsPerWeight = reader.positiveNumber("bits_per_weight").value_or(0);
    for (const std::string& key : reader.untaken())
        refuse(file.string(), fmt::format("it has a key \"{}\" that is not known", key));
    return recipe;
}

} // namespace quantscope
