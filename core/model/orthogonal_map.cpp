#include "core/model/orthogonal_map.h"

#include "core/data/error.h"
#include "core/model/hadamard.h"

#include <utility>

namespace quantscope {

namespace {

using Kind = OrthogonalMap::Step::Kind;

/// Rows of an orthogonal matrix in f32 after a few hundred products.
constexpr double orthogonality = 1e-3;

bool isOrthogonal(const torch::Tensor& matrices) {
    const torch::Tensor product = at::matmul(matrices, matrices.transpose(-2, -1));
    const torch::Tensor off = product - torch::eye(matrices.size(-1), matrices.options());
    return off.abs().max().item<double>() < orthogonality; // false where not finite
}

bool isPermutation(const torch::Tensor& values) {
    const torch::Tensor sorted = std::get<0>(values.sort());
    return at::equal(sorted, torch::arange(values.size(0), values.options()));
}

torch::Tensor multiplied(const torch::Tensor& x, const torch::Tensor& blocks) {
    const std::int64_t size = blocks.size(1);
    if (blocks.size(0) == 1)
        return at::matmul(x.reshape({-1, size}), blocks[0]).reshape(x.sizes());
    const torch::Tensor runs = x.reshape({-1, blocks.size(0), size}).transpose(0, 1);
    return at::bmm(runs, blocks).transpose(0, 1).reshape(x.sizes()); // [runs, rows, size] before
}

torch::Tensor applied(const OrthogonalMap::Step& step, const torch::Tensor& x, bool inverse) {
    switch (step.kind) {
    case Kind::Signs:
        return x * step.values;
    case Kind::Hadamard:
        return hadamardTransform(x, step.factors, step.stride, inverse);
    case Kind::Blocks:
        return multiplied(x, inverse ? step.values.transpose(1, 2) : step.values);
    case Kind::Permutation:
        return x.index_select(-1, inverse ? step.values.argsort().to(torch::kInt32) : step.values);
    }
    return x;
}

} // namespace

bool OrthogonalMap::fits(const Step& step, std::int64_t width) {
    const torch::Tensor& values = step.values;
    switch (step.kind) {
    case Kind::Signs:
        return values.sizes() == at::IntArrayRef({width}) && (values.abs() == 1).all().item<bool>();
    case Kind::Hadamard:
        return step.stride > 0 && step.order > 0 && step.order <= width / step.stride &&
               width % (step.order * step.stride) == 0 && hasHadamard(step.order);
    case Kind::Blocks:
        return values.dim() == 3 && values.size(1) == values.size(2) && values.size(1) > 0 &&
               width % values.size(1) == 0 &&
               (values.size(0) == 1 || values.size(0) == width / values.size(1)) &&
               isOrthogonal(values);
    case Kind::Permutation:
        return values.sizes() == at::IntArrayRef({width}) && isPermutation(values);
    }
    return false;
}

OrthogonalMap OrthogonalMap::of(std::vector<Step> steps, std::int64_t width) {
    const at::NoGradGuard noGradients;
    OrthogonalMap map;
    map.m_steps = std::move(steps);
    for (Step& step : map.m_steps) {
        if (!fits(step, width))
            throw Error(ErrorKind::Internal, "A step of a rotation does not fit " +
                                                 std::to_string(width) +
                                                 " channels or is not orthogonal.");
        if (step.kind == Kind::Hadamard)
            step.factors = hadamardFactors(step.order);
    }
    return map;
}

OrthogonalMap OrthogonalMap::described(std::vector<Step> steps) {
    OrthogonalMap map;
    map.m_steps = std::move(steps);
    return map;
}

torch::Tensor OrthogonalMap::apply(const torch::Tensor& x) const {
    torch::Tensor value = x;
    for (const Step& step : m_steps)
        value = applied(step, value, false);
    return value;
}

torch::Tensor OrthogonalMap::applyInverse(const torch::Tensor& x) const {
    torch::Tensor value = x;
    for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step)
        value = applied(*step, value, true);
    return value;
}

OrthogonalMap OrthogonalMap::onDevice(torch::Device device) const {
    OrthogonalMap there = *this;
    for (Step& step : there.m_steps) {
        if (step.values.defined())
            step.values = step.values.to(device);
        for (torch::Tensor& factor : step.factors)
            factor = factor.to(device);
    }
    return there;
}

} // namespace quantscope
