#include "core/engine/packed_codes.h"

#include "core/engine/quantization_chain.h"
#include "core/quant/codes_on_device.h"
#include "core/quant/packed_storage.h"

#include <utility>

namespace quantscope {

PackedCodes::PackedCodes(std::filesystem::path folder) : m_folder(std::move(folder)) {}

PackedCodes::PackedCodes(std::filesystem::path folder,
                         std::shared_ptr<const ReceivedCodes> received, std::size_t method,
                         torch::Device device)
    : m_folder(std::move(folder))
    , m_received(std::move(received))
    , m_method(method)
    , m_device(device) {}

MethodBlock PackedCodes::block(std::int64_t layer, const BlockWeights& reference) const {
    const auto received = m_received ? m_received->find(m_method, layer) : std::nullopt;
    const QuantizedBlock quantized = codesOnDevice(
        loadPackedBlock(received ? *received : QuantizationChain::blockFile(m_folder, layer)),
        m_device);
    return {dequantizeBlock(reference, quantized), quantized.basis};
}

} // namespace quantscope
