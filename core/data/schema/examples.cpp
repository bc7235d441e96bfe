#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addExamples(std::vector<ArrayDescription>& all) {
    const Names tokens = {"example", "position"};
    const Names byToken = {"lane", "example", "position"};
    const Names byExample = {"lane", "example"};
    all.push_back({"/text/token_ids", tokens, i4, "1", "token ids, padded with -1"});
    all.push_back({"/text/document", {"example"}, i4, "1", "document that the example is from"});
    all.push_back({"/text/offset", {"example"}, i4, "1", "first token of the example in it"});
    all.push_back({"/text/excerpt", {"example"}, text, "", "beginning of the example's text"});
    all.push_back({"/text/labels/*", {"example"}, text, "", "label column *"});
    all.push_back({"/text/pieces", {"piece"}, text, "", "token strings that the examples use"});
    all.push_back({"/text/piece_id", {"piece"}, i4, "1", "token id of each string"});
    all.push_back({"/output/nll", byToken, f4, "nat",
                   "negative log-likelihood of the token at this position given those before"});
    all.push_back({"/output/kl", byToken, f4, "nat", "KL(reference || lane) of the prediction"});
    all.push_back(
        {"/output/kl_reverse", byToken, f4, "nat", "KL(lane || reference) of the prediction"});
    all.push_back({"/output/js", byToken, f4, "nat", "Jensen-Shannon divergence"});
    all.push_back({"/output/top1_agrees", byToken, u1, "1",
                   "1 where lane and reference predict the same most likely token"});
    all.push_back({"/output/rank", byToken, i4, "1",
                   "rank of the true token: 1 + number of tokens more likely than it"});
    all.push_back({"/examples/nll", byExample, f8, "nat", "mean NLL over positions 1..T"});
    all.push_back({"/examples/error", byExample, f8, "nat", "mean NLL less the reference's"});
    all.push_back({"/examples/kl", byExample, f8, "nat", "mean KL(reference || lane)"});
    all.push_back({"/sets/d_large", byExample, u1, "1", "1: among the largest errors of the lane"});
    all.push_back({"/sets/d_ctrl", byExample, u1, "1", "1: drawn from the lower half of errors"});
    all.push_back({"/sets/d_matched", byExample, u1, "1",
                   "1: of the lower half, matched with D_large on reference NLL and label"});
}

} // namespace quantscope::schema
