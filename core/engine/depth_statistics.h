#pragma once

#include "core/data/depth_unit.h"
#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"
#include "core/engine/ordered_sum.h"

namespace quantscope {

/// "/depth/…" of one block: for the block and for its attention and MLP alone, block influence
/// 1 − mean cos(state entering, state leaving) (arXiv 2403.03853, 2407.16286) and the relative norm
/// of the update, L1 and L2, of every lane; of the reference the cosine of the states entering and
/// leaving the MLP by position (arXiv 2404.03865), and by token of the first examples. Where
/// attention and MLP read the same stream, each is taken as if it alone were added to it.
class DepthInstrument final : public BlockInstrument {
public:
    /// @param inTurn  the MLP reads what attention leaves; else both read the same stream
    /// @param mapped  examples, the first ones, whose tokens are kept
    DepthInstrument(bool inTurn, std::int64_t mapped, const MeasuredExamples& examples);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    void gather(Ranks& ranks) override;
    SessionData part() const override;

private:
    bool m_inTurn;
    MeasuredExamples m_examples;
    ExampleTable m_table;
    OrderedSum m_positions; ///< f64 [2, positions]: sums of cosines over examples, and how many
    std::int64_t m_mapped;
    std::vector<float> m_tokens; ///< [mapped example, position]
};

} // namespace quantscope
