#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

namespace quantscope {

/// What heads look at, from each run's own queries and keys; a head's tokens × tokens map exists
/// for one example at a time. Means over heads and positions 1 … length − 1 of
/// "/attention/entropy", H / log(t + 1) (0: one token, 1: evenly over all), and
/// "/attention/js_divergence" between the reference's distribution and the lane's (nat);
/// "/attention/sink_share", the share of heads whose mean attention to token 0 over the first 64
/// positions exceeds 0.3 (arXiv 2410.10781).
class AttentionInstrument final : public BlockInstrument {
public:
    AttentionInstrument(const ModelConfig& config, std::int64_t layer,
                        const MeasuredExamples& examples);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    SessionData part() const override;

private:
    ModelConfig m_config;
    std::int64_t m_layer;
    MeasuredExamples m_examples;
    RotaryTables m_rotary;
    ExampleTable m_table;
};

} // namespace quantscope
