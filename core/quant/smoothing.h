#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// Largest |x| of every channel over calibration text, f32 [width] by site.
std::map<Site, torch::Tensor> largestInputs(const BlockTask& task, const CalibrationStream& stream,
                                            const std::vector<Site>& sites);

/// Largest |w| of every input channel over the matrices that read a site, f32 [width].
torch::Tensor largestWeights(const BlockWeights& weights, Site site);

/// s = max|x|^α / max|w|^(1 − α) by channel, each maximum and s itself at least 1e-5: what an input
/// is divided by and its matrices multiplied with (SmoothQuant, Xiao et al. 2023,
/// arXiv 2211.10438, equation 4).
torch::Tensor smoothingScale(const torch::Tensor& largestInput, const torch::Tensor& largestWeight,
                             double alpha);

/// Of some inputs, those that can be divided by a scale which something before them takes: a norm
/// that alone feeds them, v before o, up before down where it keeps positive factors.
std::vector<Site> smoothableSites(const ModelConfig& config, const std::vector<Site>& sites);

/// smoothingScale() at smoothable inputs over calibration text, and what is folded before them: v
/// before OInput, up before DownInput, the norms before Ln1 and Ln2, which share a scale where they
/// share the norm.
Basis smoothingBasis(const BlockTask& task, const CalibrationStream& stream,
                     const std::vector<Site>& sites, double alpha);

/// Whether a scale of o's input can be folded into v: not where heads share values.
bool valuesCanBeScaled(const ModelConfig& config);

} // namespace quantscope
