#pragma once

#include "core/checkpoint/quantized_format.h"

#include <memory>

namespace quantscope {

/// Matrices as compressed-tensors' format "pack-quantized" stores them (llm-compressor, vLLM),
/// W [out, in], 1 to 8 bits:
///   weight_packed      i32 [out, words]: codes plus 2^(bits − 1), each row a stream along in
///   weight_scale       [out, groups], [out, 1] or [1] by strategy; f16, bf16 or f32
///   weight_zero_point  i32 [words, groups]: zeros plus 2^(bits − 1), each column a stream along
///                      out; i8 and not packed for one scale a tensor; missing where symmetric
///   weight_g_idx       i32 [in]: the group of each input column, with act order "group"
///   weight_shape       [2]: out, in
/// W = scale · (code − zero). Up to version 0.17 a word held as many codes as fit; from 0.18 on
/// codes are packed densely (the same for 1, 2, 4 and 8 bits). The shapes tell which, and where
/// they don't, the version in the configuration. Computed in f32, exactly for scales of 16 bits;
/// the tool computes the same product in the scale's dtype, which is this one rounded.
std::unique_ptr<QuantizedFormat> makeCompressedTensorsFormat(const QuantizationConfig& config);

} // namespace quantscope
