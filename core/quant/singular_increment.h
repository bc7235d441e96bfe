#pragma once

#include "core/quant/singular_values.h"

#include <memory>
#include <vector>

namespace quantscope {

/// Which entries of Δ are learned, of the rank × rank that there are.
struct IncrementMask {
    std::int64_t band = 0;   ///< k: all (i, j) with |i − j| ≤ k; −1: no band
    std::int64_t square = 0; ///< n: all (i, j) with i, j < n; 0: no square

    bool covers(std::int64_t row, std::int64_t column) const;
    /// Entries of a matrix of that rank that are learned.
    std::int64_t entries(std::int64_t rank) const;
};

/// A matrix W' = U (Σ + Δ) Vᵀ with Δ learned on a mask and zero at the start, so that W' = W there.
/// k = 0 learns an increment of each singular value (LSI, arXiv 2406.16299), wider masks are its
/// expansion (SDE, arXiv 2407.15508). An entry in both band and square is learned once.
class SingularIncrement {
public:
    SingularIncrement(std::shared_ptr<const SingularValues> factors, const IncrementMask& mask);

    /// Leaves that require gradients; entries of theirs outside the mask never get one.
    std::vector<torch::Tensor> parameters() const;

    /// W + U Δ Vᵀ, differentiable in Δ: its gradient is mask(Uᵀ G V), of which no more is formed
    /// than Uᵀ G and the entries of the mask.
    /// @param weight  W [rows, columns], a constant
    torch::Tensor add(const torch::Tensor& weight) const;

    /// Δ in full, [rank, rank]. For looking at; nothing that trains forms it.
    torch::Tensor dense() const;

    /// ‖Δ‖ / ‖Σ‖ = ‖W' − W‖ / ‖W‖.
    double relativeSize() const;

private:
    std::shared_ptr<const SingularValues> m_factors;
    IncrementMask m_mask;
    torch::Tensor m_band;     // [2k + 1, rank]: entry (i, i + d) at [d + k, i]; undefined: none
    torch::Tensor m_bandMask; // the same, 1 where the entry is the band's, else 0
    torch::Tensor m_square;   // [n, n]; undefined: none
};

} // namespace quantscope
