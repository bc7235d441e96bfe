#include "core/quant/perturbation.h"

#include "core/data/error.h"
#include "core/data/hash.h"
#include "core/quant/matrix_quantizer.h"
#include "core/quant/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

namespace quantscope {

namespace {

/// In (0, 1).
double unitInterval(SplitMix& random) { return (double(random.next() >> 11) + 0.5) * 0x1p-53; }

/// Every matrix draws its own: the stream begins with what it holds.
SplitMix streamOf(std::uint64_t seed, const std::vector<float>& weights) {
    std::uint64_t state = mixBits(seed ^ weights.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(weights.size(), 64); ++i)
        state = mixBits(state ^ std::bit_cast<std::uint32_t>(weights[i]));
    return SplitMix(state);
}

std::vector<float> gaussian(SplitMix& random, std::size_t count) {
    std::vector<float> values(count + count % 2);
    for (std::size_t i = 0; i < values.size(); i += 2) { // Box and Muller 1958
        const double radius = std::sqrt(-2 * std::log(unitInterval(random)));
        const double angle = 2 * std::numbers::pi * unitInterval(random);
        values[i] = float(radius * std::cos(angle));
        values[i + 1] = float(radius * std::sin(angle));
    }
    values.resize(count);
    return values;
}

/// Places by ascending magnitude.
std::vector<std::uint32_t> byMagnitude(const std::vector<float>& values) {
    std::vector<std::uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::abs(values[a]) < std::abs(values[b]);
    });
    return order;
}

/// The noise's values dealt out again by the rank of the weights' magnitudes.
std::vector<float> dealtByRank(const std::vector<float>& noise, const std::vector<float>& weights,
                               bool growing) {
    const std::vector<std::uint32_t> from = byMagnitude(noise);
    std::vector<std::uint32_t> to = byMagnitude(weights);
    if (!growing)
        std::reverse(to.begin(), to.end());
    std::vector<float> dealt(noise.size());
    for (std::size_t rank = 0; rank < noise.size(); ++rank)
        dealt[to[rank]] = noise[from[rank]];
    return dealt;
}

double norm(const std::vector<float>& values) {
    double sum = 0;
    for (const float value : values)
        sum += double(value) * double(value);
    return std::sqrt(sum);
}

/// What cutting at a threshold changes.
std::vector<float> clipping(const std::vector<float>& weights, double threshold) {
    std::vector<float> change(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
        change[i] = float(std::clamp(double(weights[i]), -threshold, threshold) - weights[i]);
    return change;
}

/// The threshold whose clipping has the norm wanted.
std::vector<float> clippingOfNorm(const std::vector<float>& weights, double wanted,
                                  const Job& job) {
    double low = 0;
    double high = 0;
    for (const float weight : weights)
        high = std::max(high, double(std::abs(weight)));
    constexpr int steps = 60; // more than a double's digits
    for (int step = 0; step < steps; ++step) {
        job.throwIfStopped();
        const double middle = (low + high) / 2;
        (norm(clipping(weights, middle)) > wanted ? low : high) = middle;
    }
    return clipping(weights, high);
}

std::vector<float> drawn(const std::vector<float>& weights, const NoiseOptions& options) {
    SplitMix random = streamOf(options.seed, weights);
    std::vector<float> noise(weights.size());
    switch (options.kind) {
    case NoiseKind::Uniform:
        for (float& value : noise)
            value = float(2 * unitInterval(random) - 1);
        return noise;
    case NoiseKind::Rademacher:
        for (float& value : noise)
            value = (random.next() >> 63) != 0 ? 1.0F : -1.0F;
        return noise;
    case NoiseKind::Growing:
    case NoiseKind::Shrinking:
        return dealtByRank(gaussian(random, weights.size()), weights,
                           options.kind == NoiseKind::Growing);
    case NoiseKind::Gaussian:
    case NoiseKind::Clip:
        break;
    }
    return gaussian(random, weights.size());
}

/// A matrix that is kept as it is, in f32.
QuantizedLinear asItIs(torch::Tensor weight) {
    QuantizedLinear linear;
    linear.kind = QuantizedLinear::Kind::Values;
    linear.bits = 32;
    linear.rows = weight.size(0);
    linear.columns = weight.size(1);
    linear.groupSize = weight.size(1);
    linear.values = std::move(weight);
    return linear;
}

} // namespace

const std::vector<std::string_view>& noiseKindNames() {
    static const std::vector<std::string_view> names = {"gaussian", "uniform",   "rademacher",
                                                        "growing",  "shrinking", "clip"};
    return names;
}

torch::Tensor perturbed(const torch::Tensor& weight, const NoiseOptions& options, const Job& job) {
    const torch::Tensor plain = weight.contiguous();
    const float* from = plain.data_ptr<float>();
    const std::vector<float> weights(from, from + plain.numel());
    const double wanted = options.intensity * norm(weights);
    job.throwIfStopped();
    std::vector<float> noise;
    if (options.kind == NoiseKind::Clip) {
        noise = clippingOfNorm(weights, wanted, job);
    } else {
        noise = drawn(weights, options);
        const double scale = wanted / norm(noise);
        for (float& value : noise)
            value = float(value * scale);
    }
    torch::Tensor result = torch::empty_like(plain);
    float* to = result.data_ptr<float>();
    for (std::size_t i = 0; i < weights.size(); ++i)
        to[i] = weights[i] + noise[i];
    return result;
}

Method perturbationMethod() {
    std::string kinds;
    for (const std::string_view name : noiseKindNames())
        kinds += (kinds.empty() ? "" : ", ") + std::string(name);
    return {{"perturb",
             "Artificial noise instead of quantization",
             "the lens of perturbation, arXiv 2403.06408",
             "nothing",
             {{"kind", "gaussian", kinds,
               "independent of the weight; growing and shrinking with its magnitude; clip: the "
               "largest cut"},
              {"intensity", "0.1", "0 … 10",
               "norm of the noise over that of the matrix; at most 1 for clip"},
              {"seed", "0", "0 … 4294967295", "of what is drawn"}},
             "one pass over the weights, kept in 32 bits"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                NoiseOptions noise;
                noise.kind = static_cast<NoiseKind>(options.choice("kind", noiseKindNames()));
                noise.intensity = options.number("intensity", 0, 10);
                noise.seed = static_cast<std::uint64_t>(options.integer("seed", 0, 0xFFFFFFFF));
                if (noise.kind == NoiseKind::Clip && noise.intensity > 1)
                    throw Error(ErrorKind::Usage,
                                fmt::format("perturb with kind=clip has intensity={}, but cutting "
                                            "all weights to 0 is an intensity of 1.",
                                            noise.intensity));
                return std::make_unique<MatrixQuantizer>(
                    [noise](const torch::Tensor& weight, const Job& job) {
                        return asItIs(perturbed(weight, noise, job));
                    });
            }};
}

} // namespace quantscope
