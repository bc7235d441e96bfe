#pragma once

#include "core/checkpoint/model_config.h"
#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

namespace quantscope {

/// How the difference Δ = x~ − x to the reference is made up, means over tokens:
/// "length_change" (‖x~‖ − ‖x‖) / ‖x‖, "length_share" (‖x~‖ − ‖x‖)² / ‖Δ‖² (the rest is the
/// angle's, 2 ‖x‖ ‖x~‖ (1 − cos) / ‖Δ‖²) and "angle" in radians at r, h and z; at z
/// "update_cosine", cos(Δz(l−1), Δu(l)) with u = z(l) − z(l−1): negative where the block
/// counteracts the error that it was given (arXiv 2609.11716); at the gate "sign_flip_rate", the
/// share of channels whose sign differs (arXiv 2604.19884).
class DriftInstrument final : public BlockInstrument {
public:
    /// @param config, layer  what sites the block has
    DriftInstrument(const ModelConfig& config, std::int64_t layer,
                    const MeasuredExamples& examples);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    SessionData part() const override;

private:
    std::vector<Site> m_splitSites; ///< those that the family has
    bool m_hasGate;                 ///< in this layer
    MeasuredExamples m_examples;
    ExampleTable m_table;
};

} // namespace quantscope
