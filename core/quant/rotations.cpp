#include "core/quant/rotations.h"

#include "core/data/hash.h"
#include "core/model/hadamard.h"

#include <utility>

namespace quantscope {

namespace {

using Step = OrthogonalMap::Step;

Step hadamardStep(std::int64_t order, std::int64_t stride = 1) {
    return {Step::Kind::Hadamard, {}, order, stride};
}

/// Gains as a scale of the basis: with them folded into what follows, a norm only shortens. A
/// channel whose gain is 0 carries nothing and stays as it is.
torch::Tensor foldedGain(const torch::Tensor& gain) {
    return torch::where(gain == 0, torch::ones_like(gain), gain);
}

} // namespace

torch::Tensor randomSigns(std::int64_t width, std::uint64_t seed) {
    SplitMix draws(seed);
    torch::Tensor signs = torch::empty({width});
    for (std::int64_t i = 0; i < width; ++i)
        signs[i] = (draws.next() >> 63) != 0 ? -1.0F : 1.0F;
    return signs;
}

BlockTransform hadamardRotation(const ModelConfig& config, const BlockWeights& weights,
                                const RotationOptions& options) {
    BlockTransform transform;
    const std::int64_t hidden = config.hiddenSize;
    const std::int64_t dimension = config.headDimension;
    if (options.residual) {
        const OrthogonalMap turned =
            OrthogonalMap::of({{Step::Kind::Signs, randomSigns(hidden, options.seed)},
                               hadamardStep(hadamardOrder(hidden))},
                              hidden);
        for (const Site site : {Site::Ln1, Site::Ln2})
            transform.inputs[site].map = turned;
        for (const Module module : {Module::O, Module::Down})
            transform.outputs[module] = turned;
        const bool sharesNorm = config.order == BlockOrder::ParallelShared;
        for (const auto& [site, gain] :
             {std::pair(Site::Ln1, weights.ln1),
              std::pair(Site::Ln2, sharesNorm ? weights.ln1 : weights.ln2)})
            if (gain.defined())
                transform.basis.scale[site] = foldedGain(gain);
    }
    std::vector<Step> beforeO;
    if (options.heads) {
        beforeO.push_back(hadamardStep(hadamardOrder(dimension)));
        transform.outputs[Module::V] = OrthogonalMap::of(beforeO, config.keyValueHeads * dimension);
    }
    if (options.acrossHeads)
        beforeO.push_back(hadamardStep(hadamardOrder(config.heads), dimension));
    if (!beforeO.empty())
        transform.inputs[Site::OInput].map =
            OrthogonalMap::of(std::move(beforeO), config.heads * dimension);
    if (options.mlp)
        transform.inputs[Site::DownInput].map = OrthogonalMap::of(
            {hadamardStep(hadamardOrder(config.intermediateSize))}, config.intermediateSize);
    return transform;
}

} // namespace quantscope
