#include "core/quant/folding.h"

namespace quantscope {

namespace {

const torch::Tensor* scaleAt(const Basis& basis, std::optional<Site> site) {
    const auto found = site ? basis.scale.find(*site) : basis.scale.end();
    return found == basis.scale.end() ? nullptr : &found->second;
}

} // namespace

std::optional<Site> outputSite(Module module) {
    switch (module) {
    case Module::Q:
        return Site::Q;
    case Module::K:
        return Site::K;
    case Module::V:
        return Site::V;
    case Module::Up:
        return Site::Up;
    default:
        return std::nullopt;
    }
}

torch::Tensor foldScales(const torch::Tensor& weight, const Basis& basis, Module module) {
    torch::Tensor folded = weight;
    if (const torch::Tensor* input = scaleAt(basis, inputSite(module)))
        folded = folded * *input;
    if (const torch::Tensor* output = scaleAt(basis, outputSite(module)))
        folded = folded / output->unsqueeze(1);
    return folded;
}

BlockWeights foldBlock(const BlockWeights& weights, const Basis& basis) {
    BlockWeights folded = weights;
    if (const torch::Tensor* scale = scaleAt(basis, Site::Ln1))
        folded.ln1 = weights.ln1 / *scale;
    if (const torch::Tensor* scale = scaleAt(basis, Site::Ln2))
        folded.ln2 = weights.ln2 / *scale;
    for (Module module : allModules) {
        LinearWeights& linear = folded.linear(module);
        linear.weight = foldScales(linear.weight, basis, module);
        const torch::Tensor* output = scaleAt(basis, outputSite(module));
        if (output && linear.bias.defined())
            linear.bias = linear.bias / *output;
    }
    return folded;
}

} // namespace quantscope
