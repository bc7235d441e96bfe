#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/job.h"
#include "core/engine/example_ids.h"
#include "core/quant/quantizer.h"

#include <functional>
#include <vector>

namespace quantscope {

/// What training all blocks together reads.
struct EndToEndTask {
    const Checkpoint& checkpoint;
    const ExampleIds& text;
    Job& job;
    /// Called with the share of the work that is done.
    std::function<void(double share)> progress = {};
};

/// EfficientQAT's E2E-QP (Chen et al. 2024, arXiv 2407.11062): trains the scales of all blocks on
/// the mean negative log-likelihood of the text, codes and zero points fixed. The scales end as
/// they were where it was lowest, the start included. Each block's states are kept and its inner
/// values computed again on the way back, so that beside the codes only one block is held in f32.
/// @param blocks  one a layer, of uniform grids; their scales are replaced
/// @return        mean NLL before training and after each epoch, in nat a predicted token
std::vector<double> trainEndToEnd(const EndToEndTask& task, std::vector<QuantizedBlock>& blocks,
                                  const EndToEndOptions& options);

/// Bytes that it holds.
std::uint64_t endToEndBytes(const ModelConfig& config, std::int64_t positions);

} // namespace quantscope
