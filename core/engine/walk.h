#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/engine/block_instrument.h"
#include "core/engine/block_source.h"
#include "core/engine/channel_means.h"
#include "core/engine/early_exit.h"
#include "core/engine/example_ids.h"
#include "core/engine/expert_statistics.h"
#include "core/engine/hidden_states.h"
#include "core/engine/lane.h"
#include "core/engine/output_heads.h"
#include "core/engine/output_scores.h"
#include "core/engine/site_statistics.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace quantscope {

/// Gives the k-th quantized model's block (k ≥ 1); called once a block and group of models.
using MethodBlocks = std::function<MethodBlock(std::size_t method)>;

/// The checkpoint whose embedding a model begins with; 0: the reference, k: the k-th quantized one.
using Embeddings = std::function<const Checkpoint&(std::size_t weights)>;

/// The state of a lane after the last block, [count, positions, hidden].
using FinalStates =
    std::function<torch::Tensor(std::size_t lane, std::int64_t first, std::int64_t count)>;

struct WalkOptions {
    std::vector<Site> probedSites; ///< empty: no probes
    bool tokenMaps = false;
    bool countStart = false;
    std::int64_t batchExamples = 1;
    int threads = 1;
    std::size_t methodsAtOnce = 1;            ///< methods whose blocks are held as f32 at a time
    std::size_t lanesTogether = 1; ///< whose rows go through a block in one product, at most
    bool spill = false;                       ///< hidden states live in scratch files
    torch::Device device = torch::kCPU;       ///< where blocks compute; states wait in host memory
    std::uint64_t seed = 0;                   ///< of what controls draw
    std::vector<std::int64_t> exampleNumbers; ///< in the study; empty: walked examples are all
    const ChannelMeans* means = nullptr;      ///< what PatchControl::Mean puts in
    /// That walk shares of one study's examples together; null: this walk has them all.
    Ranks* ranks = nullptr;
};

/// Carries lanes through the blocks: examples in batches, all lanes of a batch side by side, so
/// that probes compare and patches exchange values that never leave the batch.
class Walk {
public:
    /// @param lanes  without patches first (the reference at 0), then patched ones; a patched
    ///               lane's base and donor have no patches themselves
    Walk(const Checkpoint& checkpoint, const ExampleIds& examples, std::vector<Lane> lanes,
         WalkOptions options, const std::filesystem::path& scratch);
    ~Walk();

    const std::vector<Lane>& lanes() const { return m_lanes; }
    std::size_t plainLanes() const { return m_plainLanes; }

    /// Puts the embeddings into the lanes without patches, each its own model's.
    void embed(const Embeddings& embeddings, const Job& job);

    /// Where a block's r(l) and z(l) are scored.
    struct EarlyExitProbe {
        EarlyExit& scores;
        const OutputHeads& heads;
        FinalStates finalStates;
        std::vector<std::size_t> sessionLanes;    ///< of each lane without patches
        std::vector<std::size_t> sessionExamples; ///< of each walked example
    };

    /// What is measured in one block beside the probed sites; nothing of it is needed.
    struct BlockExtras {
        const EarlyExitProbe* earlyExit = nullptr;
        const BlockInstruments* instruments = nullptr;
    };

    /// Takes every lane through one block.
    /// @param afterBatch  called, one thread at a time, when a batch is done
    /// @return            "/sites/…" and "/tokens/…" of this layer, where there are probes, and
    ///                    the instruments' arrays; with ranks, see BlockInstrument::gather
    SessionData walkBlock(std::int64_t layer, const BlockWeights& reference,
                          const MethodBlocks& methodBlocks, const std::function<void()>& afterBatch,
                          const Job& job, const BlockExtras& extras);
    SessionData walkBlock(std::int64_t layer, const BlockWeights& reference,
                          const MethodBlocks& methodBlocks, const std::function<void()>& afterBatch,
                          const Job& job);

    /// Scores all lanes after the last block, each with its own model's last step.
    void score(const OutputHeads& heads, OutputScores& scores,
               const std::function<void()>& afterBatch, const Job& job);

    /// Hidden states of a lane, gathered by example.
    torch::Tensor states(std::size_t lane, const std::vector<std::size_t>& examples) const;

    /// Durable states of all lanes; see HiddenStates.
    void commit(int generation);
    /// @param layer  first layer that is not done: lanes that forked before it are restored
    void restore(int generation, std::int64_t layer);
    bool spills() const { return m_options.spill; }
    void discard();

    std::int64_t batches() const;
    int threadsOfBatches() const;
    /// How often walkBlock calls afterBatch: methods that are not held at once take several turns.
    std::int64_t batchesPerBlock() const;

private:
    struct BlockWork;
    void addLanes(BlockWork& work, const std::vector<std::size_t>& methods,
                  const MethodBlocks& methodBlocks) const;
    void addCaptures(BlockWork& work, const BlockExtras& extras) const;
    void walkBatch(const BlockWork& work, std::int64_t batch);
    void passThrough(const BlockWork& work, std::span<const std::size_t> lanes, std::int64_t first,
                     std::int64_t count);
    void measure(const BlockWork& work, std::size_t lane, std::int64_t batch,
                 std::vector<SiteValues>& sites) const;
    torch::Tensor forward(const BlockWork& work, std::size_t lane, const torch::Tensor& input,
                          std::int64_t firstExample, std::vector<SiteValues>& sites,
                          ExpertRecord* experts = nullptr) const;
    torch::Tensor forwardByExample(const BlockWork& work, std::size_t lane,
                                   const torch::Tensor& input, std::int64_t firstExample,
                                   std::vector<SiteValues>& sites) const;
    torch::Tensor forwardWithExperts(const BlockWork& work, std::size_t lane,
                                     const torch::Tensor& input, std::int64_t batch,
                                     std::vector<SiteValues>& sites, ExpertRecord& reference) const;
    const BlockWeights& weightsOf(const BlockWork& work, std::size_t lane) const;
    void scoreEarlyExit(const BlockWork& work, std::size_t lane, std::int64_t first,
                        const SiteValues& sites) const;
    std::vector<std::vector<std::size_t>> methodGroups() const;
    HiddenStates& statesOf(std::size_t lane);

    const Checkpoint& m_checkpoint;
    const ExampleIds& m_examples;
    std::vector<Lane> m_lanes;
    std::size_t m_plainLanes;
    WalkOptions m_options;
    std::filesystem::path m_scratch;
    RotaryTables m_rotary;
    std::vector<torch::Tensor> m_patchedPositions;       ///< by lane; see PatchSource::positions
    std::vector<std::unique_ptr<HiddenStates>> m_states; ///< by lane; null before the fork
};

} // namespace quantscope
