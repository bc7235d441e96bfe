#include "core/engine/imported_model.h"

#include "core/model/block_loader.h"

namespace quantscope {

MethodBlock ImportedModel::block(std::int64_t layer, const BlockWeights&) const {
    return {loadBlock(m_checkpoint, layer), {}};
}

void ImportedModel::report(std::int64_t layer, const BlockWeights& reference, std::size_t lane,
                           WeightsTable& table, const Job& job) const {
    const MethodBlock own = block(layer, reference);
    for (const Module module : allModules) {
        job.throwIfStopped();
        MatrixReport report;
        report.error = weightError(reference.linear(module).weight,
                                   unfold(own.weights.linear(module).weight, own.basis, module));
        report.bits = m_checkpoint.find(blockTensorName(layer, module, "weight"))->bitsPerWeight();
        table.set(lane, module, report);
    }
}

std::uint64_t ImportedModel::workBytes(const ModelConfig& config) {
    constexpr std::uint64_t chunk = 32U << 20;
    return static_cast<std::uint64_t>(4 * blockElements(config)) + chunk;
}

} // namespace quantscope
