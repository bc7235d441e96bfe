#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addErrorBudget(std::vector<ArrayDescription>& all) {
    const Names bySite = {"lane", "layer", "example"};
    const Names byToken = {"lane", "layer", "example", "position"};
    for (const char* term : {"gate", "up", "gate_up", "weights"}) {
        const std::string token = std::string("/tokens/*/budget_") + term;
        const std::string part = std::string("part from ") + term + " of the error at *";
        all.push_back({token + "_norm", byToken, f4, "1", "norm of the " + part});
        all.push_back({token, byToken, f4, "1",
                       "inner product with the error, over the error's square, of the " + part});
        const std::string path = std::string("/budget/") + term;
        all.push_back({path + "/norm", bySite, f4, "1",
                       std::string("norm of the part of the MLP's output error from ") + term +
                           ", mean over positions 1..T"});
        all.push_back({path + "/share", bySite, f4, "1",
                       std::string("its inner product with the error over the error's square, ") +
                           "sums over positions 1..T"});
    }
    all.push_back({"/budget/misfit", bySite, f4, "1",
                   "norm of what the four parts leave of the error, over the error's norm; where a "
                   "lane rounds the input of its matrices, that is in it"});
}

} // namespace quantscope::schema
