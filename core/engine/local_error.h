#pragma once

#include "core/checkpoint/model_config.h"
#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"

namespace quantscope {

/// The error that a quantized module makes by itself: fed with the reference's input, where the
/// accumulated error at the same site has the lane's own input. At the site of each module's output
/// "local_mse", "local_relative_error" and "local_normalised_mse"; of the whole MLP fed with the
/// reference's h "mlp_local_…" at the site down; of the whole block "local_…" at the site
/// resid_post; and the accumulated "normalised_mse".
class LocalErrorInstrument final : public BlockInstrument {
public:
    /// @param config, layer  what matrices the block has; of experts nothing is told
    LocalErrorInstrument(const ModelConfig& config, std::int64_t layer,
                         const MeasuredExamples& examples);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    SessionData part() const override;

private:
    void addBlock(const LaneBatch& batch);
    /// Sets the statistics that begin at a path of the table.
    void compare(std::size_t path, const LaneBatch& batch, const torch::Tensor& value,
                 const torch::Tensor& reference, bool normalisedAlone);

    bool has(Module module) const; ///< in this layer

    const ModelConfig& m_config;
    std::int64_t m_layer;
    RotaryTables m_rotary;
    std::vector<Module> m_modules; ///< whose outputs are sites
    bool m_hasMlp;                 ///< up and down are among them, and no experts beside
    MeasuredExamples m_examples;
    ExampleTable m_table;
};

} // namespace quantscope
