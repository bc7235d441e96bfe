#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addPatches(std::vector<ArrayDescription>& all) {
    const Names patch = {"patch"};
    all.push_back({"/patches/base_lane", patch, text, "", "lane that is patched"});
    all.push_back({"/patches/donor_lane", patch, text, "", "lane that the values are from"});
    all.push_back({"/patches/kind", patch, text, "", "kind of module output replaced"});
    all.push_back({"/patches/layers", patch, text, "", "layers replaced"});
    all.push_back({"/patches/positions", patch, text, "", "positions replaced"});
    all.push_back({"/patches/control", patch, text, "", "empty, or which control this is"});
    all.push_back({"/patches/nll", {"patch", "example"}, f8, "nat", "mean NLL when patched"});
    all.push_back(
        {"/patches/kl", {"patch", "example"}, f8, "nat", "mean KL(reference || patched lane)"});
}

void addLaterPatches(std::vector<ArrayDescription>& all) {
    const Names rows = {"later_patch"};
    const std::string group = "/later/patches/";
    const auto words = [&](const char* name, const char* meaning) {
        all.push_back({group + name, rows, text, "", meaning});
    };
    all.push_back({group + "run", rows, i4, "1", "run that the patch was part of, from 1"});
    words("created", "when it was run, UTC");
    all.push_back({group + "example_index", rows, i4, "1", "example that was patched"});
    words("base_lane", "lane that is patched");
    words("donor_lane", "lane that the values are from");
    words("kind", "kind of module output replaced");
    words("layers", "layers replaced");
    words("positions", "positions replaced");
    words("control", "empty, or which control this is");
    all.push_back({group + "token_nll_before",
                   {"later_patch", "position"},
                   f4,
                   "nat",
                   "NLL of the base lane by token, walked alone"});
    all.push_back(
        {group + "token_nll", {"later_patch", "position"}, f4, "nat", "NLL by token when patched"});
}

} // namespace quantscope::schema
