#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// Values of some sites for one batch of hidden states at the block's input. The forward pass ends
/// at the last of them.
/// @param sites  in the order of the forward pass
/// @return       f32 [examples · tokens, width] by site
std::map<Site, torch::Tensor> captureSites(const BlockTask& task, const BlockWeights& weights,
                                           const torch::Tensor& hidden,
                                           const std::vector<Site>& sites);

/// Rows of a batch as one matrix. [examples, tokens, width] → [examples · tokens, width]
torch::Tensor asRows(const torch::Tensor& values);

/// @throws Error (Internal) when the stream is missing or holds no batch.
const CalibrationStream& requireStream(const CalibrationStream* stream, std::string_view method);

} // namespace quantscope
