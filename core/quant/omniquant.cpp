#include "core/data/error.h"
#include "core/quant/activation_options.h"
#include "core/quant/block_rounding.h"
#include "core/quant/folding.h"
#include "core/quant/learned_clipping.h"
#include "core/quant/learned_transformation.h"
#include "core/quant/methods.h"
#include "core/quant/trainable_quantization.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

namespace quantscope {

namespace {

struct OmniQuantOptions {
    GridOptions grid; ///< bits and group; ranges are learned
    bool clipping = true;
    bool transformation = false;
    double clippingRate = 1e-2;
    double transformationRate = 5e-3;
    double alpha = 0.5; ///< of the transformation's start
    ActivationRounding activations;
    BlockTrainingOptions training;
};

class OmniQuantRounding final : public BlockRounding {
public:
    OmniQuantRounding(const BlockTask& task, const OmniQuantOptions& options) : m_options(options) {
        if (options.activations.rounds()) {
            requireRoundableInputs(task.config, options.activations);
            m_input = std::make_shared<const InputTransform>(
                InputTransform{OrthogonalMap(), options.activations});
        }
        if (options.transformation)
            m_transformation.emplace(task, options.alpha);
        if (m_transformation && !options.clipping && m_transformation->parameters().empty())
            throw Error(ErrorKind::Usage,
                        "omniquant with lwc=false has nothing to train: a block of this family "
                        "has no two neighbours that channel scales could stand between. Leave "
                        "lwc=true.");
        if (!options.clipping)
            return;
        for (Module module : task.weights.modules()) {
            LearnedClipping& clipping = m_clippings[module];
            clipping =
                LearnedClipping::start(task.weights.linear(module).weight, options.grid.group);
            clipping.upper.set_requires_grad(true);
            clipping.lower.set_requires_grad(true);
        }
    }

    std::vector<TrainedParameters> parameters() const override {
        std::vector<TrainedParameters> all;
        if (m_transformation)
            all.push_back({m_transformation->parameters(), m_options.transformationRate});
        if (m_options.clipping) {
            TrainedParameters& ranges = all.emplace_back();
            ranges.learningRate = m_options.clippingRate;
            for (const auto& [module, clipping] : m_clippings) {
                ranges.values.push_back(clipping.upper);
                ranges.values.push_back(clipping.lower);
            }
        }
        return all;
    }

    BlockWeights rounded(const BlockWeights& weights) const override {
        BlockWeights folded = foldBlock(weights, basis());
        for (const Module module : folded.modules()) {
            LinearWeights& layer = folded.linear(module);
            layer.weight = trainableQuantize(layer.weight, grid(layer.weight, module),
                                             m_options.grid.bits, m_options.grid.group);
            layer.input = m_input;
        }
        return folded;
    }

    QuantizedBlock quantized(const BlockWeights& weights, const Job& job) const override {
        QuantizedBlock block;
        block.basis = basis();
        const BlockWeights folded = foldBlock(weights, block.basis);
        if (m_transformation) {
            block.ln1 = folded.ln1;
            block.ln2 = folded.ln2;
        }
        for (const Module module : folded.modules()) {
            const torch::Tensor& weight = folded.linear(module).weight;
            block.linears[module] = roundToGrid(weight, grid(weight, module), m_options.grid, job);
            if (m_input)
                block.inputs[inputSite(module)] = *m_input;
        }
        return block;
    }

private:
    Basis basis() const { return m_transformation ? m_transformation->basis() : Basis(); }

    Grid grid(const torch::Tensor& weight, Module module) const {
        if (m_options.clipping)
            return m_clippings.at(module).grid(weight, m_options.grid.bits, m_options.grid.group);
        return findGrid(weight, m_options.grid, Job());
    }

    const OmniQuantOptions& m_options;
    std::shared_ptr<const InputTransform> m_input; ///< of every matrix; null: left as it is
    std::optional<LearnedTransformation> m_transformation;
    std::map<Module, LearnedClipping> m_clippings;
};

class OmniQuant : public Quantizer {
public:
    explicit OmniQuant(const OmniQuantOptions& options) : m_options(options) {}

    bool needsQuantizedChain() const override { return true; }
    bool needsFullChain() const override { return true; }
    bool roundsInputs() const override { return m_options.activations.rounds(); }
    int trainingEpochs() const override { return m_options.training.epochs; }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        // Two parameters a group, and every matrix folded and rounded with its gradient.
        const std::int64_t group = std::max<std::int64_t>(1, m_options.grid.group);
        const std::int64_t trained = 2 * blockMatrices(config) / group;
        const std::uint64_t training =
            static_cast<std::uint64_t>(blockMatrices(config)) * 4 *
                (m_options.transformation ? 3 : 1) +
            trainingBytes(config, calibrationTokens, trained, m_options.training);
        // Codes come afterwards.
        return std::max(Quantizer::workBytes(config, calibrationTokens), training);
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        const OmniQuantRounding rounding(task, m_options);
        return trainAndQuantize(task, RoundedBlock(rounding, task.weights), m_options.training);
    }

    std::unique_ptr<BlockRounding> rounding(const BlockTask& task, bool train) const override {
        const at::NoGradGuard noGradients;
        auto rounding = std::make_unique<OmniQuantRounding>(task, m_options);
        if (train)
            trainBlock(task, RoundedBlock(*rounding, task.weights), m_options.training);
        return rounding;
    }

private:
    OmniQuantOptions m_options;
};

/// Inputs as they are, unless asked otherwise; then as published: by token, with a zero point.
ActivationOptions activationDefaults() {
    ActivationOptions defaults;
    defaults.rounding.symmetric = false;
    return defaults;
}

OmniQuantOptions readOptions(const MethodOptions& options) {
    constexpr int epochs = 20;
    constexpr int epochsAtTwoBits = 40;
    OmniQuantOptions read;
    read.grid.bits = options.bits();
    read.grid.group = options.group();
    read.grid.kind = GridKind::AsymmetricWide;
    read.clipping = options.flag("lwc");
    const ActivationOptions activations = readActivationOptions(options);
    if (activations.isStatic)
        throw Error(ErrorKind::Usage,
                    "omniquant learns what its inputs are divided by, so that no scale of theirs "
                    "is known before; write activation_scale=dynamic.");
    read.activations = activations.rounding;
    const std::size_t transformation = options.choice("let", {"auto", "false", "true"});
    read.transformation = transformation == 2 || (transformation == 0 && read.activations.rounds());
    if (!read.clipping && !read.transformation)
        throw Error(ErrorKind::Usage, "omniquant with lwc=false and let=false has nothing to "
                                      "train. Set one of them to true, or take rtn.");
    read.clippingRate = options.number("lwc_lr", 0, 10);
    read.transformationRate = options.number("let_lr", 0, 10);
    read.alpha = options.number("alpha", 0, 1);
    const bool twoBits = read.grid.bits == 2;
    read.training.epochs = static_cast<int>(
        options.integerOrAuto("epochs", 0, 100000).value_or(twoBits ? epochsAtTwoBits : epochs));
    read.training.samples = options.integer("samples", 0, 1 << 24);
    read.training.batch = options.integer("batch", 1, 4096);
    const std::size_t augmented = options.choice("augmented", {"auto", "false", "true"});
    read.training.augmented = augmented == 2 || (augmented == 0 && twoBits);
    return read;
}

} // namespace

Method omniQuantMethod() {
    std::vector<OptionDescription> described = groupOptionDescriptions(4, 128);
    const std::vector<OptionDescription> own = {
        {"lwc", "true", "true, false", "learn how far each group's range is clipped"},
        {"let", "auto", "auto, true, false",
         "learn channel scales from norm to q, k, v and to gate, up, from v to o (not where "
         "queries share values) and between q and k; auto: where inputs are rounded, off for "
         "weights alone, as published for Llama"},
        {"epochs", "auto", "auto, or 0 … 100000",
         "passes over the samples; auto: 20, at 2 bits 40"},
        {"samples", "0", "0 … 16777216", "calibration windows trained on; 0: all"},
        {"batch", "1", "1 … 4096", "windows a step"},
        {"lwc_lr", "0.01", "0 … 10", "learning rate of the clipping"},
        {"let_lr", "0.005", "0 … 10", "learning rate of the channel scales"},
        {"augmented", "auto", "auto, true, false",
         "also match the full-precision block on the quantized model's input; auto: at 2 bits"},
        {"alpha", "0.5", "0 … 1", "channel scales start at max|x|^alpha / max|w|^(1 - alpha)"},
    };
    described.insert(described.end(), own.begin(), own.end());
    std::ranges::move(activationOptionDescriptions(activationDefaults()),
                      std::back_inserter(described));
    return {{"omniquant", "OmniQuant", "arXiv 2308.13137", "calibration text; trains", described,
             "about 80 forward passes of the calibration text, a backward pass counted as two"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<OmniQuant>(readOptions(options));
            }};
}

} // namespace quantscope
