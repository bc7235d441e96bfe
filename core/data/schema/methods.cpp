#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addMethods(std::vector<ArrayDescription>& all) {
    all.push_back({"/methods/spec",
                   {"method"},
                   text,
                   "",
                   "method with all its options, or what an imported checkpoint is"});
    all.push_back({"/methods/checkpoint",
                   {"method"},
                   text,
                   "",
                   "path of the imported checkpoint; empty where quantized here"});
    all.push_back(
        {"/methods/prefix",
         {"method"},
         text,
         "",
         "tokens that the method puts before every text, in full precision, one after the "
         "other between vertical bars; empty where it puts none"});
    all.push_back({"/methods/hash",
                   {"method"},
                   text,
                   "",
                   "content hash of the imported checkpoint; empty where quantized here"});
    const Names byMethod = {"method"};
    all.push_back({"/methods/calibration_set", byMethod, text, "",
                   "calibration set of the lane; empty: the study's calibration text, or none"});
    all.push_back({"/methods/calibration_source", byMethod, text, "",
                   "files that it was calibrated on, or what was drawn; empty: none"});
    all.push_back({"/methods/calibration_seed", byMethod, text, "", "seed of the draw"});
    all.push_back({"/methods/calibration_hash", byMethod, text, "",
                   "hash of the token ids that it was calibrated on"});
    all.push_back({"/methods/calibration_draw", byMethod, i4, "1", "draw of the set, from 0"});
    all.push_back({"/methods/calibration_examples", byMethod, i4, "1", "calibration windows"});
    all.push_back(
        {"/methods/calibration_tokens", byMethod, i4, "1", "tokens of a calibration window"});
    all.push_back(
        {"/model/ln2_gamma", {"layer", "hidden"}, f4, "1", "weight of the norm before the MLP"});
}

} // namespace quantscope::schema
