#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/early_exit.h"
#include "core/engine/lane_builder.h"
#include "core/study/study_run.h"
#include "core/study/study_sets.h"

#include <fmt/format.h>

#include <limits>
#include <numeric>
#include <utility>

namespace quantscope {

void StudyRun::followUp() {
    const Instruments& instruments = m_plan.instruments;
    const bool withPatches = !instruments.patching.empty() && !patchesInMainWalk(m_plan);
    const std::vector<std::size_t> methods = pairedLanes(m_plan);
    if (instruments.earlyExit)
        for (std::int64_t layer = 0; layer < m_inputs.checkpoint->config().layers; ++layer)
            m_earlyExit.push_back(std::make_unique<EarlyExit>(
                m_walk->plainLanes(), static_cast<std::size_t>(m_share.ids.examples()),
                EarlyExit::sitesOf(m_inputs.checkpoint->config())));
    if ((withPatches || instruments.earlyExit) && !methods.empty()) {
        if (instruments.followUpExamples == FollowUpExamples::All) {
            std::vector<std::size_t> rows(static_cast<std::size_t>(m_inputs.examples.examples()));
            std::iota(rows.begin(), rows.end(), std::size_t{0});
            followUpWalk(methods, rows, withPatches);
        } else {
            for (const std::size_t method : methods)
                followUpWalk({method}, unionOfSets(m_sets, method), withPatches);
        }
    }
    for (std::size_t layer = 0; layer < m_earlyExit.size(); ++layer) {
        SessionData part = wholeExamples(m_earlyExit[layer]->part());
        part.arrays.emplace("/layer", makeSessionIndex("/layer", 1, layer));
        putPart(fmt::format("early-exit-{:03}", layer), std::move(part), true);
    }
    if (!m_patchRows.descriptions.empty())
        putPart("patches", wholeExamples(patchPart()), true);
    tellFollower(true);
}

/// Walks the reference, the named methods and their patched lanes over a few examples, from the
/// codes that the main walk left. Of several ranks each walks those of its share, whose last states
/// it has.
void StudyRun::followUpWalk(const std::vector<std::size_t>& methods,
                            const std::vector<std::size_t>& chosen, bool withPatches) {
    if (chosen.empty())
        return;
    const ModelConfig& config = m_inputs.checkpoint->config();
    const std::vector<std::size_t> rows = ownRows(chosen, m_share);
    const ExampleIds examples = selectExamples(m_inputs.examples, rows);
    const std::vector<Lane> all = plainLanes(m_plan);
    std::vector<Lane> lanes = {all[0]};
    std::vector<std::size_t> sessionLanes = {0};
    std::vector<std::size_t> walkLanes;
    for (const std::size_t method : methods) {
        Lane lane = all[method];
        lane.base = lanes.size();
        walkLanes.push_back(lanes.size());
        sessionLanes.push_back(method);
        lanes.push_back(lane);
    }
    if (all.back().noise != NoiseFloor::Off) {
        sessionLanes.push_back(all.size() - 1);
        lanes.push_back(all.back());
        lanes.back().base = lanes.size() - 1;
    }
    PatchedLanes patched;
    if (withPatches)
        patched = patchedLanes(m_plan, lanes, walkLanes, config.layers);
    lanes.insert(lanes.end(), patched.lanes.begin(), patched.lanes.end());
    if (rows.empty()) { // of this rank
        addPatchRows(nullptr, patched, chosen);
        return;
    }
    std::vector<std::size_t> shareRows; // the same, counted from the first of the share
    for (const std::size_t row : rows)
        shareRows.push_back(row - static_cast<std::size_t>(m_share.first));

    WalkOptions options;
    options.batchExamples = std::min(m_memory.batchExamples, examples.examples());
    options.threads = m_memory.threads;
    options.methodsAtOnce = m_memory.methodsAtOnce;
    options.lanesTogether = m_memory.lanesTogether;
    options.spill = m_memory.spill;
    options.device = m_device;
    options.seed = m_plan.seed;
    options.exampleNumbers.assign(rows.begin(), rows.end());
    options.means = &m_means;
    const std::filesystem::path scratch = ownScratch() / "follow-up";
    std::filesystem::create_directories(scratch);
    Walk walk(*m_inputs.checkpoint, examples, lanes, options, scratch);
    walk.embed(embeddings(), m_job);
    const OutputHeads heads = outputHeads();
    const FinalStates finalStates = [&](std::size_t lane, std::int64_t first, std::int64_t count) {
        const auto from = shareRows.begin() + first;
        return m_walk->states(sessionLanes[lane], {from, from + count});
    };
    m_workDone = 0;
    m_workTotal = double(walk.batchesPerBlock()) * double(config.layers) + double(walk.batches());
    NextBlock next(m_job);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const std::string stage =
            fmt::format("follow-up, layer {} of {}", layer + 1, config.layers);
        const NextBlock::Ready block = takeBlock(layer, next);
        std::optional<Walk::EarlyExitProbe> probe;
        if (!m_earlyExit.empty())
            probe.emplace(Walk::EarlyExitProbe{*m_earlyExit[static_cast<std::size_t>(layer)], heads,
                                               finalStates, sessionLanes, shareRows});
        walk.walkBlock(layer, block.there, methodBlocks(layer, block.reference),
                       [&] { advanceProgress(stage, 1); }, m_job,
                       {probe ? &*probe : nullptr, nullptr});
    }
    if (withPatches) {
        OutputScores scores(examples, walk.plainLanes(), patched.lanes.size());
        walk.score(
            heads, scores, [&] { advanceProgress("scoring patches", 1); }, m_job);
        for (std::size_t patch = 0; patch < patched.lanes.size(); ++patch)
            if (patched.lanes[patch].firstBatchOnly)
                checkNoOp(scores, patched.lanes[patch].base, patch, options.batchExamples);
        addPatchRows(&scores, patched, chosen);
    }
    walk.discard();
}

/// @param scores  of the share's examples among the rows; null where it has none of them
/// @param rows    that were walked, by all ranks
void StudyRun::addPatchRows(const OutputScores* scores, const PatchedLanes& patched,
                            const std::vector<std::size_t>& rows) {
    const auto examples = static_cast<std::size_t>(m_share.ids.examples());
    const auto firstBatch = static_cast<std::size_t>(m_memory.batchExamples);
    for (std::size_t patch = 0; patch < patched.lanes.size(); ++patch) {
        std::vector<double> nll(examples, std::numeric_limits<double>::quiet_NaN());
        std::vector<double> kl = nll;
        std::int64_t walked = 0;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (!scores || !m_share.has(rows[row]))
                continue;
            const std::size_t at = rows[row] - static_cast<std::size_t>(m_share.first);
            const std::int64_t place = walked++;
            // Every rank's first batch has its control; those of the study's first batch are told.
            if (patched.lanes[patch].firstBatchOnly && row >= firstBatch)
                continue;
            nll[at] = scores->patchNll(patch, place);
            kl[at] = scores->patchKl(patch, place);
        }
        m_patchRows.descriptions.push_back(patched.descriptions[patch]);
        m_patchRows.nll.push_back(std::move(nll));
        m_patchRows.kl.push_back(std::move(kl));
    }
}

SessionData StudyRun::patchPart() const {
    const std::size_t patches = m_patchRows.descriptions.size();
    const auto examples = static_cast<std::size_t>(m_share.ids.examples());
    SessionData part;
    part.arrays.emplace("/patch", makeSessionIndex("/patch", patches));
    const auto text = [&](const std::string& path, std::string PatchDescription::*field) {
        std::vector<std::string> values;
        for (const PatchDescription& description : m_patchRows.descriptions)
            values.push_back(description.*field);
        part.arrays.emplace(path, makeSessionText(path, std::move(values)));
    };
    text("/patches/base_lane", &PatchDescription::base);
    text("/patches/donor_lane", &PatchDescription::donor);
    text("/patches/kind", &PatchDescription::kind);
    text("/patches/layers", &PatchDescription::layers);
    text("/patches/positions", &PatchDescription::positions);
    text("/patches/control", &PatchDescription::control);
    const auto numbers = [&](const std::string& path,
                             const std::vector<std::vector<double>>& rows) {
        NamedArray array = makeSessionArray(path, {patches, examples});
        auto& values = std::get<std::vector<double>>(array.values);
        values.clear();
        for (const std::vector<double>& row : rows)
            values.insert(values.end(), row.begin(), row.end());
        part.arrays.emplace(path, std::move(array));
    };
    numbers("/patches/nll", m_patchRows.nll);
    numbers("/patches/kl", m_patchRows.kl);
    return part;
}

} // namespace quantscope
