#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addTraining(std::vector<ArrayDescription>& all) {
    all.push_back({"/training/loss",
                   {"method", "layer", "epoch"},
                   f8,
                   "1",
                   "loss that the method minimises for a block, over all its training windows"});
    all.push_back({"/training/end_to_end_nll",
                   {"method", "epoch"},
                   f8,
                   "nat",
                   "mean NLL of the calibration text while all blocks are trained together"});
}

} // namespace quantscope::schema
