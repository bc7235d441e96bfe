#include "core/model/block_device.h"

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <functional>
#include <map>
#include <vector>

namespace quantscope {

namespace {

torch::Tensor moved(const torch::Tensor& tensor, torch::Device device) {
    return tensor.defined() ? tensor.to(device) : tensor;
}

/// Copies to a GPU on a stream of its own: of generic parts of libtorch, so that one without CUDA
/// builds it too.
class UploadStream {
public:
    explicit UploadStream(torch::Device device)
        : m_device(device)
        , m_devices(device.type())
        , m_computing(m_devices.getStream(m_devices.getDevice()))
        , m_own(m_devices.getStreamFromGlobalPool(m_computing.device())) {}

    torch::Tensor copy(const torch::Tensor& tensor) {
        if (!tensor.defined() || tensor.device() == m_device)
            return tensor;
        const c10::StreamGuard guard(m_own);
        m_pinned.push_back(tensor.pin_memory());
        torch::Tensor there = m_pinned.back().to(m_device, /*non_blocking=*/true);
        there.record_stream(m_computing); // which may still read it when its last owner has gone
        return there;
    }

    /// Until all copies are there.
    void wait() {
        m_own.synchronize();
        m_pinned.clear();
    }

private:
    torch::Device m_device;
    c10::impl::VirtualGuardImpl m_devices;
    c10::Stream m_computing;
    c10::Stream m_own;
    std::vector<torch::Tensor> m_pinned;
};

InputTransform moved(const InputTransform& input, torch::Device device) {
    InputTransform there{input.map.onDevice(device), input.rounding};
    there.rounding.scale = moved(input.rounding.scale, device);
    there.rounding.zero = moved(input.rounding.zero, device);
    return there;
}

NormWeights moved(const NormWeights& norm, torch::Device device) {
    return {moved(norm.scale, device), moved(norm.shift, device)};
}

/// @param copy  takes a tensor to the device
BlockWeights movedBlock(const BlockWeights& block, torch::Device device,
                        const std::function<torch::Tensor(const torch::Tensor&)>& copy) {
    BlockWeights there = block;
    for (torch::Tensor* tensor : {&there.ln1, &there.ln2, &there.ln1Bias, &there.ln2Bias,
                                  &there.qNorm, &there.kNorm, &there.router, &there.sharedGate})
        *tensor = copy(*tensor);
    there.attentionAfter = moved(block.attentionAfter, device);
    there.mlpAfter = moved(block.mlpAfter, device);
    there.prefix = {moved(block.prefix.keys, device), moved(block.prefix.values, device)};
    std::map<const InputTransform*, std::shared_ptr<const InputTransform>>
        inputs; // shared there too
    for (LinearWeights& layer : there.linears) {
        layer.weight = copy(layer.weight);
        layer.bias = moved(layer.bias, device);
        layer.output = layer.output.onDevice(device);
        if (!layer.input)
            continue;
        std::shared_ptr<const InputTransform>& input = inputs[layer.input.get()];
        if (!input)
            input = std::make_shared<const InputTransform>(moved(*layer.input, device));
        layer.input = input;
    }
    return there;
}

} // namespace

BlockWeights onDevice(const BlockWeights& block, torch::Device device) {
    return movedBlock(block, device,
                      [device](const torch::Tensor& tensor) { return moved(tensor, device); });
}

BlockWeights streamedToDevice(const BlockWeights& block, torch::Device device) {
    if (device.is_cpu())
        return block;
    UploadStream stream(device);
    BlockWeights there = movedBlock(
        block, device, [&stream](const torch::Tensor& tensor) { return stream.copy(tensor); });
    stream.wait();
    return there;
}

RotaryTables onDevice(const RotaryTables& tables, torch::Device device) {
    return {moved(tables.cosine, device), moved(tables.sine, device),
            moved(tables.slidingCosine, device), moved(tables.slidingSine, device)};
}

} // namespace quantscope
