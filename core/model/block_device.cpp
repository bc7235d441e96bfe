#include "core/model/block_device.h"

#include <map>

namespace quantscope {

namespace {

torch::Tensor moved(const torch::Tensor& tensor, torch::Device device) {
    return tensor.defined() ? tensor.to(device) : tensor;
}

InputTransform moved(const InputTransform& input, torch::Device device) {
    InputTransform there{input.map.onDevice(device), input.rounding};
    there.rounding.scale = moved(input.rounding.scale, device);
    there.rounding.zero = moved(input.rounding.zero, device);
    return there;
}

NormWeights moved(const NormWeights& norm, torch::Device device) {
    return {moved(norm.scale, device), moved(norm.shift, device)};
}

} // namespace

BlockWeights onDevice(const BlockWeights& block, torch::Device device) {
    BlockWeights there = block;
    for (torch::Tensor* tensor : {&there.ln1, &there.ln2, &there.ln1Bias, &there.ln2Bias,
                                  &there.qNorm, &there.kNorm, &there.router, &there.sharedGate})
        *tensor = moved(*tensor, device);
    there.attentionAfter = moved(block.attentionAfter, device);
    there.mlpAfter = moved(block.mlpAfter, device);
    there.prefix = {moved(block.prefix.keys, device), moved(block.prefix.values, device)};
    std::map<const InputTransform*, std::shared_ptr<const InputTransform>>
        inputs; // shared there too
    for (LinearWeights& layer : there.linears) {
        layer.weight = moved(layer.weight, device);
        layer.bias = moved(layer.bias, device);
        layer.output = layer.output.onDevice(device);
        if (!layer.input)
            continue;
        std::shared_ptr<const InputTransform>& input = inputs[layer.input.get()];
        if (!input)
            input = std::make_shared<const InputTransform>(moved(*layer.input, device));
        layer.input = input;
    }
    return there;
}

RotaryTables onDevice(const RotaryTables& tables, torch::Device device) {
    return {moved(tables.cosine, device), moved(tables.sine, device),
            moved(tables.slidingCosine, device), moved(tables.slidingSine, device)};
}

} // namespace quantscope
