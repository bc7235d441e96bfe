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

/// The same as the layers that read these sites multiply them: turned, and rounded where `weights`
/// say so. @param sites  of Ln1, OInput, Ln2, DownInput, in this order
std::map<Site, torch::Tensor> captureLayerInputs(const BlockTask& task, const BlockWeights& weights,
                                                 const torch::Tensor& hidden,
                                                 const std::vector<Site>& sites);

/// All sites that matrices read, in the order of the forward pass.
inline const std::vector<Site> layerInputSites = {Site::Ln1, Site::OInput, Site::Ln2,
                                                  Site::DownInput};

/// Rows of a batch as one matrix. [examples, tokens, width] → [examples · tokens, width]
torch::Tensor asRows(const torch::Tensor& values);

/// @throws Error (Internal) when the stream is missing or holds no batch.
const CalibrationStream& requireStream(const CalibrationStream* stream, std::string_view method);

} // namespace quantscope
