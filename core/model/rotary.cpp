#include "core/checkpoint/rotary_frequencies.h"
#include "core/model/block.h"

#include <cmath>
#include <vector>

namespace quantscope {

namespace {

double yarnMagnitude(double factor, double mscale) {
    return factor <= 1 ? 1.0 : 0.1 * mscale * std::log(factor) + 1.0;
}

double yarnAttentionFactor(const RopeScaling& scaling) {
    if (scaling.attentionFactor)
        return *scaling.attentionFactor;
    if (scaling.mscale && scaling.mscaleAllDimensions && *scaling.mscale != 0 &&
        *scaling.mscaleAllDimensions != 0)
        return yarnMagnitude(scaling.factor, *scaling.mscale) /
               yarnMagnitude(scaling.factor, *scaling.mscaleAllDimensions);
    return yarnMagnitude(scaling.factor, 1);
}

} // namespace

RotaryTables makeRotaryTables(const ModelConfig& config, std::int64_t tokens) {
    const std::vector<double> frequencies = rotaryFrequencies(config, tokens);
    const double magnitude = config.ropeScaling.kind == RopeScaling::Kind::Yarn
                                 ? yarnAttentionFactor(config.ropeScaling)
                                 : 1.0;
    const auto half = static_cast<std::int64_t>(frequencies.size());
    RotaryTables tables{torch::empty({tokens, 2 * half}), torch::empty({tokens, 2 * half})};
    auto cosine = tables.cosine.accessor<float, 2>();
    auto sine = tables.sine.accessor<float, 2>();
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t i = 0; i < half; ++i) {
            const double angle = double(t) * frequencies[static_cast<std::size_t>(i)];
            cosine[t][i] = cosine[t][i + half] = float(std::cos(angle) * magnitude);
            sine[t][i] = sine[t][i + half] = float(std::sin(angle) * magnitude);
        }
    }
    return tables;
}

} // namespace quantscope
