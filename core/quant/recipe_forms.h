#pragma once

#include "core/quant/recipe.h"

#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// A recipe as other programs read it. They quantize by themselves: what carries over are bits,
/// groups and grids, and the method where the program has it.
enum class RecipeForm {
    Json,          ///< this program's own
    GptqModel,     ///< quantize_config.json of GPTQModel, matrices as its `dynamic` overrides
    LlmCompressor, ///< a recipe of llm-compressor, matrices as config groups; JSON, which is YAML
    LlamaCpp       ///< a file for llama-quantize --tensor-type-file
};

std::vector<std::string_view> recipeFormNames();
/// "json", "gptqmodel", "llm-compressor" or "llama.cpp". @throws Error (Usage)
RecipeForm parseRecipeForm(std::string_view name);

/// @throws Error (Usage) for a method, or bits, that the program does not have.
std::string recipeText(const Recipe& recipe, RecipeForm form);

} // namespace quantscope
