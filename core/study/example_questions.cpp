#include "core/study/example_questions.h"

#include "core/data/error.h"
#include "core/engine/early_exit.h"
#include "core/engine/lane_builder.h"
#include "core/engine/lane_watcher.h"
#include "core/engine/workers.h"
#include "core/kernels/kernels.h"
#include "core/study/memory_room.h"
#include "core/study/single_walk.h"
#include "core/study/study.h"
#include "core/study/study_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

LayerGuesses guesses(const SessionModels& models, const OutputHead& head,
                     const torch::Tensor& state, std::size_t topK,
                     const std::optional<std::int32_t>& next) {
    torch::Tensor scores = head.logits(state.view({1, -1}).contiguous())[0];
    kernels::logSoftmax(scores.data_ptr<float>(), 1, scores.size(0), nullptr);
    LayerGuesses result;
    const torch::Tensor wide = scores.to(torch::kFloat64);
    result.entropy = -(wide.exp() * wide).sum().item<double>();
    if (next)
        result.rank = 1 + (scores > scores[*next]).sum().item<std::int64_t>();
    const auto count = std::min<std::int64_t>(static_cast<std::int64_t>(topK), scores.size(0));
    const auto [values, indices] = scores.topk(count);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto id = static_cast<std::int32_t>(indices[i].item<std::int64_t>());
        result.top.push_back(
            {id, models.tokenizer().piece(id), std::exp(double(values[i].item<float>()))});
    }
    return result;
}

/// Checks a request against what the session is.
LanePatch lanePatch(const SessionModels& models, const PatchRequest& request, std::size_t count) {
    const std::vector<std::vector<std::int64_t>> sets =
        expandLayers(request.layers, models.config().layers);
    requirePatchable(models.config(), request.kind);
    if (sets.size() != 1)
        throw Error(ErrorKind::Usage,
                    fmt::format("One patch at a time is asked for here; \"{}\" means several. Name "
                                "layers such as 7 or 3-5.",
                                toString(request.layers)));
    if (request.kind == PatchKind::Residual && sets.front().size() > 1)
        throw Error(ErrorKind::Usage, "A residual patch at a layer equals 16-bit weights up to it, "
                                      "so it is offered at single layers only.");
    const auto& ranges = request.positions.ranges;
    if (!ranges.empty() && ranges.back().last >= static_cast<std::int64_t>(count))
        throw Error(ErrorKind::Usage,
                    fmt::format("Positions {} were asked for, but the example has the positions 0 "
                                "to {}.",
                                toString(request.positions), count - 1));
    if (request.control == PatchControl::Mean)
        throw Error(ErrorKind::Usage, "A mean over examples needs all of them walked; for one "
                                      "example the controls are zero and random.");
    return {request.kind, models.lane(request.donor), sets.front(), request.positions,
            request.control};
}

/// What a lane's walk over one example left, so that the next patch on it need not repeat it.
struct ExampleWalk {
    std::size_t lane = 0;
    std::size_t example = 0;
    std::vector<torch::Tensor> entering; ///< by layer as far as it walked; [1, ids, hidden]
    std::vector<double> losses;          ///< empty where it did not walk to the end
};

/// The walks of the last patch: of its base and its donor.
struct ExampleWalks {
    std::vector<ExampleWalk> kept;

    /// Null where none got so far. @param layers  whose entering state is needed
    const ExampleWalk* find(std::size_t lane, std::size_t example, std::int64_t layers,
                            bool withLosses) const {
        for (const ExampleWalk& walk : kept)
            if (walk.lane == lane && walk.example == example &&
                walk.entering.size() >= static_cast<std::size_t>(layers) &&
                (!withLosses || !walk.losses.empty()))
                return &walk;
        return nullptr;
    }
};

/// A lane on its way through the blocks, alone.
struct SingleLane {
    std::size_t weights = 0;
    torch::Tensor state; // [1, ids, hidden]
    SiteValues captured = {};
};

} // namespace

std::vector<LayerGuesses> examineExample(const SessionModels& models, const ExamineRequest& request,
                                         Job& job) {
    const at::NoGradGuard noGradients;
    requireRoom(0, plannedThreads(models.plan()));
    setProductThreads(plannedThreads(models.plan()));
    const std::vector<std::int32_t> ids = models.ids(request.example);
    const auto position = static_cast<std::size_t>(request.position);
    if (request.position < 0 || position >= ids.size())
        throw Error(ErrorKind::Usage, fmt::format("The example has no position {}; it has 0 to {}.",
                                                  request.position, ids.size() - 1));
    if (request.topK < 1)
        throw Error(ErrorKind::Usage,
                    "At least one token is to be listed: --top-k takes 1 or more.");
    std::optional<std::int32_t> next;
    if (position + 1 < ids.size())
        next = ids[position + 1];
    std::vector<SingleLane> lanes;
    for (const std::string& name : request.lanes.empty() ? models.lanes() : request.lanes) {
        const std::size_t weights = models.lane(name);
        lanes.push_back({weights, models.embedded(weights, ids)});
    }
    const RotaryTables rotary = makeRotaryTables(models.config(), models.plan().windows.tokens + 1);
    const std::int64_t layers = models.config().layers;
    const std::vector<Site> sites = EarlyExit::sitesOf(models.config());
    std::vector<std::vector<LayerGuesses>> byLane(lanes.size());
    BlockReader reader(models);
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        job.progress("reading predictions off layers", double(layer), double(layers));
        const BlockWeights reference = reader.take();
        for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
            SingleLane& walked = lanes[lane];
            const MethodBlock block = models.block(walked.weights, layer, reference);
            LaneWatch watch;
            watch.job = &job;
            watch.capture = SiteSet(sites);
            watch.captured = &walked.captured;
            LaneWatcher watcher(watch);
            walked.state = blockForwardInference(models.config(), layer, block.weights, rotary,
                                                 walked.state, &watcher);
            for (const Site site : sites) {
                LayerGuesses found =
                    guesses(models, models.head(walked.weights),
                            walked.captured[site][0][request.position], request.topK, next);
                found.lane = models.lanes()[walked.weights];
                found.layer = layer;
                found.site = site;
                byLane[lane].push_back(std::move(found));
            }
        }
    }
    std::vector<LayerGuesses> all;
    for (std::vector<LayerGuesses>& lane : byLane)
        std::move(lane.begin(), lane.end(), std::back_inserter(all));
    return all;
}

namespace {

PatchAnswer patchWith(const SessionModels& models, ExampleWalks& walks,
                      const PatchRequest& request, Job& job) {
    const at::NoGradGuard noGradients;
    requireRoom(0, plannedThreads(models.plan()));
    setProductThreads(plannedThreads(models.plan()));
    PatchAnswer answer;
    answer.ids = models.ids(request.example);
    const LanePatch patch = lanePatch(models, request, answer.ids.size());
    const SiteSet sites(patchedSites(patch.kind));
    const std::array examples = {static_cast<std::int64_t>(request.example)};
    const std::int64_t lastPatched = patch.layers.back();
    const RotaryTables rotary = makeRotaryTables(models.config(), models.plan().windows.tokens + 1);

    const std::size_t baseWeights = models.lane(request.base);
    SingleLane base{baseWeights, models.embedded(baseWeights, answer.ids)};
    const bool ownDonor = patch.donor != baseWeights && needsDonor(patch);
    SingleLane donor{patch.donor,
                     ownDonor ? models.embedded(patch.donor, answer.ids) : torch::Tensor()};
    SingleLane patched{baseWeights, {}};
    PatchSource source;
    source.patch = &patch;
    source.positions = positionMask(patch.positions, static_cast<std::int64_t>(answer.ids.size()));
    source.donor = ownDonor ? &donor.captured : &base.captured;
    source.seed = models.plan().seed;
    source.examples = examples;

    const std::int64_t layers = models.config().layers;
    const ExampleWalk* baseWalk = walks.find(baseWeights, request.example, layers, true);
    const ExampleWalk* donorWalk =
        ownDonor ? walks.find(patch.donor, request.example, lastPatched + 1, false) : nullptr;
    ExampleWalk newBase{baseWeights, request.example, {}, {}};
    ExampleWalk newDonor{patch.donor, request.example, {}, {}};

    BlockReader reader(models);
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        job.progress("patching", double(layer), double(models.config().layers));
        const BlockWeights reference = reader.take();
        const bool here = std::binary_search(patch.layers.begin(), patch.layers.end(), layer);
        const MethodBlock ownBlock = models.block(baseWeights, layer, reference);
        const auto walk = [&](SingleLane& lane, const MethodBlock& block, bool replaces) {
            LaneWatch watch;
            watch.job = &job;
            watch.basis = lane.weights == 0 ? nullptr : &block.basis;
            if (here && !replaces) {
                watch.capture = sites;
                watch.captured = &lane.captured;
            }
            if (replaces && here) {
                watch.patched = sites;
                watch.source = source;
                watch.source.layer = layer;
            }
            LaneWatcher watcher(watch);
            lane.state = blockForwardInference(models.config(), layer, block.weights, rotary,
                                               lane.state, &watcher);
        };
        const auto at = static_cast<std::size_t>(layer);
        if (baseWalk)
            base.state = baseWalk->entering[at];
        else
            newBase.entering.push_back(base.state);
        if (layer == patch.layers.front())
            patched.state = base.state;
        if (!baseWalk || (here && !ownDonor))
            walk(base, ownBlock, false);
        std::optional<MethodBlock> donorBlock;
        if (ownDonor && layer <= lastPatched && (here || !donorWalk)) {
            if (donorWalk)
                donor.state = donorWalk->entering[at];
            else
                newDonor.entering.push_back(donor.state);
            donorBlock.emplace(models.block(patch.donor, layer, reference));
            walk(donor, *donorBlock, false);
        }
        source.donorBasis = ownDonor
                                ? (patch.donor == 0 || !donorBlock ? nullptr : &donorBlock->basis)
                                : (baseWeights == 0 ? nullptr : &ownBlock.basis);
        if (layer >= patch.layers.front())
            walk(patched, ownBlock, true);
    }
    answer.before = baseWalk ? baseWalk->losses
                             : tokenLosses(models.head(baseWeights), base.state[0], answer.ids);
    answer.after = tokenLosses(models.head(baseWeights), patched.state[0], answer.ids);
    newBase.losses = answer.before;
    std::vector<ExampleWalk> kept = {baseWalk ? *baseWalk : std::move(newBase)};
    if (ownDonor)
        kept.push_back(donorWalk ? *donorWalk : std::move(newDonor));
    walks.kept = std::move(kept);
    return answer;
}

/// What a patch on the example needs whatever it replaces: the blocks, and both lanes' walks.
void prepare(const SessionModels& models, ExampleWalks& walks, const PatchRequest& expected,
             Job& job) {
    const std::int64_t layers = models.config().layers;
    if (!models.hasRoomFor((expected.base == expected.donor ? 1 : 2) * layers))
        return; // blocks would be read again by the patch, and all for nothing if none comes
    PatchRequest last = expected;
    last.layers = parseLayerSet(std::to_string(layers - 1));
    last.positions = {};
    patchWith(models, walks, last, job);
}

} // namespace

PatchAnswer patchExample(const SessionModels& models, const PatchRequest& request, Job& job) {
    ExampleWalks none;
    return patchWith(models, none, request, job);
}

SessionQuestions openQuestions(const std::shared_ptr<const SessionData>& session,
                               const std::filesystem::path& file) {
    const auto models = std::make_shared<const SessionModels>(session, file);
    const auto walks = std::make_shared<ExampleWalks>();
    return {.prepare = [models, walks](const PatchRequest& request,
                                       Job& job) { prepare(*models, *walks, request, job); },
            .examine = [models](const ExamineRequest& request,
                                Job& job) { return examineExample(*models, request, job); },
            .patch = [models, walks](const PatchRequest& request, Job& job) {
                return patchWith(*models, *walks, request, job);
            }};
}

} // namespace quantscope
