#pragma once

#include "core/checkpoint/model_config.h"
#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

#include <array>
#include <mutex>

namespace quantscope {

/// One value far from the others, and where it is.
struct Spike {
    float value = 0;
    std::int64_t example = -1; ///< of the study; −1: none
    std::int64_t position = -1;
    std::int64_t channel = -1;
};

/// Massive activations of z (arXiv 2402.17762): |x| > 100 and at least 1000 times the median
/// magnitude of its hidden state, position 0 included: "/massive_activations/count" by example, and
/// the largest few of each lane. Candidates of super weights (arXiv 2411.07191): the largest
/// magnitude at the input and at the output of the down projection; the channels name row and
/// column of its matrix.
class OutlierInstrument final : public BlockInstrument {
public:
    /// @param config, layer  whether the block has a down projection of its own: with experts
    /// alone there are no candidates of super weights
    OutlierInstrument(const ModelConfig& config, std::int64_t layer,
                      const MeasuredExamples& examples);

    static constexpr std::size_t listed = 16; ///< massive activations that are named, a lane

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    void gather(Ranks& ranks) override;
    SessionData part() const override;

private:
    struct LaneSpikes {
        std::vector<Spike> massive; ///< largest first
        Spike input;                ///< of the down projection
        Spike output;
        /// Of the down projection, the row of that output, in the checkpoint's basis. Where both
        /// meet is the weight.
        torch::Tensor row;
    };

    void keep(LaneSpikes& lane, const LaneSpikes& other) const;
    void addMassive(const LaneBatch& batch, std::vector<Spike>& found);
    void addMassiveTo(SessionData& part) const;
    void addSuperWeightsTo(SessionData& part) const;

    bool m_hasDown; ///< whose output is the MLP's
    MeasuredExamples m_examples;
    ExampleTable m_counts;
    mutable std::mutex m_mutex;
    std::vector<LaneSpikes> m_lanes;
};

} // namespace quantscope
