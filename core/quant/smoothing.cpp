#include "core/quant/smoothing.h"

#include "core/quant/folding.h"
#include "core/quant/site_capture.h"

namespace quantscope {

namespace {

constexpr double smallest = 1e-5;

} // namespace

std::map<Site, torch::Tensor> largestInputs(const BlockTask& task, const CalibrationStream& stream,
                                            const std::vector<Site>& sites) {
    std::map<Site, torch::Tensor> largest;
    if (sites.empty())
        return largest;
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
    for (const Module module : weights.modules()) {
        const bool readsAlone = expertOf(module) >= 0 && site != Site::Ln2;
        if (inputSite(module) != site || readsAlone)
            continue;
        const torch::Tensor here = weights.linear(module).weight.abs().amax(0);
        largest = largest.defined() ? torch::maximum(largest, here) : here;
    }
    return largest;
}

torch::Tensor smoothingScale(const torch::Tensor& largestInput, const torch::Tensor& largestWeight,
                             double alpha) {
    return (largestInput.clamp_min(smallest).pow(alpha) /
            largestWeight.clamp_min(smallest).pow(1 - alpha))
        .clamp_min(smallest);
}

std::vector<Site> smoothableSites(const ModelConfig& config, const std::vector<Site>& sites) {
    std::vector<Site> smoothable;
    for (const Site site : sites)
        if (site == Site::OInput      ? valuesCanBeScaled(config)
            : site == Site::DownInput ? foldsThroughMlp(config)
                                      : foldsIntoNorm(config, site))
            smoothable.push_back(site);
    return smoothable;
}

Basis smoothingBasis(const BlockTask& task, const CalibrationStream& stream,
                     const std::vector<Site>& sites, double alpha) {
    const bool sharesNorm = task.config.order == BlockOrder::ParallelShared;
    Basis basis;
    for (const auto& [site, input] :
         largestInputs(task, stream, smoothableSites(task.config, sites))) {
        torch::Tensor weight = largestWeights(task.weights, site);
        if (sharesNorm && (site == Site::Ln1 || site == Site::Ln2))
            weight = torch::maximum(largestWeights(task.weights, Site::Ln1),
                                    largestWeights(task.weights, Site::Ln2));
        const torch::Tensor scale = smoothingScale(input, weight, alpha);
        basis.scale[site] = scale;
        if (site == Site::OInput)
            basis.scale[Site::V] = scale;
        if (site == Site::Ln2 && task.weights.has(Module::Gate))
            basis.scale[Site::GateInput] = scale;
        if (site == Site::DownInput)
            basis.scale[Site::Up] = scale;
    }
    return basis;
}

bool valuesCanBeScaled(const ModelConfig& config) { return config.heads == config.keyValueHeads; }

} // namespace quantscope
