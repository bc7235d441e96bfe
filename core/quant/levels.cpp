#include "core/quant/levels.h"

#include "core/data/error.h"
#include "core/quant/device_kernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace quantscope {

namespace {

torch::Tensor tensorOf(const std::vector<float>& values) {
    return torch::tensor(values, torch::kFloat32);
}

/// The normal distribution's quantile, by bisection on erfc: exact to the last digit of a float.
double normalQuantile(double probability) {
    double low = -10;
    double high = 10;
    for (int step = 0; step < 200; ++step) {
        const double middle = (low + high) / 2;
        (0.5 * std::erfc(-middle / std::sqrt(2.0)) < probability ? low : high) = middle;
    }
    return (low + high) / 2;
}

void quantizeScales(QuantizedLinear& linear) {
    const kernels::LevelShape shape{linear.scales.numel(), scaleBlock, 8};
    linear.doubleQuantized = true;
    linear.scaleOffset = linear.scales.mean().item<float>();
    const torch::Tensor centred = linear.scales - linear.scaleOffset;
    const torch::Tensor levels = dynamicMap().to(centred.device());
    linear.scaleScales = torch::empty({shape.blocks()}, centred.options());
    linear.scaleCodes = torch::empty({shape.count}, centred.options().dtype(torch::kUInt8));
    quantizeToLevels(centred, shape, levels, linear.scaleScales, linear.scaleCodes);
    linear.scales = decodeScales(linear.scaleCodes, linear.scaleScales, linear.scaleOffset);
}

} // namespace

torch::Tensor normalFloatLevels(int bits) {
    if (bits == 4) {
        return tensorOf({-1.0F, -0.6961928009986877F, -0.5250730514526367F, -0.39491748809814453F,
                         -0.28444138169288635F, -0.18477343022823334F, -0.09105003625154495F, 0.0F,
                         0.07958029955625534F, 0.16093020141124725F, 0.24611230194568634F,
                         0.33791524171829224F, 0.44070982933044434F, 0.5626170039176941F,
                         0.7229568362236023F, 1.0F});
    }
    if (bits != 3)
        throw Error(ErrorKind::Usage, "NormalFloat levels exist for 3 and 4 bits, not for " +
                                          std::to_string(bits) + ".");
    constexpr double offset = 0.9677083;
    constexpr int positive = 4;
    constexpr int negative = 3;
    std::vector<float> levels;
    const double largest = normalQuantile(offset);
    for (int level = 0; level < negative; ++level) // from the outermost inwards
        levels.push_back(static_cast<float>(
            -normalQuantile(offset + (0.5 - offset) * level / negative) / largest));
    levels.push_back(0);
    for (int level = positive - 1; level >= 0; --level)
        levels.push_back(static_cast<float>(
            normalQuantile(offset + (0.5 - offset) * level / positive) / largest));
    return tensorOf(levels);
}

torch::Tensor float4Levels() {
    const std::vector<float> positive = {0.0F, 0.005208333333F, 0.16666667F, 0.25F, 0.33333333F,
                                         0.5F, 0.66666667F,     1.0F};
    std::vector<float> levels;
    for (auto level = positive.rbegin(); level != positive.rend(); ++level)
        levels.push_back(-*level);
    levels.insert(levels.end(), positive.begin(), positive.end());
    return tensorOf(levels);
}

torch::Tensor dynamicMap() {
    constexpr int decades = 7;
    std::vector<float> levels = {0.0F, 1.0F};
    for (int decade = 0; decade < decades; ++decade) {
        const int parts = 1 << decade; // means of so many equal parts of [.1, 1]
        const double unit = std::pow(10.0, decade - (decades - 1));
        for (int part = 0; part < parts; ++part) {
            const double mean = 0.1 + 0.9 * (part + 0.5) / parts;
            levels.push_back(static_cast<float>(unit * mean));
            levels.push_back(static_cast<float>(-unit * mean));
        }
    }
    std::sort(levels.begin(), levels.end());
    return tensorOf(levels);
}

QuantizedLinear quantizeToLevels(const torch::Tensor& weight, const torch::Tensor& levels,
                                 const LevelOptions& options, const Job& job) {
    job.throwIfStopped();
    QuantizedLinear linear;
    linear.kind = QuantizedLinear::Kind::Levels;
    linear.bits = options.bits;
    linear.rows = weight.size(0);
    linear.columns = weight.size(1);
    linear.groupSize = options.block;
    linear.levels = levels.to(weight.device());
    linear.codes = torch::empty(weight.sizes(), weight.options().dtype(torch::kUInt8));
    const kernels::LevelShape shape{weight.numel(), options.block, options.bits};
    linear.scales = torch::empty({shape.blocks()}, weight.options());
    quantizeToLevels(weight.contiguous(), shape, linear.levels, linear.scales, linear.codes);
    if (options.doubleQuantize)
        quantizeScales(linear);
    return linear;
}

torch::Tensor decodeScales(const torch::Tensor& codes, const torch::Tensor& scaleScales,
                           float offset) {
    torch::Tensor scales = torch::empty({codes.numel()}, scaleScales.options());
    dequantizeLevels(codes, {codes.numel(), scaleBlock, 8}, dynamicMap().to(codes.device()),
                     scaleScales, scales);
    return scales.add_(offset);
}

} // namespace quantscope
