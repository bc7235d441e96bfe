#include "core/quant/transformed_quantizer.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"
#include "core/quant/block_rounding.h"
#include "core/quant/gptq_block.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"
#include "core/quant/trainable_quantization.h"

#include <fmt/format.h>

#include <utility>

namespace quantscope {

namespace {

/// A transform that stays as it is, and the nearest points of grids that follow the matrices.
class TransformedRounding final : public BlockRounding {
public:
    TransformedRounding(BlockTransform transform, const GridOptions& grid)
        : m_transform(std::move(transform))
        , m_grid(grid) {}

    BlockWeights rounded(const BlockWeights& weights) const override {
        BlockWeights lane = transformBlock(weights, m_transform, /*roundInputs=*/true);
        for (const Module module : lane.modules()) {
            torch::Tensor& weight = lane.linear(module).weight;
            weight = trainableQuantize(weight, findGrid(weight, m_grid, Job()), m_grid.bits,
                                       m_grid.group);
        }
        return lane;
    }

    QuantizedBlock quantized(const BlockWeights& weights, const Job& job) const override {
        const BlockWeights lane = transformBlock(weights, m_transform, /*roundInputs=*/false);
        QuantizedBlock block = withoutMatrices(weights, m_transform);
        for (const Module module : lane.modules())
            block.linears[module] = roundToNearest(lane.linear(module).weight, m_grid, job);
        return block;
    }

private:
    BlockTransform m_transform;
    GridOptions m_grid;
};

} // namespace

std::vector<OptionDescription> roundingOptionDescriptions(const RoundingOptions& defaults) {
    const GptqOptions& weights = defaults.weights;
    std::vector<OptionDescription> described = gridOptionDescriptions(
        weights.grid.bits, static_cast<int>(weights.grid.group), weights.grid.kind);
    for (OptionDescription& option : described)
        if (option.name == "mse")
            option.defaultValue = weights.grid.meanSquare ? "true" : "false";
    described.push_back({"weights", defaults.gptq ? "gptq" : "rtn", "gptq, rtn",
                         "matrices by GPTQ on calibration text, or rounded to the nearest"});
    described.push_back({"damping", fmt::format("{:g}", weights.damping), "0 … 1",
                         "with weights=gptq: share of the Hessian's mean diagonal added"});
    described.push_back({"act_order", weights.actOrder ? "true" : "false", "true, false",
                         "with weights=gptq: columns by descending input energy"});
    for (OptionDescription& option : activationOptionDescriptions(defaults.activations))
        described.push_back(std::move(option));
    return described;
}

RoundingOptions readRoundingOptions(const MethodOptions& options) {
    RoundingOptions read;
    read.weights.grid = options.grid();
    read.gptq = options.choice("weights", {"rtn", "gptq"}) == 1;
    read.weights.damping = options.number("damping", 0, 1);
    read.weights.actOrder = options.flag("act_order");
    read.activations = readActivationOptions(options);
    return read;
}

std::uint64_t TransformedQuantizer::workBytes(const ModelConfig& config,
                                              std::int64_t calibrationTokens) const {
    // The block transformed; where channels are turned, twice more while that is done.
    return Quantizer::workBytes(config, calibrationTokens) +
           static_cast<std::uint64_t>(blockMatrices(config)) * 4 * (turnsChannels() ? 3 : 1) +
           (m_options.gptq ? gptqBytes(config, m_options.weights) : 0);
}

BlockTransform
TransformedQuantizer::roundedTransform(const BlockTask& task,
                                       std::map<std::string, double>& diagnostics) const {
    requireTransformable(task.config);
    requireRoundableInputs(task.config, m_options.activations.rounding);
    BlockTransform transformed = transform(task, diagnostics);
    if (!roundsInputs())
        return transformed;
    for (const Module module : task.weights.modules())
        transformed.inputs[inputSite(module)].rounding = m_options.activations.rounding;
    if (hasStaticScales())
        findStaticScales(task, transformed);
    return transformed;
}

void TransformedQuantizer::requireTransformable(const ModelConfig& config) const {
    if (turnsChannels() && config.experts.count > 0)
        throw Error(ErrorKind::Usage,
                    fmt::format("Methods that turn channels turn the input of the down projection "
                                "as a whole, but in {} every expert has one of its own; take w8a8, "
                                "smoothquant or omniquant with activation_bits.",
                                familyName(config.family)));
}

void TransformedQuantizer::findStaticScales(const BlockTask& task,
                                            BlockTransform& transform) const {
    calibrateStaticScales(task, requireStream(task.fullChain, "static scales"), transform);
}

std::unique_ptr<BlockRounding> TransformedQuantizer::rounding(const BlockTask& task, bool) const {
    if (m_options.gptq)
        return nullptr;
    const at::NoGradGuard noGradients;
    std::map<std::string, double> diagnostics;
    return std::make_unique<TransformedRounding>(roundedTransform(task, diagnostics),
                                                 m_options.weights.grid);
}

QuantizedBlock TransformedQuantizer::quantize(const BlockTask& task) {
    const at::NoGradGuard noGradients;
    std::map<std::string, double> diagnostics;
    const BlockTransform transformed = roundedTransform(task, diagnostics);
    const BlockWeights lane = transformBlock(task.weights, transformed, /*roundInputs=*/false);
    QuantizedBlock block = withoutMatrices(task.weights, transformed);
    block.diagnostics = std::move(diagnostics);
    block.linears = roundMatrices(task, lane, block.diagnostics);
    return block;
}

std::map<Module, QuantizedLinear>
TransformedQuantizer::roundMatrices(const BlockTask& task, const BlockWeights& lane,
                                    std::map<std::string, double>& diagnostics) const {
    if (m_options.gptq)
        return solveGptqBlock(task, lane, m_options.weights, diagnostics);
    std::map<Module, QuantizedLinear> linears;
    for (const Module module : lane.modules())
        linears[module] =
            roundToNearest(lane.linear(module).weight, m_options.weights.grid, task.job);
    return linears;
}

} // namespace quantscope
