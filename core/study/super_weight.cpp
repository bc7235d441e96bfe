#include "core/study/super_weight.h"

#include "core/data/error.h"
#include "core/engine/lane_watcher.h"
#include "core/engine/workers.h"
#include "core/study/memory_room.h"
#include "core/study/single_walk.h"
#include "core/study/study_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

using Examples = std::vector<std::vector<std::int32_t>>; // ids
using States = std::vector<torch::Tensor>;               // of each example, [1, ids, hidden]

/// Walks the examples through one block; `look` gets what was captured of each.
void walkExamples(const SessionModels& models, std::int64_t layer, const BlockWeights& weights,
                  const RotaryTables& rotary, States& states, Job& job, SiteSet sites = {},
                  const std::function<void(const SiteValues&)>& look = {}) {
    for (torch::Tensor& state : states) {
        SiteValues captured;
        LaneWatch watch;
        watch.job = &job;
        watch.capture = sites;
        watch.captured = &captured;
        LaneWatcher watcher(watch);
        state = blockForwardInference(models.config(), layer, weights, rotary, state, &watcher);
        if (look)
            look(captured);
    }
}

struct Peak {
    double value = 0;
    std::int64_t token = 0; ///< over all examples
    std::int64_t channel = 0;
};

void takePeak(const torch::Tensor& values, std::int64_t firstToken, Peak& peak) {
    const torch::Tensor flat = values.reshape({-1});
    const auto at = flat.abs().argmax().item<std::int64_t>();
    const auto value = double(flat[at].item<float>());
    if (std::abs(value) > std::abs(peak.value))
        peak = {value, firstToken + at / values.size(-1), at % values.size(-1)};
}

States embedded(const SessionModels& models, std::size_t lane, const Examples& examples) {
    States states;
    for (const std::vector<std::int32_t>& ids : examples)
        states.push_back(models.embedded(lane, ids));
    return states;
}

std::vector<SuperWeight> findCandidates(const SessionModels& models, const Examples& examples,
                                        const RotaryTables& rotary, Job& job) {
    std::vector<SuperWeight> candidates;
    States states = embedded(models, 0, examples);
    BlockReader reader(models);
    const std::int64_t layers = models.config().layers;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        job.progress("looking for spikes", double(layer), 2 * double(layers));
        const BlockWeights weights = reader.take();
        Peak input, output;
        std::int64_t tokens = 0;
        walkExamples(models, layer, weights, rotary, states, job,
                     SiteSet(std::array{Site::DownInput, Site::Down}),
                     [&](const SiteValues& found) {
                         takePeak(found[Site::DownInput], tokens, input);
                         takePeak(found[Site::Down], tokens, output);
                         tokens += found[Site::Down].size(1);
                     });
        const auto weight = double(
            weights.linear(Module::Down).weight[output.channel][input.channel].item<float>());
        candidates.push_back({layer, output.channel, input.channel, weight, input.value,
                              output.value, input.token == output.token});
    }
    return candidates;
}

SuperWeight chosenOf(const std::vector<SuperWeight>& candidates,
                     const std::optional<std::int64_t>& layer) {
    if (layer)
        return candidates[static_cast<std::size_t>(*layer)];
    return *std::max_element(candidates.begin(), candidates.end(),
                             [](const SuperWeight& a, const SuperWeight& b) {
                                 return std::abs(a.input * a.output) < std::abs(b.input * b.output);
                             });
}

/// The column of the same row whose weight is nearest in magnitude.
std::int64_t controlColumn(const torch::Tensor& matrix, const SuperWeight& chosen) {
    torch::Tensor distance = (matrix[chosen.row].abs() - std::abs(chosen.weight)).abs();
    distance[chosen.column] = std::numeric_limits<float>::infinity();
    return distance.argmin().item<std::int64_t>();
}

/// A block with another weight in one place of its down projection.
BlockWeights withWeight(BlockWeights block, std::int64_t row, std::int64_t column, double value) {
    torch::Tensor matrix = block.linear(Module::Down).weight.clone();
    matrix[row][column] = value;
    block.linear(Module::Down).weight = matrix;
    return block;
}

/// One variant on its way.
struct Variant {
    std::size_t lane = 0;
    SuperWeightOutcome outcome;
    std::int64_t column = 0;
    bool changes = false;
    States states = {};
};

} // namespace

double SuperWeightOutcome::meanNll() const {
    return std::accumulate(nll.begin(), nll.end(), 0.0) / double(nll.size());
}

SuperWeightAnswer tryoutSuperWeight(const SessionModels& models, const SuperWeightRequest& request,
                                    Job& job) {
    const at::NoGradGuard noGradients;
    requireRoom(0, plannedThreads(models.plan()));
    setProductThreads(plannedThreads(models.plan()));
    const std::int64_t layers = models.config().layers;
    if (models.config().experts.count > 0)
        throw Error(ErrorKind::Usage, "Super weights are looked for in one down projection a "
                                      "block; this model's MLPs are mixtures of experts.");
    if (request.layer && (*request.layer < 0 || *request.layer >= layers))
        throw Error(ErrorKind::Usage, fmt::format("The model has no layer {}; it has 0 to {}.",
                                                  *request.layer, layers - 1));
    if (request.examples < 1)
        throw Error(ErrorKind::Usage, "At least one example is to be walked: --examples takes 1 or "
                                      "more.");
    Examples examples;
    for (std::size_t i = 0; i < std::min(request.examples, models.exampleCount()); ++i)
        examples.push_back(models.ids(i));
    const RotaryTables rotary = makeRotaryTables(models.config(), models.plan().windows.tokens + 1);

    SuperWeightAnswer answer;
    answer.candidates = findCandidates(models, examples, rotary, job);
    const SuperWeight& chosen = answer.chosen = chosenOf(answer.candidates, request.layer);
    const std::size_t lane = request.lane.empty() ? 0 : models.lane(request.lane);
    std::vector<Variant> variants;
    const auto add = [&](std::size_t of, const char* change, double weight, bool changes,
                         std::int64_t column) {
        Variant variant;
        variant.lane = of;
        variant.outcome.lane = models.lanes()[of];
        variant.outcome.change = change;
        variant.outcome.weight = weight;
        variant.column = column;
        variant.changes = changes;
        variants.push_back(std::move(variant));
    };
    add(0, "as it is", chosen.weight, false, chosen.column);
    add(0, "super weight 0", 0, true, chosen.column);
    add(0, "control weight 0", 0, true, 0); // its column is known once the matrix is read
    if (lane != 0) {
        add(lane, "as it is", 0, false, chosen.column);
        add(lane, "super weight 0", 0, true, chosen.column);
        add(lane, "restored", chosen.weight, true, chosen.column);
    }

    States own = embedded(models, 0, examples);
    States quantized = lane == 0 ? States{} : embedded(models, lane, examples);
    BlockReader reader(models);
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        job.progress("walking without the weight", double(layers + layer), 2 * double(layers));
        const BlockWeights reference = reader.take();
        const std::optional<MethodBlock> block =
            lane == 0 ? std::nullopt
                      : std::optional<MethodBlock>(models.block(lane, layer, reference));
        const auto weightsOf = [&](std::size_t of) -> const BlockWeights& {
            return of == 0 ? reference : block->weights;
        };
        if (layer < chosen.layer) { // nothing differs yet
            walkExamples(models, layer, reference, rotary, own, job);
            if (lane != 0)
                walkExamples(models, layer, block->weights, rotary, quantized, job);
            continue;
        }
        // What the lane folded into the matrix's input is folded into a new weight too.
        const auto folded = [&](std::size_t of, std::int64_t column) {
            if (of == 0 || !block->basis.scale.count(Site::DownInput))
                return 1.0;
            return double(block->basis.scale.at(Site::DownInput)[column].item<float>());
        };
        for (Variant& variant : variants) {
            if (layer > chosen.layer) {
                walkExamples(models, layer, weightsOf(variant.lane), rotary, variant.states, job);
                continue;
            }
            if (variant.outcome.change == "control weight 0")
                variant.column = answer.controlColumn =
                    controlColumn(reference.linear(Module::Down).weight, chosen);
            variant.states = variant.lane == 0 ? own : quantized;
            const BlockWeights& weights = weightsOf(variant.lane);
            const double scale = folded(variant.lane, variant.column);
            if (!variant.changes) {
                variant.outcome.weight = double(weights.linear(Module::Down)
                                                    .weight[chosen.row][variant.column]
                                                    .item<float>()) /
                                         scale;
                walkExamples(models, layer, weights, rotary, variant.states, job);
            } else {
                walkExamples(
                    models, layer,
                    withWeight(weights, chosen.row, variant.column, variant.outcome.weight * scale),
                    rotary, variant.states, job);
            }
        }
    }
    for (Variant& variant : variants) {
        for (std::size_t i = 0; i < examples.size(); ++i) {
            const std::vector<double> losses =
                tokenLosses(models.head(variant.lane), variant.states[i][0], examples[i]);
            variant.outcome.nll.push_back(std::accumulate(losses.begin() + 1, losses.end(), 0.0) /
                                          double(losses.size() - 1));
        }
        answer.outcomes.push_back(std::move(variant.outcome));
    }
    return answer;
}

} // namespace quantscope
