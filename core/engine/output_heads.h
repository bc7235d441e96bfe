#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/engine/output_scores.h"

#include <cstddef>
#include <map>

namespace quantscope {

/// The last step of every model of a walk: the reference's final norm and output matrix, and those
/// of the models that bring their own. A matrix equal to the reference's is held once.
class OutputHeads {
public:
    /// @param vocabulary  ids that all models have: rows of the output matrices beyond are padding
    /// @param device      where predictions are scored
    OutputHeads(const Checkpoint& reference, std::int64_t vocabulary,
                torch::Device device = torch::kCPU);

    /// @param weights  index of the model, as in lanes
    void add(std::size_t weights, const Checkpoint& own);

    const OutputHead& of(std::size_t weights) const;

private:
    const Checkpoint& m_checkpoint;
    std::int64_t m_vocabulary;
    torch::Device m_device;
    OutputHead m_reference;
    std::map<std::size_t, OutputHead> m_own;
};

} // namespace quantscope
