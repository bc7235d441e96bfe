#include "core/engine/packed_codes.h"

#include "core/engine/quantization_chain.h"
#include "core/quant/packed_storage.h"

#include <utility>

namespace quantscope {

PackedCodes::PackedCodes(std::filesystem::path folder) : m_folder(std::move(folder)) {}

MethodBlock PackedCodes::block(std::int64_t layer, const BlockWeights& reference) const {
    const QuantizedBlock quantized = loadPackedBlock(QuantizationChain::blockFile(m_folder, layer));
    return {dequantizeBlock(reference, quantized), quantized.basis};
}

} // namespace quantscope
