#include "core/engine/mixed_block.h"

#include "core/quant/folding.h"
#include "core/quant/weight_error.h"

namespace quantscope {

namespace {

/// A bias is folded like the rows of its matrix: as one column that has no input.
torch::Tensor mappedBias(const torch::Tensor& bias, const Basis& from, const Basis& to,
                         Module module) {
    if (!bias.defined())
        return bias;
    Basis fromOutput = from;
    Basis toOutput = to;
    fromOutput.scale.erase(inputSite(module));
    toOutput.scale.erase(inputSite(module));
    return foldScales(unfold(bias.unsqueeze(1), fromOutput, module), toOutput, module).squeeze(1);
}

} // namespace

MethodBlock mixedBlock(const MethodBlock& base, const MethodBlock& donor,
                       const std::vector<Module>& modules) {
    if (modules.size() == allModules.size())
        return donor;
    MethodBlock mixed = base;
    for (const Module module : modules) {
        const LinearWeights& from = donor.weights.linear(module);
        mixed.weights.linear(module) = {
            foldScales(unfold(from.weight, donor.basis, module), base.basis, module),
            mappedBias(from.bias, donor.basis, base.basis, module)};
    }
    return mixed;
}

} // namespace quantscope
