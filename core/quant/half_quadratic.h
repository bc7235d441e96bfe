#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

struct HalfQuadraticOptions {
    int bits = 4;
    std::int64_t group = 64; ///< columns; −1: the whole row
    int iterations = 20;
    double exponent = 0.7; ///< p of the error's norm ‖W − W~‖_p, below 1 for heavy tails
    double beta = 10;      ///< weight of the quadratic term
    double kappa = 1.01;   ///< what beta is multiplied with after each iteration
    bool earlyStop = true; ///< at the first iteration whose mean |W − W~| is no smaller
};

/// Half-quadratic quantization (Badri and Shaji 2023, "HQQ"): scales of the bare range stay as
/// they are; zero points, no longer whole numbers, minimise Σ|w − w~|^p by turns of a shrinkage
/// e ← sign(d) max(|d| − |d|^(p−1)/β, 0) of d = w − w~ and z ← mean(q − (w − e)/s) over the group.
/// q = clamp(round(w/s + z), 0, 2^bits − 1), w~ = s (q − z).
/// @param weight  f32 [rows, columns]
QuantizedLinear quantizeHalfQuadratic(const torch::Tensor& weight,
                                      const HalfQuadraticOptions& options, const Job& job);

} // namespace quantscope
