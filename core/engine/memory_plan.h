#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/model_summary.h"
#include "core/quant/quantizer.h"

#include <cstdint>
#include <vector>

namespace quantscope {

/// The sizes of the rows that questions are read as.
struct QuestionSizes {
    std::int64_t rows = 0;     ///< of one kind: prompts that are answered, or choices
    std::int64_t prefix = 0;   ///< tokens that all begin with
    std::int64_t longest = 0;  ///< tokens of the longest row after the prefix, answer included
    double tokens = 0;         ///< read by one lane at once, all kinds
    std::int64_t steps = 0;    ///< passes of one token a row
    std::int64_t answered = 0; ///< rows that go through those
};

/// The sizes of a study that decide what it costs.
struct StudySizes {
    std::int64_t examples = 0;       ///< walked by this process
    std::int64_t resultExamples = 0; ///< whose results it holds; 0: the same
    std::int64_t positions = 0;      ///< T + 1
    std::int64_t calibrationExamples = 0;
    std::int64_t calibrationPositions = 0;
    std::int64_t plainLanes = 1;       ///< the reference and one a quantized model
    std::int64_t methodLanes = 0;      ///< of those, the ones that leave codes on disk
    std::int64_t ownHeads = 0;         ///< output matrices beside the reference's
    std::int64_t patchedLanes = 0;     ///< of the main walk
    std::int64_t followUpExamples = 0; ///< of the largest follow-up walk
    std::int64_t followUpLanes = 0;    ///< of that walk, patched ones included
    std::int64_t calibrationLanes = 0;
    std::int64_t blocksAhead = 0; ///< held while a block is quantized, for methods that look ahead
    std::uint64_t singularValueBytes = 0; ///< of a block's decompositions, kept on disk
    double calibrationPasses = 0;         ///< through a block, of quantizing it with all methods
    std::int64_t probedSites = 0;
    bool tokenMaps = false;
    std::uint64_t instrumentBytes = 0;   ///< held by instruments while a block is walked
    std::uint64_t instrumentResults = 0; ///< of all layers, on disk
    bool earlyExit = false;
    std::uint64_t endToEndBytes = 0; ///< of training all blocks together; 0: no method does
    std::vector<std::uint64_t> methodWorkBytes; ///< of each method while it quantizes a block, or
                                                ///< of each imported model while it is compared
    QuestionSizes questions;
    std::uint64_t processBytes = 190ull << 20; ///< of the process beside the study
    std::uint64_t budgetBytes = 0;
    int threads = 1;
    std::int64_t batchTokens = 0;  ///< as asked for; 0: chosen here
    std::uint64_t deviceBytes = 0; ///< memory of the GPU that walks; 0: the processor does
};

/// What a method that looks ahead or keeps decompositions adds. Those are shared by all methods.
void addLearnedSizes(const Quantizer& quantizer, const ModelConfig& config, StudySizes& sizes);

/// How a study is carried out within its memory, and what it will cost.
struct MemoryPlan {
    std::int64_t batchExamples = 1;
    std::int64_t calibrationBatchExamples = 1;
    int threads = 1;
    std::size_t methodsAtOnce = 1;    ///< dequantized blocks held while walking
    std::size_t quantizeAtOnce = 1;   ///< methods quantized side by side
    std::uint64_t deviceRoom = 0;     ///< bytes of a GPU for the work of each of those methods
    std::size_t lanesTogether = 1;    ///< whose rows are put into one product
    bool prefetch = true;             ///< the next block is read while this one computes
    bool quantizeAhead = false;       ///< and quantized while this one is walked through
    bool spill = false;               ///< hidden states live on disk
    bool holdLane = true;             ///< while questions are asked, all blocks of a lane are held
    std::int64_t questionBatch = 1;   ///< rows of questions in one product
    std::int64_t questionsAtOnce = 1; ///< rows whose keys and values are held
    StudyEstimate estimate;           ///< without seconds
};

/// Chooses the fastest way that fits the budget: first everything in memory, then no block
/// quantized ahead of the walk, each lane in products of its own, no prefetch, fewer methods side
/// by side, hidden states on disk, fewer threads. What cannot fit comes back with estimate.fits ==
/// false and the reason with its numbers. Batches do not depend on the budget, so that it leaves
/// the last digits alone. On a GPU they depend on its memory, and are larger.
///
/// Blocks are quantized ahead where methods are quantized side by side, a core each: cores are idle
/// then while the slowest method ends. One method at a time has all cores in its products; beside a
/// walk they would have to be one, and the last digits others.
MemoryPlan planMemory(const ModelConfig& config, const StudySizes& sizes);

} // namespace quantscope
