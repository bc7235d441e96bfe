#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace quantscope {

/// What a matrix costs with one candidate.
struct AllocationChoice {
    double bits = 0; ///< of storage, of all its weights, with scales, zeros and indices
    double cost = 0; ///< what it adds to the objective
};

/// A matrix that gets one of the candidates.
struct AllocationMatrix {
    std::size_t layer = 0;
    std::size_t module = 0; ///< as in allModules
    double elements = 0;
    std::vector<AllocationChoice> choices; ///< by candidate
    std::optional<std::size_t> fixed;      ///< the candidate that it must get
};

/// Choices that cannot stand beside each other: where `matrix` gets `choice`, `other` gets none of
/// `excluded`.
struct AllocationConflict {
    std::size_t matrix = 0;
    std::size_t choice = 0;
    std::size_t other = 0;
    std::vector<std::size_t> excluded;
};

/// Which candidate for which matrix, so that the sum of costs is least within a budget of bits: a
/// multiple-choice knapsack (Sinha and Zoltners 1979) with conflicts.
struct AllocationProblem {
    std::vector<AllocationMatrix> matrices;
    std::vector<AllocationConflict> conflicts;

    double elements() const;
    std::size_t candidates() const {
        return matrices.empty() ? 0 : matrices.front().choices.size();
    }
};

/// The candidate of each matrix, in the problem's order.
using Assignment = std::vector<std::size_t>;

double totalBits(const AllocationProblem& problem, const Assignment& assignment);
double totalCost(const AllocationProblem& problem, const Assignment& assignment);
double bitsPerWeight(const AllocationProblem& problem, const Assignment& assignment);

/// Whether every matrix has what it must have and no two choices conflict.
bool isValid(const AllocationProblem& problem, const Assignment& assignment);

/// The candidate with the most bits for a matrix: what protected ones get.
std::size_t mostBits(const AllocationMatrix& matrix);

/// The problem with some of the candidates only, whose numbers are then their places in `among`.
AllocationProblem restrictedTo(const AllocationProblem& problem,
                               const std::vector<std::size_t>& among);

} // namespace quantscope
