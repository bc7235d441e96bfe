#pragma once

#include "core/checkpoint/quantized_format.h"

#include <memory>

namespace quantscope {

/// Matrices as bitsandbytes stores them in 4 bit (arXiv 2305.14314), W [out, in] flattened row
/// after row into blocks, n = out · in:
///   weight                u8 [⌈n / 2⌉, 1] (or the same bytes under another dtype): two codes a
///                         byte, the first in the upper half
///   weight.absmax         f32 [blocks]; or u8 [blocks] where scales are quantized as well
///   weight.quant_map      f32 [16]: the number of each code (NF4 or FP4)
///   weight.nested_absmax  f32 [⌈blocks / nested blocksize⌉], weight.nested_quant_map f32 [256]
///   weight.quant_state.bitsandbytes__nf4 (or __fp4): a JSON object as bytes
/// W = map[code] · absmax; absmax = nested map[code] · nested absmax + offset. Computed in f32, as
/// the tool does before it rounds to the dtype that its JSON names.
std::unique_ptr<QuantizedFormat> makeBitsandbytesFormat(const QuantizationConfig& config);

} // namespace quantscope
