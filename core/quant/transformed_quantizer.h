#pragma once

#include "core/quant/activation_options.h"
#include "core/quant/block_transform.h"
#include "core/quant/gptq_solver.h"

namespace quantscope {

/// How a method rounds what it has transformed.
struct RoundingOptions {
    bool gptq = false;   ///< matrices by GPTQ; false: to the nearest
    GptqOptions weights; ///< its grid in either case
    ActivationOptions activations;
};

/// Descriptions of a method that rounds to a grid: its own of bits, group, grid and mse, "weights"
/// (gptq or rtn), GPTQ's damping and act_order, and those of activations.
std::vector<OptionDescription> roundingOptionDescriptions(const RoundingOptions& defaults);
RoundingOptions readRoundingOptions(const MethodOptions& options);

/// A method that transforms a block so that weights and activations are easier to round, and then
/// rounds both: folds scales, turns channels, puts a prefix before the text.
class TransformedQuantizer : public Quantizer {
public:
    explicit TransformedQuantizer(const RoundingOptions& options) : m_options(options) {}

    bool needsQuantizedChain() const override { return m_options.gptq; }
    bool needsFullChain() const override { return hasStaticScales(); }
    bool roundsInputs() const override { return m_options.activations.rounding.rounds(); }
    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override;
    QuantizedBlock quantize(const BlockTask& task) override;
    /// Transformed once, with matrices to the nearest of their grid; null with weights=gptq.
    std::unique_ptr<BlockRounding> rounding(const BlockTask& task, bool train) const override;

    /// The transform with rounding of inputs and, where asked for, their static scales.
    BlockTransform roundedTransform(const BlockTask& task,
                                    std::map<std::string, double>& diagnostics) const;

protected:
    /// What is folded and turned; how inputs are rounded is added afterwards.
    virtual BlockTransform transform(const BlockTask& task,
                                     std::map<std::string, double>& diagnostics) const = 0;

    /// Sets the static scales of a transform whose inputs say how they are rounded.
    virtual void findStaticScales(const BlockTask& task, BlockTransform& transform) const;

    /// @param lane  the full-precision block transformed, inputs not rounded
    virtual std::map<Module, QuantizedLinear>
    roundMatrices(const BlockTask& task, const BlockWeights& lane,
                  std::map<std::string, double>& diagnostics) const;

    /// @throws Error (Usage) where the transform would not leave a family's blocks as they are.
    virtual void requireTransformable(const ModelConfig& config) const;

    bool hasStaticScales() const { return m_options.activations.isStatic && roundsInputs(); }
    const RoundingOptions& options() const { return m_options; }

private:
    RoundingOptions m_options;
};

} // namespace quantscope
