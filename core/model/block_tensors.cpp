#include "core/model/block_tensors.h"

#include "core/data/error.h"

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

std::span<const float> valuesOf(const torch::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

bool isScale(const TensorRole& role) {
    switch (role.kind) {
    case Kind::AttentionNorm:
    case Kind::MlpNorm:
    case Kind::AttentionOutputNorm:
    case Kind::MlpOutputNorm:
    case Kind::QueryNorm:
    case Kind::KeyNorm:
        return !role.isBias;
    default:
        return false;
    }
}

} // namespace

torch::Tensor blockTensor(const ModelConfig& config, const BlockWeights& block,
                          const TensorRole& role) {
    const bool onStream = config.normPlacement == NormPlacement::OnStream;
    const auto of = [&](const NormWeights& norm) { return role.isBias ? norm.shift : norm.scale; };
    switch (role.kind) {
    case Kind::AttentionNorm:
        return of(onStream ? block.attentionAfter : NormWeights{block.ln1, block.ln1Bias});
    case Kind::MlpNorm:
        return of(onStream ? block.mlpAfter : NormWeights{block.ln2, block.ln2Bias});
    case Kind::AttentionOutputNorm:
        return of(block.attentionAfter);
    case Kind::MlpOutputNorm:
        return of(block.mlpAfter);
    case Kind::QueryNorm:
        return block.qNorm;
    case Kind::KeyNorm:
        return block.kNorm;
    case Kind::Router:
        return block.router;
    case Kind::SharedGate:
        return block.sharedGate;
    case Kind::Matrix:
        return role.isBias ? block.linear(role.module).bias
                           : plainWeight(block.linear(role.module));
    default:
        return {};
    }
}

torch::Tensor storedTensor(const Checkpoint& checkpoint, const std::string& name) {
    const StoredTensor* stored = checkpoint.find(name);
    if (!stored)
        throw Error(ErrorKind::Input, "The checkpoint has no tensor " + name + ".");
    torch::Tensor values = torch::empty(stored->shape);
    checkpoint.read(*stored, 0, extentOf(*stored).rows,
                    {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
    return values;
}

torch::Tensor storedTensor(const Checkpoint& checkpoint, const BlockWeights& reference,
                           const BlockWeights& changed, const ModelTensor& tensor) {
    const ModelConfig& config = checkpoint.config();
    const torch::Tensor now = blockTensor(config, changed, tensor.role);
    if (!now.defined() || now.is_same(blockTensor(config, reference, tensor.role)))
        return storedTensor(checkpoint, tensor.name);
    return isScale(tensor.role) && config.normOffset != 0 ? now - config.normOffset : now;
}

torch::Tensor assemble(const FileTensor& file,
                       const std::function<torch::Tensor(const ModelTensor& part)>& valueOf) {
    if (file.parts.size() == 1 && file.parts.front().isWhole())
        return valueOf(file.parts.front()).contiguous();
    torch::Tensor whole = torch::zeros(file.shape);
    const std::span<float> target(whole.data_ptr<float>(), static_cast<std::size_t>(whole.numel()));
    for (const ModelTensor& part : file.parts) {
        const torch::Tensor values = valueOf(part).contiguous();
        placePart<float>(part, valuesOf(values), target);
    }
    return whole;
}

} // namespace quantscope
