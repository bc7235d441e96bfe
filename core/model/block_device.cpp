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

} // namespace

BlockWeights onDevice(const BlockWeights& block, torch::Device device) {
    BlockWeights there;
    there.ln1 = moved(block.ln1, device);
    there.ln2 = moved(block.ln2, device);
    there.qNorm = moved(block.qNorm, device);
    there.kNorm = moved(block.kNorm, device);
    there.prefix = {moved(block.prefix.keys, device), moved(block.prefix.values, device)};
    std::map<const InputTransform*, std::shared_ptr<const InputTransform>>
        inputs; // shared there too
    for (const Module module : allModules) {
        const LinearWeights& layer = block.linear(module);
        LinearWeights& copy = there.linear(module);
        copy = {moved(layer.weight, device), moved(layer.bias, device), nullptr,
                layer.output.onDevice(device)};
        if (!layer.input)
            continue;
        std::shared_ptr<const InputTransform>& input = inputs[layer.input.get()];
        if (!input)
            input = std::make_shared<const InputTransform>(moved(*layer.input, device));
        copy.input = input;
    }
    return there;
}

RotaryTables onDevice(const RotaryTables& tables, torch::Device device) {
    return {moved(tables.cosine, device), moved(tables.sine, device)};
}

} // namespace quantscope
