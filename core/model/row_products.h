#pragma once

#include <torch/types.h>

namespace quantscope {

/// x wᵀ, and `bias` added to each row where it is defined. f32, on one device, no gradients; on the
/// CPU with the threads that setProductThreads() allows.
/// @param x       [rows, in], contiguous
/// @param weight  [out, in]
/// @param bias    [out]
/// @return        [rows, out]
torch::Tensor rowProduct(const torch::Tensor& x, const torch::Tensor& weight,
                         const torch::Tensor& bias = {});

} // namespace quantscope
