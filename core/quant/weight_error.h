#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// How far a quantized matrix is from the original, in the checkpoint's basis.
struct WeightError {
    double relative = 0; ///< ‖W~ − W‖ / ‖W‖ (Frobenius); 0 where both are zero
    double sqnr = 0; ///< signal to quantization noise, 10 · log10(‖W‖² / ‖W~ − W‖²), dB
    double cosine = 0;                ///< ⟨W, W~⟩ / (‖W‖ ‖W~‖); NaN where one is zero
    std::vector<float> sampledChange; ///< W~ − W at the places of sampledWeights
};

/// How many weights of a matrix are looked at one by one.
inline constexpr std::size_t weightSamples = 256;

/// A matrix's weights at places spread evenly over it, the same ones for every matrix of its shape:
/// ⌊n · frac((k + ½)/φ)⌋ of the n flattened weights, φ the golden ratio.
std::vector<float> sampledWeights(const torch::Tensor& matrix);

/// W~ as it would stand in the checkpoint: what was folded into its inputs and outputs undone.
/// diag(scale of the output) · W~ · diag(scale of the input)⁻¹
/// @param dequantized  f32 [out, in], as the lane has it
torch::Tensor unfold(const torch::Tensor& dequantized, const Basis& basis, Module module);

WeightError weightError(const torch::Tensor& original, const torch::Tensor& quantized);

/// Errors of every quantized matrix of a block.
std::map<Module, WeightError> weightErrors(const BlockWeights& reference,
                                           const QuantizedBlock& quantized);

} // namespace quantscope
