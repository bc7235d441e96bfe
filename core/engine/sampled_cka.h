#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

#include <cstdint>

namespace quantscope {

/// "/cka/resid_post_sampled": linear centered kernel alignment between the reference's z(l) and a
/// lane's where the sums of hidden size squared that CkaInstrument gathers would be too large. A
/// sample of tokens, the same in all layers and lanes, stands for all of them: its states are kept
/// and their Gram matrices compared. With fewer tokens than dimensions the plain estimate tends to
/// 1 whatever the states are, so the unbiased one is taken (Song et al. 2012, equation 5, as in
/// Nguyen et al., arXiv 2010.15327): with K and L the Gram matrices, their diagonals set to zero,
/// HSIC₁ = (tr KL + 1ᵀK1 1ᵀL1 / ((n − 1)(n − 2)) − 2 1ᵀKL1 / (n − 2)) / (n (n − 3)),
/// CKA = HSIC₁(K, L) / √(HSIC₁(K, K) HSIC₁(L, L)).
/// Memory: tokens × hidden f32 a lane, and two matrices of tokens squared in f64.
class SampledCkaInstrument final : public BlockInstrument {
public:
    /// @param tokens  at most so many are drawn; at least 4 are needed
    SampledCkaInstrument(std::int64_t hidden, std::uint64_t seed, const MeasuredExamples& examples,
                         std::int64_t tokens = defaultTokens);

    static constexpr std::int64_t defaultTokens = 2048;
    /// Bytes that one block's states and Gram matrices take.
    static std::uint64_t bytes(std::int64_t hidden, std::int64_t lanes);
    /// Multiplications that one block takes, beside the walk.
    static double multiplications(std::int64_t hidden, std::int64_t lanes);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    void gather(Ranks& ranks) override;
    SessionData part() const override;

private:
    struct Token {
        std::int64_t example = 0; ///< of those measured here
        std::int64_t position = 0;
    };
    std::uint64_t keyOf(const Token& token) const;

    MeasuredExamples m_examples;
    std::uint64_t m_seed;
    std::int64_t m_wanted;               ///< tokens, at most
    std::vector<Token> m_tokens;         ///< drawn, by example and position: the rows of m_states
    std::vector<torch::Tensor> m_states; ///< by lane, [tokens, hidden] f32
};

} // namespace quantscope
