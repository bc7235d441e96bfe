#include "core/engine/walk.h"

#include "core/checkpoint/model_shape.h"
#include "core/engine/batches_at_once.h"
#include "core/engine/lane_watcher.h"
#include "core/engine/mixed_block.h"
#include "core/engine/workers.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"
#include "core/model/stop_watcher.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace quantscope {

/// What the batches of one block and one group of methods share; read-only while they run.
struct Walk::BlockWork {
    std::int64_t layer = 0;
    const BlockWeights* reference = nullptr;
    std::map<std::size_t, MethodBlock> methods;
    std::map<std::size_t, MethodBlock> mixed; ///< of lanes with matrices of two models
    std::vector<std::size_t> lanes;           ///< walked now, donors and bases first
    std::vector<SiteSet> captures;            ///< by lane
    std::vector<SiteSet> donated;             ///< by lane: of those, what other lanes take
    bool keepReference = false;               ///< whether the reference's new states are written
    SiteStatistics* statistics = nullptr;
    ExpertStatistics* experts = nullptr; ///< null where the block has none, or no probes
    BlockExtras extras;
    const Job* job = nullptr;
};

namespace {

bool contains(const std::vector<std::int64_t>& layers, std::int64_t layer) {
    return std::binary_search(layers.begin(), layers.end(), layer);
}

SiteSet patchSites(const Lane& lane, std::int64_t layer) {
    SiteSet sites;
    if (lane.patch && contains(lane.patch->layers, layer))
        sites.add(SiteSet(patchedSites(lane.patch->kind)));
    return sites;
}

/// Whether a variant of a lane goes through the block without being touched or looked at there: it
/// gives nothing to other lanes either.
bool onlyPasses(const Lane& lane, std::int64_t layer) {
    const auto isTouched = [&](const auto& what) { return what && contains(what->layers, layer); };
    return lane.forks() && lane.forkLayer() < layer && !isTouched(lane.patch) &&
           !isTouched(lane.restoration);
}

/// Whether a lane that forks here has the attention of its base.
bool sharesAttention(const std::vector<Lane>& lanes, const Lane& lane, std::int64_t layer) {
    if (!lane.patch || lane.forkLayer() != layer || lane.weights != lanes[lane.base].weights)
        return false;
    const std::vector<Site> sites = patchedSites(lane.patch->kind);
    return std::all_of(sites.begin(), sites.end(), [](Site site) { return site > Site::AttnOut; });
}

MethodBlock onDevice(MethodBlock block, torch::Device device) {
    block.weights = quantscope::onDevice(block.weights, device);
    for (auto& [site, scale] : block.basis.scale)
        scale = scale.to(device);
    return block;
}

/// Lengths of `count` examples, or of those that are left.
std::span<const std::int64_t> lengthsFrom(const ExampleIds& examples, std::int64_t first,
                                          std::int64_t count) {
    return std::span(examples.lengths)
        .subspan(static_cast<std::size_t>(first),
                 static_cast<std::size_t>(std::min(count, examples.examples() - first)));
}

/// The method whose group a lane is walked with; 0 for the reference.
std::size_t groupMethod(const std::vector<Lane>& lanes, const Lane& lane) {
    if (lane.weights != 0 || !lane.forks())
        return lane.weights;
    return lanes[lane.donor()].weights;
}

} // namespace

Walk::Walk(const Checkpoint& checkpoint, const ExampleIds& examples, std::vector<Lane> lanes,
           WalkOptions options, const std::filesystem::path& scratch)
    : m_checkpoint(checkpoint)
    , m_examples(examples)
    , m_lanes(std::move(lanes))
    , m_plainLanes(static_cast<std::size_t>(std::count_if(
          m_lanes.begin(), m_lanes.end(), [](const Lane& lane) { return !lane.forks(); })))
    , m_options(std::move(options))
    , m_scratch(scratch)
    , m_rotary(
          onDevice(makeRotaryTables(checkpoint.config(), examples.positions), m_options.device))
    , m_states(m_lanes.size()) {
    for (const Lane& lane : m_lanes) {
        const torch::Tensor mask =
            lane.patch ? positionMask(lane.patch->positions, examples.positions) : torch::Tensor();
        m_patchedPositions.push_back(mask.defined() ? mask.to(m_options.device) : mask);
    }
    if (m_options.exampleNumbers.empty()) {
        m_options.exampleNumbers.resize(static_cast<std::size_t>(examples.examples()));
        std::iota(m_options.exampleNumbers.begin(), m_options.exampleNumbers.end(), 0);
    }
}

Walk::~Walk() = default;

int Walk::threadsOfBatches() const {
    return batchesAtOnce(!m_options.device.is_cpu(), m_options.threads);
}

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
    parallelFor(batches(), threadsOfBatches(), job, [&](int, std::int64_t batch) {
        const std::int64_t first = batch * m_options.batchExamples;
        const std::int64_t count = std::min(m_options.batchExamples, m_examples.examples() - first);
        std::vector<std::int64_t> ids;
        for (std::int64_t i = 0; i < count * m_examples.positions; ++i)
            ids.push_back(std::max<std::int32_t>(m_examples.row(first)[i], 0)); // padding: any row
        for (const auto& [checkpoint, sharing] : lanes) {
            const torch::Tensor rows = embedTokens(*checkpoint, ids, m_examples.positions);
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
        if (m_lanes[lane].weights != 0)
            groups.back().push_back(m_lanes[lane].weights);
    }
    return groups;
}

SessionData Walk::walkBlock(std::int64_t layer, const BlockWeights& reference,
                            const MethodBlocks& methodBlocks,
                            const std::function<void()>& afterBatch, const Job& job) {
    return walkBlock(layer, reference, methodBlocks, afterBatch, job, {});
}

SessionData Walk::walkBlock(std::int64_t layer, const BlockWeights& reference,
                            const MethodBlocks& methodBlocks,
                            const std::function<void()>& afterBatch, const Job& job,
                            const BlockExtras& extras) {
    std::vector<std::string> names;
    for (std::size_t lane = 0; lane < m_plainLanes; ++lane)
        names.push_back(m_lanes[lane].name);
    SiteStatistics statistics(m_examples, names, m_options.probedSites, m_options.tokenMaps,
                              m_options.countStart);
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
        if (m_lanes[lane].forkLayer() <= layer)
            statesOf(lane);

    std::optional<ExpertStatistics> experts;
    const ModelConfig& config = m_checkpoint.config();
    if (config.experts.count > 0 && !m_options.probedSites.empty())
        experts.emplace(config.experts,
                        MeasuredExamples{m_examples, names.size(), m_options.countStart ? 0 : 1});

    const BlockWeights moved = onDevice(reference, m_options.device);
    const std::vector<std::vector<std::size_t>> groups = methodGroups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
        BlockWork work;
        work.layer = layer;
        work.reference = &moved;
        work.keepReference = g + 1 == groups.size();
        work.statistics = m_options.probedSites.empty() ? nullptr : &statistics;
        work.experts = experts && hasExperts(config, layer) ? &*experts : nullptr;
        work.extras = extras;
        work.job = &job;
        addLanes(work, groups[g], methodBlocks);
        addCaptures(work, extras);
        parallelFor(
            batches(), threadsOfBatches(), job,
            [&](int, std::int64_t batch) { walkBatch(work, batch); }, afterBatch);
    }
    for (const std::unique_ptr<HiddenStates>& states : m_states)
        if (states)
            states->advance();
    if (Ranks* ranks = m_options.ranks) {
        if (experts)
            experts->gather(*ranks);
        if (extras.instruments)
            for (const std::unique_ptr<BlockInstrument>& instrument : *extras.instruments)
                instrument->gather(*ranks);
    }
    SessionData part = m_options.probedSites.empty() ? SessionData{} : statistics.part();
    if (experts)
        part.arrays.merge(experts->part().arrays);
    if (extras.instruments)
        for (const std::unique_ptr<BlockInstrument>& instrument : *extras.instruments)
            part.arrays.merge(instrument->part().arrays);
    return part;
}

void Walk::addLanes(BlockWork& work, const std::vector<std::size_t>& methods,
                    const MethodBlocks& methodBlocks) const {
    for (const std::size_t method : methods)
        work.methods.emplace(method, onDevice(methodBlocks(method), m_options.device));
    const auto blockOf = [&](std::size_t weights) {
        return weights == 0 ? MethodBlock{*work.reference, {}} : work.methods.at(weights);
    };
    for (std::size_t index = 0; index < m_lanes.size(); ++index) {
        const Lane& lane = m_lanes[index];
        const std::size_t method = groupMethod(m_lanes, lane);
        if (lane.forkLayer() > work.layer || (method != 0 && !work.methods.count(method)))
            continue;
        if (lane.noise != NoiseFloor::Off && !work.keepReference)
            continue;
        work.lanes.push_back(index);
        if (lane.restoration && contains(lane.restoration->layers, work.layer))
            work.mixed.emplace(index, mixedBlock(blockOf(lane.weights),
                                                 blockOf(m_lanes[lane.donor()].weights),
                                                 lane.restoration->modules));
    }
}

void Walk::addCaptures(BlockWork& work, const BlockExtras& extras) const {
    work.donated.resize(m_lanes.size());
    for (const std::size_t lane : work.lanes) {
        if (m_lanes[lane].patch && needsDonor(*m_lanes[lane].patch))
            work.donated[m_lanes[lane].donor()].add(patchSites(m_lanes[lane], work.layer));
        if (sharesAttention(m_lanes, m_lanes[lane], work.layer))
            work.donated[m_lanes[lane].base].add(Site::AttnOut);
    }
    work.captures = work.donated;
    if (work.statistics)
        work.captures[0].add(SiteSet(m_options.probedSites));
    for (std::size_t lane = 0; lane < m_plainLanes; ++lane) {
        if (extras.earlyExit)
            work.captures[lane].add(SiteSet(extras.earlyExit->scores.sites()));
        if (extras.instruments)
            for (const std::unique_ptr<BlockInstrument>& instrument : *extras.instruments)
                work.captures[lane].add(instrument->sites());
    }
}

torch::Tensor Walk::forward(const BlockWork& work, std::size_t lane, const torch::Tensor& input,
                            std::int64_t firstExample, std::vector<SiteValues>& sites,
                            ExpertRecord* experts) const {
    const auto basisOf = [&](std::size_t of) -> const Basis* {
        const std::size_t method = m_lanes[of].weights;
        return method == 0 ? nullptr : &work.methods.at(method).basis;
    };
    LaneWatch watch;
    watch.job = work.job;
    watch.basis = basisOf(lane);
    watch.roundToBf16 = m_lanes[lane].noise == NoiseFloor::Bf16;
    watch.capture = work.captures[lane];
    watch.captured = &sites[lane];
    watch.lengths = lengthsFrom(m_examples, firstExample, input.size(0));
    watch.experts = experts;
    if (const std::optional<LanePatch>& patch = m_lanes[lane].patch) {
        watch.patched = patchSites(m_lanes[lane], work.layer);
        if (sharesAttention(m_lanes, m_lanes[lane], work.layer))
            watch.sameBefore = &sites[m_lanes[lane].base];
        watch.source = {&*patch,
                        patch->tokens
                            ? tokenMask(*patch->tokens, work.layer, firstExample, input.size(0))
                                  .to(m_options.device)
                            : m_patchedPositions[lane],
                        &sites[patch->donor],
                        basisOf(patch->donor),
                        m_options.means,
                        m_options.seed,
                        work.layer,
                        std::span(m_options.exampleNumbers)
                            .subspan(static_cast<std::size_t>(firstExample),
                                     static_cast<std::size_t>(input.size(0)))};
    } else if (!m_lanes[lane].forks() && work.statistics && (lane != 0 || work.keepReference)) {
        watch.statistics = work.statistics;
        watch.reference = lane == 0 ? nullptr : &sites[0];
        watch.lane = lane;
        watch.firstExample = firstExample;
    }
    LaneWatcher watcher(watch);
    return blockForwardInference(m_checkpoint.config(), work.layer, weightsOf(work, lane), m_rotary,
                                 input, &watcher);
}

/// The same sums in products of another shape: every example by itself.
torch::Tensor Walk::forwardByExample(const BlockWork& work, std::size_t lane,
                                     const torch::Tensor& input, std::int64_t firstExample,
                                     std::vector<SiteValues>& sites) const {
    std::vector<torch::Tensor> outputs;
    std::vector<SiteValues> captured;
    for (std::int64_t e = 0; e < input.size(0); ++e) {
        std::vector<SiteValues> own(m_lanes.size());
        for (const Site site : allSites)
            if (sites[0][site].defined())
                own[0][site] = sites[0][site].slice(0, e, e + 1);
        outputs.push_back(forward(work, lane, input.slice(0, e, e + 1), firstExample + e, own));
        captured.push_back(own[lane]);
    }
    for (const Site site : allSites) {
        if (!captured.front()[site].defined())
            continue;
        std::vector<torch::Tensor> values;
        for (const SiteValues& own : captured)
            values.push_back(own[site]);
        sites[lane][site] = torch::cat(values);
    }
    return torch::cat(outputs);
}

const BlockWeights& Walk::weightsOf(const BlockWork& work, std::size_t lane) const {
    if (const auto mixed = work.mixed.find(lane); mixed != work.mixed.end())
        return mixed->second.weights;
    const std::size_t method = m_lanes[lane].weights;
    return method == 0 ? *work.reference : work.methods.at(method).weights;
}

void Walk::walkBatch(const BlockWork& work, std::int64_t batch) {
    const std::int64_t first = batch * m_options.batchExamples;
    const std::int64_t count = std::min(m_options.batchExamples, m_examples.examples() - first);
    std::vector<SiteValues> sites(m_lanes.size());
    ExpertRecord referenceExperts;
    // Outputs are written after all lanes have run: a lane that forks here reads its base's input.
    std::vector<std::pair<std::size_t, torch::Tensor>> outputs;
    std::map<std::size_t, std::vector<std::size_t>> passing; // by weights
    for (const std::size_t lane : work.lanes) {
        if (m_lanes[lane].firstBatchOnly && batch > 0)
            continue;
        if (onlyPasses(m_lanes[lane], work.layer)) {
            passing[m_lanes[lane].weights].push_back(lane);
            continue;
        }
        const bool forksHere = m_lanes[lane].forks() && m_lanes[lane].forkLayer() == work.layer;
        const std::size_t from = forksHere ? m_lanes[lane].base : lane;
        const torch::Tensor input = m_states[from]->read(first, count).to(m_options.device);
        torch::Tensor out =
            m_lanes[lane].noise == NoiseFloor::Batch
                ? forwardByExample(work, lane, input, first, sites)
                : forwardWithExperts(work, lane, input, batch, sites, referenceExperts);
        if (lane != 0 || work.keepReference)
            outputs.emplace_back(lane, std::move(out));
        if (lane < m_plainLanes && (lane != 0 || work.keepReference))
            measure(work, lane, batch, sites);
    }
    for (const auto& [lane, out] : outputs)
        m_states[lane]->write(first, out);
    for (const auto& [weights, lanes] : passing)
        for (std::size_t from = 0; from < lanes.size(); from += m_options.lanesTogether)
            passThrough(work,
                        std::span(lanes).subspan(
                            from, std::min(m_options.lanesTogether, lanes.size() - from)),
                        first, count);
}

/// Takes lanes with the same weights through the block as if they were one lane with more examples.
void Walk::passThrough(const BlockWork& work, std::span<const std::size_t> lanes,
                       std::int64_t first, std::int64_t count) {
    std::vector<torch::Tensor> inputs;
    std::vector<std::int64_t> lengths;
    for (const std::size_t lane : lanes) {
        inputs.push_back(m_states[lane]->read(first, count).to(m_options.device));
        const std::span<const std::int64_t> own = lengthsFrom(m_examples, first, count);
        lengths.insert(lengths.end(), own.begin(), own.end());
    }
    StopWatcher stop(*work.job, lengths);
    const torch::Tensor out = blockForwardInference(
        m_checkpoint.config(), work.layer, weightsOf(work, lanes.front()), m_rotary,
        inputs.size() == 1 ? inputs.front() : torch::cat(inputs), &stop);
    for (std::size_t i = 0; i < lanes.size(); ++i)
        m_states[lanes[i]]->write(first,
                                  out.narrow(0, static_cast<std::int64_t>(i) * count, count));
}

/// The block, with what its experts do where that is measured.
torch::Tensor Walk::forwardWithExperts(const BlockWork& work, std::size_t lane,
                                       const torch::Tensor& input, std::int64_t batch,
                                       std::vector<SiteValues>& sites,
                                       ExpertRecord& reference) const {
    const std::int64_t first = batch * m_options.batchExamples;
    if (!work.experts || lane >= m_plainLanes)
        return forward(work, lane, input, first, sites);
    ExpertRecord own;
    ExpertRecord& record = lane == 0 ? reference : own;
    torch::Tensor out = forward(work, lane, input, first, sites, &record);
    if (lane == 0 && !work.keepReference)
        return out;
    const std::size_t method = m_lanes[lane].weights;
    ExpertStatistics::Batch measured{lane, batch, first, input.size(0), nullptr};
    if (method != 0)
        measured.basis = &work.methods.at(method).basis;
    work.experts->add(measured, record, reference);
    return out;
}

/// What is read off a lane without patches once it is through the block.
void Walk::measure(const BlockWork& work, std::size_t lane, std::int64_t batch,
                   std::vector<SiteValues>& sites) const {
    const std::int64_t first = batch * m_options.batchExamples;
    if (work.extras.earlyExit)
        scoreEarlyExit(work, lane, first, sites[lane]);
    if (!work.extras.instruments)
        return;
    LaneBatch measured;
    measured.batch = batch;
    measured.firstExample = first;
    measured.lengths = lengthsFrom(m_examples, first, m_options.batchExamples);
    measured.lane = lane;
    measured.weights = &weightsOf(work, lane);
    measured.basis =
        m_lanes[lane].weights == 0 ? nullptr : &work.methods.at(m_lanes[lane].weights).basis;
    measured.sites = &sites[lane];
    measured.referenceWeights = work.reference;
    measured.referenceSites = &sites[0];
    for (const std::unique_ptr<BlockInstrument>& instrument : *work.extras.instruments)
        instrument->add(measured);
    if (lane == 0)
        return;
    for (const Site site : allSites) // the next lanes need the room
        if (!work.donated[lane].has(site))
            sites[lane][site] = torch::Tensor();
}

void Walk::scoreEarlyExit(const BlockWork& work, std::size_t lane, std::int64_t first,
                          const SiteValues& sites) const {
    const EarlyExitProbe& probe = *work.extras.earlyExit;
    const std::int64_t count = sites[Site::ResidPost].size(0);
    const torch::Tensor final = probe.finalStates(lane, first, count);
    for (std::int64_t e = 0; e < count; ++e) {
        const auto example = static_cast<std::size_t>(first + e);
        for (const Site site : probe.scores.sites())
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
        batches(), threadsOfBatches(), job,
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
        if (m_lanes[lane].forkLayer() < layer || !m_lanes[lane].forks())
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
