#include "core/quant/learned_clipping.h"

#include <vector>

namespace quantscope {

LearnedClipping LearnedClipping::start(const torch::Tensor& weight, std::int64_t group) {
    constexpr double logit = 4;
    const std::vector<std::int64_t> shape = {weight.size(0), groupCount(weight.size(1), group)};
    return {torch::full(shape, logit), torch::full(shape, logit)};
}

Grid LearnedClipping::grid(const torch::Tensor& weight, int bits, std::int64_t group) const {
    constexpr double smallestScale = 1e-5;
    constexpr double largestScale = 1e4;
    constexpr double widestZero = 1e4;
    std::vector<torch::Tensor> lows;
    std::vector<torch::Tensor> highs;
    forEvenAndLastGroups(weight, group, [&](const torch::Tensor& groups, std::int64_t) {
        lows.push_back(groups.amin(-1));
        highs.push_back(groups.amax(-1));
    });
    torch::Tensor low = torch::cat(lows, 1); // [rows, groups]
    torch::Tensor high = torch::cat(highs, 1);
    // A group of equal weights has no range of its own; with 0 in it the weight is on the grid.
    const torch::Tensor flat = (low == high).detach();
    low = torch::where(flat, low.clamp_max(0), low) * lower.sigmoid();
    high = torch::where(flat, high.clamp_min(0), high) * upper.sigmoid();
    const torch::Tensor scale =
        ((high - low) / ((1 << bits) - 1)).clamp(smallestScale, largestScale);
    return {scale, (-low / scale).detach().clamp(-widestZero, widestZero).round()};
}

} // namespace quantscope
