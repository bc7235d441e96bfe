#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// The block with its codes, scales and tables on a device: on a GPU, where dequantizeBlock() then
/// expands them, since a byte a weight goes there instead of four. Tensors that are there already
/// are shared.
QuantizedBlock codesOnDevice(QuantizedBlock block, torch::Device device);

/// A block that a method made on a GPU, in host memory as a whole.
QuantizedBlock broughtHome(QuantizedBlock block);

} // namespace quantscope
