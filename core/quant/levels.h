#pragma once

#include "core/data/job.h"
#include "core/quant/quantizer.h"

namespace quantscope {

/// Levels of NormalFloat with 3 or 4 bits, ascending: quantiles of the normal distribution with
/// offset .9677083, one more positive level than negative ones, divided by the largest
/// (Dettmers et al. 2023, arXiv 2305.14314). NF4 are the constants of bitsandbytes.
torch::Tensor normalFloatLevels(int bits); // f32 [2^bits]

/// Levels of bitsandbytes' FP4, ascending: ±{0, 1/192, 1/6, 1/4, 1/3, 1/2, 2/3, 1}.
torch::Tensor float4Levels(); // f32 [16]

/// The signed 8-bit dynamic map, ascending: 7 decades, with 2^i levels in decade i between .1 and
/// 1, of either sign, and 0 and 1 (Dettmers 2015, arXiv 1511.04561).
torch::Tensor dynamicMap(); // f32 [256]

struct LevelOptions {
    int bits = 4;
    std::int64_t block = 64;     ///< elements of the flattened, row-major matrix
    bool doubleQuantize = false; ///< scales, less their mean, in 8 bits by blocks of 256
};

/// Blocks of the whole flattened matrix, crossing ends of rows; scale absmax, nearest level.
/// @param weight  f32 [rows, columns], contiguous
/// @param levels  f32 [2^bits], ascending
QuantizedLinear quantizeToLevels(const torch::Tensor& weight, const torch::Tensor& levels,
                                 const LevelOptions& options, const Job& job);

/// The scales that 8-bit codes stand for.
torch::Tensor decodeScales(const torch::Tensor& codes, const torch::Tensor& scaleScales,
                           float offset); // f32 [blocks]

/// Elements of `scales` that share one f32 when scales are quantized themselves.
inline constexpr std::int64_t scaleBlock = 256;

} // namespace quantscope
