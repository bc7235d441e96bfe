#pragma once

#include "core/allocation/allocation_problem.h"
#include "core/data/recipe_request.h"
#include "core/data/session_data.h"
#include "core/quant/recipe.h"

#include <filesystem>
#include <string>
#include <vector>

namespace quantscope {

/// An assignment as a recipe.
Recipe recipeOf(const std::vector<MethodSpec>& candidates, const AllocationProblem& problem,
                const Assignment& assignment);

/// @throws Error (Usage) for an assignment that the session does not have, or a budget that nothing
/// fits; Error (Input) where the session has no sensitivities.
Recipe recipeOfSession(const SessionData& session, const RecipeRequest& request);

/// The recipe as a file of another program's form; a recipe or a session is read.
/// @param form  see recipeFormNames()
/// @throws Error (Output)
void exportRecipe(const std::filesystem::path& from, const RecipeRequest& request,
                  const std::string& form, const std::filesystem::path& to);
void exportRecipe(const SessionData& session, const RecipeRequest& request, const std::string& form,
                  const std::filesystem::path& to);

} // namespace quantscope
