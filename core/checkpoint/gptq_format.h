#pragma once

#include "core/checkpoint/quantized_format.h"

#include <memory>

namespace quantscope {

/// Matrices as AutoGPTQ and GPTQModel store them (arXiv 2210.17323), W [out, in]:
///   qweight  i32 [in · bits / 32, out]: codes, each column a stream of bits along in
///   qzeros   i32 [groups, out · bits / 32]: zeros, each row a stream of bits along out
///   scales   f16 [groups, out]
///   g_idx    i32 [in]: the group of each input column; may be missing where groups are consecutive
/// W = scale · (code − zero). Checkpoints of the format "gptq" hold zero − 1, those of "gptq_v2"
/// the zero itself; so zeros of the former go from 1 to 2^bits, as most kernels read them.
/// (AutoGPTQ's oldest kernel took 2^bits for 0.) Computed in f32, exactly; the tools compute the
/// same product in f16, which is this one rounded.
std::unique_ptr<QuantizedFormat> makeGptqFormat(const QuantizationConfig& config);

} // namespace quantscope
