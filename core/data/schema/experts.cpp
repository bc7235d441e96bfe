#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addExperts(std::vector<ArrayDescription>& all) {
    const Names byExpert = {"lane", "layer", "expert"};
    all.push_back({"/experts/load", byExpert, f4, "1",
                   "share of the tokens at positions 1..T that the router sends to the expert"});
    all.push_back({"/experts/weight", byExpert, f4, "1",
                   "weight that the router gives its output, mean over those tokens"});
    all.push_back({"/experts/agreement",
                   {"lane", "layer", "example"},
                   f4,
                   "1",
                   "share of a token's experts that the reference's router chooses too, mean over "
                   "positions 1..T"});
    all.push_back({"/experts/*/norm", byExpert, f4, "1",
                   "norm of the expert's *, mean over the tokens sent to it"});
    all.push_back({"/experts/*/relative_error", byExpert, f4, "1",
                   "norm of the difference to the reference's over the reference's norm, of the "
                   "expert's *, mean over tokens that both send to it"});
}

} // namespace quantscope::schema
