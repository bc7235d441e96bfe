#include "core/engine/imported_model.h"

#include "core/model/block_loader.h"
#include "core/quant/recover_basis.h"

namespace quantscope {

MethodBlock ImportedModel::block(std::int64_t layer, const BlockWeights& reference) const {
    MethodBlock block{loadBlock(m_checkpoint, layer), {}};
    block.basis = recoverBasis(m_checkpoint.config(), reference, block.weights).basis;
    return block;
}

void ImportedModel::report(std::int64_t layer, const BlockWeights& reference, std::size_t lane,
                           WeightsTable& table, const Job& job) const {
    const BlockWeights weights = loadBlock(m_checkpoint, layer);
    const RecoveredBasis recovered = recoverBasis(m_checkpoint.config(), reference, weights);
    for (const Module module : reference.modules()) {
        job.throwIfStopped();
        MatrixReport report;
        report.error = weightError(reference.linear(module).weight,
                                   unfold(weights.linear(module).weight, recovered.basis, module));
        report.bits = m_checkpoint.find(blockTensorName(layer, module, "weight"))->bitsPerWeight();
        report.basisMisfit = recovered.misfitOf(module);
        table.set(lane, module, report);
    }
}

std::uint64_t ImportedModel::workBytes(const ModelConfig& config) {
    constexpr std::uint64_t chunk = 32U << 20;
    return static_cast<std::uint64_t>(4 * blockElements(config)) + chunk;
}

} // namespace quantscope
