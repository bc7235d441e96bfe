#include "core/engine/memory_plan.h"

#include "core/data/method_spec.h"
#include "core/data/site.h"
#include "core/engine/site_values.h"
#include "core/model/block_loader.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

/// libtorch, its libraries and the allocator's own, measured with an empty study.
constexpr std::uint64_t processBytes = 190ull << 20;

/// Rows that keep a product efficient: enough to amortise a pass over the weights.
constexpr std::int64_t efficientTokens = 2048;

std::uint64_t unsign(std::int64_t value) { return static_cast<std::uint64_t>(value); }

/// f32 bytes of a lane's sites and temporaries for one token inside a block.
std::uint64_t tokenBytes(const ModelConfig& config, const StudySizes& sizes) {
    std::int64_t captured = 0;
    for (const Site site : allSites)
        captured += hasSite(config, site) ? siteWidth(config, site) : 0;
    const ExpertConfig& experts = config.experts;
    const std::int64_t working =
        6 * config.hiddenSize + 4 * std::max(config.intermediateSize, experts.sharedSize) +
        experts.chosen * (4 * experts.intermediateSize + 2 * config.hiddenSize) + experts.count;
    const std::int64_t lanes = std::max(sizes.plainLanes + sizes.patchedLanes, sizes.followUpLanes);
    return unsign(4 * (captured + working + lanes * config.hiddenSize));
}

std::uint64_t statesBytes(const ModelConfig& config, std::int64_t lanes, std::int64_t examples,
                          std::int64_t positions) {
    return unsign(4 * lanes * examples * positions * config.hiddenSize);
}

/// Keys and values of all blocks for one token.
std::uint64_t cachedTokenBytes(const ModelConfig& config) {
    return unsign(2 * 4 * config.layers * config.keyValueHeads * config.headDimension);
}

/// What is held while a lane reads questions, but for its blocks and the rows' caches.
std::uint64_t questionWork(const ModelConfig& config, const StudySizes& sizes,
                           const MemoryPlan& plan) {
    const QuestionSizes& questions = sizes.questions;
    const std::int64_t rows = plan.questionBatch;
    const std::int64_t scores = config.heads * questions.longest;
    const std::uint64_t batch =
        unsign(rows * questions.longest) * tokenBytes(config, {}) +
        3 * unsign(4 * rows * scores * (questions.prefix + questions.longest)) +
        unsign(4 * rows * config.vocabularySize);
    return unsign(plan.threads) * batch + unsign(questions.prefix) * cachedTokenBytes(config) +
           unsign(questions.prefix) * tokenBytes(config, {});
}

std::uint64_t questionBytes(const ModelConfig& config, const StudySizes& sizes,
                            const MemoryPlan& plan) {
    if (sizes.questions.rows == 0)
        return 0;
    const std::uint64_t block = unsign(4 * blockElements(config));
    const std::uint64_t held = plan.holdLane ? block * unsign(config.layers) : block;
    const std::uint64_t caches =
        unsign(plan.questionsAtOnce * sizes.questions.longest) * cachedTokenBytes(config);
    return held + block + block / 2 + // the reference's, of which one is made
           unsign(4 * config.vocabularySize * config.hiddenSize * (1 + sizes.ownHeads)) +
           questionWork(config, sizes, plan) + caches;
}

/// Rows of questions in one product: enough to amortise a pass over the weights, with scores of
/// attention that stay small.
std::int64_t questionRows(const ModelConfig& config, const StudySizes& sizes) {
    const QuestionSizes& questions = sizes.questions;
    constexpr std::int64_t mostScores = 4 << 20; // of one batch
    const std::int64_t scores =
        config.heads * questions.longest * (questions.prefix + questions.longest);
    const std::int64_t tokens = sizes.batchTokens > 0 ? sizes.batchTokens : efficientTokens;
    return std::clamp<std::int64_t>(std::min(tokens / std::max<std::int64_t>(questions.longest, 1),
                                             mostScores / std::max<std::int64_t>(scores, 1)),
                                    1, std::max<std::int64_t>(questions.rows, 1));
}

/// Fills the estimate for the choices made so far.
void account(const ModelConfig& config, const StudySizes& sizes, MemoryPlan& plan) {
    StudyEstimate& estimate = plan.estimate;
    estimate.memory.clear();
    const auto item = [&estimate](const char* what, std::uint64_t bytes) {
        if (bytes > 0) {
            StudyEstimate::Item& added = estimate.memory.emplace_back();
            added.what = what;
            added.bytes = bytes;
        }
        return bytes;
    };
    const std::uint64_t block = unsign(4 * blockElements(config));
    const std::uint64_t states =
        statesBytes(config, sizes.plainLanes + sizes.patchedLanes, sizes.examples,
                    sizes.positions) +
        statesBytes(config, sizes.followUpLanes, sizes.followUpExamples, sizes.positions);
    const std::uint64_t calibration = statesBytes(
        config, sizes.calibrationLanes, sizes.calibrationExamples, sizes.calibrationPositions);
    const std::int64_t results = std::max(sizes.resultExamples, sizes.examples);
    const std::uint64_t scores =
        unsign(sizes.plainLanes * results * sizes.positions) * (4 * 4 + 1 + 4);
    const std::uint64_t statistics = unsign(sizes.plainLanes * results * sizes.probedSites) *
                                     4 * (7 + (sizes.tokenMaps ? unsign(6 * sizes.positions) : 0)) *
                                     2;

    std::uint64_t total = item("program and libraries", processBytes);
    total += item("results", 2 * scores + statistics);
    total += item("weights of a block in full precision", block);
    if (plan.prefetch)
        total += item("weights of the next block", block);
    total +=
        item("weights of the blocks that methods look ahead to", unsign(sizes.blocksAhead) * block);
    if (!plan.spill) {
        total += item("hidden states", states);
        total += item("hidden states of calibration", calibration);
    }
    total += item("instruments", sizes.instrumentBytes);
    // Quantizing, walking and scoring follow one another: the largest counts.
    std::vector<std::uint64_t> work = sizes.methodWorkBytes;
    std::sort(work.rbegin(), work.rend());
    std::uint64_t quantizing = 0;
    for (std::size_t i = 0; i < std::min(plan.quantizeAtOnce, work.size()); ++i)
        quantizing += work[i] + block / 2;
    quantizing += unsign(plan.calibrationBatchExamples * sizes.calibrationPositions) *
                  tokenBytes(config, {}) * unsign(plan.threads);
    const std::uint64_t walking = block * plan.methodsAtOnce + block / 4 +
                                  unsign(plan.batchExamples * sizes.positions) *
                                      tokenBytes(config, sizes) * unsign(plan.threads);
    const std::uint64_t matrix =
        unsign(4 * config.vocabularySize * config.hiddenSize * (1 + sizes.ownHeads));
    const std::uint64_t scoring = matrix + unsign(plan.threads) * (24ull << 20);
    const std::uint64_t followUp = sizes.earlyExit ? walking + matrix : 0;
    const std::uint64_t asking = questionBytes(config, sizes, plan);
    const std::uint64_t largest =
        std::max({quantizing, walking, scoring, followUp, sizes.endToEndBytes, asking});
    const bool wholeModel = largest == sizes.endToEndBytes;
    const bool questions = !wholeModel && largest == asking;
    total += item(wholeModel  ? "training the scales of all blocks together"
                  : questions ? "asking questions"
                              : "largest of quantizing, walking and scoring a block",
                  largest);
    estimate.peakBytes = total;
    estimate.budgetBytes = sizes.budgetBytes;
    estimate.examples = results;
    estimate.diskBytes = 2 * (plan.spill ? states + calibration : 0) +
                         unsign(config.layers * sizes.methodLanes * blockElements(config) / 2) +
                         unsign(config.layers) * sizes.singularValueBytes + 2 * scores +
                         unsign(config.layers) * statistics + 2 * sizes.instrumentResults;
    estimate.fits = total <= sizes.budgetBytes;
    estimate.reason.clear();
    if (!estimate.fits)
        estimate.reason = fmt::format(
            "The study needs about {} of memory and may use {}: one block alone is {} in f32, what "
            "is held of output matrices {}. Allow more memory, or take fewer or shorter examples, "
            "fewer "
            "methods, or less calibration text.",
            formatByteSize(total), formatByteSize(sizes.budgetBytes), formatByteSize(block),
            formatByteSize(matrix));
    if (!estimate.fits && wholeModel)
        estimate.reason +=
            fmt::format(" Training the scales of all blocks together holds the codes of the whole "
                        "model: {} in all; end_to_end=false leaves it out.",
                        formatByteSize(largest));
    if (!estimate.fits && questions)
        estimate.reason += fmt::format(
            " Questions of {} tokens after the {} that all begin with need {}; take shorter ones, "
            "or fewer --shots.",
            sizes.questions.longest, sizes.questions.prefix, formatByteSize(largest));
}

/// Gives questions what the other phases leave: all blocks of a lane where they have room, and
/// caches for as many rows as there is room for.
void planQuestions(const ModelConfig& config, const StudySizes& sizes, MemoryPlan& plan) {
    const std::int64_t rows = sizes.questions.rows;
    if (rows == 0 || !plan.estimate.fits)
        return;
    const auto fits = [&] {
        account(config, sizes, plan);
        return plan.estimate.fits;
    };
    const std::int64_t wanted = questionRows(config, sizes);
    constexpr std::int64_t batchesOfThread = 4; // so that no thread waits long for the others
    for (const bool hold : {true, false}) {
        plan.holdLane = hold;
        for (plan.questionBatch = wanted;; plan.questionBatch = (plan.questionBatch + 1) / 2) {
            plan.questionsAtOnce =
                std::min(rows, plan.questionBatch * plan.threads * batchesOfThread);
            if (fits() || plan.questionBatch == 1)
                break;
        }
        plan.questionsAtOnce = fits() ? plan.questionsAtOnce : 1;
        if (fits())
            break;
    }
    // Blocks that are made anew for every pass want many rows a pass.
    while (!plan.holdLane && plan.questionsAtOnce < rows) {
        const std::int64_t before = plan.questionsAtOnce;
        plan.questionsAtOnce = std::min(rows, 2 * before);
        if (!fits()) {
            plan.questionsAtOnce = before;
            break;
        }
    }
    fits();
}

/// How blocks are quantized and walked.
MemoryPlan planWalk(const ModelConfig& config, const StudySizes& sizes) {
    MemoryPlan plan;
    plan.holdLane = false; // the least that questions need, for now
    plan.threads = std::max(sizes.threads, 1);
    const auto batchFor = [](std::int64_t tokens, std::int64_t positions, std::int64_t examples) {
        return std::clamp<std::int64_t>(tokens / std::max<std::int64_t>(positions, 1), 1,
                                        std::max<std::int64_t>(examples, 1));
    };
    const std::int64_t tokens = sizes.batchTokens > 0 ? sizes.batchTokens : efficientTokens;
    plan.batchExamples = batchFor(tokens, sizes.positions, sizes.examples);
    plan.calibrationBatchExamples =
        batchFor(tokens, sizes.calibrationPositions, sizes.calibrationExamples);
    const std::size_t methods = sizes.methodWorkBytes.size();
    plan.methodsAtOnce = std::max<std::size_t>(methods, 1);
    plan.quantizeAtOnce = std::min<std::size_t>(methods, static_cast<std::size_t>(plan.threads));

    const auto fits = [&] {
        account(config, sizes, plan);
        return plan.estimate.fits;
    };
    if (fits())
        return plan;
    plan.prefetch = false;
    if (fits())
        return plan;
    plan.quantizeAtOnce = 1;
    if (fits())
        return plan;
    if (sizes.batchTokens == 0) { // a batch that was asked for decides the last digits: keep it
        plan.batchExamples = batchFor(512, sizes.positions, sizes.examples);
        plan.calibrationBatchExamples =
            batchFor(512, sizes.calibrationPositions, sizes.calibrationExamples);
        if (fits())
            return plan;
    }
    for (; plan.methodsAtOnce > 2; --plan.methodsAtOnce)
        if (fits())
            return plan;
    plan.spill = true;
    if (fits())
        return plan;
    plan.methodsAtOnce = 1;
    if (fits())
        return plan;
    for (; plan.threads > 1; --plan.threads)
        if (fits())
            return plan;
    fits();
    return plan;
}

} // namespace

void addLearnedSizes(const Quantizer& quantizer, const ModelConfig& config, StudySizes& sizes) {
    sizes.blocksAhead = std::max(sizes.blocksAhead, quantizer.blocksAhead());
    sizes.singularValueBytes =
        std::max(sizes.singularValueBytes, quantizer.singularValueBytes(config));
}

MemoryPlan planMemory(const ModelConfig& config, const StudySizes& sizes) {
    MemoryPlan plan = planWalk(config, sizes);
    planQuestions(config, sizes, plan);
    return plan;
}

} // namespace quantscope
