#include "core/kernels/kernels.h"
#include "core/kernels/maximum.h"
#include "core/kernels/processor_levels.h"
#include "core/kernels/vector_math.h"

#include <cmath>
#include <limits>

namespace quantscope::kernels {

namespace {

constexpr std::int64_t block = 64; ///< values that are looked through before one is looked for

/// Index of the first value that equals `peak`; `count` where none does (NaN).
[[gnu::always_inline]] inline std::int64_t indexOf(const float* row, std::int64_t count,
                                                   float peak) {
    for (std::int64_t from = 0; from < count; from += block) {
        const std::int64_t to = from + block < count ? from + block : count;
        std::int32_t found = 0; // counted, not looked for: a loop without exits becomes vectors
        for (std::int64_t i = from; i < to; ++i)
            found += row[i] == peak ? 1 : 0;
        if (found == 0)
            continue;
        for (std::int64_t i = from; i < to; ++i)
            if (row[i] == peak)
                return i;
    }
    return count;
}

constexpr float unlikely = -87.0f; ///< a log-probability that adds nothing: fills a last vector

/// A vector from place i of a row of `count`, or the values that are left and `rest` after them.
template <typename Vector>
[[gnu::always_inline]] inline Vector vectorAt(const float* row, std::int64_t i, std::int64_t count,
                                              float rest) {
    return i + lanesOf<Vector> <= count ? load<Vector>(row + i)
                                        : loadPart<Vector>(row + i, count - i, rest);
}

template <typename Vector>
[[gnu::always_inline]] inline float logSum(const float* row, std::int64_t count, float peak) {
    double whole = 0; // chunks in f32, their sum in f64: exact enough for 250,000 tokens
    for (std::int64_t from = 0; from < count; from += 4096) {
        const std::int64_t to = from + 4096 < count ? from + 4096 : count;
        Vector sum = {};
        for (std::int64_t i = from; i < to; i += lanesOf<Vector>)
            sum += exponential(vectorAt<Vector>(row, i, to, peak + unlikely) - peak);
        whole += double(total(sum));
    }
    return float(std::log(whole)) + peak;
}

struct SoftmaxLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(float* logits, std::int64_t rows,
                                                  std::int64_t vocabulary, float* probabilities) {
        for (std::int64_t r = 0; r < rows; ++r, logits += vocabulary) {
            const float normalizer =
                logSum<Vector>(logits, vocabulary, largest<Vector>(logits, vocabulary));
            for (std::int64_t i = 0; i < vocabulary; ++i)
                logits[i] -= normalizer;
            if (!probabilities)
                continue;
            std::int64_t i = 0;
            for (; i + lanesOf<Vector> <= vocabulary; i += lanesOf<Vector>)
                store(probabilities + i, exponential(load<Vector>(logits + i)));
            if (i < vocabulary)
                storePart(probabilities + i,
                          exponential(loadPart<Vector>(logits + i, vocabulary - i, 0)),
                          vocabulary - i);
            probabilities += vocabulary;
        }
    }
};

} // namespace

void logSoftmax(float* logits, std::int64_t rows, std::int64_t vocabulary, float* probabilities) {
    runAtOwnLevel<SoftmaxLoop>(logits, rows, vocabulary, probabilities);
}

namespace {

struct ScoresLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(float* logits, const ReferenceScores& reference,
                                                  const std::int32_t* targets, std::int64_t rows,
                                                  std::int64_t vocabulary, const TokenScores& out) {
        for (std::int64_t r = 0; r < rows; ++r, logits += vocabulary) {
            if (targets[r] < 0)
                continue;
            const float peak = largest<Vector>(logits, vocabulary);
            const float normalizer = logSum<Vector>(logits, vocabulary, peak);
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
                Vector sum = {};
                for (std::int64_t i = 0; i < vocabulary; i += lanesOf<Vector>) {
                    const Vector logp =
                        vectorAt<Vector>(logits, i, vocabulary, normalizer + unlikely) - normalizer;
                    sum -= exponential(logp) * logp;
                }
                out.entropy[r] = total(sum);
            }
            if (!reference.logProbabilities)
                continue;
            const float* logp = reference.logProbabilities + r * vocabulary;
            const float* p = reference.probabilities + r * vocabulary;
            if (out.topAgrees)
                out.topAgrees[r] = indexOf(logits, vocabulary, peak) ==
                                   indexOf(logp, vocabulary, largest<Vector>(logp, vocabulary));
            if (out.kl) {
                float sum = 0;
                for (std::int64_t i = 0; i < vocabulary; ++i)
                    sum += p[i] * (logp[i] - (logits[i] - normalizer));
                out.kl[r] = sum;
            }
            if (!out.klReverse && !out.js)
                continue;
            Vector backward = {};
            Vector spread = {};
            for (std::int64_t i = 0; i < vocabulary; i += lanesOf<Vector>) {
                const Vector logq =
                    vectorAt<Vector>(logits, i, vocabulary, normalizer + unlikely) - normalizer;
                const Vector q = exponential(logq);
                const Vector theirs = vectorAt<Vector>(p, i, vocabulary, 0);
                const Vector theirLog = vectorAt<Vector>(logp, i, vocabulary, unlikely);
                const Vector middle = logarithm(0.5f * (theirs + q) + 1e-37f);
                backward += q * (logq - theirLog);
                spread += 0.5f * (theirs * (theirLog - middle) + q * (logq - middle));
            }
            if (out.klReverse)
                out.klReverse[r] = total(backward);
            if (out.js)
                out.js[r] = total(spread);
        }
    }
};

} // namespace

void tokenScores(float* logits, const ReferenceScores& reference, const std::int32_t* targets,
                 std::int64_t rows, std::int64_t vocabulary, const TokenScores& out) {
    runAtOwnLevel<ScoresLoop>(logits, reference, targets, rows, vocabulary, out);
}

} // namespace quantscope::kernels
