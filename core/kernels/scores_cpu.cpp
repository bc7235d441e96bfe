#include "core/kernels/kernels.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_math.h"

#include <cmath>
#include <limits>

namespace quantscope::kernels {

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
