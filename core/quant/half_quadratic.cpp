#include "core/quant/half_quadratic.h"

#include "core/quant/grids.h"
#include "core/quant/matrix_quantizer.h"
#include "core/quant/methods.h"

#include <algorithm>
#include <limits>

namespace quantscope {

namespace {

/// Rows handled at once, so that temporaries stay small whatever the matrix.
constexpr std::int64_t chunkElements = 1 << 19;

/// What the method changes, and what it keeps, of every group.
struct GroupValues {
    torch::Tensor inverseScales; // f32 [rows, groups]
    torch::Tensor zeros;         // f32 [rows, groups]
};

/// Some groups of some rows: their weights, and views of their values.
struct Part {
    torch::Tensor weights;      // [rows, groups, width]
    torch::Tensor inverseScale; // [rows, groups, 1]
    torch::Tensor zero;         // [rows, groups, 1]
    std::int64_t row = 0;
    std::int64_t column = 0; ///< of the first group
};

template <typename Visit>
void forParts(const torch::Tensor& weight, std::int64_t group, const GroupValues& values,
              const Job& job, const Visit& visit) {
    const std::int64_t width = groupColumns(weight.size(1), group);
    const std::int64_t step = std::max<std::int64_t>(1, chunkElements / weight.size(1));
    for (std::int64_t row = 0; row < weight.size(0); row += step) {
        job.throwIfStopped();
        const std::int64_t end = std::min(weight.size(0), row + step);
        const auto cut = [&](const torch::Tensor& of, std::int64_t first, std::int64_t count) {
            return of.slice(0, row, end).slice(1, first, first + count).unsqueeze(-1);
        };
        forEvenAndLastGroups(weight.slice(0, row, end), width,
                             [&](const torch::Tensor& groups, std::int64_t first) {
                                 const std::int64_t count = groups.size(1);
                                 visit(Part{groups, cut(values.inverseScales, first, count),
                                            cut(values.zeros, first, count), row, first * width});
                             });
    }
}

torch::Tensor codesOf(const Part& part, int bits) {
    return (part.weights * part.inverseScale).add_(part.zero).round_().clamp_(0, (1 << bits) - 1);
}

/// Scale and zero point of the bare range. A range that half precision cannot hold has the scale 1.
GroupValues startingValues(const torch::Tensor& weight, const HalfQuadraticOptions& options,
                           const Job& job) {
    constexpr double smallestRange = 1e-4;
    constexpr double largestInverse = 2e4;
    const std::int64_t groups = groupCount(weight.size(1), options.group);
    const GroupValues values{torch::empty({weight.size(0), groups}, weight.options()),
                             torch::empty({weight.size(0), groups}, weight.options())};
    forParts(weight, options.group, values, job, [&](const Part& part) {
        const torch::Tensor low = part.weights.amin(-1, true);
        const torch::Tensor range = part.weights.amax(-1, true) - low;
        const torch::Tensor inverse = torch::where(range <= smallestRange, torch::ones_like(range),
                                                   ((1 << options.bits) - 1) / range)
                                          .clamp_max(largestInverse);
        part.inverseScale.copy_(inverse);
        part.zero.copy_(-low * inverse);
    });
    return values;
}

/// Moves the zero points once. @return mean |W − W~| before
double improveZeros(const torch::Tensor& weight, const GroupValues& values,
                    const HalfQuadraticOptions& options, double beta, const Job& job) {
    double error = 0;
    forParts(weight, options.group, values, job, [&](const Part& part) {
        const torch::Tensor codes = codesOf(part, options.bits);
        const torch::Tensor difference = part.weights - (codes - part.zero) / part.inverseScale;
        const torch::Tensor magnitude = difference.abs();
        error += magnitude.sum(torch::kFloat64).item<double>();
        // |0|^(p−1) is infinite and its shrinkage 0, as it must be.
        const torch::Tensor shrunk = (magnitude - magnitude.pow(options.exponent - 1) / beta)
                                         .clamp_min_(0)
                                         .mul_(difference.sign());
        part.zero.copy_((codes - (part.weights - shrunk) * part.inverseScale).mean(-1, true));
    });
    return error / static_cast<double>(weight.numel());
}

} // namespace

QuantizedLinear quantizeHalfQuadratic(const torch::Tensor& weight,
                                      const HalfQuadraticOptions& options, const Job& job) {
    const GroupValues values = startingValues(weight, options, job);
    double beta = options.beta;
    double least = std::numeric_limits<double>::infinity();
    for (int iteration = 0; iteration < options.iterations; ++iteration) {
        const double error = improveZeros(weight, values, options, beta, job);
        if (options.earlyStop && error >= least)
            break;
        least = std::min(least, error);
        beta *= options.kappa;
    }

    QuantizedLinear linear;
    linear.bits = options.bits;
    linear.rows = weight.size(0);
    linear.columns = weight.size(1);
    linear.groupSize = groupColumns(linear.columns, options.group);
    linear.codes = torch::empty(weight.sizes(), weight.options().dtype(torch::kUInt8));
    forParts(weight, options.group, values, job, [&](const Part& part) {
        const torch::Tensor codes = codesOf(part, options.bits);
        linear.codes.slice(0, part.row, part.row + codes.size(0))
            .slice(1, part.column, part.column + codes.size(1) * codes.size(2))
            .copy_(codes.reshape({codes.size(0), -1}));
    });
    linear.scales = values.inverseScales.reciprocal();
    linear.zeros = values.zeros;
    return linear;
}

Method halfQuadraticMethod() {
    std::vector<OptionDescription> described = groupOptionDescriptions(4, 64);
    const std::vector<OptionDescription> own = {
        {"iterations", "20", "0 … 10000", "turns of shrinking errors and moving zero points"},
        {"p", "0.7", "0.01 … 1", "exponent of the error that is minimised"},
        {"beta", "10", "1e-6 … 1e6", "weight of the quadratic term at the start"},
        {"kappa", "1.01", "1 … 10", "what beta is multiplied with after each turn"},
        {"early_stop", "true", "true, false",
         "stop at the first turn whose mean absolute error is no smaller, as the published code "
         "does"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"hqq", "Half-quadratic quantization",
             "HQQ, mobiusml.github.io/hqq_blog; as the package hqq does along rows", "nothing",
             described, "up to 20 passes over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                HalfQuadraticOptions hqq;
                hqq.bits = options.bits();
                hqq.group = options.group();
                hqq.iterations = static_cast<int>(options.integer("iterations", 0, 10000));
                hqq.exponent = options.number("p", 0.01, 1);
                hqq.beta = options.number("beta", 1e-6, 1e6);
                hqq.kappa = options.number("kappa", 1, 10);
                hqq.earlyStop = options.flag("early_stop");
                return std::make_unique<MatrixQuantizer>(
                    [hqq](const torch::Tensor& weight, const Job& job) {
                        return quantizeHalfQuadratic(weight, hqq, job);
                    },
                    /*worksOnDevice=*/true);
            }};
}

} // namespace quantscope
