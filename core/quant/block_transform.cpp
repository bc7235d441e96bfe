#include "core/quant/block_transform.h"

#include "core/quant/folding.h"
#include "core/quant/site_capture.h"

namespace quantscope {

BlockWeights transformBlock(const BlockWeights& weights, const BlockTransform& transform,
                            bool roundInputs) {
    BlockWeights transformed = foldBlock(weights, transform.basis);
    transformed.prefix = transform.prefix;
    std::map<Site, std::shared_ptr<const InputTransform>> inputs;
    for (const auto& [site, input] : transform.inputs)
        inputs[site] = std::make_shared<const InputTransform>(
            roundInputs ? input : InputTransform{input.map, {}});
    for (const Module module : transformed.modules()) {
        LinearWeights& layer = transformed.linear(module);
        if (const auto input = inputs.find(inputSite(module)); input != inputs.end())
            layer.input = input->second;
        if (const auto output = transform.outputs.find(module); output != transform.outputs.end())
            layer.output = output->second;
        layer.weight = turnedWeight(layer.weight, layer.input ? layer.input->map : OrthogonalMap(),
                                    layer.output);
    }
    return transformed;
}

QuantizedBlock withoutMatrices(const BlockWeights& weights, const BlockTransform& transform) {
    QuantizedBlock block;
    block.basis = transform.basis;
    block.inputs = transform.inputs;
    block.outputs = transform.outputs;
    block.prefix = transform.prefix;
    const BlockWeights folded = foldBlock(weights, transform.basis);
    if (transform.basis.scale.count(Site::Ln1))
        block.ln1 = folded.ln1;
    if (transform.basis.scale.count(Site::Ln2))
        block.ln2 = folded.ln2;
    return block;
}

void calibrateStaticScales(const BlockTask& task, const CalibrationStream& stream,
                           BlockTransform& transform) {
    const BlockWeights lane = transformBlock(task.weights, transform, /*roundInputs=*/false);
    std::vector<Site> sites;
    for (const Site site : layerInputSites)
        if (const auto input = transform.inputs.find(site);
            input != transform.inputs.end() && input->second.rounding.rounds())
            sites.push_back(site);
    struct Range {
        torch::Tensor low, high;
    };
    std::map<Site, Range> ranges;
    for (std::int64_t index = 0; index < stream.batches(); ++index)
        for (const auto& [site, value] :
             captureLayerInputs(task, lane, stream.batch(index), sites)) {
            const Range here{value.amin().view({1}), value.amax().view({1})};
            const auto [place, isNew] = ranges.try_emplace(site, here);
            if (!isNew)
                place->second = {torch::minimum(place->second.low, here.low),
                                 torch::maximum(place->second.high, here.high)};
        }
    for (const auto& [site, range] : ranges) {
        ActivationRounding& rounding = transform.inputs.at(site).rounding;
        const ActivationGrid grid = activationGrid(range.low, range.high, rounding);
        rounding.scale = grid.scale;
        rounding.zero = grid.zero;
    }
}

} // namespace quantscope
