#include "core/quant/learned_transformation.h"

#include "core/quant/site_capture.h"
#include "core/quant/smoothing.h"
#include "core/quant/trainable_quantization.h"

#include <limits>

namespace quantscope {

namespace {

/// Where a step would take a scale to 0 or beyond.
constexpr double smallestScale = 1e-2;

} // namespace

LearnedTransformation::LearnedTransformation(const BlockTask& task, double alpha)
    : m_config(task.config) {
    const at::NoGradGuard noGradients;
    std::vector<Site> sites = {Site::Ln1};
    if (valuesCanBeScaled(m_config))
        sites.push_back(Site::OInput);
    sites.push_back(Site::Ln2);
    const CalibrationStream& stream = requireStream(task.fullChain, "omniquant");
    for (const auto& [site, input] : largestInputs(task, stream, sites))
        m_inputScales[site] = smoothingScale(input, largestWeights(task.weights, site), alpha)
                                  .clamp_min(smallestScale)
                                  .set_requires_grad(true);
    if (!task.weights.qNorm.defined())
        m_queryKeyScale = torch::ones({m_config.keyValueHeads, m_config.headDimension / 2})
                              .set_requires_grad(true);
}

std::vector<torch::Tensor> LearnedTransformation::parameters() const {
    std::vector<torch::Tensor> all;
    for (const auto& [site, scale] : m_inputScales)
        all.push_back(scale);
    if (m_queryKeyScale.defined())
        all.push_back(m_queryKeyScale);
    return all;
}

Basis LearnedTransformation::basis() const {
    constexpr double unbounded = std::numeric_limits<double>::infinity();
    std::map<Site, torch::Tensor> scales;
    for (const auto& [site, parameter] : m_inputScales)
        scales[site] = clampStraightThrough(parameter, smallestScale, unbounded);
    Basis basis = basisOfInputScales(scales);
    if (m_queryKeyScale.defined()) {
        const torch::Tensor half = clampStraightThrough(m_queryKeyScale, smallestScale, unbounded);
        const torch::Tensor heads = torch::cat({half, half}, 1); // [keyValueHeads, headDimension]
        const std::int64_t share = m_config.heads / m_config.keyValueHeads;
        basis.scale[Site::Q] = heads.repeat_interleave(share, 0).reshape({-1});
        basis.scale[Site::K] = heads.reshape({-1}).reciprocal();
    }
    return basis;
}

} // namespace quantscope
