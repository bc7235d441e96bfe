#pragma once

#include "core/quant/grids.h"
#include "core/quant/hessian.h"

namespace quantscope {

/// How GPTQ chooses grids of groups that begin inside a lazy block.
enum class GroupGrid {
    Fresh,     ///< from the weights as updated by all columns before the group
    Published, ///< from the weights as they stood when the lazy block began, as the paper's code
};

struct GptqOptions {
    GridOptions grid;
    GroupGrid groupGrid = GroupGrid::Fresh;
    double damping = 0.01;     ///< share of the mean diagonal of H
    bool actOrder = false;     ///< columns by descending diagonal of H
    bool staticGroups = false; ///< all grids from the untouched weights, groups of natural order
    bool trueSequential = false;
    std::int64_t block = 128; ///< columns a lazy block
    bool asymmetric = false;  ///< GPTAQ: also make up for what the inputs have lost before
    double alpha = 0.25;      ///< GPTAQ's share of that correction
};

/// Quantizes a matrix column by column, each column's error spread over the columns not yet
/// quantized (Frantar et al. 2022, arXiv 2210.17323).
/// @param weight      f32 [out, in]
/// @param correction  P of asymmetryCorrection(), or undefined for plain GPTQ
QuantizedLinear solveGptq(const torch::Tensor& weight, const HessianFactor& factor,
                          const GptqOptions& options, const Job& job,
                          const torch::Tensor& correction = {});

} // namespace quantscope
