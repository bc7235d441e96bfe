#include "core/quant/block_rotation.h"

#include "core/data/hash.h"

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace quantscope {

namespace {

/// Normal draws by Box and Muller, in pairs. f64 [size, size]
torch::Tensor normalMatrix(std::int64_t size, std::uint64_t seed) {
    SplitMix draws(seed);
    const auto uniform = [&draws] { return (double(draws.next() >> 11) + 1) * 0x1p-53; }; // (0, 1]
    torch::Tensor matrix = torch::empty({size * size}, torch::kFloat64);
    double* values = matrix.data_ptr<double>();
    for (std::int64_t i = 0; i < size * size; i += 2) {
        const double radius = std::sqrt(-2 * std::log(uniform()));
        const double angle = 2 * std::numbers::pi * uniform();
        values[i] = radius * std::cos(angle);
        if (i + 1 < size * size)
            values[i + 1] = radius * std::sin(angle);
    }
    return matrix.view({size, size});
}

/// An orthogonal matrix whose first row is 1/√size throughout: plane rotations carry the first
/// channel on to all others, each taking its share.
torch::Tensor spreadingMatrix(std::int64_t size) {
    torch::Tensor matrix = torch::eye(size, torch::kFloat64);
    for (std::int64_t i = 0; i + 1 < size; ++i) {
        const double left = double(size - 1 - i); // channels still without a share
        const double cosine = 1 / std::sqrt(left + 1);
        const double sine = std::sqrt(left / (left + 1));
        const torch::Tensor kept = matrix.select(1, i).clone();
        const torch::Tensor carried = matrix.select(1, i + 1).clone();
        matrix.select(1, i).copy_(kept * cosine - carried * sine);
        matrix.select(1, i + 1).copy_(kept * sine + carried * cosine);
    }
    return matrix;
}

torch::Tensor swappedOrder(std::int64_t size, std::int64_t channel) {
    torch::Tensor order = torch::arange(size);
    order[0] = channel;
    order[channel] = 0;
    return order;
}

} // namespace

torch::Tensor greedyStepMatrix(std::int64_t size, std::uint64_t seed) {
    torch::Tensor rest = torch::eye(size, torch::kFloat64);
    if (size > 1)
        rest.slice(0, 1).slice(1, 1).copy_(
            std::get<0>(at::linalg_qr(normalMatrix(size - 1, seed))));
    return at::mm(spreadingMatrix(size), rest);
}

torch::Tensor greedyRotation(const torch::Tensor& x, const GreedyRotationOptions& options,
                             const Job& job) {
    const std::int64_t size = x.size(1);
    const torch::Tensor step = greedyStepMatrix(size, options.seed);
    torch::Tensor rotated = x;
    std::vector<std::int64_t> channels; // that the steps began with
    std::size_t best = 0;
    double leastRange = 0;
    for (std::int64_t i = 0; i <= options.steps; ++i) {
        job.throwIfStopped();
        const double range = (rotated.max() - rotated.min()).item<double>();
        if (i == 0 || range < leastRange) {
            leastRange = range;
            best = channels.size();
        }
        const std::int64_t channel = rotated.abs().amax(0).argmax().item<std::int64_t>();
        channels.push_back(channel);
        const torch::Tensor order = swappedOrder(size, channel);
        const torch::Tensor turn = step.index_select(0, order).index_select(1, order);
        if (i < options.steps)
            rotated = at::mm(rotated, turn.to(rotated.dtype()));
    }
    torch::Tensor whole = torch::eye(size, torch::kFloat64);
    for (std::size_t i = 0; i < best; ++i) {
        const torch::Tensor order = swappedOrder(size, channels[i]);
        whole = at::mm(whole, step.index_select(0, order).index_select(1, order));
    }
    return whole.to(torch::kFloat32);
}

torch::Tensor zigzagPermutation(const torch::Tensor& peaks, std::int64_t size) {
    const torch::Tensor ranked = peaks.argsort(/*dim=*/0, /*descending=*/true);
    const std::int64_t blocks = peaks.size(0) / size;
    std::vector<std::vector<std::int64_t>> dealt(static_cast<std::size_t>(blocks));
    for (std::int64_t i = 0; i < peaks.size(0); ++i) {
        const std::int64_t round = i / blocks;
        const std::int64_t place = i % blocks;
        dealt[static_cast<std::size_t>(round % 2 == 0 ? place : blocks - 1 - place)].push_back(
            ranked[i].item<std::int64_t>());
    }
    torch::Tensor permutation = torch::empty({peaks.size(0)}, torch::kInt32);
    std::int64_t at = 0;
    for (const std::vector<std::int64_t>& block : dealt)
        for (const std::int64_t channel : block)
            permutation[at++] = static_cast<std::int32_t>(channel);
    return permutation;
}

} // namespace quantscope
