#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

#include <optional>

namespace quantscope {

/// The exact budget of the error of an MLP's output o = W (g ⊙ u):
/// Δo = W~(Δg ⊙ u) + W~(g ⊙ Δu) + W~(Δg ⊙ Δu) + ΔW(g ⊙ u), a difference of biases with the last.
/// Of each term "/budget/TERM/norm", its mean norm over tokens, and "/budget/TERM/share",
/// Σ⟨term, Δo⟩ / Σ‖Δo‖² over tokens: the shares sum to 1. "/budget/misfit" is what the terms leave
/// of Δo, Σ‖Δo − terms‖² / Σ‖Δo‖², square rooted: rounding, or that the lane rounds inside. The
/// same by token, where asked, in "/tokens/down/budget_TERM" and "…_norm"; a token without an
/// error has no shares.
class ErrorBudgetInstrument final : public BlockInstrument {
public:
    ErrorBudgetInstrument(bool byToken, const MeasuredExamples& examples);

    /// Values that one token of one lane leaves in one layer where they are kept by token.
    static constexpr std::int64_t valuesOfToken = 8;

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    SessionData part() const override;

private:
    void setTokens(std::size_t path, std::size_t lane, std::int64_t example,
                   const torch::Tensor& values);

    MeasuredExamples m_examples;
    ExampleTable m_table;
    std::optional<TokenTable> m_tokens;
};

} // namespace quantscope
