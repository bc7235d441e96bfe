#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addCoordinates(std::vector<ArrayDescription>& all) {
    all.push_back({"/lane", {"lane"}, text, "", "lane: the reference, then one a method"});
    all.push_back({"/method", {"method"}, text, "", "lanes that run a quantized model"});
    all.push_back({"/example", {"example"}, i4, "1", "index of the example, from 0"});
    all.push_back({"/position", {"position"}, i4, "1", "token position, 0 is the start token"});
    all.push_back({"/layer", {"layer"}, i4, "1", "transformer layer, from 0"});
    all.push_back({"/site", {"site"}, text, "", "sites of a block that were measured"});
    all.push_back({"/module", {"module"}, text, "", "weight matrices of a block"});
    all.push_back({"/patch", {"patch"}, i4, "1", "row of the table of patches"});
    all.push_back(
        {"/later_patch", {"later_patch"}, i4, "1", "row of the table of patches asked for later"});
    all.push_back({"/piece", {"piece"}, i4, "1", "row of the table of token strings"});
    all.push_back({"/massive", {"massive"}, i4, "1", "row of the list of massive activations"});
    all.push_back({"/hidden", {"hidden"}, i4, "1", "index of the hidden dimension"});
    all.push_back({"/epoch", {"epoch"}, i4, "1", "epochs of training done, 0: before training"});
    all.push_back({"/intermediate", {"intermediate"}, i4, "1", "index of the MLP's inner width"});
    all.push_back({"/query", {"query"}, i4, "1", "channel of the queries, all heads"});
    all.push_back({"/sigma", {"sigma"}, f4, "1", "multiples of the standard deviation"});
    all.push_back({"/trim", {"trim"}, f4, "1", "share of the largest magnitudes left out"});
    all.push_back({"/magnitude",
                   {"magnitude"},
                   f4,
                   "1",
                   "lower end of each bin of magnitudes, the first from 0"});
    all.push_back({"/removed", {"removed"}, i4, "1", "units left out"});
    all.push_back(
        {"/removal_example", {"removal_example"}, i4, "1", "example that units were left out for"});
    all.push_back({"/skip", {"skip"}, f4, "1", "share of MLPs left out, of layers × tokens"});
    all.push_back({"/sampled", {"sampled"}, i4, "1", "index of a weight drawn from a matrix"});
    all.push_back({"/expert", {"expert"}, i4, "1", "expert of an MLP, from 0"});
    all.push_back({"/key_value", {"key_value"}, i4, "1", "channel of keys and values, all heads"});
    all.push_back({"/question", {"question"}, i4, "1", "question that is asked, in file order"});
    all.push_back({"/choice", {"choice"}, i4, "1", "choice of a question, from 0"});
    all.push_back(
        {"/answer_token", {"answer_token"}, i4, "1", "greedy token of an answer, from 0"});
    all.push_back({"/candidate", {"candidate"}, text, "", "methods that a matrix may get"});
    all.push_back({"/calibration_example",
                   {"calibration_example"},
                   i4,
                   "1",
                   "example that sensitivity was measured on, from 0"});
    all.push_back({"/draw", {"draw"}, i4, "1", "draw of the calibration text, from 0"});
    all.push_back({"/calibration_text",
                   {"calibration_text"},
                   text,
                   "",
                   "texts that methods calibrate on: SET-1 for the first draw of a set"});
    all.push_back({"/assignment", {"assignment"}, text, "", "models with a method a matrix"});
}

} // namespace quantscope::schema
