#include "core/quant/codes_on_device.h"

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

} // namespace quantscope
