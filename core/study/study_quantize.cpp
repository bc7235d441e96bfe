// What makes the methods' blocks of a layer: before the walk through it, or ahead, beside the walk
// through the layer before.

#include "core/engine/method_owners.h"
#include "core/engine/shared_workers.h"
#include "core/engine/workers.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"
#include "core/study/next_block.h"
#include "core/study/study_instruments.h"
#include "core/study/study_run.h"

#include <fmt/format.h>

#include <optional>

namespace quantscope {

/// The block with the methods' blocks of the same layer made: ahead, or now.
NextBlock::Ready StudyRun::quantizedBlock(std::int64_t layer, NextBlock& next) {
    const std::string stage =
        fmt::format("layer {} of {}: quantizing", layer + 1, m_inputs.checkpoint->config().layers);
    const double work = quantizingWork();
    advanceProgress(stage, 0);
    NextBlock::Ready block =
        next.isBegun() ? next.take([&] { advanceProgress(stage, 0); }) : readBlock(layer);
    m_workAhead = 0;
    if (!block.quantized)
        block.quantized = quantizeBlock(
            layer, block,
            [&](double share) { m_job.progress(stage, m_workDone + share * work, m_workTotal); },
            m_job);
    m_chain->exchangeCodes(layer);
    block.quantized = wholeTable(*block.quantized);
    return block;
}

/// Reads the block, and quantizes it where the plan has room for that, beside what is done now.
void StudyRun::beginNext(std::int64_t layer, NextBlock& next, SharedWorkers* workers) {
    if (!m_memory.prefetch || layer == m_inputs.checkpoint->config().layers)
        return;
    next.begin([this, layer, workers](Job& job) {
        if (!workers || !m_memory.quantizeAhead)
            return readBlock(layer);
        setProductThreads(m_memory.threads); // a thread of its own starts with the default
        const SharedWorkers::Use use(*workers, SharedWorkers::Side::Ahead);
        NextBlock::Ready block = readBlock(layer);
        const double work = quantizingWork();
        block.quantized = quantizeBlock(
            layer, block, [&](double share) { m_workAhead = share * work; }, job);
        return block;
    });
}

/// The block in full precision, in host memory and where blocks compute.
NextBlock::Ready StudyRun::readBlock(std::int64_t layer) const {
    NextBlock::Ready block{loadBlock(*m_inputs.checkpoint, layer)};
    block.there = streamedToDevice(block.reference, m_device);
    return block;
}

/// The block in full precision, of walks from stored codes, and begins to read the one after it.
NextBlock::Ready StudyRun::takeBlock(std::int64_t layer, NextBlock& next) {
    NextBlock::Ready block =
        next.isBegun() ? next.take([this] { m_job.throwIfStopped(); }) : readBlock(layer);
    beginNext(layer + 1, next, nullptr);
    return block;
}

/// Makes the methods' blocks of a layer, and says of every quantized lane how far its matrices are
/// from the reference's.
SessionData StudyRun::quantizeBlock(std::int64_t layer, const NextBlock::Ready& block,
                                    const std::function<void(double)>& progress, Job& job) {
    const BlockWeights& reference = block.reference;
    WeightsTable weights(m_sources.size(), modelModules(m_inputs.checkpoint->config()));
    const auto isOwn = [this](std::size_t imported) {
        return static_cast<int>(imported) % m_ranks.count() == m_ranks.rank();
    };
    weights.setReference(reference);
    TrainingCurves training(m_sources.size(), trainingEpochs(m_plan.methods));
    TrainingCurves soFar = training;
    const auto trained = [&](std::size_t method, const std::vector<double>& losses) {
        soFar.set(method, losses);
        tellTraining(layer, soFar.part());
    };
    std::optional<TextHistograms> texts;
    if (m_plan.instruments.has(InstrumentGroup::Activations) && m_ranks.isFirst())
        texts.emplace(activationSitesOf(m_inputs.checkpoint->config()), m_inputs.calibration.all());
    m_chain->quantizeBlock(layer, reference,
                           {weights, training, progress, trained, texts ? &*texts : nullptr}, job,
                           &block.there);
    parallelFor(static_cast<std::int64_t>(m_inputs.imported.size()),
                static_cast<int>(m_memory.quantizeAtOnce), job, [&](int, std::int64_t index) {
                    const auto i = static_cast<std::size_t>(index);
                    if (!isOwn(i))
                        return;
                    ImportedModel(*m_inputs.imported[i])
                        .report(layer, reference, m_plan.methods.size() + i, weights, job);
                });
    SessionData part = weights.part();
    part.arrays.insert(training.part().arrays.begin(), training.part().arrays.end());
    if (texts && !m_inputs.calibration.all().empty())
        part.arrays.merge(texts->part().arrays);
    return part;
}

/// Work of quantizing one block, in the measure of blockWork().
double StudyRun::quantizingWork() const {
    const std::vector<int> owners =
        m_ranks.isAlone() ? std::vector<int>() : shareMethods(m_plan.methods, m_ranks.count());
    double work = double(m_plan.imported.size()) * 2.0;
    for (std::size_t i = 0; i < m_plan.methods.size(); ++i) {
        if (!owners.empty() && owners[i] != m_ranks.rank())
            continue;
        const std::unique_ptr<Quantizer> quantizer = makeQuantizer(m_plan.methods[i]);
        const double passes = quantizer->endToEnd() ? 0 : quantizer->calibrationPasses();
        work += 4.0 + passes * double(m_inputs.calibration.examples());
    }
    return work;
}

} // namespace quantscope
