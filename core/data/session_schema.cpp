#include "core/data/session_schema.h"

#include "core/data/error.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

constexpr auto f4 = ElementType::Float32;
constexpr auto f8 = ElementType::Float64;
constexpr auto i4 = ElementType::Int32;
constexpr auto u1 = ElementType::UInt8;
constexpr auto text = ElementType::Text;

using Names = std::vector<std::string>;

struct Statistic {
    const char* name;
    const char* units;
    const char* definition;
};

constexpr std::array siteStatistics = {
    Statistic{"norm", "1", "Euclidean norm of the site's vector"},
    Statistic{"error_norm", "1", "norm of the difference to the reference"},
    Statistic{"relative_error", "1", "norm of the difference over the norm of the reference"},
    Statistic{"cosine", "1", "cosine to the reference"},
    Statistic{"kurtosis", "1", "population fourth moment over squared variance, not excess"},
    Statistic{"maximum", "1", "largest absolute value"},
};

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

void addExamples(std::vector<ArrayDescription>& all) {
    const Names tokens = {"example", "position"};
    const Names byToken = {"lane", "example", "position"};
    const Names byExample = {"lane", "example"};
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

/// Arrays of the instruments that are off unless asked for.
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

/// How values are distributed where matrices read them and after each block.
void addActivations(std::vector<ArrayDescription>& all) {
    const Names byExample = {"lane", "layer", "example"};
    const std::string over = " at *, over positions 1..T and channels";
    all.push_back({"/activations/*/maximum", byExample, f4, "1", "largest magnitude" + over});
    all.push_back({"/activations/*/second", byExample, f4, "1", "second largest magnitude" + over});
    all.push_back({"/activations/*/third", byExample, f4, "1", "third largest magnitude" + over});
    all.push_back({"/activations/*/median", byExample, f4, "1", "median magnitude" + over});
    all.push_back({"/activations/*/kurtosis", byExample, f4, "1",
                   "population fourth moment over squared variance, not excess," + over});
    all.push_back({"/activations/*/outlier_share",
                   {"lane", "layer", "example", "sigma"},
                   f4,
                   "1",
                   "share of values further from 0 than so many standard deviations" + over});
    const Names trimmed = {"lane", "layer", "example", "trim"};
    all.push_back({"/activations/*/trimmed_rms", trimmed, f4, "1",
                   "root mean square without the share of largest magnitudes" + over});
    all.push_back({"/activations/*/trimmed_error", trimmed, f4, "1",
                   "norm of the difference to the reference over the reference's norm, without "
                   "the share of the reference's largest magnitudes" +
                       over});
    all.push_back({"/activations/*/position_maximum",
                   {"layer", "position"},
                   f4,
                   "1",
                   "largest magnitude of a token of the reference at *, mean over examples"});
    all.push_back({"/activations/*/histogram",
                   {"layer", "example", "magnitude"},
                   i4,
                   "1",
                   "values of the reference by magnitude" + over});
    all.push_back({"/activations/*/calibration_histogram",
                   {"calibration_text", "layer", "magnitude"},
                   f4,
                   "1",
                   "share of the reference's values by magnitude on each calibration text" + over});
    for (const Site site : activationSites) {
        const std::string name(siteName(site));
        all.push_back(
            {"/activations/" + name + "/channel_maximum",
             {"layer", std::string(channelDimension(site))},
             f4,
             "1",
             "largest magnitude of the reference at " + name + " over examples, positions 1..T"});
    }
}

/// What blocks and their parts do to the residual stream, and the loss without them.
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

/// What experts do, of models that have any.
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

void addMeasurements(std::vector<ArrayDescription>& all) {
    const Names bySite = {"lane", "layer", "example"};
    const Names byToken = {"lane", "layer", "example", "position"};
    for (const Statistic& statistic : siteStatistics)
        all.push_back({std::string("/sites/*/") + statistic.name, bySite, f4, statistic.units,
                       std::string(statistic.definition) + " at *, mean over positions 1..T"});
    all.push_back({"/sites/*/mse", bySite, f4, "1",
                   "mean over width and positions 1..T of the squared difference to the "
                   "reference at *"});
    all.push_back({"/sites/*/kurtosis_median", bySite, f4, "1",
                   "population fourth moment over squared variance, not excess at *, median over "
                   "positions 1..T"});
    for (const Statistic& statistic : siteStatistics)
        all.push_back({std::string("/tokens/*/") + statistic.name, byToken, f4, statistic.units,
                       std::string(statistic.definition) + " at *"});
    const std::string exit = " when the final norm and output matrix are applied at *";
    all.push_back({"/early_exit/*/nll", bySite, f4, "nat", "mean NLL" + exit});
    all.push_back(
        {"/early_exit/*/rank", bySite, f4, "1",
         "mean over positions 1..T of the rank of the true token (1: most likely)" + exit});
    all.push_back({"/early_exit/*/entropy", bySite, f4, "nat", "mean entropy" + exit});
    all.push_back({"/early_exit/*/kl_to_final", bySite, f4, "nat",
                   "mean KL(final || here) of the lane's own predictions" + exit});
    for (const Site site : allSites) {
        const std::string name(siteName(site));
        const Names byChannel = {"layer", std::string(channelDimension(site))};
        const std::string over = " of the reference at " + name + " over examples, positions 1..T";
        all.push_back({"/channels/" + name + "/mean", byChannel, f4, "1", "mean" + over});
        all.push_back(
            {"/channels/" + name + "/mean_absolute", byChannel, f4, "1", "mean magnitude" + over});
    }
    addInstruments(all);
    addActivations(all);
    addDepth(all);
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
    const Names byModule = {"method", "layer", "module"};
    all.push_back({"/weights/relative_error", byModule, f8, "1",
                   "Frobenius norm of the error over that of the matrix"});
    all.push_back({"/weights/sqnr", byModule, f8, "dB", "signal to quantization noise"});
    all.push_back({"/weights/cosine", byModule, f8, "1", "cosine of the flattened matrices"});
    all.push_back(
        {"/weights/bits", byModule, f8, "bit", "bits per weight with scales, zeros and indices"});
    all.push_back({"/weights/activation_bits", byModule, f8, "bit",
                   "bits that the matrix's input is rounded to in the forward pass; 16: it is not "
                   "rounded"});
    all.push_back({"/weights/sampled_weight",
                   {"layer", "module", "sampled"},
                   f4,
                   "1",
                   "weights of the model drawn evenly from each matrix"});
    all.push_back({"/weights/sampled_change",
                   {"method", "layer", "module", "sampled"},
                   f4,
                   "1",
                   "what the method changed of them"});
    all.push_back({"/weights/basis_misfit", byModule, f8, "1",
                   "root mean square over channels of the logarithm by which the scale recovered "
                   "for a module's input differs from what its weights show; imported lanes only"});
    all.push_back({"/weights/bits_per_weight",
                   {"method"},
                   f8,
                   "bit",
                   "bits per quantized weight over all layers"});
}

/// What was asked of a finished session.
void addLater(std::vector<ArrayDescription>& all) {
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

void addQuestions(std::vector<ArrayDescription>& all) {
    const Names question = {"question"};
    const Names byLane = {"lane", "question"};
    all.push_back({"/questions/record", question, i4, "1", "number of the record in the file"});
    all.push_back({"/questions/text", question, text, "", "question"});
    all.push_back({"/questions/prompt", question, text, "", "what is read after the shots"});
    all.push_back({"/questions/answers", question, text, "", "accepted answers, a JSON list"});
    all.push_back({"/questions/popularity", question, f8, "1", "popularity of the subject"});
    all.push_back({"/questions/choices", {"question", "choice"}, text, "", "text of each choice"});
    all.push_back({"/questions/gold", question, i4, "1", "index of the right choice"});
    all.push_back({"/questions/choice_characters",
                   {"question", "choice"},
                   i4,
                   "1",
                   "characters of the choice, by which its log-likelihood is normalised"});
    all.push_back({"/questions/prediction", byLane, text, "",
                   "greedy answer up to its first line break, without white space around it"});
    all.push_back({"/questions/token_ids",
                   {"lane", "question", "answer_token"},
                   i4,
                   "1",
                   "greedy tokens of the answer, padded with -1"});
    all.push_back({"/questions/contains_answer", byLane, u1, "1",
                   "1: an accepted answer occurs in the prediction as it is, in lower case or "
                   "capitalised (PopQA)"});
    all.push_back({"/questions/exact_match", byLane, u1, "1",
                   "1: prediction and an accepted answer are equal after SQuAD's normalisation"});
    all.push_back({"/questions/first_difference", byLane, i4, "1",
                   "index of the first greedy token that differs from the reference's; the number "
                   "of tokens where none does"});
    all.push_back({"/questions/differs", byLane, u1, "1",
                   "1: some greedy token differs from the reference's"});
    all.push_back({"/questions/differing_token", byLane, text, "",
                   "the lane's token there; empty where it has ended or none differs"});
    all.push_back({"/questions/reference_token", byLane, text, "",
                   "the reference's token there; empty where it has ended or none differs"});
    all.push_back({"/questions/choice_log_likelihood",
                   {"lane", "question", "choice"},
                   f8,
                   "nat",
                   "sum of log p over the tokens of the choice given the prompt"});
}

/// What single matrices cost and gain; measured on examples of their own, which no other array is
/// about.
void addSensitivity(std::vector<ArrayDescription>& all) {
    const std::string root = "/sensitivity/";
    const Names byModule = {"candidate", "layer", "module"};
    const Names examples = {"calibration_example"};
    const Names byMatrix = {"candidate", "layer", "module", "calibration_example"};
    const Names whole = {"candidate", "calibration_example"};
    all.push_back({root + "bits", byModule, f8, "bit",
                   "bits per weight of the matrix, with scales, zeros and indices"});
    all.push_back({root + "elements", {"layer", "module"}, f8, "1", "weights of the matrix"});
    all.push_back({root + "folds",
                   {"candidate", "module"},
                   u1,
                   "1",
                   "1 where the candidate folds scales into the input of this kind of matrix"});
    all.push_back({root + "rescalable",
                   {"candidate"},
                   u1,
                   "1",
                   "1 where the rows of a matrix can be multiplied exactly, by their scales"});
    const std::string alone = " of the reference with this matrix alone quantized";
    const std::string restored = " of the candidate's model with this matrix alone restored";
    all.push_back(
        {root + "kl_quantized", byMatrix, f4, "nat", "mean KL(reference || model)" + alone});
    all.push_back({root + "nll_quantized", byMatrix, f4, "nat", "mean NLL" + alone});
    all.push_back(
        {root + "kl_restored", byMatrix, f4, "nat", "mean KL(reference || model)" + restored});
    all.push_back({root + "nll_restored", byMatrix, f4, "nat", "mean NLL" + restored});
    all.push_back({root + "kl_layer",
                   {"candidate", "layer", "calibration_example"},
                   f4,
                   "nat",
                   "mean KL(reference || reference with all matrices of this layer quantized)"});
    all.push_back({root + "kl_kind",
                   {"candidate", "module", "calibration_example"},
                   f4,
                   "nat",
                   "mean KL(reference || reference with this matrix of all layers quantized)"});
    all.push_back({root + "kl", whole, f4, "nat", "mean KL(reference || candidate's model)"});
    all.push_back({root + "nll", whole, f4, "nat", "mean NLL of the candidate's model"});
    all.push_back({root + "nll_reference", examples, f4, "nat", "mean NLL of the reference"});
    all.push_back({root + "document", examples, i4, "1", "document that the example is from"});
    all.push_back({root + "excerpt", examples, text, "", "beginning of the example's text"});
    all.push_back({root + "labels/*", examples, text, "", "label column *"});
}

/// Assignments of candidates to matrices, and how they fared.
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

/// The name that "*" stands for; nothing where the path does not match.
std::optional<std::string> wildcard(std::string_view pattern, std::string_view path) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == path ? std::optional<std::string>("") : std::nullopt;
    const std::string_view before = pattern.substr(0, star);
    const std::string_view after = pattern.substr(star + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
        !path.ends_with(after))
        return std::nullopt;
    const std::string_view name =
        path.substr(before.size(), path.size() - before.size() - after.size());
    if (name.find('/') != std::string_view::npos)
        return std::nullopt;
    return std::string(name);
}

NamedArray makeTyped(ElementType type, std::vector<std::string> dimensions,
                     std::vector<std::size_t> shape, std::string units, std::string longName) {
    switch (type) {
    case ElementType::Float32:
        return makeArray<float>(std::move(dimensions), std::move(shape), std::move(units),
                                std::move(longName));
    case ElementType::Float64:
        return makeArray<double>(std::move(dimensions), std::move(shape), std::move(units),
                                 std::move(longName));
    case ElementType::Int32:
        return makeArray<std::int32_t>(std::move(dimensions), std::move(shape), std::move(units),
                                       std::move(longName));
    case ElementType::UInt8:
        return makeArray<std::uint8_t>(std::move(dimensions), std::move(shape), std::move(units),
                                       std::move(longName));
    case ElementType::Text:
        break;
    }
    NamedArray array;
    array.dimensions = std::move(dimensions);
    array.shape = std::move(shape);
    array.units = std::move(units);
    array.longName = std::move(longName);
    array.values = std::vector<std::string>(array.size());
    return array;
}

ArrayDescription requireDescription(std::string_view path) {
    if (auto description = findSessionArray(path))
        return *description;
    throw Error(ErrorKind::Internal, "The session format has no array " + std::string(path) + ".");
}

} // namespace

std::string_view elementTypeName(ElementType type) {
    constexpr std::array<std::string_view, 5> names = {"f4", "f8", "i4", "u1", "text"};
    return names[static_cast<std::size_t>(type)];
}

ElementType elementType(const NamedArray& array) {
    // The order of the alternatives of NamedArray::Values is that of ElementType.
    return static_cast<ElementType>(array.values.index());
}

std::size_t elementBytes(ElementType type) {
    constexpr std::array<std::size_t, 5> bytes = {4, 8, 4, 1, 0};
    return bytes[static_cast<std::size_t>(type)];
}

const std::vector<ArrayDescription>& sessionArrays() {
    static const std::vector<ArrayDescription> all = [] {
        std::vector<ArrayDescription> descriptions;
        addCoordinates(descriptions);
        addExamples(descriptions);
        addMeasurements(descriptions);
        addLater(descriptions);
        addExperts(descriptions);
        addTraining(descriptions);
        addQuestions(descriptions);
        addSensitivity(descriptions);
        addAllocation(descriptions);
        return descriptions;
    }();
    return all;
}

std::optional<ArrayDescription> findSessionArray(std::string_view path) {
    for (const ArrayDescription& candidate : sessionArrays()) {
        const auto name = wildcard(candidate.path, path);
        if (!name)
            continue;
        ArrayDescription description = candidate;
        description.path = path;
        const std::size_t star = description.longName.rfind('*');
        if (!name->empty() && star != std::string::npos)
            description.longName.replace(star, 1, *name);
        return description;
    }
    return std::nullopt;
}

NamedArray makeSessionArray(std::string_view path, std::vector<std::size_t> shape) {
    ArrayDescription description = requireDescription(path);
    if (shape.size() != description.dimensions.size())
        throw Error(ErrorKind::Internal, "The array " + std::string(path) + " has " +
                                             std::to_string(description.dimensions.size()) +
                                             " dimensions, not " + std::to_string(shape.size()) +
                                             ".");
    return makeTyped(description.type, std::move(description.dimensions), std::move(shape),
                     std::move(description.units), std::move(description.longName));
}

NamedArray makeSessionText(std::string_view path, std::vector<std::string> values) {
    NamedArray array = makeSessionArray(path, {values.size()});
    if (elementType(array) != ElementType::Text)
        throw Error(ErrorKind::Internal, "The array " + std::string(path) + " is not text.");
    array.values = std::move(values);
    return array;
}

NamedArray makeSessionIndex(std::string_view path, std::size_t count, std::size_t first) {
    NamedArray array = makeSessionArray(path, {count});
    auto* values = std::get_if<std::vector<std::int32_t>>(&array.values);
    if (!values)
        throw Error(ErrorKind::Internal, "The array " + std::string(path) + " does not count.");
    std::iota(values->begin(), values->end(), static_cast<std::int32_t>(first));
    return array;
}

bool isSessionDimension(std::string_view name) {
    const auto& all = sessionArrays();
    return std::any_of(all.begin(), all.end(), [name](const ArrayDescription& description) {
        return description.dimensions.size() == 1 && description.dimensions.front() == name &&
               description.path.substr(1) == name;
    });
}

std::string sitePath(std::string_view site, std::string_view statistic) {
    return "/sites/" + std::string(site) + "/" + std::string(statistic);
}

std::string tokenPath(std::string_view site, std::string_view statistic) {
    return "/tokens/" + std::string(site) + "/" + std::string(statistic);
}

std::string_view channelDimension(Site site) {
    switch (site) {
    case Site::Q:
    case Site::OInput:
        return "query";
    case Site::K:
    case Site::V:
        return "key_value";
    case Site::Gate:
    case Site::Up:
    case Site::DownInput:
        return "intermediate";
    default:
        return "hidden";
    }
}

std::string labelPath(std::string_view name) {
    std::string safe;
    for (const char character : name) {
        if (character == '/')
            safe += "\u2215"; // a division slash: looks alike and is no separator of paths
        else if (character != '\0')
            safe += character;
    }
    if (safe.empty() || safe == "." || safe == ".." || isSessionDimension(safe))
        safe += '_';
    return "/text/labels/" + safe;
}

} // namespace quantscope
