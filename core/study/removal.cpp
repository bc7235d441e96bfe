#include "core/study/removal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

std::vector<std::int64_t> removalOrder(const std::vector<double>& influence) {
    std::vector<std::int64_t> order(influence.size());
    std::iota(order.begin(), order.end(), std::int64_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return influence[static_cast<std::size_t>(a)] < influence[static_cast<std::size_t>(b)];
    });
    return order;
}

Lane removalLane(DepthUnit unit, std::vector<std::int64_t> layers) {
    constexpr std::array kinds = {PatchKind::Attention, PatchKind::Down, PatchKind::AttentionDown};
    std::sort(layers.begin(), layers.end());
    Lane lane;
    LanePatch patch;
    patch.kind = kinds[static_cast<std::size_t>(unit)];
    patch.layers = std::move(layers);
    patch.control = PatchControl::Zero;
    lane.patch = std::move(patch);
    return lane;
}

TokenMask largestTokens(const std::vector<std::vector<float>>& byLayer, std::int64_t positions,
                        double share) {
    struct Cell {
        float value;
        std::uint32_t layer;
        std::uint32_t place;
    };
    std::vector<Cell> cells;
    TokenMask mask;
    mask.positions = positions;
    for (std::size_t layer = 0; layer < byLayer.size(); ++layer) {
        mask.layers.emplace_back(byLayer[layer].size(), std::uint8_t{0});
        for (std::size_t place = 0; place < byLayer[layer].size(); ++place)
            if (std::isfinite(byLayer[layer][place]) &&
                place % static_cast<std::size_t>(positions) != 0)
                cells.push_back({byLayer[layer][place], static_cast<std::uint32_t>(layer),
                                 static_cast<std::uint32_t>(place)});
    }
    const auto count = static_cast<std::ptrdiff_t>(share * static_cast<double>(cells.size()));
    std::nth_element(cells.begin(), cells.begin() + count, cells.end(),
                     [](const Cell& a, const Cell& b) {
                         if (a.value != b.value)
                             return a.value > b.value;
                         return a.layer != b.layer ? a.layer < b.layer : a.place < b.place;
                     });
    for (auto cell = cells.begin(); cell != cells.begin() + count; ++cell)
        mask.layers[cell->layer][cell->place] = 1;
    return mask;
}

} // namespace quantscope
