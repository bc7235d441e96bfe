#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addDepth(std::vector<ArrayDescription>& all) {
    const Names byExample = {"lane", "layer", "example"};
    for (const char* unit : {"attention", "mlp", "block"}) {
        const std::string path = std::string("/depth/") + unit;
        const std::string of = std::string(" of the ") + unit + ", mean over positions 1..T";
        all.push_back({path + "/influence", byExample, f4, "1",
                       "1 less the cosine of the states entering and leaving" + of});
        all.push_back({path + "/update_l1", byExample, f4, "1",
                       "L1 norm of the update over that of the state entering" + of});
        all.push_back({path + "/update_l2", byExample, f4, "1",
                       "L2 norm of the update over that of the state entering" + of});
        const std::string without = std::string("mean NLL of the reference without ");
        all.push_back({path + "/leave_one_out_nll",
                       {"layer", "removal_example"},
                       f8,
                       "nat",
                       without + "this layer's " + unit});
        all.push_back({path + "/removal_order",
                       {"removed"},
                       i4,
                       "1",
                       std::string("layer whose ") + unit +
                           " was left out last, by ascending influence; -1: none"});
        all.push_back(
            {path + "/removal_nll",
             {"removed", "removal_example"},
             f8,
             "nat",
             without + "so many of its units (" + unit + "), the least influential first"});
    }
    all.push_back({"/depth/mlp/position_cosine",
                   {"layer", "position"},
                   f4,
                   "1",
                   "cosine of the states entering and leaving the MLP, mean over examples"});
    all.push_back({"/depth/mlp/token_cosine",
                   {"layer", "removal_example", "position"},
                   f4,
                   "1",
                   "cosine of the states entering and leaving the MLP, by token"});
    all.push_back({"/depth/skip/nll",
                   {"skip", "removal_example"},
                   f8,
                   "nat",
                   "mean NLL of the reference with the MLP's output left out at the share of "
                   "layers × tokens where its states' cosine is largest"});
}

} // namespace quantscope::schema
