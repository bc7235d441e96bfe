#include "core/allocation/comparisons.h"

#include "core/analysis/sampling_units.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace quantscope {

namespace {

/// The assignment with another candidate for one matrix, and for those that must go with it;
/// nothing where that is not valid.
std::optional<Assignment> changed(const AllocationProblem& problem, Assignment assignment,
                                  std::size_t matrix, std::size_t candidate) {
    assignment[matrix] = candidate;
    if (isValid(problem, assignment))
        return assignment;
    for (const AllocationConflict& conflict : problem.conflicts) {
        if (conflict.matrix == matrix)
            assignment[conflict.other] = candidate;
        if (conflict.other == matrix)
            assignment[conflict.matrix] = candidate;
    }
    return isValid(problem, assignment) ? std::optional(assignment) : std::nullopt;
}

/// The assignments that give a matrix more bits and stay within the budget, fewest bits first.
std::vector<Assignment> upgrades(const AllocationProblem& problem, const Assignment& from,
                                 std::size_t matrix, double bits) {
    std::vector<Assignment> fitting;
    const std::vector<AllocationChoice>& choices = problem.matrices[matrix].choices;
    for (std::size_t candidate = 0; candidate < choices.size(); ++candidate) {
        if (choices[candidate].bits <= choices[from[matrix]].bits)
            continue;
        const auto next = changed(problem, from, matrix, candidate);
        if (next && totalBits(problem, *next) <= bits &&
            totalBits(problem, *next) > totalBits(problem, from))
            fitting.push_back(*next);
    }
    std::stable_sort(fitting.begin(), fitting.end(), [&](const auto& a, const auto& b) {
        return totalBits(problem, a) < totalBits(problem, b);
    });
    return fitting;
}

std::size_t leanestCandidate(const AllocationProblem& problem) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < problem.candidates(); ++c)
        if (totalBits(problem, uniformAssignment(problem, c)) <
            totalBits(problem, uniformAssignment(problem, best)))
            best = c;
    return best;
}

} // namespace

Assignment uniformAssignment(const AllocationProblem& problem, std::size_t candidate) {
    Assignment assignment(problem.matrices.size(), candidate);
    for (std::size_t m = 0; m < problem.matrices.size(); ++m)
        assignment[m] = problem.matrices[m].fixed.value_or(candidate);
    // What a fixed matrix folds, its neighbours take along.
    for (std::size_t m = 0; m < problem.matrices.size(); ++m)
        if (problem.matrices[m].fixed && !isValid(problem, assignment))
            for (const AllocationConflict& conflict : problem.conflicts)
                if (conflict.matrix == m && !problem.matrices[conflict.other].fixed)
                    assignment[conflict.other] = assignment[m];
    return assignment;
}

Assignment randomAssignment(const AllocationProblem& problem, double bits, std::uint64_t seed) {
    Assignment assignment = uniformAssignment(problem, leanestCandidate(problem));
    for (bool grew = true; grew;) {
        grew = false;
        for (const std::size_t matrix : shuffledNumbers(problem.matrices.size(), seed++)) {
            const std::vector<Assignment> fitting = upgrades(problem, assignment, matrix, bits);
            if (fitting.empty())
                continue;
            assignment = fitting[shuffledNumbers(fitting.size(), seed++).front()];
            grew = true;
        }
    }
    return assignment;
}

Assignment largestAssignment(const AllocationProblem& problem, const Assignment& uniform,
                             double bits) {
    Assignment assignment = uniform;
    std::vector<std::size_t> order(problem.matrices.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return problem.matrices[a].elements > problem.matrices[b].elements;
    });
    for (const std::size_t matrix : order)
        if (std::vector<Assignment> fitting = upgrades(problem, assignment, matrix, bits);
            !fitting.empty())
            assignment = std::move(fitting.back());
    return assignment;
}

} // namespace quantscope
