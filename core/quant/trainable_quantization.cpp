#include "core/quant/trainable_quantization.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace quantscope {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Rows handled at once: temporaries stay small and near the core whatever the matrix.
constexpr std::int64_t chunkElements = 1 << 19;

/// Some groups of some rows.
struct Part {
    std::int64_t row = 0, endRow = 0;
    std::int64_t firstGroup = 0, endGroup = 0;
    std::int64_t firstColumn = 0, endColumn = 0;
    std::int64_t groups() const { return endGroup - firstGroup; }
    std::int64_t rows() const { return endRow - row; }

    torch::Tensor columnsOf(const torch::Tensor& matrix) const {
        return matrix.slice(0, row, endRow)
            .slice(1, firstColumn, endColumn)
            .reshape({rows(), groups(), -1}); // [rows, groups, width]
    }
    torch::Tensor groupsOf(const torch::Tensor& values) const {
        return values.slice(0, row, endRow).slice(1, firstGroup, endGroup).unsqueeze(-1);
    }
};

template <typename Visit>
void forParts(std::int64_t rows, std::int64_t columns, std::int64_t group, const Visit& visit) {
    const std::int64_t width = groupColumns(columns, group);
    const std::int64_t even = columns / width;
    const std::int64_t step = std::max<std::int64_t>(1, chunkElements / columns);
    for (std::int64_t row = 0; row < rows; row += step) {
        const std::int64_t end = std::min(rows, row + step);
        visit(Part{row, end, 0, even, 0, even * width});
        if (even * width < columns)
            visit(Part{row, end, even, even + 1, even * width, columns});
    }
}

class Quantization : public torch::autograd::Function<Quantization> {
public:
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& weight,
                                 const torch::Tensor& scales, const torch::Tensor& zeros,
                                 std::int64_t bits, std::int64_t group) {
        context->save_for_backward({weight, scales, zeros});
        context->saved_data["bits"] = bits;
        context->saved_data["group"] = group;
        return valuesOnGrid(weight, {scales, zeros}, static_cast<int>(bits), group);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const variable_list saved = context->get_saved_variables();
        const torch::Tensor& weight = saved[0];
        const torch::Tensor& scales = saved[1];
        const torch::Tensor& zeros = saved[2];
        const auto largestCode = double((1 << context->saved_data["bits"].toInt()) - 1);
        const std::int64_t group = context->saved_data["group"].toInt();
        const bool trainsWeight = weight.requires_grad();
        torch::Tensor ofWeight;
        if (trainsWeight)
            ofWeight = torch::empty(weight.sizes(), weight.options());
        const torch::Tensor ofScales = torch::empty(scales.sizes(), scales.options());
        const torch::Tensor ofZeros = torch::empty(zeros.sizes(), zeros.options());
        forParts(weight.size(0), weight.size(1), group, [&](const Part& part) {
            const torch::Tensor scale = part.groupsOf(scales);
            const torch::Tensor zero = part.groupsOf(zeros);
            const torch::Tensor given = part.columnsOf(gradients[0]);
            const torch::Tensor ratio = part.columnsOf(weight) / scale;
            torch::Tensor codes = ratio.round().add_(zero);
            const torch::Tensor inside = ((codes >= 0) & (codes <= largestCode)).to(ratio.dtype());
            codes.clamp_(0, largestCode).sub_(zero).sub_(ratio.mul_(inside)).mul_(given);
            const torch::Tensor passed = given * inside;
            part.groupsOf(ofScales).copy_(codes.sum(-1, true));
            part.groupsOf(ofZeros).copy_((passed - given).sum(-1, true).mul_(scale));
            if (trainsWeight)
                ofWeight.slice(0, part.row, part.endRow)
                    .slice(1, part.firstColumn, part.endColumn)
                    .copy_(passed.reshape({part.rows(), -1}));
        });
        return {ofWeight, ofScales, ofZeros, torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor roundStraightThrough(const torch::Tensor& x) { return (x.round() - x).detach() + x; }

torch::Tensor clampStraightThrough(const torch::Tensor& x, double low, double high) {
    return (x.clamp(low, high) - x).detach() + x;
}

torch::Tensor trainableQuantize(const torch::Tensor& weight, const Grid& grid, int bits,
                                std::int64_t group) {
    return Quantization::apply(weight, grid.scales, grid.zeros, std::int64_t(bits), group);
}

} // namespace quantscope
