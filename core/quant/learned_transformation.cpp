#include "core/quant/learned_transformation.h"

#include "core/quant/site_capture.h"
#include "core/quant/trainable_quantization.h"

#include <limits>

namespace quantscope {

namespace {

constexpr double smallestStart = 1e-5;
/// Where a step would take a scale to 0 or beyond.
constexpr double smallestScale = 1e-2;

std::map<Site, torch::Tensor> largestInputs(const BlockTask& task, const std::vector<Site>& sites) {
    const CalibrationStream& stream = requireStream(task.fullChain, "omniquant");
    std::map<Site, torch::Tensor> largest;
    for (std::int64_t index = 0; index < stream.batches(); ++index)
        for (const auto& [site, rows] :
             captureSites(task, task.weights, stream.batch(index), sites)) {
            const torch::Tensor here = rows.abs().amax(0);
            const auto [place, isNew] = largest.try_emplace(site, here);
            if (!isNew)
                place->second = torch::maximum(place->second, here);
        }
    return largest;
}

torch::Tensor largestWeights(const BlockWeights& weights, Site site) {
    torch::Tensor largest;
    for (Module module : allModules) {
        if (inputSite(module) != site)
            continue;
        const torch::Tensor here = weights.linear(module).weight.abs().amax(0);
        largest = largest.defined() ? torch::maximum(largest, here) : here;
    }
    return largest;
}

} // namespace

LearnedTransformation::LearnedTransformation(const BlockTask& task, double alpha)
    : m_config(task.config) {
    const at::NoGradGuard noGradients;
    std::vector<Site> sites = {Site::Ln1};
    if (m_config.heads == m_config.keyValueHeads)
        sites.push_back(Site::OInput);
    sites.push_back(Site::Ln2);
    for (const auto& [site, input] : largestInputs(task, sites)) {
        const torch::Tensor weight = largestWeights(task.weights, site);
        m_inputScales[site] = (input.clamp_min(smallestStart).pow(alpha) /
                               weight.clamp_min(smallestStart).pow(1 - alpha))
                                  .clamp_min(smallestScale)
                                  .set_requires_grad(true);
    }
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
    Basis basis;
    for (const auto& [site, parameter] : m_inputScales) {
        const torch::Tensor scale = clampStraightThrough(parameter, smallestScale, unbounded);
        basis.scale[site] = scale;
        if (site == Site::OInput)
            basis.scale[Site::V] = scale;
        if (site == Site::Ln2)
            basis.scale[Site::GateInput] = scale;
    }
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
