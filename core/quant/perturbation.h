#pragma once

#include "core/data/job.h"

#include <torch/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace quantscope {

/// How artificial noise on weights depends on them (Gong et al., arXiv 2403.06408).
enum class NoiseKind {
    Gaussian,   ///< independent of the weight
    Uniform,    ///< likewise
    Rademacher, ///< likewise: the same magnitude everywhere, either sign
    Growing,    ///< the Gaussian's magnitudes, the largest at the weight of largest magnitude
    Shrinking,  ///< the Gaussian's magnitudes, the largest at the weight of smallest magnitude
    Clip,       ///< the top share of magnitudes cut to a threshold
};

/// Names in the order of the enumeration, as the option kind has them.
const std::vector<std::string_view>& noiseKindNames();

struct NoiseOptions {
    NoiseKind kind = NoiseKind::Gaussian;
    double intensity = 0.1; ///< ‖δ‖₂ / ‖W‖₂ of every matrix; at most 1 for Clip
    std::uint64_t seed = 0;
};

/// W + δ with ‖δ‖₂ = intensity · ‖W‖₂, so that kinds are compared at the same L2 distance. What is
/// drawn depends on the seed and the matrix alone. Growing and Shrinking draw the same magnitudes
/// as Gaussian and only deal them out by the rank of |w| (ties by place), signs at random.
/// @param weight  f32 [rows, columns]
/// @throws Error (Interrupted)
torch::Tensor perturbed(const torch::Tensor& weight, const NoiseOptions& options, const Job& job);

} // namespace quantscope
