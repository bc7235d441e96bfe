#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/job.h"
#include "core/engine/block_source.h"
#include "core/engine/output_scores.h"
#include "core/model/cached_attention.h"

#include <functional>
#include <optional>
#include <vector>

namespace quantscope {

/// The model of one lane, to read tokens with.
struct LaneModel {
    const ModelConfig& config;
    const Checkpoint& embedding; ///< whose embedding the lane begins with
    const OutputHead& head;
    std::function<MethodBlock(std::int64_t layer)> block; ///< the same bits at every call
    bool roundToBf16 = false;                             ///< inputs and outputs of every product
};

/// How rows are read within a memory budget.
struct ReadingOptions {
    std::int64_t rowsPerBatch = 1; ///< rows of one product
    std::int64_t rowsAtOnce = 1;   ///< rows whose caches exist at a time
    bool holdBlocks = true;        ///< the lane's blocks stay in memory; else made for every pass
    int threads = 1;               ///< batches side by side
    torch::Device device = torch::kCPU;
};

/// Reads rows of tokens with one lane's model, all rows through a block before the next block, each
/// row's keys and values kept so that it can go on. What all rows begin with is read once.
class CachedLane {
public:
    /// @param prefix     ids that every row begins with; may be empty
    /// @param positions  tokens of the longest row, the prefix and what it will go on with included
    CachedLane(LaneModel model, std::vector<std::int32_t> prefix, std::int64_t positions,
               ReadingOptions options, const Job& job);

    /// Goes on with each prompt (its own ids, at least one, after the prefix) with the most likely
    /// token, the first one among equals, until `isFinished` or the longest answer.
    /// @param isFinished  told of a row's new tokens after each of them
    /// @return the new tokens by row, the one that finished it included
    std::vector<std::vector<std::int32_t>>
    decode(const std::vector<std::vector<std::int32_t>>& prompts, std::int64_t longest,
           const std::function<bool(const std::vector<std::int32_t>&)>& isFinished);

    /// Rows (own ids, after the prefix) whose tokens from `start` on are weighed.
    struct Scored {
        std::vector<std::int32_t> ids;
        std::int64_t start = 1; ///< ≥ 1
    };
    /// Σ log p of the weighed tokens given all before, by row.
    std::vector<double> logLikelihoods(const std::vector<Scored>& rows);

    /// Told of the share of work that is done, 0 … 1, in each of the calls above.
    std::function<void(double)> progress = [](double) {};

private:
    struct Batch;
    torch::Tensor embedded(const Batch& batch) const;
    const MethodBlock& block(std::int64_t layer);
    void readPrefix();
    void pass(std::vector<Batch*> batches);
    std::vector<Batch> makeBatches(const std::vector<std::vector<std::int32_t>>& rows,
                                   const std::vector<std::size_t>& order, std::int64_t extra) const;
    template <typename Read>
    void inWaves(const std::vector<std::vector<std::int32_t>>& rows, std::int64_t extra,
                 const Read& read);
    torch::Tensor logitsAt(const torch::Tensor& states) const;

    LaneModel m_model;
    std::vector<std::int32_t> m_prefix;
    ReadingOptions m_options;
    const Job& m_job;
    RotaryTables m_rotary;
    std::vector<std::optional<MethodBlock>> m_blocks; ///< by layer, where they are held
    std::optional<MethodBlock> m_passing;             ///< the one block, where they are not
    std::vector<KeyValueCache> m_prefixCaches;        ///< by layer; empty: no prefix
};

/// How many ids all rows begin with, leaving each at least the ids from `needed` on.
std::size_t commonPrefix(const std::vector<const std::vector<std::int32_t>*>& rows,
                         const std::vector<std::int64_t>& needed);

} // namespace quantscope
