#include "core/kernels/cuda_launch.cuh"
#include "core/kernels/cuda_reduce.cuh"

namespace quantscope::kernels::cuda {

namespace {

/// Runs body(i) for the elements of a row that belong to this thread.
template <typename Body>
__device__ void forRow(std::int64_t width, const Body& body) {
    for (std::int64_t i = threadIdx.x; i < width; i += rowThreads)
        body(i);
}

template <typename Term>
__device__ float sumRow(std::int64_t width, const Term& term) {
    float sum = 0;
    forRow(width, [&](std::int64_t i) { sum += term(i); });
    return joinBlock(sum, Add());
}

__global__ void statisticsOfRow(const float* x, const float* reference, std::int64_t width,
                                TokenStatistics out) {
    const std::int64_t r = blockIdx.x;
    const bool writes = threadIdx.x == 0;
    x += r * width;
    float sum = 0;
    float squares = 0;
    float peak = 0;
    forRow(width, [&](std::int64_t i) {
        sum += x[i];
        squares += x[i] * x[i];
        peak = Larger()(fabsf(x[i]), peak);
    });
    const float norm = sqrtf(joinBlock(squares, Add()));
    peak = joinBlock(peak, Larger());
    const float mean = joinBlock(sum, Add()) / float(width);
    if (writes && out.norm)
        out.norm[r] = norm;
    if (writes && out.maximum)
        out.maximum[r] = peak;
    if (out.kurtosis) {
        float second = 0;
        float fourth = 0;
        forRow(width, [&](std::int64_t i) {
            const float d = (x[i] - mean) * (x[i] - mean);
            second += d;
            fourth += d * d;
        });
        second = joinBlock(second, Add()) / float(width);
        fourth = joinBlock(fourth, Add()) / float(width);
        if (writes)
            out.kurtosis[r] = fourth / (second * second);
    }
    if (!reference)
        return;
    reference += r * width;
    float error = 0;
    float dot = 0;
    float other = 0;
    forRow(width, [&](std::int64_t i) {
        const float d = x[i] - reference[i];
        error += d * d;
        dot += x[i] * reference[i];
        other += reference[i] * reference[i];
    });
    const float errorNorm = sqrtf(joinBlock(error, Add()));
    const float otherNorm = sqrtf(joinBlock(other, Add()));
    dot = joinBlock(dot, Add());
    if (!writes)
        return;
    if (out.errorNorm)
        out.errorNorm[r] = errorNorm;
    if (out.relativeError)
        out.relativeError[r] = errorNorm / otherNorm;
    if (out.cosine)
        out.cosine[r] = dot / (norm * otherNorm);
}

__device__ float peakOfRow(const float* row, std::int64_t width) {
    float peak = -INFINITY;
    forRow(width, [&](std::int64_t i) { peak = Larger()(row[i], peak); });
    return joinBlock(peak, Larger());
}

/// log Σ exp of a row; partial sums of a thread in f32, their sum in f64.
__device__ float logSumOfRow(const float* row, std::int64_t width, float peak) {
    float sum = 0;
    forRow(width, [&](std::int64_t i) { sum += expf(row[i] - peak); });
    return float(log(joinBlock(double(sum), Add()))) + peak;
}

/// Index of the first element that equals `peak`.
__device__ long long firstOfRow(const float* row, std::int64_t width, float peak) {
    long long first = -width; // negated, so that the largest is the first
    forRow(width, [&](std::int64_t i) {
        if (row[i] == peak && -i > first)
            first = -i;
    });
    return -joinBlock(first, Larger());
}

__global__ void logSoftmaxRow(float* logits, std::int64_t vocabulary, float* probabilities) {
    logits += std::int64_t(blockIdx.x) * vocabulary;
    const float normalizer = logSumOfRow(logits, vocabulary, peakOfRow(logits, vocabulary));
    forRow(vocabulary, [&](std::int64_t i) { logits[i] -= normalizer; });
    if (!probabilities)
        return;
    probabilities += std::int64_t(blockIdx.x) * vocabulary;
    forRow(vocabulary, [&](std::int64_t i) { probabilities[i] = expf(logits[i]); });
}

__global__ void scoresOfRow(const float* logits, ReferenceScores reference,
                            const std::int32_t* targets, std::int64_t vocabulary, TokenScores out) {
    const std::int64_t r = blockIdx.x;
    const bool writes = threadIdx.x == 0;
    if (targets[r] < 0)
        return; // the whole block alike
    logits += r * vocabulary;
    const float peak = peakOfRow(logits, vocabulary);
    const float normalizer = logSumOfRow(logits, vocabulary, peak);
    const float target = logits[targets[r]];
    if (writes && out.nll)
        out.nll[r] = normalizer - target;
    if (out.rank) {
        int above = 0;
        forRow(vocabulary, [&](std::int64_t i) { above += logits[i] > target ? 1 : 0; });
        above = joinBlock(above, Add());
        if (writes)
            out.rank[r] = above + 1;
    }
    if (out.entropy) {
        const float entropy = sumRow(vocabulary, [&](std::int64_t i) {
            const float logp = logits[i] - normalizer;
            return -expf(logp) * logp;
        });
        if (writes)
            out.entropy[r] = entropy;
    }
    if (!reference.logProbabilities)
        return;
    const float* logp = reference.logProbabilities + r * vocabulary;
    const float* p = reference.probabilities + r * vocabulary;
    if (out.topAgrees) {
        const long long own = firstOfRow(logits, vocabulary, peak);
        const long long other = firstOfRow(logp, vocabulary, peakOfRow(logp, vocabulary));
        if (writes)
            out.topAgrees[r] = own == other;
    }
    if (out.kl) {
        const float kl = sumRow(vocabulary, [&](std::int64_t i) {
            return p[i] * (logp[i] - (logits[i] - normalizer));
        });
        if (writes)
            out.kl[r] = kl;
    }
    if (!out.klReverse && !out.js)
        return;
    float backward = 0;
    float spread = 0;
    forRow(vocabulary, [&](std::int64_t i) {
        const float logq = logits[i] - normalizer;
        const float q = expf(logq);
        const float middle = logf(0.5f * (p[i] + q) + 1e-37f);
        backward += q * (logq - logp[i]);
        spread += 0.5f * (p[i] * (logp[i] - middle) + q * (logq - middle));
    });
    backward = joinBlock(backward, Add());
    spread = joinBlock(spread, Add());
    if (writes && out.klReverse)
        out.klReverse[r] = backward;
    if (writes && out.js)
        out.js[r] = spread;
}

} // namespace

void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out, Stream stream) {
    if (rows == 0)
        return;
    launch("the statistics kernel", statisticsOfRow,
           {static_cast<unsigned>(rows), rowThreads, stream}, x, reference, width, out);
}

void logSoftmax(float* logits, std::int64_t rows, std::int64_t vocabulary, float* probabilities,
                Stream stream) {
    if (rows == 0)
        return;
    launch("the softmax kernel", logSoftmaxRow, {static_cast<unsigned>(rows), rowThreads, stream},
           logits, vocabulary, probabilities);
}

void tokenScores(float* logits, const ReferenceScores& reference, const std::int32_t* targets,
                 std::int64_t rows, std::int64_t vocabulary, const TokenScores& out,
                 Stream stream) {
    if (rows == 0)
        return;
    launch("the scoring kernel", scoresOfRow, {static_cast<unsigned>(rows), rowThreads, stream},
           logits, reference, targets, vocabulary, out);
}

} // namespace quantscope::kernels::cuda
