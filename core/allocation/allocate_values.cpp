#include "core/allocation/allocate_values.h"

#include "core/allocation/comparisons.h"
#include "core/allocation/objective.h"
#include "core/allocation/solver.h"
#include "core/analysis/allocation_results.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

Matrix emptyMap(const SensitivityView& sensitivity, const std::string& valueTitle) {
    Matrix matrix;
    matrix.rows = sensitivity.layers();
    matrix.columns = sensitivity.modules();
    matrix.values.assign(matrix.rows * matrix.columns, std::nanf(""));
    matrix.rowTitle = "layer";
    matrix.columnTitle = "matrix";
    matrix.valueTitle = valueTitle;
    for (std::size_t layer = 0; layer < matrix.rows; ++layer)
        matrix.rowLabels.push_back(std::to_string(layer));
    for (std::size_t module = 0; module < matrix.columns; ++module)
        matrix.columnLabels.emplace_back(moduleName(allModules[module]));
    return matrix;
}

} // namespace

AllocateValues allocateValues(const SessionData& session, const AllocateRequest& request,
                              std::stop_token stop) {
    AllocateValues values;
    values.request = request;
    const SessionView view(session);
    const SensitivityView sensitivity(view);
    values.measured = sensitivity.measured();
    if (!values.measured)
        return values;
    values.candidates = sensitivity.candidates();
    values.objectives = possibleObjectives(sensitivity);
    const AllocationResults results(view);
    if (values.request.objective.empty())
        values.request.objective = results.objective().empty() ? "mean-kl" : results.objective();
    if (!values.request.protect)
        values.request.protect = results.protect();
    const AllocationObjective objective = parseAllocationObjective(values.request.objective);
    const std::vector<std::size_t> among = candidatesNamed(sensitivity, request.among);
    const AllocationProblem problem =
        restrictedTo(makeAllocationProblem(sensitivity, objective, CostModel::Both,
                                           *values.request.protect),
                     among);

    values.least = INFINITY;
    values.most = 0;
    std::size_t leanest = 0;
    for (std::size_t candidate = 0; candidate < among.size(); ++candidate) {
        const double bits = bitsPerWeight(problem, uniformAssignment(problem, candidate));
        if (bits < values.least)
            leanest = among[candidate];
        values.least = std::min(values.least, bits);
        values.most = std::max(values.most, bits);
    }
    const double own = results.budget();
    double& budget = values.request.bitsPerWeight;
    if (!(budget > 0))
        budget = own > 0 ? own : (values.least + values.most) / 2;
    budget = std::clamp(budget, values.least, values.most);

    const auto named =
        std::find(values.candidates.begin(), values.candidates.end(), request.candidate);
    const std::size_t shown = named == values.candidates.end()
                                  ? leanest
                                  : static_cast<std::size_t>(named - values.candidates.begin());
    values.request.candidate = values.candidates[shown];

    const AllocationSolution solution = solveAllocation(problem, budget, interactiveSolver(stop));
    values.spent = solution.bits / problem.elements();
    values.predicted = solution.cost;
    values.bound = solution.bound;
    values.optimal = solution.optimal;
    values.matricesOfCandidate.assign(values.candidates.size(), 0);
    const std::vector<std::size_t> examples = objectiveExamples(sensitivity, objective);
    values.sensitivity = emptyMap(sensitivity, "KL, quantized alone (nat)");
    values.bits = emptyMap(sensitivity, "bits per weight");
    for (std::size_t m = 0; m < problem.matrices.size(); ++m) {
        const AllocationMatrix& matrix = problem.matrices[m];
        const std::size_t cell = matrix.layer * values.bits.columns + matrix.module;
        values.bits.values[cell] =
            static_cast<float>(matrix.choices[solution.assignment[m]].bits / matrix.elements);
        values.sensitivity.values[cell] = static_cast<float>(
            objectiveValue(sensitivity.costKl({shown, matrix.layer, matrix.module}), examples));
        ++values.matricesOfCandidate[among[solution.assignment[m]]];
    }
    return values;
}

} // namespace quantscope
