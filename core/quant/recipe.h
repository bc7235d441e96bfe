#pragma once

#include "core/data/method_spec.h"
#include "core/data/site.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace quantscope {

/// Which method quantizes which matrix of a model.
struct Recipe {
    std::vector<MethodSpec> candidates;
    std::vector<std::map<Module, std::size_t>> layers; ///< candidate of each matrix, by layer
    std::string objective;                             ///< that it was chosen for; may be empty
    double budget = 0;                                 ///< bits per weight; 0: none was set
    double bitsPerWeight = 0;                          ///< true bits; 0: not known
};

nlohmann::json recipeJson(const Recipe& recipe);

/// @throws Error (Output)
void writeRecipe(const std::filesystem::path& file, const Recipe& recipe);

/// @throws Error (Input) naming the file and what in it is not as it should be.
Recipe readRecipe(const std::filesystem::path& file);

} // namespace quantscope
