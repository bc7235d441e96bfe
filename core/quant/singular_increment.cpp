#include "core/quant/singular_increment.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace quantscope {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// A diagonal of the band: entries (i, i + offset) for i in [first, end).
struct Diagonal {
    std::int64_t offset = 0;
    std::int64_t first = 0;
    std::int64_t end = 0;
    std::int64_t count() const { return end - first; }
};

template <typename Visit>
void forDiagonals(std::int64_t rank, std::int64_t width, const Visit& visit) {
    for (std::int64_t offset = -width; offset <= width; ++offset) {
        const Diagonal diagonal{offset, std::max<std::int64_t>(0, -offset),
                                std::min(rank, rank - offset)};
        if (diagonal.count() > 0)
            visit(diagonal);
    }
}

/// Half of 2k + 1 rows; −1 where there are none.
std::int64_t bandWidth(const torch::Tensor& band) { return (band.size(0) - 1) / 2; }

/// Increment::apply(W, U, Vᵀ, band, mask of the band, square); what is not learned is empty.
class Increment : public torch::autograd::Function<Increment> {
public:
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& weight,
                                 const torch::Tensor& left, const torch::Tensor& right,
                                 const torch::Tensor& band, const torch::Tensor& mask,
                                 const torch::Tensor& square) {
        context->save_for_backward({left, right, mask});
        const std::int64_t rank = right.size(0);
        const std::int64_t side = square.size(0);
        context->saved_data["square"] = side;
        torch::Tensor product = torch::zeros_like(right); // Δ Vᵀ, [rank, columns]
        if (band.size(0) > 0) {
            const torch::Tensor learned = band * mask;
            const std::int64_t width = bandWidth(band);
            forDiagonals(rank, width, [&](const Diagonal& d) {
                product.slice(0, d.first, d.end)
                    .addcmul_(learned[d.offset + width].slice(0, d.first, d.end).unsqueeze(1),
                              right.slice(0, d.first + d.offset, d.end + d.offset));
            });
        }
        if (side > 0)
            product.slice(0, 0, side).addmm_(square, right.slice(0, 0, side));
        const std::int64_t rows = band.size(0) > 0 ? rank : side; // below them Δ is zero
        return at::addmm(weight, left.slice(1, 0, rows), product.slice(0, 0, rows));
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const variable_list saved = context->get_saved_variables();
        const torch::Tensor& left = saved[0];
        const torch::Tensor& right = saved[1];
        const torch::Tensor& mask = saved[2];
        const std::int64_t rank = right.size(0);
        const std::int64_t side = context->saved_data["square"].toInt();
        const std::int64_t rows = mask.size(0) > 0 ? rank : side;
        const torch::Tensor projected =
            at::mm(left.slice(1, 0, rows).t(), gradients[0]); // Uᵀ G, [rows, columns]
        torch::Tensor ofBand = torch::zeros_like(mask);
        if (mask.size(0) > 0) {
            const std::int64_t width = bandWidth(mask);
            forDiagonals(rank, width, [&](const Diagonal& d) {
                ofBand[d.offset + width]
                    .slice(0, d.first, d.end)
                    .copy_((projected.slice(0, d.first, d.end) *
                            right.slice(0, d.first + d.offset, d.end + d.offset))
                               .sum(1));
            });
            ofBand.mul_(mask);
        }
        const torch::Tensor ofSquare =
            at::mm(projected.slice(0, 0, side), right.slice(0, 0, side).t());
        return {torch::Tensor(), torch::Tensor(), torch::Tensor(),
                ofBand,          torch::Tensor(), ofSquare};
    }
};

} // namespace

bool IncrementMask::covers(std::int64_t row, std::int64_t column) const {
    return std::abs(row - column) <= band || std::max(row, column) < square;
}

std::int64_t IncrementMask::entries(std::int64_t rank) const {
    const std::int64_t side = std::min(square, rank);
    std::int64_t count = side * side;
    forDiagonals(rank, band, [&](const Diagonal& d) {
        count += d.count() - std::max<std::int64_t>(0, side - std::abs(d.offset));
    });
    return count;
}

SingularIncrement::SingularIncrement(std::shared_ptr<const SingularValues> factors,
                                     const IncrementMask& mask)
    : m_factors(std::move(factors)) {
    const std::int64_t rank = m_factors->rank();
    m_mask = {std::min(mask.band, rank - 1), std::min(mask.square, rank)};
    const auto options = m_factors->values.options();
    const std::int64_t diagonals = m_mask.band < 0 ? 0 : 2 * m_mask.band + 1;
    m_band = torch::zeros({diagonals, rank}, options).set_requires_grad(true);
    m_bandMask = torch::zeros({diagonals, rank}, options);
    m_square = torch::zeros({m_mask.square, m_mask.square}, options).set_requires_grad(true);
    forDiagonals(rank, m_mask.band, [&](const Diagonal& d) {
        // Rows above are the square's where both indices are below its side.
        const std::int64_t first =
            std::clamp(m_mask.square - std::max<std::int64_t>(d.offset, 0), d.first, d.end);
        m_bandMask[d.offset + m_mask.band].slice(0, first, d.end).fill_(1);
    });
}

std::vector<torch::Tensor> SingularIncrement::parameters() const {
    std::vector<torch::Tensor> learned;
    for (const torch::Tensor& part : {m_band, m_square})
        if (part.numel() > 0)
            learned.push_back(part);
    return learned;
}

torch::Tensor SingularIncrement::add(const torch::Tensor& weight) const {
    return Increment::apply(weight, m_factors->left, m_factors->right, m_band, m_bandMask,
                            m_square);
}

torch::Tensor SingularIncrement::dense() const {
    const at::NoGradGuard noGradients;
    const std::int64_t rank = m_factors->rank();
    torch::Tensor dense = torch::zeros({rank, rank}, m_factors->values.options());
    forDiagonals(rank, m_mask.band, [&](const Diagonal& d) {
        const torch::Tensor learned =
            m_band[d.offset + m_mask.band] * m_bandMask[d.offset + m_mask.band];
        dense.diagonal(d.offset).copy_(learned.slice(0, d.first, d.end));
    });
    dense.slice(0, 0, m_mask.square).slice(1, 0, m_mask.square).add_(m_square);
    return dense;
}

double SingularIncrement::relativeSize() const {
    const at::NoGradGuard noGradients;
    const double squares = (m_band * m_bandMask).square().sum(torch::kFloat64).item<double>() +
                           m_square.square().sum(torch::kFloat64).item<double>();
    const double size = m_factors->values.norm().item<double>();
    return size > 0 ? std::sqrt(squares) / size : 0;
}

} // namespace quantscope
