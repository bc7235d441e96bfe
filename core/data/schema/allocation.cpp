#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addAllocation(std::vector<ArrayDescription>& all) {
    const std::string root = "/allocation/";
    const Names byDraw = {"draw", "assignment"};
    const Names byExample = {"draw", "assignment", "example"};
    all.push_back(
        {"/cost_model", {"cost_model"}, text, "", "what costs of matrices are taken from"});
    all.push_back({root + "choice",
                   {"draw", "assignment", "layer", "module"},
                   i4,
                   "1",
                   "candidate of the matrix"});
    all.push_back({root + "bits", byDraw, f8, "bit", "true bits per weight"});
    all.push_back({root + "predicted",
                   {"draw", "assignment", "cost_model"},
                   f8,
                   "nat",
                   "objective that the costs of single matrices add up to"});
    all.push_back({root + "calibration_objective", byDraw, f8, "nat",
                   "objective measured on the calibration examples, quantized again"});
    all.push_back({root + "chosen_by",
                   {"draw"},
                   text,
                   "",
                   "costs that the allocated assignment was solved with, or uniform"});
    all.push_back({root + "kl", byExample, f8, "nat",
                   "mean KL(reference || assignment) on held-out text; draw 0 has lanes instead"});
    all.push_back({root + "nll", byExample, f8, "nat",
                   "mean NLL of the assignment on held-out text; draw 0 has lanes instead"});
}

} // namespace quantscope::schema
