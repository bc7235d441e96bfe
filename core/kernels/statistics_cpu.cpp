#include "core/kernels/kernels.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_math.h"

#include <cmath>
#include <limits>

namespace quantscope::kernels {

QUANTSCOPE_MULTIVERSION
void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out) {
    const float inverse = 1.0f / float(width);
    for (std::int64_t r = 0; r < rows; ++r, x += width) {
        float sum = 0;
        float squares = 0;
        float peak = 0;
        for (std::int64_t i = 0; i < width; ++i) {
            const float magnitude = x[i] < 0 ? -x[i] : x[i];
            sum += x[i];
            squares += x[i] * x[i];
            peak = magnitude > peak ? magnitude : peak;
        }
        const float norm = std::sqrt(squares);
        if (out.norm)
            out.norm[r] = norm;
        if (out.maximum)
            out.maximum[r] = peak;
        if (out.kurtosis) {
            const float mean = sum * inverse;
            float second = 0;
            float fourth = 0;
            for (std::int64_t i = 0; i < width; ++i) {
                const float d = (x[i] - mean) * (x[i] - mean);
                second += d;
                fourth += d * d;
            }
            second *= inverse;
            out.kurtosis[r] = fourth * inverse / (second * second);
        }
        if (!reference)
            continue;
        float error = 0;
        float dot = 0;
        float other = 0;
        for (std::int64_t i = 0; i < width; ++i) {
            const float d = x[i] - reference[i];
            error += d * d;
            dot += x[i] * reference[i];
            other += reference[i] * reference[i];
        }
        const float otherNorm = std::sqrt(other);
        const float errorNorm = std::sqrt(error);
        if (out.errorNorm)
            out.errorNorm[r] = errorNorm;
        if (out.relativeError)
            out.relativeError[r] = errorNorm / otherNorm;
        if (out.cosine)
            out.cosine[r] = dot / (norm * otherNorm);
        reference += width;
    }
}

namespace {

[[gnu::always_inline]] inline float peakOf(const float* row, std::int64_t count) {
    float peak = row[0];
    for (std::int64_t i = 1; i < count; ++i)
        peak = row[i] > peak ? row[i] : peak;
    return peak;
}

/// Index of the first largest value; `peak` is known to occur.
inline std::int64_t indexOf(const float* row, std::int64_t count, float peak) {
    for (std::int64_t i = 0; i < count; ++i)
        if (row[i] == peak)
            return i;
    return -1;
}

[[gnu::always_inline]] inline float logSum(const float* row, std::int64_t count, float peak) {
    double total = 0; // chunks in f32, their sum in f64: exact enough for 250,000 tokens
    for (std::int64_t from = 0; from < count; from += 4096) {
        const std::int64_t to = from + 4096 < count ? from + 4096 : count;
        float sum = 0;
        for (std::int64_t i = from; i < to; ++i)
            sum += exponential(row[i] - peak);
        total += double(sum);
    }
    return float(std::log(total)) + peak;
}

} // namespace

QUANTSCOPE_MULTIVERSION
void logSoftmax(float* logits, std::int64_t rows, std::int64_t vocabulary, float* probabilities) {
    for (std::int64_t r = 0; r < rows; ++r, logits += vocabulary) {
        const float normalizer = logSum(logits, vocabulary, peakOf(logits, vocabulary));
        for (std::int64_t i = 0; i < vocabulary; ++i)
            logits[i] -= normalizer;
        if (!probabilities)
            continue;
        for (std::int64_t i = 0; i < vocabulary; ++i)
            probabilities[i] = exponential(logits[i]);
        probabilities += vocabulary;
    }
}

QUANTSCOPE_MULTIVERSION
void tokenScores(float* logits, const ReferenceScores& reference, const std::int32_t* targets,
                 std::int64_t rows, std::int64_t vocabulary, const TokenScores& out) {
    for (std::int64_t r = 0; r < rows; ++r, logits += vocabulary) {
        if (targets[r] < 0)
            continue;
        const float peak = peakOf(logits, vocabulary);
        const float normalizer = logSum(logits, vocabulary, peak);
        const float target = logits[targets[r]];
        if (out.nll)
            out.nll[r] = normalizer - target;
        if (out.rank) {
            std::int32_t above = 1;
            for (std::int64_t i = 0; i < vocabulary; ++i)
                above += logits[i] > target ? 1 : 0;
            out.rank[r] = above;
        }
        if (out.entropy) {
            float sum = 0;
            for (std::int64_t i = 0; i < vocabulary; ++i) {
                const float logp = logits[i] - normalizer;
                sum -= exponential(logp) * logp;
            }
            out.entropy[r] = sum;
        }
        if (!reference.logProbabilities)
            continue;
        const float* logp = reference.logProbabilities + r * vocabulary;
        const float* p = reference.probabilities + r * vocabulary;
        if (out.topAgrees)
            out.topAgrees[r] = indexOf(logits, vocabulary, peak) ==
                               indexOf(logp, vocabulary, peakOf(logp, vocabulary));
        if (out.kl) {
            float sum = 0;
            for (std::int64_t i = 0; i < vocabulary; ++i)
                sum += p[i] * (logp[i] - (logits[i] - normalizer));
            out.kl[r] = sum;
        }
        if (!out.klReverse && !out.js)
            continue;
        float backward = 0;
        float spread = 0;
        for (std::int64_t i = 0; i < vocabulary; ++i) {
            const float logq = logits[i] - normalizer;
            const float q = exponential(logq);
            const float middle = logarithm(0.5f * (p[i] + q) + 1e-37f);
            backward += q * (logq - logp[i]);
            spread += 0.5f * (p[i] * (logp[i] - middle) + q * (logq - middle));
        }
        if (out.klReverse)
            out.klReverse[r] = backward;
        if (out.js)
            out.js[r] = spread;
    }
}

} // namespace quantscope::kernels
