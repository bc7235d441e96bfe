#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/site.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

inline constexpr const char* embeddingTensorName = "model.embed_tokens.weight";
inline constexpr const char* positionTensorName = "model.embed_positions.weight";
inline constexpr const char* projectInTensorName = "model.project_in.weight";
inline constexpr const char* projectOutTensorName = "model.project_out.weight";
inline constexpr const char* finalNormTensorName = "model.norm.weight";
inline constexpr const char* finalNormBiasTensorName = "model.norm.bias";
inline constexpr const char* outputTensorName = "lm_head.weight";

// Norms of a block, for normTensorName(). The first two stand before attention and MLP, or on the
// residual stream after them; the others on their outputs.
inline constexpr const char* attentionNorm = "input_layernorm";
inline constexpr const char* mlpNorm = "post_attention_layernorm";
inline constexpr const char* attentionOutputNorm = "attention_output_norm";
inline constexpr const char* mlpOutputNorm = "mlp_output_norm";
inline constexpr const char* queryNorm = "self_attn.q_norm";
inline constexpr const char* keyNorm = "self_attn.k_norm";
inline constexpr const char* mlpRouter = "mlp.router";
inline constexpr const char* mlpSharedGate = "mlp.shared_gate";

/// What a tensor is to the model, whatever its family calls it.
struct TensorRole {
    enum class Kind {
        Embedding,
        Positions,
        ProjectIn,
        ProjectOut,
        FinalNorm,
        Output,
        AttentionNorm,
        MlpNorm,
        AttentionOutputNorm,
        MlpOutputNorm,
        QueryNorm,
        KeyNorm,
        Matrix,
        Router,
        SharedGate,
    };
    Kind kind = Kind::Embedding;
    std::int64_t layer = -1;   ///< −1: of no block
    Module module = Module::Q; ///< Matrix only
    bool isBias = false;
};

/// Where a tensor stands in a family's files: under which name, and, where one tensor of the file
/// holds several of the model's, in which rows.
struct TensorLayout {
    std::string name;                ///< of the file's tensor
    std::vector<std::int64_t> shape; ///< of the file's tensor
    bool transposed = false;         ///< the file has [in, out] (GPT-2's Conv1D)
    std::int64_t firstRow = 0;       ///< the file's row (column where transposed) of row 0
    std::int64_t run = 0;            ///< rows that follow one another; 0: all
    std::int64_t step = 0;           ///< from the beginning of a run to that of the next

    /// The file's row of a row of the model's tensor. Numbers of a bias count as rows.
    std::int64_t fileRow(std::int64_t row) const {
        return run == 0 ? firstRow + row : firstRow + row / run * step + row % run;
    }
    bool operator==(const TensorLayout&) const = default;
};

/// A tensor that a model of some configuration consists of.
struct ModelTensor {
    std::string name;                ///< the same in every family: Llama's
    std::vector<std::int64_t> shape; ///< [out, in] for matrices, [size] for norms and biases
    TensorRole role = {};
    TensorLayout layout = {};

    /// Whether the file has it by itself and the same way round.
    bool isWhole() const { return layout.shape == shape && !layout.transposed; }
};

/// Every tensor of a model in the order of its forward pass: the embedding, the blocks, the final
/// norm and, unless it is tied to the embedding, the output matrix.
std::vector<ModelTensor> modelTensors(const ModelConfig& config);

/// A tensor of a family's files, with the model's tensors that it holds.
struct FileTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<ModelTensor> parts;

    std::int64_t layer() const { return parts.front().role.layer; }
};

/// The tensors of a model's files, in the order of the forward pass.
std::vector<FileTensor> fileTensors(const ModelConfig& config);

/// Runs of rows that follow one another in the file: use(file's row, row, count) for each.
template <typename Use>
void forRuns(const TensorLayout& layout, std::int64_t firstRow, std::int64_t rows, const Use& use) {
    for (std::int64_t row = firstRow; row < firstRow + rows;) {
        const std::int64_t left = firstRow + rows - row;
        const std::int64_t count =
            layout.run == 0 ? left : std::min(left, layout.run - row % layout.run);
        use(layout.fileRow(row), row, count);
        row += count;
    }
}

/// Puts a part where it belongs in the file's tensor. @param part, file  row-major, of the shapes
/// of the model's and the file's tensor
template <typename T>
void placePart(const ModelTensor& part, std::span<const T> values, std::span<T> file) {
    const bool isVector = part.shape.size() < 2;
    const std::int64_t rows = part.shape.front();
    const std::int64_t columns = isVector ? 1 : part.shape.back();
    const std::int64_t stride = part.layout.transposed ? part.layout.shape.back() : columns;
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column) {
            const std::int64_t to = part.layout.transposed
                                        ? column * stride + part.layout.fileRow(row)
                                        : part.layout.fileRow(row) * stride + column;
            file[static_cast<std::size_t>(to)] =
                values[static_cast<std::size_t>(row * columns + column)];
        }
}

} // namespace quantscope
