#include "core/model/block_loader.h"

#include "core/checkpoint/model_tensors.h"
#include "core/checkpoint/same_model.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
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

/// A vector of the checkpoint; undefined where it has none.
torch::Tensor loadIfThere(const Checkpoint& checkpoint, const std::string& name) {
    return checkpoint.find(name) ? loadWhole(checkpoint, name) : torch::Tensor();
}

/// γ as it is used: some families store it less an offset.
torch::Tensor loadScale(const Checkpoint& checkpoint, const std::string& name) {
    const torch::Tensor stored = loadIfThere(checkpoint, name);
    const double offset = checkpoint.config().normOffset;
    return stored.defined() && offset != 0 ? stored + offset : stored;
}

/// β beside a γ called "….weight".
torch::Tensor loadShift(const Checkpoint& checkpoint, const std::string& name) {
    return loadIfThere(checkpoint, name.substr(0, name.rfind('.')) + ".bias");
}

NormWeights loadNorm(const Checkpoint& checkpoint, const std::string& name) {
    return {loadScale(checkpoint, name), loadShift(checkpoint, name)};
}

} // namespace

BlockWeights loadBlock(const Checkpoint& checkpoint, std::int64_t layer) {
    const ModelConfig& config = checkpoint.config();
    // Which tensors there must be was checked when the checkpoint was opened.
    const NormWeights attention = loadNorm(checkpoint, normTensorName(layer, attentionNorm));
    const NormWeights mlp = loadNorm(checkpoint, normTensorName(layer, mlpNorm));
    BlockWeights block;
    if (config.normPlacement == NormPlacement::OnStream) {
        block.attentionAfter = attention;
        block.mlpAfter = mlp;
    } else {
        block.ln1 = attention.scale;
        block.ln1Bias = attention.shift;
        block.ln2 = mlp.scale;
        block.ln2Bias = mlp.shift;
        block.attentionAfter = loadNorm(checkpoint, normTensorName(layer, attentionOutputNorm));
        block.mlpAfter = loadNorm(checkpoint, normTensorName(layer, mlpOutputNorm));
    }
    block.qNorm = loadScale(checkpoint, normTensorName(layer, queryNorm));
    block.kNorm = loadScale(checkpoint, normTensorName(layer, keyNorm));
    block.router = loadIfThere(checkpoint, normTensorName(layer, mlpRouter));
    block.sharedGate = loadIfThere(checkpoint, normTensorName(layer, mlpSharedGate));
    for (const Module module : blockModules(config, layer)) {
        LinearWeights& linear = block.linear(module);
        linear.weight = loadWhole(checkpoint, blockTensorName(layer, module, "weight"));
        linear.bias = loadIfThere(checkpoint, blockTensorName(layer, module, "bias"));
    }
    return block;
}

namespace {

torch::Tensor loadRows(const Checkpoint& checkpoint, const std::string& name,
                       const std::vector<std::int64_t>& ids) {
    const StoredTensor& stored = requireTensor(checkpoint, name);
    const std::int64_t width = stored.shape.back();
    torch::Tensor out = torch::empty({static_cast<std::int64_t>(ids.size()), width});
    float* row = out.data_ptr<float>();
    for (const std::int64_t id : ids) {
        checkpoint.read(stored, id, 1, {row, static_cast<std::size_t>(width)});
        row += width;
    }
    return out;
}

/// Rows of the embedding, projected and scaled where the family does so. [ids, hidden]
torch::Tensor embeddedRows(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids) {
    const ModelConfig& config = checkpoint.config();
    torch::Tensor rows = loadRows(checkpoint, embeddingTensorName, ids);
    if (embeddingWidth(config) != config.hiddenSize)
        rows = at::linear(rows, loadWhole(checkpoint, projectInTensorName));
    return config.embeddingScale != 1 ? rows * config.embeddingScale : rows;
}

/// Learned positions. [positions, hidden]
torch::Tensor positionRows(const Checkpoint& checkpoint, std::vector<std::int64_t> positions) {
    const ModelConfig& config = checkpoint.config();
    const std::int64_t most = config.learnedPositions - config.positionOffset;
    const std::int64_t last = *std::max_element(positions.begin(), positions.end());
    if (last >= most)
        throw Error(ErrorKind::Usage,
                    fmt::format("{} ids were to be read in a row, but the model has learned "
                                "positions for {} at most. Take fewer tokens.",
                                last + 1, most));
    for (std::int64_t& position : positions)
        position += config.positionOffset;
    return loadRows(checkpoint, positionTensorName, positions);
}

} // namespace

torch::Tensor loadEmbeddingRows(const Checkpoint& checkpoint,
                                const std::vector<std::int64_t>& ids) {
    return loadRows(checkpoint, embeddingTensorName, ids);
}

torch::Tensor loadFinalNorm(const Checkpoint& checkpoint) {
    return loadScale(checkpoint, finalNormTensorName);
}

torch::Tensor embedTokens(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids,
                          std::int64_t positions) {
    const ModelConfig& config = checkpoint.config();
    const torch::Tensor rows =
        embeddedRows(checkpoint, ids).view({-1, positions, config.hiddenSize});
    if (config.learnedPositions == 0)
        return rows;
    std::vector<std::int64_t> places(static_cast<std::size_t>(positions));
    std::iota(places.begin(), places.end(), 0);
    return rows + positionRows(checkpoint, std::move(places));
}

torch::Tensor embedTokensAt(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids,
                            std::vector<std::int64_t> positions) {
    const torch::Tensor rows = embeddedRows(checkpoint, ids);
    return checkpoint.config().learnedPositions == 0
               ? rows
               : rows + positionRows(checkpoint, std::move(positions));
}

torch::Tensor loadOutputMatrix(const Checkpoint& checkpoint, std::int64_t rows) {
    const StoredTensor& stored = outputMatrix(checkpoint);
    const std::int64_t count = rows < 0 ? stored.shape[0] : rows;
    torch::Tensor out = torch::empty({count, stored.shape[1]});
    checkpoint.read(stored, 0, count,
                    {out.data_ptr<float>(), static_cast<std::size_t>(out.numel())});
    return out;
}

FinalStep loadFinalStep(const Checkpoint& checkpoint) {
    return {loadNorm(checkpoint, finalNormTensorName),
            loadIfThere(checkpoint, projectOutTensorName)};
}

torch::Tensor finalState(const ModelConfig& config, const FinalStep& step,
                         const torch::Tensor& hidden) {
    const torch::Tensor normed = step.norm.defined() ? norm(config, hidden, step.norm) : hidden;
    return step.projection.defined() ? at::linear(normed, step.projection) : normed;
}

torch::Tensor scaledLogits(const ModelConfig& config, const torch::Tensor& logits) {
    torch::Tensor scaled = config.logitScale != 1 ? logits * config.logitScale : logits;
    if (config.logitCap > 0)
        scaled = torch::tanh(scaled / config.logitCap) * config.logitCap;
    return scaled;
}

} // namespace quantscope
