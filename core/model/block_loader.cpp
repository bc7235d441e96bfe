#include "core/model/block_loader.h"

#include "core/checkpoint/same_model.h"
#include "core/data/error.h"

#include <algorithm>
#include <string>

namespace quantscope {

namespace {

const StoredTensor& requireTensor(const Checkpoint& checkpoint, const std::string& name) {
    if (const StoredTensor* tensor = checkpoint.find(name))
        return *tensor;
    throw Error(ErrorKind::Input, "The checkpoint has no tensor " + name + ".");
}

torch::Tensor loadWhole(const Checkpoint& checkpoint, const std::string& name) {
    const StoredTensor& stored = requireTensor(checkpoint, name);
    torch::Tensor out = torch::empty(stored.shape);
    const std::int64_t rows = stored.shape.size() > 1 ? stored.shape[0] : 1;
    checkpoint.read(stored, 0, rows,
                    {out.data_ptr<float>(), static_cast<std::size_t>(out.numel())});
    return out;
}

const std::string embeddingName = "model.embed_tokens.weight";

} // namespace

BlockWeights loadBlock(const Checkpoint& checkpoint, std::int64_t layer) {
    const ModelConfig& config = checkpoint.config();
    BlockWeights block;
    block.ln1 = loadWhole(checkpoint, normTensorName(layer, "input_layernorm"));
    block.ln2 = loadWhole(checkpoint, normTensorName(layer, "post_attention_layernorm"));
    if (config.queryKeyNorm) {
        block.qNorm = loadWhole(checkpoint, normTensorName(layer, "self_attn.q_norm"));
        block.kNorm = loadWhole(checkpoint, normTensorName(layer, "self_attn.k_norm"));
    }
    for (Module module : allModules) {
        LinearWeights& linear = block.linear(module);
        linear.weight = loadWhole(checkpoint, blockTensorName(layer, module, "weight"));
        // Which biases there must be was checked when the checkpoint was opened.
        if (checkpoint.find(blockTensorName(layer, module, "bias")))
            linear.bias = loadWhole(checkpoint, blockTensorName(layer, module, "bias"));
    }
    return block;
}

torch::Tensor loadEmbeddingRows(const Checkpoint& checkpoint,
                                const std::vector<std::int64_t>& ids) {
    const StoredTensor& stored = requireTensor(checkpoint, embeddingName);
    const std::int64_t hidden = checkpoint.config().hiddenSize;
    torch::Tensor out = torch::empty({static_cast<std::int64_t>(ids.size()), hidden});
    float* row = out.data_ptr<float>();
    for (const std::int64_t id : ids) {
        checkpoint.read(stored, id, 1, {row, static_cast<std::size_t>(hidden)});
        row += hidden;
    }
    return out;
}

torch::Tensor loadOutputMatrix(const Checkpoint& checkpoint, std::int64_t rows) {
    const StoredTensor& stored = outputMatrix(checkpoint);
    const std::int64_t count = rows < 0 ? stored.shape[0] : rows;
    torch::Tensor out = torch::empty({count, stored.shape[1]});
    checkpoint.read(stored, 0, count,
                    {out.data_ptr<float>(), static_cast<std::size_t>(out.numel())});
    return out;
}

torch::Tensor loadFinalNorm(const Checkpoint& checkpoint) {
    return loadWhole(checkpoint, "model.norm.weight");
}

std::int64_t blockElements(const ModelConfig& config) {
    const std::int64_t queries = config.heads * config.headDimension;
    const std::int64_t keys = config.keyValueHeads * config.headDimension;
    return config.hiddenSize * (2 * queries + 2 * keys + 3 * config.intermediateSize + 2);
}

} // namespace quantscope
