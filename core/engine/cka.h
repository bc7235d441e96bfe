#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"
#include "core/engine/ordered_sum.h"

namespace quantscope {

/// "/cka/resid_post": linear centered kernel alignment (arXiv 1905.00414) between the reference's
/// z(l) and a lane's over all tokens, ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of centered columns (Frobenius).
/// Exact: the three hidden × hidden sums are gathered, no token is left out.
class CkaInstrument final : public BlockInstrument {
public:
    explicit CkaInstrument(const MeasuredExamples& examples);

    /// The largest model for which the sums are reasonable to hold; see SampledCkaInstrument.
    static constexpr std::int64_t largestHidden = 2048;
    /// Bytes that one block's sums take.
    static std::uint64_t bytes(std::int64_t hidden, std::int64_t lanes, int threads);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    void gather(Ranks& ranks) override;
    SessionData part() const override;

private:
    MeasuredExamples m_examples;
    std::vector<OrderedSum> m_sums; ///< by lane: XᵀY, then XᵀX or YᵀY, with a row of column sums
};

} // namespace quantscope
