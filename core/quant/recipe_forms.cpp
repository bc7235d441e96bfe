#include "core/quant/recipe_forms.h"

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/export_format.h"
#include "core/checkpoint/gguf_names.h"
#include "core/data/error.h"
#include "core/quant/option_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace quantscope {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 4> names = {"json", "gptqmodel", "llm-compressor",
                                                   "llama.cpp"};

/// What of a method other programs ask for.
struct Scheme {
    std::string method;
    int bits = 0;
    std::int64_t group = -1;
    bool symmetric = false;
    bool actOrder = false;
    bool staticGroups = false;
    bool uniform = true; ///< a grid of scales and zero points by group of columns

    bool operator==(const Scheme&) const = default;
};

/// Matrices that stay as they are; other programs leave them out of what they quantize.
bool isLeft(const MethodSpec& spec) { return spec.method == "none"; }

Scheme schemeOf(const MethodSpec& spec) {
    const auto isTrue = [&](const char* name) { return optionValue(spec, name) == "true"; };
    Scheme scheme;
    scheme.method = spec.method;
    const auto bits = optionValue(spec, "bits");
    const auto group = optionValue(spec, "group");
    if (!bits)
        throw Error(ErrorKind::Usage, fmt::format("The method {} has no bits that other programs "
                                                  "could be told.",
                                                  toString(spec)));
    scheme.bits = std::stoi(*bits);
    scheme.uniform = group.has_value();
    scheme.group = group ? std::stoll(*group) : -1;
    scheme.symmetric = optionValue(spec, "grid").value_or("").starts_with("symmetric");
    scheme.actOrder = isTrue("act_order");
    scheme.staticGroups = isTrue("static_groups");
    return scheme;
}

/// Matrices of one candidate, by their names in the model: "model.layers.0.self_attn.q_proj".
std::vector<std::vector<std::string>> matricesOf(const Recipe& recipe) {
    std::vector<std::vector<std::string>> matrices(recipe.candidates.size());
    for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer)
        for (const auto& [module, candidate] : recipe.layers[layer]) {
            const std::string weight =
                blockTensorName(static_cast<std::int64_t>(layer), module, "weight");
            matrices[candidate].push_back(weight.substr(0, weight.rfind('.')));
        }
    return matrices;
}

[[noreturn]] void refuse(const MethodSpec& spec, std::string_view program, std::string_view why) {
    throw Error(ErrorKind::Usage,
                fmt::format("{} cannot be told to use {}: {}.", program, toString(spec), why));
}

std::string gptqModelText(const Recipe& recipe) {
    constexpr std::string_view program = "GPTQModel";
    const auto matrices = matricesOf(recipe);
    std::optional<std::size_t> most;
    for (std::size_t candidate = 0; candidate < matrices.size(); ++candidate)
        if (!isLeft(recipe.candidates[candidate]) && !matrices[candidate].empty() &&
            (!most || matrices[candidate].size() > matrices[*most].size()))
            most = candidate;
    if (!most)
        throw Error(ErrorKind::Usage, "The recipe quantizes nothing.");
    const std::size_t usual = *most;
    const auto describe = [&](std::size_t candidate) -> Json {
        const MethodSpec& spec = recipe.candidates[candidate];
        const Scheme scheme = schemeOf(spec);
        if (!scheme.uniform)
            refuse(spec, program, "it has no levels");
        if (scheme.bits != 2 && scheme.bits != 3 && scheme.bits != 4 && scheme.bits != 8)
            refuse(spec, program, "it has 2, 3, 4 and 8 bits");
        return {{"bits", scheme.bits},
                {"group_size", scheme.group},
                {"desc_act", scheme.actOrder},
                {"sym", scheme.symmetric}};
    };
    Json config = describe(usual);
    config["quant_method"] = "gptq";
    config["checkpoint_format"] = "gptq";
    Json dynamic = Json::object();
    for (std::size_t candidate = 0; candidate < matrices.size(); ++candidate)
        for (const std::string& name : matrices[candidate])
            if (isLeft(recipe.candidates[candidate]))
                dynamic["-:" + exactPattern(name)] = Json::object(); // a match that is skipped
            else if (candidate != usual)
                dynamic["+:" + exactPattern(name)] = describe(candidate);
    config["dynamic"] = std::move(dynamic);
    return config.dump(1) + "\n";
}

std::string llmCompressorText(const Recipe& recipe) {
    constexpr std::string_view program = "llm-compressor";
    const auto matrices = matricesOf(recipe);
    Json modifiers = Json::object();
    for (std::size_t candidate = 0; candidate < matrices.size(); ++candidate) {
        const MethodSpec& spec = recipe.candidates[candidate];
        if (matrices[candidate].empty() || isLeft(spec)) // what no group names is left
            continue;
        const Scheme scheme = schemeOf(spec);
        const std::string modifier = scheme.method == "gptq"  ? "GPTQModifier"
                                     : scheme.method == "awq" ? "AWQModifier"
                                     : scheme.method == "rtn" ? "QuantizationModifier"
                                                              : "";
        if (modifier.empty())
            refuse(spec, program, "it has counterparts of rtn, gptq and awq");
        Json weights = {{"num_bits", scheme.bits},
                        {"type", "int"},
                        {"symmetric", scheme.symmetric},
                        {"strategy", scheme.group > 0 ? "group" : "channel"}};
        if (scheme.group > 0)
            weights["group_size"] = scheme.group;
        if (scheme.actOrder)
            weights["actorder"] = scheme.staticGroups ? "static" : "group";
        Json targets = Json::array();
        for (const std::string& name : matrices[candidate])
            targets.push_back("re:" + exactPattern(name));
        modifiers[modifier]["ignore"] = {"lm_head"};
        modifiers[modifier]["config_groups"][fmt::format("group_{}", candidate)] = {
            {"targets", std::move(targets)}, {"weights", std::move(weights)}};
    }
    if (modifiers.empty())
        throw Error(ErrorKind::Usage, "The recipe quantizes nothing.");
    const Json text = {{"quant_stage", {{"quant_modifiers", std::move(modifiers)}}}};
    return text.dump(1) + "\n";
}

/// The type of llama.cpp with as many bits in its codes.
std::string_view llamaType(const MethodSpec& spec) {
    constexpr std::array<std::string_view, 9> types = {"",     "",     "q2_K", "q3_K", "q4_K",
                                                       "q5_K", "q6_K", "q8_0", "q8_0"};
    if (isLeft(spec))
        return optionValue(spec, "type") == "bf16" ? "bf16" : "f16";
    const Scheme scheme = schemeOf(spec);
    if (!scheme.uniform && scheme.bits == 4)
        return "iq4_nl";
    if (scheme.bits < 2 || scheme.bits > 8)
        refuse(spec, "llama.cpp", "it has types of 2 to 8 bits");
    return types[static_cast<std::size_t>(scheme.bits)];
}

std::string llamaCppText(const Recipe& recipe) {
    std::string text;
    for (std::size_t layer = 0; layer < recipe.layers.size(); ++layer)
        for (const auto& [module, candidate] : recipe.layers[layer]) {
            const std::string name =
                ggufTensorName(blockTensorName(static_cast<std::int64_t>(layer), module, "weight"));
            text +=
                fmt::format("{}={}\n", exactPattern(name), llamaType(recipe.candidates[candidate]));
        }
    return text;
}

} // namespace

std::vector<std::string_view> recipeFormNames() { return {names.begin(), names.end()}; }

RecipeForm parseRecipeForm(std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw Error(ErrorKind::Usage, fmt::format("There is no form \"{}\" of recipes; there are "
                                                  "{}.",
                                                  name, fmt::join(names, ", ")));
    return static_cast<RecipeForm>(found - names.begin());
}

std::string recipeText(const Recipe& recipe, RecipeForm form) {
    switch (form) {
    case RecipeForm::GptqModel:
        return gptqModelText(recipe);
    case RecipeForm::LlmCompressor:
        return llmCompressorText(recipe);
    case RecipeForm::LlamaCpp:
        return llamaCppText(recipe);
    case RecipeForm::Json:
        break;
    }
    return recipeJson(recipe).dump(1) + "\n";
}

} // namespace quantscope
