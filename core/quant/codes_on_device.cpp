#include "core/quant/codes_on_device.h"

#include <utility>

namespace quantscope {

QuantizedBlock codesOnDevice(QuantizedBlock block, torch::Device device) {
    for (auto& [module, linear] : block.linears)
        for (torch::Tensor* tensor :
             {&linear.codes, &linear.scales, &linear.zeros, &linear.levels, &linear.values,
              &linear.groupIndex, &linear.scaleCodes, &linear.scaleScales})
            if (tensor->defined())
                *tensor = tensor->to(device);
    return block;
}

QuantizedBlock broughtHome(QuantizedBlock block) {
    block = codesOnDevice(std::move(block), torch::kCPU);
    const auto bring = [](torch::Tensor& tensor) {
        if (tensor.defined())
            tensor = tensor.cpu();
    };
    for (torch::Tensor* tensor : {&block.ln1, &block.ln2, &block.prefix.keys, &block.prefix.values})
        bring(*tensor);
    for (auto& [site, scale] : block.basis.scale)
        bring(scale);
    for (auto& [expert, scale] : block.basis.experts)
        bring(scale);
    for (auto& [site, input] : block.inputs) {
        input.map = input.map.onDevice(torch::kCPU);
        bring(input.rounding.scale);
        bring(input.rounding.zero);
    }
    for (auto& [module, output] : block.outputs)
        output = output.onDevice(torch::kCPU);
    return block;
}

} // namespace quantscope
