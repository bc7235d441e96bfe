#include "core/model/block_device.h"

namespace quantscope {

namespace {

torch::Tensor moved(const torch::Tensor& tensor, torch::Device device) {
    return tensor.defined() ? tensor.to(device) : tensor;
}

} // namespace

BlockWeights onDevice(const BlockWeights& block, torch::Device device) {
    BlockWeights there;
    there.ln1 = moved(block.ln1, device);
    there.ln2 = moved(block.ln2, device);
    there.qNorm = moved(block.qNorm, device);
    there.kNorm = moved(block.kNorm, device);
    for (const Module module : allModules) {
        there.linear(module).weight = moved(block.linear(module).weight, device);
        there.linear(module).bias = moved(block.linear(module).bias, device);
    }
    return there;
}

RotaryTables onDevice(const RotaryTables& tables, torch::Device device) {
    return {moved(tables.cosine, device), moved(tables.sine, device)};
}

} // namespace quantscope
