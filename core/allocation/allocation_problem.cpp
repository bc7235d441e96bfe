#include "core/allocation/allocation_problem.h"

#include <algorithm>
#include <utility>

namespace quantscope {

double AllocationProblem::elements() const {
    double sum = 0;
    for (const AllocationMatrix& matrix : matrices)
        sum += matrix.elements;
    return sum;
}

double totalBits(const AllocationProblem& problem, const Assignment& assignment) {
    double sum = 0;
    for (std::size_t m = 0; m < problem.matrices.size(); ++m)
        sum += problem.matrices[m].choices[assignment[m]].bits;
    return sum;
}

double totalCost(const AllocationProblem& problem, const Assignment& assignment) {
    double sum = 0;
    for (std::size_t m = 0; m < problem.matrices.size(); ++m)
        sum += problem.matrices[m].choices[assignment[m]].cost;
    return sum;
}

double bitsPerWeight(const AllocationProblem& problem, const Assignment& assignment) {
    return totalBits(problem, assignment) / problem.elements();
}

bool isValid(const AllocationProblem& problem, const Assignment& assignment) {
    for (std::size_t m = 0; m < problem.matrices.size(); ++m)
        if (problem.matrices[m].fixed && *problem.matrices[m].fixed != assignment[m])
            return false;
    return std::none_of(problem.conflicts.begin(), problem.conflicts.end(),
                        [&](const AllocationConflict& conflict) {
                            return assignment[conflict.matrix] == conflict.choice &&
                                   std::find(conflict.excluded.begin(), conflict.excluded.end(),
                                             assignment[conflict.other]) != conflict.excluded.end();
                        });
}

std::size_t mostBits(const AllocationMatrix& matrix) {
    return static_cast<std::size_t>(
        std::max_element(matrix.choices.begin(), matrix.choices.end(),
                         [](const auto& a, const auto& b) { return a.bits < b.bits; }) -
        matrix.choices.begin());
}

AllocationProblem restrictedTo(const AllocationProblem& problem,
                               const std::vector<std::size_t>& among) {
    const auto placeOf = [&among](std::size_t candidate) -> std::optional<std::size_t> {
        const auto found = std::find(among.begin(), among.end(), candidate);
        return found == among.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - among.begin()));
    };
    AllocationProblem restricted;
    for (AllocationMatrix matrix : problem.matrices) {
        std::vector<AllocationChoice> choices;
        for (const std::size_t candidate : among)
            choices.push_back(matrix.choices[candidate]);
        matrix.choices = std::move(choices);
        if (matrix.fixed)
            matrix.fixed = mostBits(matrix);
        restricted.matrices.push_back(std::move(matrix));
    }
    for (const AllocationConflict& conflict : problem.conflicts) {
        const auto choice = placeOf(conflict.choice);
        if (!choice)
            continue;
        AllocationConflict kept{conflict.matrix, *choice, conflict.other, {}};
        for (const std::size_t excluded : conflict.excluded)
            if (const auto place = placeOf(excluded))
                kept.excluded.push_back(*place);
        if (!kept.excluded.empty())
            restricted.conflicts.push_back(std::move(kept));
    }
    return restricted;
}

} // namespace quantscope
