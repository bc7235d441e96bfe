#pragma once

#include "core/kernels/kernels.h"

#include <torch/types.h>

namespace quantscope::kernels {

// The loops of core/kernels on f32 tensors, contiguous and all on one device: the CPU's loops, or
// the GPU's where the tensors live there. What is told by token comes back to host memory.

/// Rows are `gamma` wide. @return the shape of x
torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon);

/// In place.
void silu(torch::Tensor& gate);
void siluMultiply(torch::Tensor& gate, const torch::Tensor& up);

void multiply(const torch::Tensor& a, const torch::Tensor& b, torch::Tensor& out);

/// In place. x [examples, tokens, heads · dimension]; tables [≥ tokens, dimension]
void rotate(torch::Tensor& x, const torch::Tensor& cosine, const torch::Tensor& sine,
            std::int64_t heads, std::int64_t dimension);

/// @return [examples, tokens, heads · dimension]
torch::Tensor causalAttention(const AttentionShape& shape, const torch::Tensor& q,
                              const torch::Tensor& k, const torch::Tensor& v);

/// @param reference  undefined: none
/// @param out        host memory, one value a row
void tokenStatistics(const torch::Tensor& x, const torch::Tensor& reference,
                     const TokenStatistics& out);

/// A reference's distribution over some rows. [rows, vocabulary]
struct ReferenceTensors {
    torch::Tensor logProbabilities;
    torch::Tensor probabilities;
};

/// The distribution of each row; `logits` becomes the first of the two.
ReferenceTensors logSoftmax(const torch::Tensor& logits);

/// @param logits     [rows, vocabulary], used as work space
/// @param reference  null: none
/// @param targets    host memory, [rows]
/// @param out        host memory, one value a row; rows with a negative target are left alone
void tokenScores(torch::Tensor& logits, const ReferenceTensors* reference,
                 const std::int32_t* targets, const TokenScores& out);

} // namespace quantscope::kernels
