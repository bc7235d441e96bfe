#include "core/model/linear_layer.h"

namespace quantscope {

torch::Tensor LayerInput::as(const LinearWeights& layer) {
    if (!layer.input)
        return m_value;
    if (layer.input != m_last) {
        m_transformed =
            roundActivations(layer.input->map.apply(m_value), layer.input->rounding, m_lengths);
        m_last = layer.input;
    }
    return m_transformed;
}

torch::Tensor applyLinear(const LinearWeights& layer, LayerInput& input) {
    const torch::Tensor x = input.as(layer);
    if (layer.output.empty())
        return layer.bias.defined() ? at::linear(x, layer.weight, layer.bias)
                                    : at::linear(x, layer.weight);
    const torch::Tensor y = layer.output.applyInverse(at::linear(x, layer.weight));
    return layer.bias.defined() ? y + layer.bias : y;
}

torch::Tensor applyLinear(const LinearWeights& layer, const torch::Tensor& input) {
    LayerInput only(input);
    return applyLinear(layer, only);
}

torch::Tensor plainWeight(const LinearWeights& layer) {
    torch::Tensor weight = layer.weight;
    if (layer.input)
        weight = layer.input->map.applyInverse(weight);
    return layer.output.empty() ? weight : layer.output.applyInverse(weight.t()).t().contiguous();
}

torch::Tensor plainWeightRow(const LinearWeights& layer, std::int64_t row) {
    torch::Tensor values = layer.weight[row];
    if (!layer.output.empty()) {
        torch::Tensor unit = torch::zeros({layer.weight.size(0)}, layer.weight.options());
        unit[row] = 1;
        values = at::matmul(layer.output.apply(unit), layer.weight);
    }
    return layer.input ? layer.input->map.applyInverse(values) : values;
}

torch::Tensor turnedWeight(const torch::Tensor& weight, const OrthogonalMap& input,
                           const OrthogonalMap& output) {
    const torch::Tensor turned = input.apply(weight);
    return output.empty() ? turned : output.apply(turned.t()).t().contiguous();
}

} // namespace quantscope
