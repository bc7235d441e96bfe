#include "core/quant/folding.h"

namespace quantscope {

namespace {

const torch::Tensor* scaleAt(const Basis& basis, std::optional<Site> site) {
    const auto found = site ? basis.scale.find(*site) : basis.scale.end();
    return found == basis.scale.end() ? nullptr : &found->second;
}

const torch::Tensor* expertScale(const Basis& basis, int expert) {
    const auto found = basis.experts.find(expert);
    return found == basis.experts.end() ? nullptr : &found->second;
}

void divide(torch::Tensor& values, const torch::Tensor* scale) {
    if (scale && values.defined())
        values = values / *scale;
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

const torch::Tensor* inputScale(const Basis& basis, Module module) {
    const int expert = expertOf(module);
    return expert >= 0 && kindOf(module) == Module::Down ? expertScale(basis, expert)
                                                         : scaleAt(basis, inputSite(module));
}

const torch::Tensor* outputScale(const Basis& basis, Module module) {
    const int expert = expertOf(module);
    if (expert < 0)
        return scaleAt(basis, outputSite(module));
    return kindOf(module) == Module::Up ? expertScale(basis, expert) : nullptr;
}

torch::Tensor foldScales(const torch::Tensor& weight, const Basis& basis, Module module) {
    torch::Tensor folded = weight;
    if (const torch::Tensor* input = inputScale(basis, module))
        folded = folded * *input;
    if (const torch::Tensor* output = outputScale(basis, module))
        folded = folded / output->unsqueeze(1);
    return folded;
}

void foldRest(BlockWeights& weights, const Basis& basis) {
    divide(weights.ln1Bias, scaleAt(basis, Site::Ln1));
    divide(weights.ln2Bias, scaleAt(basis, Site::Ln2));
    if (const torch::Tensor* scale = scaleAt(basis, Site::Ln2))
        for (torch::Tensor* reader : {&weights.router, &weights.sharedGate})
            if (reader->defined())
                *reader = *reader * *scale;
    for (const Module module : weights.modules())
        divide(weights.linear(module).bias, outputScale(basis, module));
}

BlockWeights foldBlock(const BlockWeights& weights, const Basis& basis) {
    BlockWeights folded = weights;
    divide(folded.ln1, scaleAt(basis, Site::Ln1));
    divide(folded.ln2, scaleAt(basis, Site::Ln2));
    for (const Module module : folded.modules())
        folded.linear(module).weight = foldScales(weights.linear(module).weight, basis, module);
    foldRest(folded, basis);
    return folded;
}

bool foldsIntoNorm(const ModelConfig& config, Site site) {
    const bool isBefore = config.normPlacement == NormPlacement::Before ||
                          config.normPlacement == NormPlacement::BeforeAndAfter;
    return isBefore && (site == Site::Ln1 || site == Site::Ln2);
}

bool foldsThroughMlp(const ModelConfig& config) {
    return config.gatedMlp || config.activation == Activation::Relu;
}

} // namespace quantscope
