#pragma once

#include "core/quant/quantizer.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace quantscope {

// What a packed block says of the inputs and outputs of its layers: kinds and numbers in the
// manifest, arrays as tensors "input.SITE.map.N", "input.SITE.scale", "input.SITE.zero" and
// "output.MODULE.map.N".

/// Takes a tensor under its name.
using AddTensor = std::function<void(const std::string& name, const torch::Tensor& tensor)>;
/// Reads a tensor of a type and shape, which is checked; −1 stands for an extent that may be
/// anything.
using ReadTensor = std::function<torch::Tensor(const std::string& name, torch::ScalarType type,
                                               const std::vector<std::int64_t>& shape)>;
/// Throws for what cannot be understood.
using Refuse = std::function<void(const std::string& what)>;

void addTransforms(const QuantizedBlock& block, const AddTensor& add);

/// "inputs" and "outputs" of the manifest; nothing where the block has none.
void writeTransforms(const QuantizedBlock& block, nlohmann::json& manifest);

/// Reads what the manifest says into `block`, whose matrices' sizes are known, with no array
/// filled in yet. Every number is checked.
void readTransforms(const nlohmann::json& manifest, QuantizedBlock& block, const Refuse& refuse);

/// Fills in the arrays; maps are checked to be orthogonal and to fit.
void readTransformTensors(QuantizedBlock& block, const ReadTensor& read, const Refuse& refuse);

} // namespace quantscope
