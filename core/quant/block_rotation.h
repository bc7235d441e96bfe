#pragma once

#include "core/data/job.h"

#include <torch/types.h>

#include <cstdint>

namespace quantscope {

/// The orthogonal matrix that each greedy step is made of (DuQuant, Lin et al. 2024,
/// arXiv 2406.01721, section 3.2): R̃ · diag(1, Q), where the first row of R̃ spreads a channel
/// evenly over all and Q is drawn at random. f64 [size, size]
torch::Tensor greedyStepMatrix(std::int64_t size, std::uint64_t seed);

struct GreedyRotationOptions {
    std::int64_t steps = 256;
    std::uint64_t seed = 0;
};

/// A rotation of a block of channels that takes its outliers down: step by step, the channel of the
/// largest |x| changes places with the first, is spread by greedyStepMatrix(), and both change
/// back; kept are the steps up to where the range max − min was least.
/// @param x  f32 [rows, size], what the block's channels hold
/// @return   f32 [size, size], orthogonal; x times it is the rotated block
torch::Tensor greedyRotation(const torch::Tensor& x, const GreedyRotationOptions& options,
                             const Job& job);

/// Channels in descending order of `peaks` dealt to blocks to and fro, 0, 1, …, n − 1, n − 1, …, 0,
/// so that the blocks' outliers are alike. @param peaks  f32 [width], width divisible by size
/// @return  i32 [width]: the channel that comes to each place
torch::Tensor zigzagPermutation(const torch::Tensor& peaks, std::int64_t size);

} // namespace quantscope
