#pragma once

#include "core/model/activation_rounding.h"
#include "core/model/orthogonal_map.h"

#include <memory>
#include <span>

namespace quantscope {

/// What a linear layer does to its input before it multiplies: turns its channels, then rounds.
struct InputTransform {
    OrthogonalMap map;
    ActivationRounding rounding;
};

/// A linear layer, f32. The sites before and behind it stay in the model's channels: the layer
/// turns and rounds its input and turns its product back by itself.
struct LinearWeights {
    torch::Tensor weight;                             // [out, in], of the turned input and output
    torch::Tensor bias;                               // [out], undefined where the family has none
    std::shared_ptr<const InputTransform> input = {}; ///< null: the input as it is
    OrthogonalMap output = {}; ///< the product is in this map's channels: x Wᵀ = y R
};

/// A value that one or more layers read: layers that share an InputTransform share what it makes.
class LayerInput {
public:
    /// @param value    [examples, positions, in]
    /// @param lengths  see roundActivations()
    explicit LayerInput(torch::Tensor value, std::span<const std::int64_t> lengths = {})
        : m_value(std::move(value))
        , m_lengths(lengths) {}

    const torch::Tensor& value() const { return m_value; }
    /// The value as the layer multiplies it.
    torch::Tensor as(const LinearWeights& layer);

private:
    torch::Tensor m_value;
    std::span<const std::int64_t> m_lengths;
    std::shared_ptr<const InputTransform> m_last;
    torch::Tensor m_transformed;
};

/// The layer's output, in differentiable torch operations.
torch::Tensor applyLinear(const LinearWeights& layer, LayerInput& input);
torch::Tensor applyLinear(const LinearWeights& layer, const torch::Tensor& input);

/// The matrix that does to an unturned input what the layer does but for rounding it. [out, in]
torch::Tensor plainWeight(const LinearWeights& layer);

/// One row of plainWeight(), without making the others. [in]
torch::Tensor plainWeightRow(const LinearWeights& layer, std::int64_t row);

/// A matrix of the model as a layer with these maps has it: the inverse of plainWeight().
torch::Tensor turnedWeight(const torch::Tensor& weight, const OrthogonalMap& input,
                           const OrthogonalMap& output);

} // namespace quantscope
