#include "core/data/session_schema.h"
#include "core/study/removal.h"
#include "core/study/study_instruments.h"
#include "core/study/study_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

/// A lane to be walked, and the row of an array that its loss goes to.
struct Removal {
    Lane lane;
    std::string path;
    std::size_t row = 0;
};

/// What the main walk found of the reference, from its parts.
struct DepthFound {
    std::map<DepthUnit, std::vector<double>> influence; ///< by layer, mean over examples
    std::vector<std::vector<float>> cosines;            ///< by layer, [example, position]
};

double meanOf(const NamedArray& array) { // [lane, 1, example], of lane 0
    double sum = 0;
    for (std::size_t example = 0; example < array.shape[2]; ++example)
        sum += array.at({0, 0, example});
    return sum / double(array.shape[2]);
}

} // namespace

/// Walks the reference without units of some layers over the first examples: each left out alone,
/// then one more at a time by ascending influence, then MLPs at the tokens that they change least.
void StudyRun::removeUnits() {
    const std::int64_t count = removalExamples(m_plan, m_inputs);
    if (count == 0)
        return;
    const auto layers = static_cast<std::size_t>(m_inputs.checkpoint->config().layers);
    DepthFound found;
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const SessionData part = m_folder.readPart(fmt::format("{:03}", layer));
        for (const DepthUnit unit : allDepthUnits)
            found.influence[unit].push_back(meanOf(part.require(depthPath(unit, "influence"))));
        found.cosines.push_back(
            std::get<std::vector<float>>(part.require("/depth/mlp/token_cosine").values));
    }

    std::vector<std::size_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const ExampleIds examples = selectExamples(m_inputs.examples, rows);
    SessionData part;
    std::vector<Removal> removals;
    const auto addArray = [&](const std::string& path, std::size_t length) {
        part.arrays.emplace(path, makeSessionArray(path, {length, rows.size()}));
    };
    for (const DepthUnit unit : allDepthUnits) {
        const std::string alone = depthPath(unit, "leave_one_out_nll");
        const std::string more = depthPath(unit, "removal_nll");
        addArray(alone, layers);
        addArray(more, layers + 1);
        for (std::size_t layer = 0; layer < layers; ++layer)
            removals.push_back(
                {removalLane(unit, {static_cast<std::int64_t>(layer)}), alone, layer});
        const std::vector<std::int64_t> order = removalOrder(found.influence[unit]);
        NamedArray orderArray = makeSessionArray(depthPath(unit, "removal_order"), {layers + 1});
        for (std::size_t removed = 1; removed <= layers; ++removed) {
            std::get<std::vector<std::int32_t>>(orderArray.values)[removed] =
                static_cast<std::int32_t>(order[removed - 1]);
            removals.push_back(
                {removalLane(unit,
                             {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(removed)}),
                 more, removed});
        }
        part.arrays.emplace(depthPath(unit, "removal_order"), std::move(orderArray));
    }
    addArray("/depth/skip/nll", skipShares.size());
    std::vector<std::int64_t> all(layers);
    std::iota(all.begin(), all.end(), std::int64_t{0});
    for (std::size_t i = 0; i < skipShares.size(); ++i) {
        Removal skip{removalLane(DepthUnit::Mlp, all), "/depth/skip/nll", i};
        skip.lane.patch->tokens = std::make_shared<const TokenMask>(
            largestTokens(found.cosines, examples.positions, skipShares[i]));
        removals.push_back(std::move(skip));
    }

    const OutputHeads heads = outputHeads();
    const std::size_t walks =
        (removals.size() + removalLanesAtOnce - 1) / std::size_t(removalLanesAtOnce);
    for (std::size_t first = 0; first < removals.size(); first += removalLanesAtOnce) {
        // Ranks take turns: every walk is over the same examples, whoever has their states.
        if (static_cast<int>(first / removalLanesAtOnce) % m_ranks.count() != m_ranks.rank())
            continue;
        const std::size_t end = std::min(removals.size(), first + std::size_t(removalLanesAtOnce));
        std::vector<Lane> lanes = {plainLanes(m_plan).front()};
        for (std::size_t i = first; i < end; ++i)
            lanes.push_back(removals[i].lane);
        const std::string stage =
            fmt::format("leaving units out, walk {} of {}", first / removalLanesAtOnce + 1, walks);
        const OutputScores scores = walkVariants(examples, rows, std::move(lanes), heads, stage);
        const auto put = [&](const std::string& path, std::size_t row, const auto& nllOf) {
            auto& values = std::get<std::vector<double>>(part.arrays.at(path).values);
            for (std::size_t example = 0; example < rows.size(); ++example)
                values[row * rows.size() + example] = nllOf(static_cast<std::int64_t>(example));
        };
        for (std::size_t i = first; i < end; ++i)
            put(removals[i].path, removals[i].row,
                [&](std::int64_t example) { return scores.patchNll(i - first, example); });
        for (const DepthUnit unit : allDepthUnits) // nothing is left out: the reference itself
            put(depthPath(unit, "removal_nll"), 0,
                [&](std::int64_t example) { return scores.laneNll(0, example); });
    }
    putPart("removal", wholeTable(part), true);
    tellFollower(true);
}

/// The scores of the reference and of variants of it on some examples.
OutputScores StudyRun::walkVariants(const ExampleIds& examples,
                                    const std::vector<std::size_t>& rows, std::vector<Lane> lanes,
                                    const OutputHeads& heads, const std::string& stage) {
    WalkOptions options;
    options.batchExamples = std::min(m_memory.batchExamples, examples.examples());
    options.threads = m_memory.threads;
    options.methodsAtOnce = m_memory.methodsAtOnce;
    options.lanesTogether = m_memory.lanesTogether;
    options.spill = m_memory.spill;
    options.device = m_device;
    options.seed = m_plan.seed;
    options.exampleNumbers.assign(rows.begin(), rows.end());
    const std::filesystem::path scratch = ownScratch() / "removal";
    std::filesystem::create_directories(scratch);
    OutputScores scores(examples, 1, lanes.size() - 1);
    Walk walk(*m_inputs.checkpoint, examples, std::move(lanes), options, scratch);
    walk.embed(embeddings(), m_job);
    const std::int64_t layers = m_inputs.checkpoint->config().layers;
    m_workDone = 0;
    m_workTotal = double(walk.batchesPerBlock()) * double(layers) + double(walk.batches());
    NextBlock next(m_job);
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const NextBlock::Ready block = takeBlock(layer, next);
        walk.walkBlock(
            layer, block.there, methodBlocks(layer, block.reference), [&] { advanceProgress(stage, 1); },
            m_job);
    }
    walk.score(
        heads, scores, [&] { advanceProgress(stage, 1); }, m_job);
    walk.discard();
    return scores;
}

} // namespace quantscope
