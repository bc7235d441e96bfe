#include "core/quant/learned_transformation.h"

#include "core/checkpoint/model_shape.h"
#include "core/quant/folding.h"
#include "core/quant/site_capture.h"
#include "core/quant/smoothing.h"
#include "core/quant/trainable_quantization.h"

#include <limits>

namespace quantscope {

namespace {

/// Where a step would take a scale to 0 or beyond.
constexpr double smallestScale = 1e-2;

/// Which scale each dimension of a head takes: one for both that a rotation turns into each other.
torch::Tensor scaleOfDimensions(const ModelConfig& config) {
    const std::int64_t turning = config.learnedPositions > 0 ? 0 : rotaryWidth(config);
    const std::int64_t pairs = turning / 2;
    std::vector<std::int64_t> places;
    for (std::int64_t d = 0; d < config.headDimension; ++d)
        places.push_back(d >= turning ? d - pairs : config.rotaryInterleaved ? d / 2 : d % pairs);
    return torch::tensor(places, torch::kInt64);
}

} // namespace

LearnedTransformation::LearnedTransformation(const BlockTask& task, double alpha)
    : m_config(task.config)
    , m_hasGate(task.weights.has(Module::Gate)) {
    const at::NoGradGuard noGradients;
    const bool isShared = m_config.order == BlockOrder::ParallelShared;
    std::vector<Site> sites;
    if (foldsIntoNorm(m_config, Site::Ln1))
        sites.push_back(Site::Ln1);
    if (valuesCanBeScaled(m_config))
        sites.push_back(Site::OInput);
    if (foldsIntoNorm(m_config, Site::Ln2) && !isShared)
        sites.push_back(Site::Ln2);
    const CalibrationStream& stream = requireStream(task.fullChain, "omniquant");
    for (const auto& [site, input] : largestInputs(task, stream, sites)) {
        torch::Tensor weight = largestWeights(task.weights, site);
        if (isShared && site == Site::Ln1)
            weight = torch::maximum(weight, largestWeights(task.weights, Site::Ln2));
        m_inputScales[site] = smoothingScale(input, weight, alpha)
                                  .clamp_min(smallestScale)
                                  .set_requires_grad(true);
    }
    if (task.weights.qNorm.defined())
        return;
    m_queryKeyPlace = scaleOfDimensions(m_config);
    m_queryKeyScale =
        torch::ones({m_config.keyValueHeads, m_queryKeyPlace.max().item<std::int64_t>() + 1})
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
        if (site == Site::Ln1 && m_config.order == BlockOrder::ParallelShared)
            basis.scale[Site::Ln2] = scale;
        if (basis.scale.count(Site::Ln2) && m_hasGate)
            basis.scale[Site::GateInput] = basis.scale[Site::Ln2];
    }
    if (m_queryKeyScale.defined()) {
        const torch::Tensor heads =
            clampStraightThrough(m_queryKeyScale, smallestScale, unbounded)
                .index_select(1, m_queryKeyPlace); // [keyValueHeads, headDimension]
        const std::int64_t share = m_config.heads / m_config.keyValueHeads;
        basis.scale[Site::Q] = heads.repeat_interleave(share, 0).reshape({-1});
        basis.scale[Site::K] = heads.reshape({-1}).reciprocal();
    }
    return basis;
}

} // namespace quantscope
