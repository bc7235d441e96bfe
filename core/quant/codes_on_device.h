#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// The block with its codes, scales and tables on a device: on a GPU, where dequantizeBlock() then
/// expands them, since a byte a weight goes there instead of four; or back in host memory. Tensors
/// that are there already are shared.
QuantizedBlock codesOnDevice(QuantizedBlock block, torch::Device device);

} // namespace quantscope
