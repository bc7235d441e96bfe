#include "core/study/session_recipe.h"

#include "core/allocation/objective.h"
#include "core/allocation/solver.h"
#include "core/analysis/allocation_results.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/quant/recipe_forms.h"
#include "core/study/study.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

namespace quantscope {

namespace {

std::vector<MethodSpec> candidatesOf(const SessionData& session) {
    std::vector<MethodSpec> candidates;
    for (const std::string& text : session.names("candidate"))
        candidates.push_back(parseMethodSpec(text));
    return candidates;
}

void writeText(const std::filesystem::path& to, const std::string& text) {
    std::ofstream out(to);
    out << text;
    out.flush();
    if (!out)
        throw Error(ErrorKind::Output,
                    fmt::format("{}: the recipe could not be written.", to.string()));
}

} // namespace

Recipe recipeOf(const std::vector<MethodSpec>& candidates, const AllocationProblem& problem,
                const Assignment& assignment) {
    Recipe recipe;
    recipe.candidates = candidates;
    for (std::size_t m = 0; m < problem.matrices.size(); ++m) {
        const AllocationMatrix& matrix = problem.matrices[m];
        recipe.layers.resize(std::max(recipe.layers.size(), matrix.layer + 1));
        recipe.layers[matrix.layer][allModules[matrix.module]] = assignment[m];
    }
    recipe.bitsPerWeight = bitsPerWeight(problem, assignment);
    return recipe;
}

Recipe recipeOfSession(const SessionData& session, const RecipeRequest& request) {
    const SessionView view(session);
    const SensitivityView sensitivity(view);
    const AllocationObjective objective = parseAllocationObjective(request.objective);
    const AllocationProblem problem =
        makeAllocationProblem(sensitivity, objective, CostModel::Both, request.protect);
    if (request.bitsPerWeight) {
        const std::vector<std::size_t> among = candidatesNamed(sensitivity, request.candidates);
        const AllocationProblem restricted = restrictedTo(problem, among);
        Assignment assignment =
            solveAllocation(restricted, *request.bitsPerWeight, interactiveSolver()).assignment;
        for (std::size_t& choice : assignment)
            choice = among[choice];
        Recipe recipe = recipeOf(candidatesOf(session), problem, assignment);
        recipe.objective = request.objective;
        recipe.budget = *request.bitsPerWeight;
        return recipe;
    }
    const AllocationResults results(view);
    const std::vector<std::string>& names = results.assignments();
    const auto found = std::find(names.begin(), names.end(), request.assignment);
    if (found == names.end())
        throw Error(ErrorKind::Usage,
                    names.empty() ? "The session has sensitivities but no assignment; name a "
                                    "budget, e.g. --budget 3.5."
                                  : fmt::format("The session has no assignment \"{}\"; there are "
                                                "{}.",
                                                request.assignment, fmt::join(names, ", ")));
    const auto index = static_cast<std::size_t>(found - names.begin());
    Assignment assignment;
    for (const AllocationMatrix& matrix : problem.matrices) {
        const int choice = results.choice(0, index, matrix.layer, matrix.module);
        if (choice < 0 || static_cast<std::size_t>(choice) >= problem.candidates())
            throw Error(ErrorKind::Input, fmt::format("The session's assignment {} has no method "
                                                      "for a matrix of layer {}.",
                                                      request.assignment, matrix.layer));
        assignment.push_back(static_cast<std::size_t>(choice));
    }
    Recipe recipe = recipeOf(candidatesOf(session), problem, assignment);
    recipe.objective = results.objective();
    if (request.assignment == "allocated")
        recipe.budget = results.budget();
    return recipe;
}

void exportRecipe(const std::filesystem::path& from, const RecipeRequest& request,
                  const std::string& form, const std::filesystem::path& to) {
    if (from.extension() == ".json")
        return writeText(to, recipeText(readRecipe(from), parseRecipeForm(form)));
    exportRecipe(*openSession(from), request, form, to);
}

void exportRecipe(const SessionData& session, const RecipeRequest& request, const std::string& form,
                  const std::filesystem::path& to) {
    writeText(to, recipeText(recipeOfSession(session, request), parseRecipeForm(form)));
}

} // namespace quantscope
