#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace quantscope {

/// An orthogonal map of a value's channels, x ↦ x R, as steps that are cheap to apply and small to
/// keep. Without steps it is the identity.
class OrthogonalMap {
public:
    struct Step {
        enum class Kind {
            Signs,       ///< x ⊙ values
            Hadamard,    ///< see hadamardTransform()
            Blocks,      ///< runs of channels times square matrices
            Permutation, ///< channel i of the result is channel values[i] of x
        };
        Kind kind = Kind::Signs;
        /// Signs: f32 [width]; Blocks: f32 [runs or 1, size, size]; Permutation: i32 [width]
        torch::Tensor values = {};
        std::int64_t order = 0;                  ///< Hadamard
        std::int64_t stride = 1;                 ///< Hadamard
        std::vector<torch::Tensor> factors = {}; ///< Hadamard: made of its order
    };

    /// Whether a step can act on so many channels and is orthogonal.
    static bool fits(const Step& step, std::int64_t width);

    /// @throws Error (Internal) where a step does not fit
    static OrthogonalMap of(std::vector<Step> steps, std::int64_t width);

    /// Steps whose arrays are still to be filled in, unchecked: only steps() may be asked for.
    static OrthogonalMap described(std::vector<Step> steps);

    bool empty() const { return m_steps.empty(); }
    const std::vector<Step>& steps() const { return m_steps; }

    /// x R over the last dimension. Differentiable. @param x  […, width]
    torch::Tensor apply(const torch::Tensor& x) const;
    /// x Rᵀ, the way back.
    torch::Tensor applyInverse(const torch::Tensor& x) const;

    OrthogonalMap onDevice(torch::Device device) const;

private:
    std::vector<Step> m_steps;
};

} // namespace quantscope
