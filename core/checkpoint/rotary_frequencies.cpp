#include "core/checkpoint/rotary_frequencies.h"

#include "core/checkpoint/model_shape.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace quantscope {

namespace {

std::vector<double> plainFrequencies(double theta, std::int64_t dimension) {
    std::vector<double> frequencies;
    for (std::int64_t i = 0; i < dimension; i += 2)
        frequencies.push_back(1.0 / std::pow(theta, double(i) / double(dimension)));
    return frequencies;
}

/// Frequencies slower than the context are stretched, faster ones kept, those between blended.
std::vector<double> llama3Frequencies(const RopeScaling& scaling, std::vector<double> frequencies) {
    const double original = double(scaling.originalMaxPositions);
    const double lowWavelength = original / scaling.lowFrequencyFactor;
    const double highWavelength = original / scaling.highFrequencyFactor;
    for (double& frequency : frequencies) {
        const double wavelength = 2 * std::numbers::pi / frequency;
        if (wavelength > lowWavelength) {
            frequency /= scaling.factor;
        } else if (wavelength >= highWavelength) {
            const double smooth = (original / wavelength - scaling.lowFrequencyFactor) /
                                  (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
            frequency = (1 - smooth) * frequency / scaling.factor + smooth * frequency;
        }
    }
    return frequencies;
}

/// YaRN (arXiv 2309.00071, section 3.2): interpolation for slow dimensions, extrapolation for fast
/// ones, a linear ramp between.
std::vector<double> yarnFrequencies(const RopeScaling& scaling, double theta,
                                    std::int64_t dimension) {
    const auto correctionDimension = [&](double rotations) {
        return double(dimension) *
               std::log(double(scaling.originalMaxPositions) / (rotations * 2 * std::numbers::pi)) /
               (2 * std::log(theta));
    };
    double low = correctionDimension(scaling.betaFast);
    double high = correctionDimension(scaling.betaSlow);
    if (scaling.truncate) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, double(dimension - 1));
    if (low == high)
        high += 0.001; // as the published code: no division by zero
    std::vector<double> frequencies = plainFrequencies(theta, dimension);
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        const double ramp = std::clamp((double(i) - low) / (high - low), 0.0, 1.0);
        frequencies[i] = frequencies[i] / scaling.factor * ramp + frequencies[i] * (1 - ramp);
    }
    return frequencies;
}

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

std::vector<double> rotaryFrequencies(const ModelConfig& config, std::int64_t tokens) {
    const RopeScaling& scaling = config.ropeScaling;
    const std::int64_t dimension = rotaryWidth(config);
    std::vector<double> frequencies = plainFrequencies(config.ropeTheta, dimension);
    switch (scaling.kind) {
    case RopeScaling::Kind::None:
        return frequencies;
    case RopeScaling::Kind::Linear:
        for (double& frequency : frequencies)
            frequency /= scaling.factor;
        return frequencies;
    case RopeScaling::Kind::Dynamic: {
        const double original = double(
            scaling.originalMaxPositions > 0 ? scaling.originalMaxPositions : config.maxPositions);
        if (double(tokens) <= original)
            return frequencies;
        const double stretch = scaling.factor * double(tokens) / original - (scaling.factor - 1);
        const double theta =
            config.ropeTheta * std::pow(stretch, double(dimension) / double(dimension - 2));
        return plainFrequencies(theta, dimension);
    }
    case RopeScaling::Kind::Llama3:
        return llama3Frequencies(scaling, std::move(frequencies));
    case RopeScaling::Kind::Yarn:
        return yarnFrequencies(scaling, config.ropeTheta, dimension);
    case RopeScaling::Kind::Factors:
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            frequencies[i] /= scaling.frequencyFactors.at(i);
        return frequencies;
    case RopeScaling::Kind::Long: {
        const std::vector<double>& factors =
            tokens > scaling.originalMaxPositions ? scaling.longFactors : scaling.shortFactors;
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            frequencies[i] /= factors.at(i);
        return frequencies;
    }
    }
    return frequencies;
}

std::vector<double> slidingFrequencies(const ModelConfig& config) {
    return plainFrequencies(config.slidingTheta.value_or(config.ropeTheta), rotaryWidth(config));
}

double rotaryMagnitude(const ModelConfig& config) {
    const RopeScaling& scaling = config.ropeScaling;
    switch (scaling.kind) {
    case RopeScaling::Kind::Yarn:
        return yarnAttentionFactor(scaling);
    case RopeScaling::Kind::Long:
        if (scaling.attentionFactor)
            return *scaling.attentionFactor;
        return scaling.factor <= 1
                   ? 1
                   : std::sqrt(1 + std::log(scaling.factor) /
                                       std::log(double(scaling.originalMaxPositions)));
    default:
        return 1;
    }
}

} // namespace quantscope
