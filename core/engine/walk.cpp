#include "core/engine/walk.h"

#include "core/engine/lane_watcher.h"
#include "core/engine/workers.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace quantscope {

/// What the batches of one block and one group of methods share; read-only while they run.
struct Walk::BlockWork {
    std::int64_t layer = 0;
    const BlockWeights* reference = nullptr;
    std::map<std::size_t, MethodBlock> methods;
    std::vector<std::size_t> lanes; ///< walked now, donors and bases first
    std::vector<SiteSet> captures;  ///< by lane
    bool keepReference = false;     ///< whether the reference's new states are written
    SiteStatistics* statistics = nullptr;
    const EarlyExitProbe* earlyExit = nullptr;
    const Job* job = nullptr;
};

namespace {

SiteSet patchSites(const Lane& lane, std::int64_t layer) {
    SiteSet sites;
    if (lane.patch &&
        std::binary_search(lane.patch->layers.begin(), lane.patch->layers.end(), layer))
        sites.add(SiteSet(patchedSites(lane.patch->kind)));
    return sites;
}

MethodBlock onDevice(MethodBlock block, torch::Device device) {
    block.weights = quantscope::onDevice(block.weights, device);
    for (auto& [site, scale] : block.basis.scale)
        scale = scale.to(device);
    return block;
}

/// The method whose group a lane is walked with; 0 for the reference.
std::size_t groupMethod(const std::vector<Lane>& lanes, const Lane& lane) {
    if (lane.weights != 0 || !lane.patch)
        return lane.weights;
    return lanes[lane.patch->donor].weights;
}

} // namespace

Walk::Walk(const Checkpoint& checkpoint, const ExampleIds& examples, std::vector<Lane> lanes,
           WalkOptions options, const std::filesystem::path& scratch)
    : m_checkpoint(checkpoint)
    , m_examples(examples)
    , m_lanes(std::move(lanes))
    , m_plainLanes(static_cast<std::size_t>(
          std::count_if(m_lanes.begin(), m_lanes.end(),
                        [](const Lane& lane) { return !lane.patch.has_value(); })))
    , m_options(std::move(options))
    , m_scratch(scratch)
    , m_rotary(
          onDevice(makeRotaryTables(checkpoint.config(), examples.positions), m_options.device))
    , m_states(m_lanes.size()) {}

Walk::~Walk() = default;

std::int64_t Walk::batches() const {
    return (m_examples.examples() + m_options.batchExamples - 1) / m_options.batchExamples;
}

std::int64_t Walk::batchesPerBlock() const {
    return batches() * static_cast<std::int64_t>(methodGroups().size());
}

HiddenStates& Walk::statesOf(std::size_t lane) {
    std::unique_ptr<HiddenStates>& states = m_states[lane];
    if (!states)
        states = std::make_unique<HiddenStates>(m_scratch / ("lane-" + std::to_string(lane)),
                                                m_examples.examples(), m_examples.positions,
                                                m_checkpoint.config().hiddenSize, m_options.spill);
    return *states;
}

void Walk::embed(const Embeddings& embeddings, const Job& job) {
    // Lanes with the same embedding share what is read.
    std::map<const Checkpoint*, std::vector<std::size_t>> lanes;
    for (std::size_t lane = 0; lane < m_plainLanes; ++lane) {
        statesOf(lane);
        lanes[&embeddings(m_lanes[lane].weights)].push_back(lane);
    }
    parallelFor(batches(), m_options.threads, job, [&](int, std::int64_t batch) {
        const std::int64_t first = batch * m_options.batchExamples;
        const std::int64_t count = std::min(m_options.batchExamples, m_examples.examples() - first);
        std::vector<std::int64_t> ids;
        for (std::int64_t i = 0; i < count * m_examples.positions; ++i)
            ids.push_back(std::max<std::int32_t>(m_examples.row(first)[i], 0)); // padding: any row
        for (const auto& [checkpoint, sharing] : lanes) {
            const torch::Tensor rows =
                loadEmbeddingRows(*checkpoint, ids).view({count, m_examples.positions, -1});
            for (const std::size_t lane : sharing)
                m_states[lane]->write(first, rows);
        }
    });
    for (std::size_t lane = 0; lane < m_plainLanes; ++lane)
        m_states[lane]->advance();
}

std::vector<std::vector<std::size_t>> Walk::methodGroups() const {
    std::vector<std::vector<std::size_t>> groups(1);
    for (std::size_t lane = 1; lane < m_plainLanes; ++lane) {
        if (groups.back().size() >= std::max<std::size_t>(m_options.methodsAtOnce, 1))
            groups.emplace_back();
        groups.back().push_back(m_lanes[lane].weights);
    }
    return groups;
}

SessionData Walk::walkBlock(std::int64_t layer, const BlockWeights& reference,
                            const MethodBlocks& methodBlocks,
                            const std::function<void()>& afterBatch, const Job& job,
                            const EarlyExitProbe* earlyExit) {
    std::vector<std::string> names;
    for (std::size_t lane = 0; lane < m_plainLanes; ++lane)
        names.push_back(m_lanes[lane].name);
    SiteStatistics statistics(m_examples, names, m_options.probedSites, m_options.tokenMaps,
                              m_options.countStart);
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
        if (m_lanes[lane].forkLayer() <= layer)
            statesOf(lane);

    const BlockWeights moved = onDevice(reference, m_options.device);
    const std::vector<std::vector<std::size_t>> groups = methodGroups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
        BlockWork work;
        work.layer = layer;
        work.reference = &moved;
        work.keepReference = g + 1 == groups.size();
        work.statistics = m_options.probedSites.empty() ? nullptr : &statistics;
        work.earlyExit = earlyExit;
        work.job = &job;
        work.captures.resize(m_lanes.size());
        for (const std::size_t method : groups[g])
            work.methods.emplace(method, onDevice(methodBlocks(method), m_options.device));
        for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
            const std::size_t method = groupMethod(m_lanes, m_lanes[lane]);
            if (m_lanes[lane].forkLayer() > layer || (method != 0 && !work.methods.count(method)))
                continue;
            work.lanes.push_back(lane);
            if (m_lanes[lane].patch)
                work.captures[m_lanes[lane].patch->donor].add(patchSites(m_lanes[lane], layer));
        }
        if (work.statistics)
            work.captures[0].add(SiteSet(m_options.probedSites));
        if (earlyExit)
            for (std::size_t lane = 0; lane < m_plainLanes; ++lane)
                work.captures[lane].add(SiteSet(EarlyExit::sites));
        parallelFor(
            batches(), m_options.threads, job,
            [&](int, std::int64_t batch) { walkBatch(work, batch); }, afterBatch);
    }
    for (const std::unique_ptr<HiddenStates>& states : m_states)
        if (states)
            states->advance();
    return m_options.probedSites.empty() ? SessionData{} : statistics.part();
}

torch::Tensor Walk::forward(const BlockWork& work, std::size_t lane, const torch::Tensor& input,
                            std::int64_t firstExample, std::vector<SiteValues>& sites) {
    const auto basisOf = [&](std::size_t of) -> const Basis* {
        const std::size_t method = m_lanes[of].weights;
        return method == 0 ? nullptr : &work.methods.at(method).basis;
    };
    LaneWatch watch;
    watch.job = work.job;
    watch.basis = basisOf(lane);
    watch.capture = work.captures[lane];
    watch.captured = &sites[lane];
    if (const std::optional<LanePatch>& patch = m_lanes[lane].patch) {
        watch.patched = patchSites(m_lanes[lane], work.layer);
        watch.donor = &sites[patch->donor];
        watch.donorBasis = basisOf(patch->donor);
    } else if (work.statistics && (lane != 0 || work.keepReference)) {
        watch.statistics = work.statistics;
        watch.reference = lane == 0 ? nullptr : &sites[0];
        watch.lane = lane;
        watch.firstExample = firstExample;
    }
    LaneWatcher watcher(watch);
    const std::size_t method = m_lanes[lane].weights;
    const BlockWeights& weights = method == 0 ? *work.reference : work.methods.at(method).weights;
    return blockForwardInference(m_checkpoint.config(), work.layer, weights, m_rotary, input,
                                 &watcher);
}

void Walk::walkBatch(const BlockWork& work, std::int64_t batch) {
    const std::int64_t first = batch * m_options.batchExamples;
    const std::int64_t count = std::min(m_options.batchExamples, m_examples.examples() - first);
    std::vector<SiteValues> sites(m_lanes.size());
    // Outputs are written after all lanes have run: a lane that forks here reads its base's input.
    std::vector<std::pair<std::size_t, torch::Tensor>> outputs;
    for (const std::size_t lane : work.lanes) {
        if (m_lanes[lane].firstBatchOnly && batch > 0)
            continue;
        const bool forksHere = m_lanes[lane].patch && m_lanes[lane].forkLayer() == work.layer;
        const std::size_t from = forksHere ? m_lanes[lane].base : lane;
        const torch::Tensor input = m_states[from]->read(first, count).to(m_options.device);
        torch::Tensor out = forward(work, lane, input, first, sites);
        if (lane != 0 || work.keepReference)
            outputs.emplace_back(lane, std::move(out));
        if (work.earlyExit && lane < m_plainLanes && (lane != 0 || work.keepReference)) {
            scoreEarlyExit(work, lane, first, sites[lane]);
        }
    }
    for (const auto& [lane, out] : outputs)
        m_states[lane]->write(first, out);
}

void Walk::scoreEarlyExit(const BlockWork& work, std::size_t lane, std::int64_t first,
                          const SiteValues& sites) const {
    const EarlyExitProbe& probe = *work.earlyExit;
    const std::int64_t count = sites[EarlyExit::sites[0]].size(0);
    const torch::Tensor final = probe.finalStates(lane, first, count);
    for (std::int64_t e = 0; e < count; ++e) {
        const auto example = static_cast<std::size_t>(first + e);
        for (const Site site : EarlyExit::sites)
            probe.scores.add(probe.heads.of(m_lanes[lane].weights),
                             {probe.sessionLanes[lane], probe.sessionExamples[example]}, site,
                             m_examples.row(first + e), m_examples.lengths[example], sites[site][e],
                             final[e], *work.job);
    }
}

void Walk::score(const OutputHeads& heads, OutputScores& scores,
                 const std::function<void()>& afterBatch, const Job& job) {
    std::vector<const OutputHead*> ofLanes;
    for (const Lane& lane : m_lanes)
        ofLanes.push_back(&heads.of(lane.weights));
    parallelFor(
        batches(), m_options.threads, job,
        [&](int, std::int64_t batch) {
            const std::int64_t first = batch * m_options.batchExamples;
            const std::int64_t count =
                std::min(m_options.batchExamples, m_examples.examples() - first);
            std::vector<torch::Tensor> rows;
            for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
                rows.push_back(m_lanes[lane].firstBatchOnly && batch > 0
                                   ? torch::Tensor()
                                   : m_states[lane]->read(first, count));
            scores.add(ofLanes, first, rows, job);
        },
        afterBatch);
}

torch::Tensor Walk::states(std::size_t lane, const std::vector<std::size_t>& examples) const {
    std::vector<torch::Tensor> rows;
    for (const std::size_t example : examples)
        rows.push_back(m_states[lane]->read(static_cast<std::int64_t>(example), 1));
    return torch::cat(rows, 0);
}

void Walk::commit(int generation) {
    for (const std::unique_ptr<HiddenStates>& states : m_states)
        if (states)
            states->commit(generation);
}

void Walk::restore(int generation, std::int64_t layer) {
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
        if (m_lanes[lane].forkLayer() < layer || !m_lanes[lane].patch)
            statesOf(lane).restore(generation);
}

void Walk::discard() {
    for (std::unique_ptr<HiddenStates>& states : m_states)
        if (states)
            states->discard();
    for (std::unique_ptr<HiddenStates>& states : m_states)
        states.reset();
}

} // namespace quantscope
