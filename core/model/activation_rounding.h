#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>

namespace quantscope {

/// How the input of a linear layer is rounded to a few bits while a lane walks.
struct ActivationRounding {
    /// What shares one scale.
    enum class Scope {
        Tensor, ///< an example's positions, padding apart
        Token,  ///< the channels of a position
        Group,  ///< `group` neighbouring channels of a position; the last group may be shorter
    };

    static constexpr int unrounded = 16; ///< bits of an input that is left as it is

    int bits = unrounded;
    bool symmetric = true;
    Scope scope = Scope::Token;
    std::int64_t group = 0; ///< channels, Scope::Group
    double clip = 1;        ///< share of the range that the codes cover; what is beyond is clamped
    /// f32 [1], found on calibration text (Scope::Tensor, clip applied); undefined: each input has
    /// its own.
    torch::Tensor scale = {};
    torch::Tensor zero = {}; ///< f32 [1], static and asymmetric

    bool rounds() const { return bits < unrounded; }
    bool isStatic() const { return scale.defined(); }
};

/// Scale and zero point of values in [low, high]. With b bits, symmetric: s = max(−low, high) /
/// (2^(b−1) − 1), z = 0, codes −2^(b−1) … 2^(b−1) − 1; else, of the range widened to hold 0:
/// s = (high − low) / (2^b − 1), z = round(−low/s), codes 0 … 2^b − 1.
/// `rounding.clip` shortens the range first. The zero point is undefined where symmetric.
/// @param low, high  f32 of one shape
struct ActivationGrid {
    torch::Tensor scale;
    torch::Tensor zero;
};
ActivationGrid activationGrid(const torch::Tensor& low, const torch::Tensor& high,
                              const ActivationRounding& rounding);

/// x rounded, in f32. Differentiable: rounding counts as the identity, what is clamped has no
/// gradient.
/// @param x        [examples, positions, width], or [rows, width] as one example
/// @param lengths  valid positions of each example, for Scope::Tensor; empty: all
torch::Tensor roundActivations(const torch::Tensor& x, const ActivationRounding& rounding,
                               std::span<const std::int64_t> lengths = {});

} // namespace quantscope
