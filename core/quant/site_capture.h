#pragma once

#include "core/quant/quantizer.h"

#include <compare>
#include <utility>

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
/// What matrices read: a site of the block, or of one expert alone.
struct ModuleInput {
    Site site = Site::Ln1;
    int expert = -1; ///< −1: of no expert; else the rows that are routed to it

    auto operator<=>(const ModuleInput&) const = default;
};

ModuleInput moduleInput(Module module);

/// The inputs of some matrices, in the order of the forward pass, each once.
std::vector<ModuleInput> moduleInputs(const std::vector<Module>& modules);

/// What an expert reads of one batch.
struct ExpertInput {
    torch::Tensor rows;      // i64 [routed], into examples · tokens
    torch::Tensor ln2;       // f32 [routed, hidden]
    torch::Tensor downInput; // f32 [routed, width of the expert]
};

/// What every matrix of a block reads, for one batch.
struct CapturedInputs {
    std::map<Site, torch::Tensor> sites; // f32 [examples · tokens, width]
    std::map<int, ExpertInput> experts;  ///< those that a token is routed to

    /// Undefined where no token came to the expert.
    torch::Tensor of(const ModuleInput& input) const;
};

/// The inputs named, by site and expert, as their matrices multiply them. Blocks with experts turn
/// and round nothing.
CapturedInputs captureInputs(const BlockTask& task, const BlockWeights& weights,
                             const torch::Tensor& hidden, const std::vector<ModuleInput>& inputs);

/// Rows of a batch as one matrix. [examples, tokens, width] → [examples · tokens, width]
torch::Tensor asRows(const torch::Tensor& values);

/// @throws Error (Internal) when the stream is missing or holds no batch.
const CalibrationStream& requireStream(const CalibrationStream* stream, std::string_view method);

} // namespace quantscope
