#pragma once

#include "core/data/job.h"
#include "core/data/method_spec.h"
#include "core/model/block.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// A quantized matrix: codes and how they become numbers again. W~ is derived from it, never the
/// other way round.
struct QuantizedLinear {
    enum class Kind {
        Uniform, ///< scale · (code − zero) by group of input columns
        Levels,  ///< absmax · level[code] by block of the flattened matrix
        Cubed,   ///< (scale · (code − zero))³ by group of input columns
        Values,  ///< numbers as they are, in f32, without codes
    };
    Kind kind = Kind::Uniform;
    int bits = 4;
    std::int64_t rows = 0;        ///< out
    std::int64_t columns = 0;     ///< in
    std::int64_t groupSize = 0;   ///< columns a group (Uniform), elements a block (Levels)
    torch::Tensor codes;          // u8 [rows, columns], unpacked in memory, packed on disk
    torch::Tensor scales;         // f32 [rows, groups] or [blocks]
    torch::Tensor zeros;          // f32 [rows, groups], not of Levels; whole but for HQQ
    torch::Tensor levels;         // f32 [2^bits], Levels only
    torch::Tensor values;         // f32 [rows, columns], Values only
    torch::Tensor groupIndex;     // i32 [columns]: group of each column, where order was changed
    bool doubleQuantized = false; ///< Levels: `scales` derive from the 8-bit codes below
    torch::Tensor scaleCodes;     // u8 [blocks], double quantized only
    torch::Tensor scaleScales;    // f32 [⌈blocks / 256⌉], double quantized only
    float scaleOffset = 0;        ///< mean of the scales, double quantized only
    bool perTensor = false;       ///< Uniform: all rows have the same scale and zero point

    /// W~ in f32 [rows, columns]. @throws Error (Internal) where shapes do not fit together.
    torch::Tensor dequantize() const;

    /// Bits of storage a weight: codes; scales of groups as f16 and zero points in `bits` bits
    /// (as f16 where one is no code), as the published formats store them; scales of
    /// blocks of levels as f32, or in 8 bits with an f32 for each 256 where double quantized; 32
    /// bits a column where a group index is needed; 32 a weight for Values. One scale and zero
    /// point where perTensor.
    double bitsPerWeight() const;
};

/// What a method folded into the model: diagonal maps from the lane's inner activations to the
/// checkpoint's, by site. site_in_checkpoint = site_in_lane * scale. Absent: identity.
struct Basis {
    std::map<Site, torch::Tensor> scale; // f32 [width]
    /// The same between the up and the down projection of an expert, by expert. f32 [width]
    std::map<int, torch::Tensor> experts;
    bool operator==(const Basis& other) const;
};

/// A quantized block: what replaces the reference's matrices, and the norms it was folded into.
struct QuantizedBlock {
    std::map<Module, QuantizedLinear> linears;
    torch::Tensor ln1; ///< f32 [hidden], undefined: unchanged
    torch::Tensor ln2;
    Basis basis;
    /// What the matrices of a site do to its value first, by Ln1, OInput, Ln2 and DownInput;
    /// absent: nothing. The site itself stays as `basis` says.
    std::map<Site, InputTransform> inputs;
    /// Channels that a matrix's product is in before it is turned back; absent: the site's own.
    std::map<Module, OrthogonalMap> outputs;
    /// Keys and values of tokens that stand before every text, in full precision; empty: none.
    AttentionPrefix prefix;
    std::map<std::string, double> diagnostics; ///< e.g. "gptq.damping_raised", "awq.alpha.qkv"
    /// Trained methods: the block's loss before training and after each epoch; NaN where training
    /// had diverged before.
    std::vector<double> trainingLoss;
};

bool roundsInputs(const QuantizedBlock& block);
bool turnsChannels(const QuantizedBlock& block);

/// Hidden states of a calibration lane at a block's input, a batch at a time.
class CalibrationStream {
public:
    virtual ~CalibrationStream() = default;
    virtual std::int64_t batches() const = 0;
    /// Where the weights of the task lie. f32 [examples, tokens, hidden]
    virtual torch::Tensor batch(std::int64_t index) const = 0;
};

class BlockRounding;
class SingularValueStore;

/// What a method is given for one block.
struct BlockTask {
    const ModelConfig& config;
    std::int64_t layer;
    const BlockWeights& weights; ///< full precision, with the prefix where the method has one
    const RotaryTables& rotary;
    const CalibrationStream* quantizedChain; ///< inputs from the quantized blocks before
    const CalibrationStream* fullChain;      ///< inputs from the full-precision blocks before
    Job& job;
    /// Called with the share of this block's work that is done, by methods that take long.
    std::function<void(double share)> progress = {};
    /// The blocks that follow, in full precision: as many as Quantizer::blocksAhead() asks for,
    /// fewer at the end of the model.
    std::span<const BlockWeights> ahead = {};
    /// Where decompositions of matrices are kept; null: nowhere.
    SingularValueStore* singularValues = nullptr;
    /// Called by methods that train, before training and after each epoch, with the losses so far.
    std::function<void(const std::vector<double>& losses)> trained = {};
};

/// Tokens that are put before every text, because activations stick out at them: a position is an
/// outlier where max|x| of the down projection's input is above `ratio` times its median over the
/// positions of the window.
struct PrefixSearch {
    double ratio = 64;
    std::int64_t mostTokens = 8; ///< the start token apart
    bool startToken = true;      ///< the text's first token comes last
};

/// Training of all blocks' scales together on the language-model loss, with codes and zero points
/// as they are: AdamW without decay, a linear warm-up, then half a cosine down to 0.
struct EndToEndOptions {
    int epochs = 1;
    std::int64_t batch = 32; ///< windows a step
    double learningRate = 1e-5;
    double warmUp = 0.03;      ///< share of the steps
    double gradientNorm = 0.3; ///< gradients are shortened to this length
};

/// One method with its options set. Thread-compatible: one object a lane.
class Quantizer {
public:
    virtual ~Quantizer() = default;

    virtual bool needsQuantizedChain() const { return false; }
    virtual bool needsFullChain() const { return false; }

    /// Forward passes of the calibration text through a block that quantizing it costs, a backward
    /// pass counted twice: for progress and for the estimate of time.
    virtual double calibrationPasses() const;

    /// Whether its lanes round inputs of matrices as they walk, which no checkpoint written here
    /// can say.
    virtual bool roundsInputs() const { return false; }
    /// Whether its codes are of turned channels: weights that only the lane's own forward pass can
    /// use until they are turned back.
    virtual bool turnsChannels() const { return false; }

    /// How tokens are found that are put before every text; nothing: there are none.
    virtual std::optional<PrefixSearch> prefixSearch() const { return std::nullopt; }

    /// Epochs of training a block; 0: the method does not train.
    virtual int trainingEpochs() const { return 0; }

    /// How all blocks are trained together once each is quantized; nothing: they are not.
    virtual std::optional<EndToEndOptions> endToEnd() const { return std::nullopt; }

    /// Bytes of work space beyond the block's own weights, for the memory estimate.
    virtual std::uint64_t workBytes(const ModelConfig& config,
                                    std::int64_t calibrationTokens) const;

    /// Blocks after the one that is quantized that the method looks through.
    virtual std::int64_t blocksAhead() const { return 0; }

    /// Bytes of decompositions of a block's matrices that are kept on disk.
    virtual std::uint64_t singularValueBytes(const ModelConfig& config) const;

    virtual QuantizedBlock quantize(const BlockTask& task) = 0;

    /// Whether quantize() works where the weights of its task lie, on a GPU too, with all else that
    /// the task holds, and leaves what it makes there. The others take weights in host memory.
    virtual bool worksOnDevice() const { return false; }

    /// How the method rounds this block, for another that trains the matrices beneath it; null
    /// where the method is no such base. It refers to this object and to the task.
    /// @param train  with its own training done; else as that begins
    virtual std::unique_ptr<BlockRounding> rounding(const BlockTask& task, bool train) const;
};

/// A method's option, for `methods`, for the window's editor and for checking.
struct OptionDescription {
    std::string name;
    std::string defaultValue;
    std::string values; ///< range or list, e.g. "2 … 8" or "true, false"
    std::string help;
};

struct MethodDescription {
    std::string name;
    std::string title;
    std::string source; ///< paper
    std::string needs;  ///< "nothing", "calibration text"
    std::vector<OptionDescription> options;
    std::string cost; ///< of a block with the defaults, in words
};

std::vector<MethodDescription> availableMethods();

/// @throws Error (Usage) naming an unknown method or option, or a value out of range.
std::unique_ptr<Quantizer> makeQuantizer(const MethodSpec& spec);

/// The block's weights with every quantized matrix dequantized, the folded norms in place, the
/// biases of folded outputs divided by their basis, and layers that turn and round their inputs as
/// the method says. The reference's tensors are shared, not copied.
BlockWeights dequantizeBlock(const BlockWeights& reference, const QuantizedBlock& quantized);

} // namespace quantscope
