#include "core/model/activation_rounding.h"

#include <vector>

namespace quantscope {

namespace {

/// Where all values are 0 any scale is right but 0.
constexpr double smallestScale = 1e-12;

struct Range {
    torch::Tensor low;
    torch::Tensor high;
};

Range rangeOverChannels(const torch::Tensor& x) { return {x.amin(-1, true), x.amax(-1, true)}; }

/// Of every example over its valid positions, [examples, 1, 1].
Range rangeOverExamples(const torch::Tensor& x, std::span<const std::int64_t> lengths) {
    if (x.dim() < 3)
        return {x.amin().reshape({1, 1}), x.amax().reshape({1, 1})};
    Range byToken = rangeOverChannels(x); // [examples, positions, 1]
    if (!lengths.empty()) {
        const torch::Tensor valid =
            torch::tensor(std::vector<std::int64_t>(lengths.begin(), lengths.end()))
                .to(x.device())
                .view({-1, 1, 1});
        const torch::Tensor padding =
            torch::arange(x.size(1), valid.options()).view({1, -1, 1}) >= valid;
        byToken = {byToken.low.masked_fill(padding, 0), byToken.high.masked_fill(padding, 0)};
    }
    return {byToken.low.amin(1, true), byToken.high.amax(1, true)};
}

torch::Tensor rounded(const torch::Tensor& x) {
    const torch::Tensor whole = x.round();
    return x.requires_grad() ? x + (whole - x).detach() : whole;
}

torch::Tensor onGrid(const torch::Tensor& x, const ActivationGrid& grid, int bits) {
    const double half = double(std::int64_t(1) << (bits - 1));
    if (!grid.zero.defined())
        return rounded(x / grid.scale).clamp(-half, half - 1) * grid.scale;
    return (rounded(x / grid.scale) + grid.zero).clamp(0, 2 * half - 1).sub(grid.zero) * grid.scale;
}

torch::Tensor roundedRange(const torch::Tensor& x, const Range& range,
                           const ActivationRounding& rounding) {
    return onGrid(x, activationGrid(range.low, range.high, rounding), rounding.bits);
}

torch::Tensor roundedGroups(const torch::Tensor& x, const ActivationRounding& rounding) {
    const std::int64_t width = x.size(-1);
    const std::int64_t group = std::min(rounding.group, width);
    const std::int64_t even = width / group * group;
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = even / group;
    shape.push_back(group);
    const torch::Tensor groups = x.slice(-1, 0, even).reshape(shape);
    const torch::Tensor first =
        roundedRange(groups, rangeOverChannels(groups), rounding).flatten(-2);
    if (even == width)
        return first;
    const torch::Tensor rest = x.slice(-1, even);
    return torch::cat({first, roundedRange(rest, rangeOverChannels(rest), rounding)}, -1);
}

} // namespace

ActivationGrid activationGrid(const torch::Tensor& low, const torch::Tensor& high,
                              const ActivationRounding& rounding) {
    const double codes = double((std::int64_t(1) << rounding.bits) - 1);
    if (rounding.symmetric) {
        const double positive = double((std::int64_t(1) << (rounding.bits - 1)) - 1);
        return {(torch::maximum(-low, high) * (rounding.clip / positive)).clamp_min(smallestScale),
                {}};
    }
    const torch::Tensor lowest = low.clamp_max(0) * rounding.clip;
    const torch::Tensor highest = high.clamp_min(0) * rounding.clip;
    const torch::Tensor scale = ((highest - lowest) / codes).clamp_min(smallestScale);
    return {scale, rounded(-lowest / scale)};
}

torch::Tensor roundActivations(const torch::Tensor& x, const ActivationRounding& rounding,
                               std::span<const std::int64_t> lengths) {
    if (!rounding.rounds())
        return x;
    if (rounding.isStatic())
        return onGrid(x, {rounding.scale, rounding.zero}, rounding.bits);
    switch (rounding.scope) {
    case ActivationRounding::Scope::Tensor:
        return roundedRange(x, rangeOverExamples(x, lengths), rounding);
    case ActivationRounding::Scope::Token:
        return roundedRange(x, rangeOverChannels(x), rounding);
    case ActivationRounding::Scope::Group:
        return roundedGroups(x, rounding);
    }
    return x;
}

} // namespace quantscope
