#include "core/engine/patch_values.h"

#include "core/engine/random_direction.h"

#include <algorithm>

namespace quantscope {

namespace {

/// s~ + ‖s − s~‖ · u, u uniform on the sphere: as far from the lane's own value s~ as the donor's
/// s.
torch::Tensor movedAtRandom(const PatchSource& source, Site site, const torch::Tensor& own,
                            const torch::Tensor& donated) {
    const torch::Tensor distance = (donated - own).norm(2, -1, true); // [examples, positions, 1]
    torch::Tensor direction = torch::empty(own.sizes());
    const std::int64_t width = own.size(2);
    float* row = direction.data_ptr<float>();
    for (const std::int64_t example : source.examples)
        for (std::int64_t position = 0; position < own.size(1); ++position, row += width)
            drawDirection({source.seed, example, position, source.layer, site},
                          {row, static_cast<std::size_t>(width)});
    return own + distance * direction.to(own.device());
}

torch::Tensor controlValue(const PatchSource& source, Site site, const torch::Tensor& value,
                           const Basis* basis) {
    switch (*source.patch->control) {
    case PatchControl::Zero:
        return torch::zeros_like(value);
    case PatchControl::Mean:
        return inLaneBasis(
            source.means->mean(source.layer, site).to(value.device()).expand_as(value), site,
            basis);
    case PatchControl::Random:
        break;
    }
    const torch::Tensor own = inCheckpointBasis(value, site, basis);
    const torch::Tensor donated = inCheckpointBasis((*source.donor)[site], site, source.donorBasis);
    return inLaneBasis(movedAtRandom(source, site, own, donated), site, basis);
}

} // namespace

bool needsDonor(const LanePatch& patch) {
    return !patch.control || *patch.control == PatchControl::Random;
}

torch::Tensor positionMask(const PositionSet& set, std::int64_t positions) {
    if (set.ranges.empty())
        return {};
    torch::Tensor mask = torch::zeros({positions}, torch::kBool);
    for (const PositionSet::Range& range : set.ranges)
        mask.slice(0, range.first, range.last + 1).fill_(true);
    return mask;
}

torch::Tensor tokenMask(const TokenMask& mask, std::int64_t layer, std::int64_t firstExample,
                        std::int64_t examples) {
    const std::vector<std::uint8_t>& cells = mask.layers.at(static_cast<std::size_t>(layer));
    const auto begin = cells.begin() + firstExample * mask.positions;
    torch::Tensor tensor = torch::empty({examples, mask.positions}, torch::kUInt8);
    std::copy(begin, begin + tensor.numel(), tensor.data_ptr<std::uint8_t>());
    return tensor.to(torch::kBool);
}

bool replacesAll(const PatchSource& source) {
    return !source.patch->control && !source.positions.defined();
}

torch::Tensor patchedValue(const PatchSource& source, Site site, const torch::Tensor& value,
                           const Basis* basis) {
    torch::Tensor replaced;
    if (source.patch->control) {
        replaced = controlValue(source, site, value, basis);
    } else {
        // A donor in the same basis is taken as it is: a no-op patch must be equal to the bit.
        const torch::Tensor& donated = (*source.donor)[site];
        replaced =
            source.donorBasis == basis
                ? donated
                : inLaneBasis(inCheckpointBasis(donated, site, source.donorBasis), site, basis);
    }
    return source.positions.defined()
               ? torch::where(source.positions.unsqueeze(-1), replaced, value)
               : replaced;
}

} // namespace quantscope
