#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/data/study_plan.h"
#include "core/engine/block_source.h"
#include "core/engine/calibration_texts.h"
#include "core/engine/hidden_states.h"
#include "core/engine/received_codes.h"
#include "core/engine/text_histograms.h"
#include "core/engine/training_curves.h"
#include "core/engine/weights_table.h"
#include "core/quant/quantizer.h"
#include "core/quant/singular_value_store.h"
#include "core/ranks/ranks.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace quantscope {

struct ChainOptions {
    int threads = 1;
    std::int64_t batchExamples = 1;
    std::size_t methodsAtOnce = 1; ///< methods quantized side by side, as memory allows
    bool spill = false;
    torch::Device device = torch::kCPU;   ///< where calibration lanes walk
    std::uint64_t deviceRoom = 0;         ///< bytes that each method's work may take there
    bool reuseStored = false;             ///< a block whose codes are there is not quantized again
    std::filesystem::path singularValues; ///< where decompositions are kept; empty: nowhere
    bool carriesAllTexts = false;         ///< in full precision, whether or not a method wants them
    /// That share the methods out; null: this process quantizes with them all.
    Ranks* ranks = nullptr;
    std::vector<int> owners; ///< of each method the rank that quantizes with it
};

/// What quantizing a block tells besides the codes.
struct BlockReport {
    WeightsTable& weights;    ///< gets the rows of the methods, which come first
    TrainingCurves& training; ///< likewise
    /// Called with the share of the block's work that is done.
    std::function<void(double share)> progress = {};
    /// Called while methods train, with the position of one of them and its losses so far; never
    /// twice at a time.
    std::function<void(std::size_t method, const std::vector<double>& losses)> trained = {};
    TextHistograms* texts = nullptr; ///< of the texts carried in full precision; null: not wanted
};

/// Puts the embeddings of a text's tokens into its hidden states.
void embedText(const Checkpoint& checkpoint, const ExampleIds& text, HiddenStates& states,
               int threads, const Job& job);

/// Quantizes a model block by block with all methods of a plan. Carries the calibration texts: one
/// full-precision lane a text for all methods that want it, one lane a method that wants its
/// quantized predecessors. Codes go to a folder a method, so that later questions need not quantize
/// again. Where ranks share the methods out, each carries the texts of its own methods and makes
/// their blocks, which all others get.
class QuantizationChain {
public:
    /// @param codes  codes/SLUG/block-000.safetensors and codes/SLUG/manifest.json are made there
    QuantizationChain(const Checkpoint& checkpoint, const std::vector<MethodSpec>& methods,
                      const CalibrationTexts& calibration, ChainOptions options,
                      const std::filesystem::path& scratch, const std::filesystem::path& codes);
    ~QuantizationChain();

    /// Whether any method wants calibration text.
    static bool needsCalibration(const std::vector<MethodSpec>& methods);

    /// Puts the embeddings into the calibration lanes.
    void embed(const Job& job);

    /// Quantizes one block with every method, stores the codes, and takes the calibration lanes
    /// through it; each rank with its own methods. May run beside a walk through the block before.
    /// @param there  the reference where lanes walk, for methods that can work there; null: none
    void quantizeBlock(std::int64_t layer, const BlockWeights& reference, const BlockReport& report,
                       Job& job, const BlockWeights* there = nullptr);

    /// Gives every rank the blocks that others made, as they lie in their files. Called by all
    /// ranks together, after each quantized the block and before it is walked through.
    void exchangeCodes(std::int64_t layer);

    /// A method's stored block. @param method  k ≥ 1, as in lanes
    QuantizedBlock load(std::size_t method, std::int64_t layer) const;

    /// A method's stored blocks, as lanes compute with them. They outlive the chain.
    std::unique_ptr<BlockSource> source(std::size_t method) const;

    void commit(int generation);
    void restore(int generation);
    void discard();

    /// Codes are kept where this program can find them again.
    static std::string slug(const MethodSpec& method, std::size_t index);
    static std::filesystem::path blockFile(const std::filesystem::path& folder, std::int64_t layer);

private:
    struct MethodState;
    class Stream;

    /// A text on its way through a model's blocks.
    struct TextLane {
        const CalibrationText* text = nullptr;
        std::unique_ptr<HiddenStates> states;
    };
    /// What quantizing a block reports while it runs.
    struct Reports {
        std::function<void(double)> progress;
        std::function<void(const std::vector<double>&)> trained;
    };

    QuantizedBlock makeBlock(std::int64_t layer, const BlockWeights& weights,
                             const MethodState& method, Job& job, Reports reports);
    bool owns(std::size_t index) const;
    bool isStored(const MethodState& method, std::int64_t layer) const;
    bool worksOnDevice(const MethodState& method, std::int64_t layer) const;
    void lookAhead(std::int64_t layer);
    /// The reference's block with the method's prefix before its text.
    static BlockWeights behindPrefix(const MethodState& method, std::int64_t layer,
                                     const BlockWeights& reference);
    void advanceLane(TextLane& lane, std::int64_t layer, const BlockWeights& weights,
                     const Job& job, TextHistograms* histograms = nullptr);
    TextLane makeLane(const CalibrationText& text, const std::string& name) const;
    TextLane& fullChainOf(const CalibrationText& text);
    const RotaryTables& rotaryOf(const CalibrationText& text) const;
    std::vector<TextLane*> lanes();

    const Checkpoint& m_checkpoint;
    const CalibrationTexts& m_calibration;
    ChainOptions m_options;
    std::filesystem::path m_scratch;
    std::map<std::int64_t, RotaryTables> m_rotary;       ///< by positions
    std::vector<std::unique_ptr<TextLane>> m_fullChains; ///< one a text that somebody wants
    std::vector<std::unique_ptr<MethodState>> m_methods;
    std::vector<std::size_t> m_own; ///< places of the methods that this process quantizes with
    std::shared_ptr<ReceivedCodes> m_received = std::make_shared<ReceivedCodes>();
    SingularValueStore m_singularValues;
    std::int64_t m_firstAhead = 0; ///< layer of the first of them
    std::vector<BlockWeights> m_ahead;
};

} // namespace quantscope
