#include "core/engine/memory_plan.h"

#include "core/data/method_spec.h"
#include "core/data/site.h"
#include "core/engine/batches_at_once.h"
#include "core/engine/output_scores.h"
#include "core/engine/site_values.h"
#include "core/model/block_loader.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

std::uint64_t unsign(std::int64_t value) { return static_cast<std::uint64_t>(value); }

/// Rows of one product: enough to amortise a pass over the weights. More would push what is held of
/// them in a block out of the processor's caches (tests/bench/README.md, "The walk beside its
/// products"), and take its memory.
constexpr std::int64_t efficientTokens = 512;

/// The same on a GPU, which needs more to be filled, where its memory takes as many.
constexpr std::int64_t efficientDeviceTokens = 8192;

/// Rows of lanes with the same weights in one product, where the weights are too large for the
/// caches: five products of 512 rows took 1.02 to 1.15 of the time of one there, 0.74 to 0.93 in
/// small models.
constexpr std::int64_t mostRowsTogether = 2560;
constexpr std::int64_t wideHidden = 1024;

/// f32 values that one token holds on its way through a block: the norms' and attention's outputs,
/// the streams between them, and gate and up.
std::int64_t forwardValues(const ModelConfig& config) {
    const ExpertConfig& experts = config.experts;
    return 5 * config.hiddenSize + 2 * std::max(config.intermediateSize, experts.sharedSize) +
           experts.chosen * (4 * experts.intermediateSize + 2 * config.hiddenSize) + experts.count;
}

/// What is held beside, while all lanes of a batch pass one after the other: the reference's sites
/// for the others to be compared with, what patches take and replace, and outputs of lanes.
struct WalkedLanes {
    std::int64_t lanes = 1;
    std::int64_t together = 1; ///< in one product
    bool areProbed = false;
    bool arePatched = false;
    bool spill = false;
};
std::uint64_t walkedTokenBytes(const ModelConfig& config, const WalkedLanes& walked) {
    std::int64_t values =
        forwardValues(config) * walked.together + (walked.lanes - 1) * config.hiddenSize;
    if (walked.together > 1)
        values += walked.together * config.hiddenSize; // their states side by side
    if (walked.areProbed) {
        for (const Site site : probedSitesOf(config))
            values += siteWidth(config, site);
        values +=
            config.intermediateSize - 2 * config.hiddenSize; // a gate that is kept; two shared
    }
    if (walked.arePatched)
        values += config.hiddenSize + // a replaced value, and donated ones that no probe holds
                  (walked.areProbed ? 0 : 2 * (config.hiddenSize + config.intermediateSize));
    if (walked.spill)
        values += 2 * config.hiddenSize; // read as copies
    return unsign(4 * values);
}

std::int64_t togetherIn(const MemoryPlan& plan) {
    return static_cast<std::int64_t>(plan.lanesTogether);
}

/// Batches that are under way at a time.
std::uint64_t batchesUnderWay(std::int64_t examples, std::int64_t batchExamples,
                              const StudySizes& sizes, const MemoryPlan& plan) {
    const std::int64_t batches =
        (examples + batchExamples - 1) / std::max<std::int64_t>(batchExamples, 1);
    return unsign(
        std::clamp<std::int64_t>(batches, 1, batchesAtOnce(sizes.deviceBytes > 0, plan.threads)));
}

/// What a token of a batch holds in host memory.
std::uint64_t hostTokenBytes(const ModelConfig& config, const StudySizes& sizes,
                             const WalkedLanes& walked) {
    return sizes.deviceBytes > 0 ? unsign(4 * config.hiddenSize * (walked.lanes + 1))
                                 : walkedTokenBytes(config, walked);
}

/// Blocks of methods in full precision that host memory holds.
std::uint64_t hostBlocks(const StudySizes& sizes, std::size_t blocks) {
    return sizes.deviceBytes > 0 ? 0 : blocks; // on a GPU they are made of their codes there
}

std::uint64_t statesBytes(const ModelConfig& config, std::int64_t lanes, std::int64_t examples,
                          std::int64_t positions) {
    return unsign(4 * lanes * examples * positions * config.hiddenSize);
}

/// Keys and values of all blocks for one token.
std::uint64_t cachedTokenBytes(const ModelConfig& config) {
    return unsign(2 * 4 * config.layers * config.keyValueHeads * config.headDimension);
}

/// A token of a question on its way through a block, keys and values repeated for every head.
std::uint64_t questionTokenBytes(const ModelConfig& config) {
    return unsign(4 * (forwardValues(config) + 8 * config.hiddenSize));
}

/// What is held while a lane reads questions, but for its blocks and the rows' caches.
std::uint64_t questionWork(const ModelConfig& config, const StudySizes& sizes,
                           const MemoryPlan& plan) {
    const QuestionSizes& questions = sizes.questions;
    const std::int64_t rows = plan.questionBatch;
    const std::int64_t scores = config.heads * questions.longest;
    const std::uint64_t batch =
        unsign(rows * questions.longest) * questionTokenBytes(config) +
        3 * unsign(4 * rows * scores * (questions.prefix + questions.longest)) +
        unsign(4 * rows * config.vocabularySize);
    return unsign(plan.threads) * batch + unsign(questions.prefix) * cachedTokenBytes(config) +
           unsign(questions.prefix) * questionTokenBytes(config);
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

/// Codes with their scales and zero points of a block, a byte a weight.
std::uint64_t codesBytes(const ModelConfig& config) {
    return unsign(blockMatrices(config) * 5 / 4);
}

/// Quantizing a block with several methods at a time, then taking the calibration text through it.
std::uint64_t quantizingBytes(const ModelConfig& config, const StudySizes& sizes,
                              const MemoryPlan& plan) {
    // Comparing a matrix with the reference's: once more in f32, and a piece of it in f64.
    const std::int64_t piece = std::min<std::int64_t>(largestMatrix(config), 1 << 20);
    const std::uint64_t comparing =
        codesBytes(config) + unsign(4 * largestMatrix(config) + 5 * 8 * piece);
    std::vector<std::uint64_t> work;
    for (const std::uint64_t bytes : sizes.methodWorkBytes)
        work.push_back(std::max(bytes, comparing));
    std::sort(work.rbegin(), work.rend());
    std::uint64_t quantizing = 0;
    for (std::size_t i = 0; i < std::min(plan.quantizeAtOnce, work.size()); ++i)
        quantizing += work[i];
    if (sizes.calibrationLanes == 0)
        return quantizing;
    const std::uint64_t batches =
        batchesUnderWay(sizes.calibrationExamples, plan.calibrationBatchExamples, sizes, plan);
    const std::uint64_t carrying =
        unsign(4 * blockElements(config)) +
        std::max(codesBytes(config),
                 batches * unsign(plan.calibrationBatchExamples * sizes.calibrationPositions) *
                     hostTokenBytes(config, sizes, {.lanes = 2, .spill = plan.spill}));
    return std::max(quantizing, carrying);
}

WalkedLanes mainWalk(const StudySizes& sizes, const MemoryPlan& plan) {
    return {.lanes = sizes.plainLanes + sizes.patchedLanes,
            .together = sizes.patchedLanes > 0 ? togetherIn(plan) : 1,
            .areProbed = sizes.probedSites > 0,
            .arePatched = sizes.patchedLanes > 0,
            .spill = plan.spill};
}

/// The methods' blocks, made one after the other from their codes, and batches on their way.
std::uint64_t walkingBytes(const ModelConfig& config, const StudySizes& sizes,
                           const MemoryPlan& plan) {
    const std::uint64_t batches = batchesUnderWay(sizes.examples, plan.batchExamples, sizes, plan);
    return unsign(4 * blockElements(config)) * hostBlocks(sizes, plan.methodsAtOnce) +
           std::max(codesBytes(config) + unsign(largestMatrix(config)),
                    batches * unsign(plan.batchExamples * sizes.positions) *
                        hostTokenBytes(config, sizes, mainWalk(sizes, plan)));
}

std::uint64_t outputMatrixBytes(const ModelConfig& config, const StudySizes& sizes) {
    return unsign(4 * config.vocabularySize * config.hiddenSize * (1 + sizes.ownHeads));
}

/// Three matrices of [chunk of tokens, vocabulary] a thread, as in OutputScores.
std::uint64_t scoringBytes(const ModelConfig& config, const StudySizes& sizes,
                           const MemoryPlan& plan) {
    const std::int64_t chunk = tokensScoredTogether(config.vocabularySize);
    return outputMatrixBytes(config, sizes) +
           unsign(plan.threads) *
               unsign(4 * chunk * (3 * config.vocabularySize + 2 * config.hiddenSize));
}

/// What the GPU holds at a time, of the largest phase.
std::uint64_t deviceNeeds(const ModelConfig& config, const StudySizes& sizes,
                          const MemoryPlan& plan, std::int64_t tokens) {
    const std::uint64_t block = unsign(4 * blockElements(config));
    const std::uint64_t walking = unsign(batchesAtOnce(true, plan.threads) * tokens) *
                                  walkedTokenBytes(config, mainWalk(sizes, plan));
    return block * (1 + plan.methodsAtOnce) + codesBytes(config) +
           std::max(walking, scoringBytes(config, sizes, plan));
}

std::uint64_t usableDeviceBytes(const StudySizes& sizes) {
    return sizes.deviceBytes / 10 * 8; // the rest is libraries' own
}

/// What a GPU has for each method that quantizes there, beside a walk.
std::uint64_t deviceRoom(const ModelConfig& config, const StudySizes& sizes,
                         const MemoryPlan& plan) {
    const std::uint64_t usable = usableDeviceBytes(sizes);
    const std::uint64_t taken =
        deviceNeeds(config, sizes, plan, plan.batchExamples * sizes.positions);
    const std::uint64_t batch = unsign(plan.calibrationBatchExamples * sizes.calibrationPositions) *
                                walkedTokenBytes(config, {.lanes = 1, .areProbed = true});
    const std::uint64_t each =
        taken < usable ? (usable - taken) / std::max<std::size_t>(plan.quantizeAtOnce, 1) : 0;
    return batch < each ? each - batch : 0;
}

/// Rows of one product on a GPU.
std::int64_t deviceTokens(const ModelConfig& config, const StudySizes& sizes,
                          const MemoryPlan& plan) {
    std::int64_t tokens = efficientDeviceTokens;
    while (tokens > efficientTokens &&
           deviceNeeds(config, sizes, plan, tokens) > usableDeviceBytes(sizes))
        tokens /= 2;
    return tokens;
}

/// A walk of a few examples with the output matrix at hand.
std::uint64_t followUpBytes(const ModelConfig& config, const StudySizes& sizes,
                            const MemoryPlan& plan) {
    if (sizes.followUpLanes == 0)
        return 0;
    const std::int64_t batch =
        std::clamp<std::int64_t>(sizes.followUpExamples, 1, plan.batchExamples);
    const std::uint64_t batches = batchesUnderWay(sizes.followUpExamples, batch, sizes, plan);
    const bool isOfAll = sizes.followUpExamples >= sizes.examples; // then with all pairs at once
    return unsign(4 * blockElements(config)) * hostBlocks(sizes, isOfAll ? plan.methodsAtOnce : 1) +
           std::max(codesBytes(config), batches * unsign(batch * sizes.positions) *
                                            hostTokenBytes(config, sizes,
                                                           {.lanes = sizes.followUpLanes,
                                                            .together = togetherIn(plan),
                                                            .arePatched = true,
                                                            .spill = plan.spill})) +
           scoringBytes(config, sizes, plan);
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
    const std::uint64_t statistics = unsign(sizes.plainLanes * results * sizes.probedSites) * 4 *
                                     (7 + (sizes.tokenMaps ? unsign(6 * sizes.positions) : 0)) * 2;

    std::uint64_t total = item("program and libraries", sizes.processBytes);
    total += item("results", 2 * scores + statistics);
    if (!plan.spill) {
        total += item("hidden states", states);
        total += item("hidden states of calibration", calibration);
    }
    total += item("instruments", sizes.instrumentBytes);

    // Phases follow one another: the largest counts. While blocks are walked, some are held.
    const std::uint64_t next = plan.prefetch ? block : 0;
    const std::uint64_t ahead = unsign(sizes.blocksAhead) * block;
    const std::uint64_t quantizing = quantizingBytes(config, sizes, plan);
    const std::uint64_t walking = walkingBytes(config, sizes, plan);
    const std::uint64_t followUp = followUpBytes(config, sizes, plan);
    const std::uint64_t main =
        ahead + (plan.quantizeAhead ? quantizing + walking : std::max(quantizing, walking));
    const std::uint64_t blockwise = block + next + std::max(main, followUp);
    const std::uint64_t scoring = scoringBytes(config, sizes, plan);
    const std::uint64_t matrix = outputMatrixBytes(config, sizes);
    // Reading the parts again and putting them together, with what the HDF5 library takes.
    constexpr std::uint64_t hdf5 = 16ull << 20;
    const std::uint64_t assembling = hdf5 + 2 * scores + statistics;
    const std::uint64_t asking = questionBytes(config, sizes, plan);
    const std::uint64_t endToEnd = sizes.endToEndBytes > 0 ? sizes.endToEndBytes + block + next : 0;
    const std::uint64_t largest = std::max({blockwise, scoring, assembling, endToEnd, asking});
    const bool wholeModel = largest == endToEnd;
    const bool questions = !wholeModel && largest == asking;
    if (wholeModel) {
        item("training the scales of all blocks together", largest);
    } else if (questions) {
        item("asking questions", largest);
    } else if (largest == scoring) {
        item("output matrix and scores of predictions", largest);
    } else if (largest == assembling) {
        item("putting the session together", largest);
    } else {
        item("weights of a block in full precision", block);
        item("weights of the next block", next);
        if (followUp > main) {
            item("walking a few examples again", followUp);
        } else {
            item("weights of the blocks that methods look ahead to", ahead);
            if (plan.quantizeAhead || quantizing > walking)
                item(plan.quantizeAhead ? "quantizing the next block" : "quantizing a block",
                     quantizing);
            if (plan.quantizeAhead || quantizing <= walking)
                item("walking through a block", walking);
        }
    }
    total += largest;
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
    const std::size_t methods = sizes.methodWorkBytes.size();
    plan.methodsAtOnce = std::max<std::size_t>(methods, 1);
    const bool isOnDevice = sizes.deviceBytes > 0;
    std::int64_t tokens = isOnDevice ? deviceTokens(config, sizes, plan) : efficientTokens;
    if (sizes.batchTokens > 0)
        tokens = sizes.batchTokens;
    while (isOnDevice && plan.methodsAtOnce > 1 &&
           deviceNeeds(config, sizes, plan, tokens) > usableDeviceBytes(sizes))
        --plan.methodsAtOnce;
    plan.batchExamples = batchFor(tokens, sizes.positions, sizes.examples);
    plan.calibrationBatchExamples =
        batchFor(tokens, sizes.calibrationPositions, sizes.calibrationExamples);
    plan.quantizeAtOnce = std::min<std::size_t>(methods, static_cast<std::size_t>(plan.threads));
    if (config.hiddenSize >= wideHidden)
        plan.lanesTogether = static_cast<std::size_t>(std::clamp<std::int64_t>(
            mostRowsTogether / std::max<std::int64_t>(plan.batchExamples * sizes.positions, 1), 1,
            std::max<std::int64_t>({sizes.patchedLanes, sizes.followUpLanes, 1})));

    const auto fits = [&] {
        account(config, sizes, plan);
        return plan.estimate.fits;
    };
    plan.quantizeAhead = plan.quantizeAtOnce > 1 && config.layers > 1;
    if (fits())
        return plan;
    plan.quantizeAhead = false;
    if (fits())
        return plan;
    plan.lanesTogether = 1; // with oneDNN the same products, but for batches of a few dozen rows
    if (fits())
        return plan;
    plan.prefetch = false;
    if (fits())
        return plan;
    plan.quantizeAtOnce = 1;
    if (fits())
        return plan;
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
    plan.deviceRoom = deviceRoom(config, sizes, plan);
    planQuestions(config, sizes, plan);
    return plan;
}

} // namespace quantscope
