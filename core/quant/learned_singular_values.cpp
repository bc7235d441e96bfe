#include "core/data/error.h"
#include "core/quant/block_rounding.h"
#include "core/quant/methods.h"
#include "core/quant/singular_increment.h"
#include "core/quant/singular_value_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace quantscope {

namespace {

constexpr std::array<std::string_view, 5> bases = {"omniquant", "rtn", "duquant", "prefixquant",
                                                   "quarot"};

/// What the blocks ahead are while a block is trained for what becomes of its output there.
enum class BlocksAhead { Full, Quantized };

struct LearnedOptions {
    IncrementMask mask;
    double rate = 2e-4;
    std::int64_t horizon = 0; ///< h: blocks looked ahead
    BlocksAhead ahead = BlocksAhead::Full;
    bool trainsBase = false; ///< the base's own parameters go on being trained with Δ
    BlockTrainingOptions training;
};

/// The text that reaches a later block, from the text at the task's.
class CarriedStream final : public CalibrationStream {
public:
    CarriedStream(const BlockTask& task, const CalibrationStream& stream, std::size_t blocks)
        : m_task(task)
        , m_stream(stream)
        , m_blocks(blocks) {}

    std::int64_t batches() const override { return m_stream.batches(); }
    torch::Tensor batch(std::int64_t index) const override {
        torch::Tensor hidden = m_stream.batch(index);
        for (std::size_t i = 0; i < m_blocks; ++i) {
            m_task.job.throwIfStopped();
            hidden = blockForwardInference(
                m_task.config, m_task.layer + static_cast<std::int64_t>(i),
                i == 0 ? m_task.weights : m_task.ahead[i - 1], m_task.rotary, hidden);
        }
        return hidden;
    }

private:
    const BlockTask& m_task;
    const CalibrationStream& m_stream;
    std::size_t m_blocks;
};

/// The blocks ahead as the base begins to quantize them.
std::vector<BlockWeights> quantizedAhead(const BlockTask& task, const Quantizer& base,
                                         std::size_t count) {
    std::vector<BlockWeights> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        const CarriedStream stream(task, *task.fullChain, i + 1);
        BlockTask later{task.config,   task.layer + 1 + static_cast<std::int64_t>(i),
                        task.ahead[i], task.rotary,
                        &stream,       &stream,
                        task.job};
        later.singularValues = task.singularValues;
        blocks.push_back(base.rounding(later, false)->rounded(task.ahead[i]));
    }
    return blocks;
}

class IncrementedBlock final : public TrainableBlock {
public:
    IncrementedBlock(const BlockTask& task, const BlockRounding& base,
                     const LearnedOptions& options, std::vector<BlockWeights> ahead)
        : m_weights(task.weights)
        , m_modules(task.weights.modules())
        , m_base(base)
        , m_options(options)
        , m_ahead(std::move(ahead)) {
        std::optional<SingularValueStore> unkept;
        SingularValueStore& store =
            task.singularValues ? *task.singularValues : unkept.emplace(std::filesystem::path());
        for (const Module module : m_modules)
            m_increments.emplace_back(store.of(m_weights.linear(module).weight, task.job),
                                      options.mask);
    }

    std::vector<TrainedParameters> parameters() const override {
        std::vector<TrainedParameters> all;
        TrainedParameters& increments = all.emplace_back();
        increments.learningRate = m_options.rate;
        for (const SingularIncrement& increment : m_increments)
            for (const torch::Tensor& part : increment.parameters())
                increments.values.push_back(part);
        if (m_options.trainsBase)
            for (const TrainedParameters& group : m_base.parameters())
                all.push_back(group);
        return all;
    }

    BlockWeights weights() const override { return m_base.rounded(incremented()); }

    std::span<const BlockWeights> ahead() const override { return m_ahead; }

    QuantizedBlock quantized(const Job& job) const override {
        QuantizedBlock block = m_base.quantized(incremented(), job);
        block.diagnostics.merge(diagnostics());
        return block;
    }

private:
    /// Every matrix W + U Δ Vᵀ.
    BlockWeights incremented() const {
        BlockWeights changed = m_weights;
        for (std::size_t i = 0; i < m_modules.size(); ++i) {
            torch::Tensor& weight = changed.linear(m_modules[i]).weight;
            weight = m_increments[i].add(weight);
        }
        return changed;
    }

    /// How much was learned: entries of Δ over the weights, and the change of each matrix.
    std::map<std::string, double> diagnostics() const {
        std::map<std::string, double> found;
        double entries = 0;
        double weights = 0;
        for (std::size_t i = 0; i < m_modules.size(); ++i) {
            const torch::Tensor& weight = m_weights.linear(m_modules[i]).weight;
            entries += static_cast<double>(
                m_options.mask.entries(std::min(weight.size(0), weight.size(1))));
            weights += static_cast<double>(weight.numel());
            found[fmt::format("singular_values.change.{}", moduleName(m_modules[i]))] =
                m_increments[i].relativeSize();
        }
        found["singular_values.learned_share"] = entries / weights;
        return found;
    }

    const BlockWeights& m_weights;
    std::vector<Module> m_modules;
    const BlockRounding& m_base;
    const LearnedOptions& m_options;
    std::vector<BlockWeights> m_ahead;
    std::vector<SingularIncrement> m_increments; ///< of each module
};

/// Elements of the decompositions of a block's matrices.
std::int64_t blockDecompositions(const ModelConfig& config) {
    std::int64_t most = 0;
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        std::int64_t elements = 0;
        for (const Module module : blockModules(config, layer)) {
            const auto [out, in] = matrixShape(config, module, layer);
            elements += decompositionElements(out, in);
        }
        most = std::max(most, elements);
    }
    return most;
}

/// LSI and SDE: increments of the singular values of every matrix, learned beneath a base.
class LearnedSingularValues : public Quantizer {
public:
    LearnedSingularValues(const LearnedOptions& options, std::unique_ptr<Quantizer> base)
        : m_options(options)
        , m_base(std::move(base)) {}

    bool needsQuantizedChain() const override { return true; }
    bool needsFullChain() const override { return true; }
    bool roundsInputs() const override { return m_base->roundsInputs(); }
    bool turnsChannels() const override { return m_base->turnsChannels(); }
    std::optional<PrefixSearch> prefixSearch() const override { return m_base->prefixSearch(); }
    int trainingEpochs() const override { return m_options.training.epochs; }
    std::int64_t blocksAhead() const override { return m_options.horizon; }

    double calibrationPasses() const override { return basePasses() + ownPasses(); }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        const std::int64_t rank = config.hiddenSize; // of no matrix more
        const std::int64_t trained =
            static_cast<std::int64_t>(modelModules(config).size()) * m_options.mask.entries(rank);
        // Beside the factors: W', its gradient and UᵀG of every matrix, and blocks ahead rounded.
        const std::int64_t rounded =
            m_options.ahead == BlocksAhead::Quantized ? m_options.horizon : 0;
        const auto matrices = static_cast<std::uint64_t>(blockMatrices(config) * (3 + rounded));
        return m_base->workBytes(config, calibrationTokens) + singularValueBytes(config) +
               4 * matrices +
               trainingBytes(config, calibrationTokens, trained, m_options.training,
                             m_options.horizon);
    }

    std::uint64_t singularValueBytes(const ModelConfig& config) const override {
        return 4 * static_cast<std::uint64_t>(blockDecompositions(config));
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        const double baseShare = basePasses() / calibrationPasses();
        BlockTask first = task;
        first.trained = {};
        first.progress = [&](double share) { tell(task, baseShare * share); };
        const std::unique_ptr<BlockRounding> base = m_base->rounding(first, true);
        BlockTask second = task;
        second.progress = [&](double share) { tell(task, baseShare + (1 - baseShare) * share); };
        const std::size_t horizon =
            std::min(static_cast<std::size_t>(m_options.horizon), task.ahead.size());
        const std::span<const BlockWeights> following = task.ahead.first(horizon);
        const IncrementedBlock block(
            task, *base, m_options,
            m_options.ahead == BlocksAhead::Quantized
                ? quantizedAhead(task, *m_base, horizon)
                : std::vector<BlockWeights>(following.begin(), following.end()));
        return trainAndQuantize(second, block, m_options.training);
    }

private:
    static void tell(const BlockTask& task, double share) {
        if (task.progress)
            task.progress(share);
    }

    double basePasses() const { return m_base->calibrationPasses(); }
    double ownPasses() const {
        constexpr double step = 4; // forward, back, and the loss at the end of an epoch
        return 2 + step * m_options.training.epochs * double(1 + m_options.horizon);
    }

    LearnedOptions m_options;
    std::unique_ptr<Quantizer> m_base;
};

/// The base with its further options, "let=true/epochs=40", which it reads itself.
std::unique_ptr<Quantizer> makeBase(const std::string& method, const MethodOptions& options) {
    std::string text(bases[options.choice("base", {bases.begin(), bases.end()})]);
    if (const std::string& further = options.text("base_options"); further != "none") {
        text += ':' + further;
        std::replace(text.begin(), text.end(), '/', ',');
    }
    MethodSpec base = parseMethodSpec(text);
    if (base.lane != text)
        throw Error(ErrorKind::Usage, fmt::format("The method {} names its lane itself; leave "
                                                  "name={} out of base_options.",
                                                  method, base.lane));
    const std::map<std::string, std::int64_t> shared = {{"bits", options.bits()},
                                                        {"group", options.group()}};
    for (const auto& [name, value] : shared)
        if (!base.options.emplace(name, std::to_string(value)).second)
            throw Error(ErrorKind::Usage,
                        fmt::format("The method {} gives its own {} to its base; leave {}={} out "
                                    "of base_options.",
                                    method, name, name, base.options[name]));
    if (base.method == "quarot") // which else goes on with GPTQ
        base.options.emplace("weights", "rtn");
    if (base.options.contains("weights") && base.options["weights"] != "rtn")
        throw Error(ErrorKind::Usage,
                    fmt::format("The method {} trains the matrices through their rounding, which "
                                "goes to the nearest; leave weights={} out of base_options.",
                                method, base.options["weights"]));
    return makeQuantizer(base);
}

std::unique_ptr<Quantizer> makeMethod(const std::string& method, const IncrementMask& mask,
                                      const MethodOptions& options) {
    LearnedOptions read;
    read.mask = mask;
    read.rate = options.number("lr", 0, 10);
    read.horizon = options.integer("horizon", 0, 2);
    read.ahead = options.choice("later", {"full", "quantized"}) == 0 ? BlocksAhead::Full
                                                                     : BlocksAhead::Quantized;
    read.trainsBase = options.flag("train_base");
    read.training.epochs = static_cast<int>(options.integer("epochs", 0, 100000));
    read.training.samples = options.integer("samples", 0, 1 << 24);
    read.training.batch = options.integer("batch", 1, 4096);
    read.training.ownShare = options.number("lambda", 0, 1e6);
    const std::size_t augmented = options.choice("augmented", {"auto", "false", "true"});
    read.training.augmented = augmented == 2 || (augmented == 0 && options.bits() == 2);
    return std::make_unique<LearnedSingularValues>(read, makeBase(method, options));
}

constexpr std::int64_t largestSide = 1 << 16;

std::vector<OptionDescription> describe(std::vector<OptionDescription> own) {
    std::vector<OptionDescription> described = groupOptionDescriptions(4, 128);
    described.push_back({"base", std::string(bases.front()),
                         fmt::format("{}", fmt::join(bases, ", ")),
                         "the method whose rounding the increments are learned beneath, after its "
                         "own training; duquant, prefixquant and quarot with their rotations, prefix "
                         "and rounded activations as these begin (base_options=activation_bits=8), "
                         "prefixquant without its search of ranges of weights, quarot with matrices "
                         "rounded to the nearest"});
    described.push_back({"base_options", "none", "none, or option=value/option=value/…",
                         "further options of the base, e.g. let=true/epochs=40"});
    described.insert(described.end(), own.begin(), own.end());
    const std::vector<OptionDescription> training = {
        {"horizon", "0", "0 … 2",
         "cross-layer learning: blocks that a block's output is carried through, to add the error "
         "behind them to the loss; 0: the block's own error alone"},
        {"lambda", "1", "0 … 1000000", "weight of the block's own error where there is a horizon"},
        {"later", "full", "full, quantized",
         "the blocks ahead in full precision, or as the base begins to quantize them"},
        {"epochs", "20", "0 … 100000", "passes over the samples"},
        {"samples", "0", "0 … 16777216",
         "calibration windows trained on; 0: all (published: 32 to 128)"},
        {"batch", "1", "1 … 4096", "windows a step"},
        {"lr", "0.0002", "0 … 10", "learning rate of the increments"},
        {"train_base", "false", "true, false",
         "go on training what the base trains, together with the increments"},
        {"augmented", "auto", "auto, true, false",
         "also match the full-precision block on the quantized model's input; auto: at 2 bits"},
    };
    described.insert(described.end(), training.begin(), training.end());
    return described;
}

constexpr const char* needs = "calibration text; trains";
constexpr const char* cost =
    "the base's training, then about 80 forward passes of the calibration text for every block of "
    "the horizon and one more; every matrix decomposed once";

} // namespace

Method singularIncrementMethod() {
    return {{"lsi", "LSI: learnable singular value increment", "arXiv 2406.16299", needs,
             describe({{"square", "0", fmt::format("0 … {}", largestSide),
                        "group-wise variant: a dense n × n square of the largest singular values "
                        "is learned beside the diagonal; 0: the diagonal alone"}}),
             cost},
            [](const MethodOptions& options) {
                return makeMethod("lsi", {0, options.integer("square", 0, largestSide)}, options);
            }};
}

Method singularExpansionMethod() {
    return {{"sde", "SDE: singular-value diagonal expansion", "arXiv 2407.15508", needs,
             describe({{"mask", "band", "band, square, both",
                        "which entries of the diagonal matrix are learned: those next to the "
                        "diagonal, a square of the largest singular values, or the two together"},
                       {"band", "1", fmt::format("0 … {}", largestSide),
                        "k: entries (i, j) with |i - j| <= k; 0 is LSI"},
                       {"square", "100", fmt::format("1 … {}", largestSide),
                        "n: entries (i, j) with i, j < n; at most the matrix's rank counts"}}),
             cost},
            [](const MethodOptions& options) {
                const std::size_t mask = options.choice("mask", {"band", "square", "both"});
                return makeMethod("sde",
                                  {mask == 1 ? -1 : options.integer("band", 0, largestSide),
                                   mask == 0 ? 0 : options.integer("square", 1, largestSide)},
                                  options);
            }};
}

} // namespace quantscope
