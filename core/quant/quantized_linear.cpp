#include "core/data/error.h"
#include "core/quant/device_kernels.h"
#include "core/quant/folding.h"
#include "core/quant/grids.h"
#include "core/quant/quantizer.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

void requireShape(const torch::Tensor& tensor, const char* name, at::IntArrayRef shape) {
    if (!tensor.defined() || tensor.sizes() != shape)
        throw Error(
            ErrorKind::Internal,
            fmt::format("A quantized matrix has {} of a shape that does not fit its codes.", name));
}

torch::Tensor valuesOfGroups(const QuantizedLinear& linear) {
    const kernels::GroupShape shape{linear.rows, linear.columns,
                                    groupColumns(linear.columns, linear.groupSize)};
    requireShape(linear.scales, "scales", {linear.rows, shape.groupsOfRow()});
    requireShape(linear.zeros, "zero points", {linear.rows, shape.groupsOfRow()});
    if (linear.groupIndex.defined())
        requireShape(linear.groupIndex, "a group index", {linear.columns});
    const torch::Tensor weight =
        torch::empty({linear.rows, linear.columns}, linear.scales.options());
    dequantizeGroups(
        shape, linear.groupIndex.defined() ? linear.groupIndex.contiguous() : torch::Tensor(),
        {linear.scales.contiguous(), linear.zeros.contiguous(), linear.codes.contiguous(), weight});
    return weight;
}

torch::Tensor valuesOfLevels(const QuantizedLinear& linear) {
    const kernels::LevelShape shape{linear.rows * linear.columns, linear.groupSize, linear.bits};
    requireShape(linear.scales, "scales", {shape.blocks()});
    requireShape(linear.levels, "levels", {std::int64_t(1) << linear.bits});
    torch::Tensor weight = torch::empty({linear.rows, linear.columns}, linear.scales.options());
    dequantizeLevels(linear.codes.contiguous(), shape, linear.levels.contiguous(),
                     linear.scales.contiguous(), weight);
    return weight;
}

} // namespace

torch::Tensor QuantizedLinear::dequantize() const {
    const at::NoGradGuard noGradients;
    if (kind == Kind::Values) {
        requireShape(values, "values", {rows, columns});
        return values;
    }
    requireShape(codes, "codes", {rows, columns});
    if (kind == Kind::Levels)
        return valuesOfLevels(*this);
    const torch::Tensor grid = valuesOfGroups(*this);
    return kind == Kind::Cubed ? grid * grid * grid : grid;
}

double QuantizedLinear::bitsPerWeight() const {
    const double weights = static_cast<double>(rows) * static_cast<double>(columns);
    if (weights == 0)
        return 0;
    if (kind == Kind::Values)
        return bits;
    if (kind == Kind::Levels) {
        const auto blocks = static_cast<double>(scales.numel());
        const double scaleBits = doubleQuantized
                                     ? 8 * blocks + 32 * static_cast<double>(scaleScales.numel())
                                     : 32 * blocks;
        return bits + scaleBits / weights;
    }
    const auto groups = static_cast<double>(perTensor ? 1 : scales.numel());
    const torch::Tensor areCodes = (zeros >= 0) & (zeros < (1 << bits)) & (zeros == zeros.round());
    const bool zerosAreCodes = areCodes.all().item<bool>();
    const double zeroBits = zerosAreCodes ? bits : 16;
    const double indexBits = groupIndex.defined() ? 32.0 * static_cast<double>(columns) : 0;
    return bits + (groups * (16 + zeroBits) + indexBits) / weights;
}

bool Basis::operator==(const Basis& other) const {
    const auto same = [](const auto& left, const auto& right) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                          [](const auto& a, const auto& b) {
                              return a.first == b.first && at::equal(a.second, b.second);
                          });
    };
    return same(scale, other.scale) && same(experts, other.experts);
}

bool roundsInputs(const QuantizedBlock& block) {
    return std::any_of(block.inputs.begin(), block.inputs.end(),
                       [](const auto& entry) { return entry.second.rounding.rounds(); });
}

bool turnsChannels(const QuantizedBlock& block) {
    return !block.outputs.empty() ||
           std::any_of(block.inputs.begin(), block.inputs.end(),
                       [](const auto& entry) { return !entry.second.map.empty(); });
}

BlockWeights dequantizeBlock(const BlockWeights& reference, const QuantizedBlock& quantized) {
    const at::NoGradGuard noGradients;
    BlockWeights weights = reference;
    std::map<Site, std::shared_ptr<const InputTransform>> inputs;
    for (const auto& [site, input] : quantized.inputs)
        inputs[site] = std::make_shared<const InputTransform>(input);
    for (const auto& [module, linear] : quantized.linears) {
        if (!weights.has(module))
            throw Error(ErrorKind::Input,
                        fmt::format("A quantized block has a matrix {} that the model's does not "
                                    "have: they belong to different models.",
                                    moduleName(module)));
        if (weights.linear(module).weight.sizes() != at::IntArrayRef({linear.rows, linear.columns}))
            throw Error(ErrorKind::Input,
                        fmt::format("A quantized {} has {} x {} weights, the model's has {} x {}: "
                                    "they belong to different models.",
                                    moduleName(module), linear.rows, linear.columns,
                                    weights.linear(module).weight.size(0),
                                    weights.linear(module).weight.size(1)));
        weights.linear(module).weight = linear.dequantize();
        if (const auto input = inputs.find(inputSite(module)); input != inputs.end())
            weights.linear(module).input = input->second;
        if (const auto output = quantized.outputs.find(module); output != quantized.outputs.end())
            weights.linear(module).output = output->second;
    }
    foldRest(weights, quantized.basis);
    weights.prefix = quantized.prefix;
    if (quantized.ln1.defined())
        weights.ln1 = quantized.ln1;
    if (quantized.ln2.defined())
        weights.ln2 = quantized.ln2;
    return weights;
}

} // namespace quantscope
