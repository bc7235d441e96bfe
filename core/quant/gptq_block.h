#pragma once

#include "core/quant/gptq_solver.h"

namespace quantscope {

/// The matrices of a block, each solved by GPTQ on what its calibration inputs are once they are
/// turned. Adds "gptq.damping_raised" and "gptq.dead_columns" to the diagnostics.
/// @param task  its quantized chain tells the inputs; GPTAQ's its full chain as well
/// @param lane  the full-precision block as the lane has it, folded and turned, inputs not rounded;
///              task.weights where the method changes nothing but the matrices
std::map<Module, QuantizedLinear> solveGptqBlock(const BlockTask& task, const BlockWeights& lane,
                                                 const GptqOptions& options,
                                                 std::map<std::string, double>& diagnostics);

/// Bytes of work space: the widest layer's Hessian, its factor and a temporary; the other sites'
/// Hessians, where all are gathered in one pass; W transposed and one matrix dequantized. The
/// asymmetric kind has as many sums of input differences, their correction and a product.
std::uint64_t gptqBytes(const ModelConfig& config, const GptqOptions& options);

} // namespace quantscope
