#pragma once

#include <cstdint>

namespace quantscope::kernels {

// Fused loops on raw pointers, f32, row-major, free of torch. Each call runs in the calling thread:
// the walk keeps the cores busy with independent batches of examples.

/// out[r,:] = x[r,:] / sqrt(mean(x[r,:]²) + epsilon) · gamma
void rmsNorm(const float* x, const float* gamma, float epsilon, std::int64_t rows,
             std::int64_t width, float* out);

/// gate ← silu(gate), in place.
void silu(float* gate, std::int64_t count);

/// gate ← silu(gate) · up, in place.
void siluMultiply(float* gate, const float* up, std::int64_t count);

/// out ← a · b
void multiply(const float* a, const float* b, std::int64_t count, float* out);

/// Rotates q or k in place. x [rows, tokens, heads, dimension]; tables [tokens, dimension] as in
/// Hugging Face (the halves of a head are the two parts of the complex numbers).
void rotate(float* x, const float* cosine, const float* sine, std::int64_t rows,
            std::int64_t tokens, std::int64_t heads, std::int64_t dimension);

struct AttentionShape {
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0;
    std::int64_t dimension = 0;
    std::int64_t window =
        0; ///< sliding window in tokens, itself included; 0: full causal attention
    std::int64_t prefix = 0; ///< keys and values before those of the first query

    std::int64_t keys() const { return prefix + tokens; }
};

/// Causal attention, softmax(q kᵀ / √dimension) v, without a tokens × tokens matrix: query t looks
/// at keys 0 … prefix + t.
/// q, out [examples, tokens, heads, dimension]; k, v [examples, keys(), keyValueHeads, dimension].
void causalAttention(const AttentionShape& shape, const float* q, const float* k, const float* v,
                     float* out);

/// Where tokenStatistics writes, one value a row; null pointers are left out.
struct TokenStatistics {
    float* norm = nullptr;          ///< ‖x‖
    float* kurtosis = nullptr;      ///< fourth central moment over variance² (not excess)
    float* maximum = nullptr;       ///< max |x|
    float* errorNorm = nullptr;     ///< ‖x − y‖
    float* relativeError = nullptr; ///< ‖x − y‖ / ‖y‖
    float* cosine = nullptr;        ///< ⟨x,y⟩ / (‖x‖ ‖y‖)
};

/// Statistics of the rows of x; the last three against `reference`, which may be null.
void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out);

/// logits ← log-softmax of each row, in place; `probabilities` (may be null) gets their exp.
void logSoftmax(float* logits, std::int64_t rows, std::int64_t vocabulary, float* probabilities);

/// Where tokenScores writes, one value a row; null pointers are left out.
struct TokenScores {
    float* nll = nullptr;         ///< −log p(target)
    float* entropy = nullptr;     ///< of the lane's distribution
    std::int32_t* rank = nullptr; ///< 1 + number of tokens with a larger logit than the target's
    float* kl = nullptr;          ///< KL(reference ‖ lane)
    float* klReverse = nullptr;   ///< KL(lane ‖ reference)
    float* js = nullptr;          ///< Jensen–Shannon divergence
    std::uint8_t* topAgrees = nullptr; ///< 1 where both have the same most likely token
};

/// The reference's distribution over the same rows, from logSoftmax.
struct ReferenceScores {
    const float* logProbabilities = nullptr; // [rows, vocabulary]
    const float* probabilities = nullptr;    // [rows, vocabulary]
};

/// Facts of a lane's predictions. `logits` is used as work space.
/// @param targets  [rows], the token that came next; rows with a negative target are left alone
void tokenScores(float* logits, const ReferenceScores& reference, const std::int32_t* targets,
                 std::int64_t rows, std::int64_t vocabulary, const TokenScores& out);

} // namespace quantscope::kernels
