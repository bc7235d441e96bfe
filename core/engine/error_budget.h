#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

namespace quantscope {

/// The exact budget of the error of an MLP's output o = W (g ⊙ u):
/// Δo = W~(Δg ⊙ u) + W~(g ⊙ Δu) + W~(Δg ⊙ Δu) + ΔW(g ⊙ u), a difference of biases with the last.
/// Of each term "/budget/TERM/norm", its mean norm over tokens, and "/budget/TERM/share",
/// Σ⟨term, Δo⟩ / Σ‖Δo‖² over tokens: the shares sum to 1. "/budget/misfit" is what the terms leave
/// of Δo, Σ‖Δo − terms‖² / Σ‖Δo‖², square rooted: rounding, or that the lane rounds inside.
class ErrorBudgetInstrument final : public BlockInstrument {
public:
    explicit ErrorBudgetInstrument(const MeasuredExamples& examples);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    SessionData part() const override;

private:
    MeasuredExamples m_examples;
    ExampleTable m_table;
};

} // namespace quantscope
