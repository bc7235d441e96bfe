#include "core/data/schema/groups.h"

#include <utility>

namespace quantscope::schema {

void addInstruments(std::vector<ArrayDescription>& all) {
    const Names bySite = {"lane", "layer", "example"};
    const Names byLayer = {"lane", "layer"};
    const Names listed = {"lane", "layer", "massive"};
    const std::string module =
        " of the lane's module at * (resid_post: its block) fed with the reference's input";
    const std::string mlp = " of the lane's MLP fed with the reference's h";
    const std::string over = ", positions 1..T";
    for (const auto& [prefix, what] : {std::pair{"local_", module}, std::pair{"mlp_local_", mlp}}) {
        const std::string path = std::string("/sites/*/") + prefix;
        all.push_back({path + "mse", bySite, f4, "1", "mean squared error" + what + over});
        all.push_back(
            {path + "normalised_mse", bySite, f4, "1",
             "sum of squared errors" + what + " over that of the reference's output" + over});
        all.push_back({path + "relative_error", bySite, f4, "1",
                       "norm of the error" + what +
                           " over the norm of the reference's output, "
                           "mean over positions 1..T"});
    }
    all.push_back(
        {"/sites/*/normalised_mse", bySite, f4, "1",
         "sum of squared differences to the reference at * over that of the reference" + over});
    const std::string mean = " at *, mean over positions 1..T";
    all.push_back({"/sites/*/length_change", bySite, f4, "1",
                   "difference of norms to the reference over the reference's norm" + mean});
    all.push_back({"/sites/*/length_share", bySite, f4, "1",
                   "squared difference of norms over the squared norm of the difference" + mean});
    all.push_back({"/sites/*/angle", bySite, f4, "rad", "angle to the reference" + mean});
    all.push_back(
        {"/sites/*/update_cosine", bySite, f4, "1",
         "cosine of the block's input error and what its update adds to the error" + mean});
    all.push_back({"/sites/*/sign_flip_rate", bySite, f4, "1",
                   "share of channels whose sign differs from the reference's" + mean});
    all.push_back({"/attention/entropy", bySite, f4, "1",
                   "entropy of attention over log(t + 1), mean over heads and positions 1..T"});
    all.push_back({"/attention/js_divergence", bySite, f4, "nat",
                   "Jensen-Shannon divergence of attention to the reference's, mean over heads and "
                   "positions 1..T"});
    all.push_back({"/attention/sink_share", bySite, f4, "1",
                   "share of heads whose mean attention to token 0 over the first 64 positions "
                   "exceeds 0.3"});
    all.push_back({"/massive_activations/count", bySite, f4, "1",
                   "values of z above 100 and 1000 times the median magnitude of their state"});
    all.push_back({"/massive_activations/value", listed, f4, "1", "the largest of these values"});
    all.push_back({"/massive_activations/example_index", listed, i4, "1", "example of each"});
    all.push_back({"/massive_activations/position_index", listed, i4, "1", "position of each"});
    all.push_back({"/massive_activations/channel_index", listed, i4, "1", "channel of each"});
    all.push_back({"/super_weights/input_value", byLayer, f4, "1",
                   "value of the largest magnitude at the input of the down projection"});
    all.push_back({"/super_weights/input_channel", byLayer, i4, "1", "its channel: a column"});
    all.push_back({"/super_weights/output_value", byLayer, f4, "1",
                   "value of the largest magnitude at the output of the down projection"});
    all.push_back({"/super_weights/output_channel", byLayer, i4, "1", "its channel: a row"});
    all.push_back(
        {"/super_weights/same_token", byLayer, u1, "1", "1 where both are of the same token"});
    all.push_back({"/super_weights/weight", byLayer, f4, "1",
                   "the down projection's weight in that row and column"});
    all.push_back({"/cka/resid_post", byLayer, f8, "1",
                   "linear centered kernel alignment of z with the reference's, all tokens"});
    all.push_back({"/cka/resid_post_sampled", byLayer, f8, "1",
                   "linear centered kernel alignment of z with the reference's, unbiased estimate "
                   "from a sample of tokens"});
}

} // namespace quantscope::schema
