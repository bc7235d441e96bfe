#include "core/quant/weight_error.h"

#include "core/quant/folding.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantscope {

torch::Tensor unfold(const torch::Tensor& dequantized, const Basis& basis, Module module) {
    const at::NoGradGuard noGradients;
    torch::Tensor weight = dequantized;
    if (const torch::Tensor* input = inputScale(basis, module))
        weight = weight / *input;
    if (const torch::Tensor* output = outputScale(basis, module))
        weight = weight * output->unsqueeze(1);
    return weight;
}

std::vector<float> sampledWeights(const torch::Tensor& matrix) {
    constexpr double inverseGoldenRatio = 0.6180339887498949;
    std::vector<std::int64_t> places;
    for (std::size_t k = 0; k < weightSamples; ++k) {
        const double share = (double(k) + 0.5) * inverseGoldenRatio;
        places.push_back(
            static_cast<std::int64_t>((share - std::floor(share)) * double(matrix.numel())));
    }
    const torch::Tensor sampled =
        matrix.reshape({-1})
            .index_select(0, torch::tensor(places, torch::kInt64).to(matrix.device()))
            .cpu();
    return {sampled.data_ptr<float>(), sampled.data_ptr<float>() + sampled.numel()};
}

WeightError weightError(const torch::Tensor& original, const torch::Tensor& quantized) {
    const at::NoGradGuard noGradients;
    constexpr std::int64_t chunkElements = 1 << 20; // bounds the copies in f64
    double signal = 0;
    double noise = 0;
    double result = 0;
    double product = 0;
    const std::int64_t step =
        std::max<std::int64_t>(1, chunkElements / std::max<std::int64_t>(1, original.size(1)));
    for (std::int64_t row = 0; row < original.size(0); row += step) {
        const std::int64_t end = std::min(original.size(0), row + step);
        const torch::Tensor left = original.slice(0, row, end).to(torch::kFloat64);
        const torch::Tensor right = quantized.slice(0, row, end).to(torch::kFloat64);
        signal += left.square().sum().item<double>();
        result += right.square().sum().item<double>();
        product += (left * right).sum().item<double>();
        noise += (right - left).square().sum().item<double>();
    }
    WeightError error;
    error.relative = noise == 0 ? 0 : std::sqrt(noise / signal);
    error.sqnr = 10 * std::log10(signal / noise);
    error.cosine = product / std::sqrt(signal * result);
    error.sampledChange = sampledWeights(quantized);
    const std::vector<float> before = sampledWeights(original);
    for (std::size_t k = 0; k < before.size(); ++k)
        error.sampledChange[k] -= before[k];
    return error;
}

std::map<Module, WeightError> weightErrors(const BlockWeights& reference,
                                           const QuantizedBlock& quantized) {
    const at::NoGradGuard noGradients;
    std::map<Module, WeightError> errors;
    for (const auto& [module, linear] : quantized.linears) {
        LinearWeights layer;
        layer.weight = linear.dequantize();
        if (const auto input = quantized.inputs.find(inputSite(module));
            input != quantized.inputs.end())
            layer.input = std::make_shared<const InputTransform>(input->second);
        if (const auto output = quantized.outputs.find(module); output != quantized.outputs.end())
            layer.output = output->second;
        errors[module] = weightError(reference.linear(module).weight,
                                     unfold(plainWeight(layer), quantized.basis, module));
    }
    return errors;
}

} // namespace quantscope
