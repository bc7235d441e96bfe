#pragma once

#include "core/checkpoint/quantized_format.h"

#include <memory>

namespace quantscope {

/// Matrices as AutoAWQ's GEMM version stores them (arXiv 2306.00978), 4 bit, W [out, in]:
///   qweight  i32 [in, out / 8]: nibble i of a word holds the column 0, 2, 4, 6, 1, 3, 5, 7 (the
///            i-th of them) of the eight that the word stands for
///   qzeros   i32 [groups, out / 8], in the same order
///   scales   f16 [groups, out]
/// W = scale · (code − zero), groups of consecutive input columns. Computed in f32, exactly; the
/// tools compute the same product in f16, which is this one rounded.
std::unique_ptr<QuantizedFormat> makeAwqFormat(const QuantizationConfig& config);

} // namespace quantscope
