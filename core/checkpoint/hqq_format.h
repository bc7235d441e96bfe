#pragma once

#include "core/checkpoint/quantized_format.h"

#include <memory>

namespace quantscope {

/// Matrices as HQQ's linear layer saves them to safetensors, through transformers or its own
/// save_to_safetensors; W [out, in] flattened and cut into groups, n = out · in:
///   W_q           u8, or i32 for 3 bit: the matrix of groups [n / group, group] (axis 1) or
///                 [group, n / group] (axis 0), its rows cut into as many equal parts as codes fit
///                 into an element, the first part in the highest bits
///   scale, zero   [n / group, 1] (axis 1) or [1, n / group] (axis 0), f16, bf16 or f32
///   nbits, group_size, axis, shape, packing and more: scalars and texts, as tensors
/// W = (code − zero) · scale with zeros that are no whole numbers. Computed in f32; the tool
/// computes the same in its compute_dtype, f16 as a rule, rounding the difference and the product.
std::unique_ptr<QuantizedFormat> makeHqqFormat(const QuantizationConfig& config);

} // namespace quantscope
