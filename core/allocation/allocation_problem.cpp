#include "core/allocation/allocation_problem.h"

#include <algorithm>

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

} // namespace quantscope
