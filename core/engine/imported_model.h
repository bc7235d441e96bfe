#pragma once

#include "core/data/job.h"
#include "core/engine/block_source.h"
#include "core/engine/weights_table.h"

namespace quantscope {

/// The blocks of a checkpoint that was quantized elsewhere, whatever its format: any Checkpoint of
/// the same model as the reference.
class ImportedModel final : public BlockSource {
public:
    /// @param checkpoint  outlives this
    explicit ImportedModel(const Checkpoint& checkpoint) : m_checkpoint(checkpoint) {}

    MethodBlock block(std::int64_t layer, const BlockWeights& reference) const override;
    const Checkpoint* ownEnds() const override { return &m_checkpoint; }

    /// Fills the lane's row of a block's table: errors against the reference, bits of storage.
    void report(std::int64_t layer, const BlockWeights& reference, std::size_t lane,
                WeightsTable& table, const Job& job) const;

    /// Bytes of work space of `report` beyond the reference's block.
    static std::uint64_t workBytes(const ModelConfig& config);

private:
    const Checkpoint& m_checkpoint;
};

} // namespace quantscope
