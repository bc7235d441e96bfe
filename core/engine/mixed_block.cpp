#include "core/engine/mixed_block.h"

#include "core/quant/folding.h"
#include "core/quant/weight_error.h"

#include <algorithm>

namespace quantscope {

namespace {

/// A bias is folded like the rows of its matrix: as one column that has no input.
torch::Tensor mappedBias(const torch::Tensor& bias, const Basis& from, const Basis& to,
                         Module module) {
    if (!bias.defined() || expertOf(module) >= 0) // no family gives experts biases
        return bias;
    Basis fromOutput = from;
    Basis toOutput = to;
    fromOutput.scale.erase(inputSite(module));
    toOutput.scale.erase(inputSite(module));
    return foldScales(unfold(bias.unsqueeze(1), fromOutput, module), toOutput, module).squeeze(1);
}

bool roundsInputs(const BlockWeights& weights) {
    return std::any_of(
        weights.linears.begin(), weights.linears.end(),
        [](const LinearWeights& layer) { return layer.input && layer.input->rounding.rounds(); });
}

} // namespace

MethodBlock mixedBlock(const MethodBlock& base, const MethodBlock& donor,
                       const std::vector<Module>& modules) {
    const auto isTaken = [&](Module module) { // of experts too, by its kind
        return std::find(modules.begin(), modules.end(), kindOf(module)) != modules.end();
    };
    const std::vector<Module> all = base.weights.modules();
    if (std::all_of(all.begin(), all.end(), isTaken) && !roundsInputs(base.weights) &&
        !roundsInputs(donor.weights))
        return donor;
    MethodBlock mixed = base;
    for (const Module module : all) {
        if (!isTaken(module))
            continue;
        const LinearWeights& from = donor.weights.linear(module);
        LinearWeights& to = mixed.weights.linear(module);
        const torch::Tensor weight =
            foldScales(unfold(plainWeight(from), donor.basis, module), base.basis, module);
        to.weight = turnedWeight(weight, to.input ? to.input->map : OrthogonalMap(), to.output);
        to.bias = mappedBias(from.bias, donor.basis, base.basis, module);
    }
    return mixed;
}

} // namespace quantscope
