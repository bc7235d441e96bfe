#pragma once

#include "core/allocation/allocation_problem.h"
#include "core/analysis/sensitivity.h"
#include "core/data/site.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// What an assignment is to keep small: the mean KL to the reference over some examples.
struct AllocationObjective {
    enum class Kind {
        MeanKl,      ///< all examples
        WorstDecile, ///< the tenth that quantization moves most
        Group        ///< examples of one label
    } kind = Kind::MeanKl;
    std::string group; ///< "VALUE", or "COLUMN=VALUE"

    bool operator==(const AllocationObjective&) const = default;
};

/// "mean-kl", "worst-decile" or "group:VALUE". @throws Error (Usage)
AllocationObjective parseAllocationObjective(std::string_view text);
std::string toString(const AllocationObjective& objective);

/// The calibration examples that an objective is about. Worst decile: the tenth with the largest
/// KL, on average over the candidates' whole models, so that all assignments are asked the same.
/// @throws Error (Usage) for a group that no example is of.
std::vector<std::size_t> objectiveExamples(const SensitivityView& view,
                                           const AllocationObjective& objective);

/// Every objective that the session's calibration examples allow, as text.
std::vector<std::string> possibleObjectives(const SensitivityView& view);

/// Candidates by their names, in that order; all of them where none is named.
/// @throws Error (Usage) for one that the session does not have
std::vector<std::size_t> candidatesNamed(const SensitivityView& view,
                                         const std::vector<std::string>& names);

/// What a matrix is said to add to the objective.
enum class CostModel {
    Quantized, ///< the KL of the reference with it alone quantized
    Restored,  ///< what restoring it alone takes off the KL of the candidate's model
    Both       ///< the mean of the two
};
std::string_view costModelName(CostModel model);
inline constexpr CostModel allCostModels[] = {CostModel::Quantized, CostModel::Restored,
                                              CostModel::Both};

/// The problem that sensitivities pose. Matrices that read the same folded input must share the
/// candidate that folds it, and a matrix whose rows cannot be scaled exactly stands before no
/// matrix whose input is folded.
/// @param protect  kinds of matrices that get the candidate with the most bits
AllocationProblem makeAllocationProblem(const SensitivityView& view,
                                        const AllocationObjective& objective, CostModel costs,
                                        const std::vector<Module>& protect = {});

/// Mean over the examples of an objective.
double objectiveValue(std::span<const double> klByExample,
                      const std::vector<std::size_t>& examples);

} // namespace quantscope
