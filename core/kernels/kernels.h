#pragma once

#include <cstdint>

namespace quantscope::kernels {

// Fused loops on raw pointers, f32, row-major, spread over `threads` cores. Kept free of torch so
// that the same header serves the CPU, CUDA and the build without CUDA.

/// Sets the number of threads the CPU kernels use (≥ 1). Called once before a walk.
void setThreads(int threads);

/// out[r,:] = x[r,:] / sqrt(mean(x[r,:]²) + epsilon) · gamma
void rmsNorm(const float* x, const float* gamma, float epsilon, std::int64_t rows,
             std::int64_t width, float* out);

/// gate ← silu(gate), in place.
void silu(float* gate, std::int64_t count);

/// out ← a · b
void multiply(const float* a, const float* b, std::int64_t count, float* out);

/// Rotates q or k in place. x [rows, tokens, heads, dimension]; tables [tokens, dimension] as in
/// Hugging Face (halves of the head are the two parts of the complex number).
void rotate(float* x, const float* cosine, const float* sine, std::int64_t rows,
            std::int64_t tokens, std::int64_t heads, std::int64_t dimension);

struct AttentionShape {
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0;
    std::int64_t dimension = 0;
    std::int64_t window = 0; ///< sliding window in tokens; 0: full causal attention
};

/// Causal attention without a tokens × tokens matrix.
/// q, out [examples, tokens, heads, dimension]; k, v [examples, tokens, keyValueHeads, dimension].
void causalAttention(const AttentionShape& shape, const float* q, const float* k, const float* v,
                     float* out);

/// One pass over a site of a lane and the reference's same site: statistics a token.
struct TokenStatistics {
    float* norm = nullptr;          ///< ‖x‖
    float* errorNorm = nullptr;     ///< ‖x − y‖, null where there is no reference
    float* relativeError = nullptr; ///< ‖x − y‖ / ‖y‖
    float* cosine = nullptr;        ///< ⟨x,y⟩ / (‖x‖ ‖y‖)
    float* kurtosis = nullptr;      ///< fourth central moment over variance²
    float* maximum = nullptr;       ///< max |x|
};
void tokenStatistics(const float* x, const float* reference, std::int64_t rows,
                     std::int64_t width, const TokenStatistics& out);

/// Per row of logits: log-softmax facts of the reference and of a lane.
struct TokenScores {
    float* nll = nullptr;       ///< −log p(target)
    float* kl = nullptr;        ///< KL(reference ‖ lane); null where there is no reference
    float* klReverse = nullptr; ///< KL(lane ‖ reference)
    float* js = nullptr;        ///< Jensen–Shannon divergence
    std::uint8_t* topAgrees = nullptr;
    std::int32_t* rank = nullptr; ///< number of tokens with a larger logit than the target's
    float* entropy = nullptr;
};
/// @param reference  logits of the reference [rows, vocabulary], or null
/// @param targets    [rows]; rows with a negative target are skipped
void tokenScores(const float* logits, const float* reference, const std::int32_t* targets,
                 std::int64_t rows, std::int64_t vocabulary, const TokenScores& out);

} // namespace quantscope::kernels
