#include "core/engine/output_heads.h"

#include "core/checkpoint/same_model.h"
#include "core/model/block_loader.h"

namespace quantscope {

namespace {

FinalStep loadFinalStep(const Checkpoint& checkpoint, torch::Device device) {
    FinalStep step = loadFinalStep(checkpoint);
    for (torch::Tensor* tensor : {&step.norm.scale, &step.norm.shift, &step.projection})
        if (tensor->defined())
            *tensor = tensor->to(device);
    return step;
}

} // namespace

OutputHeads::OutputHeads(const Checkpoint& reference, std::int64_t vocabulary, torch::Device device)
    : m_checkpoint(reference)
    , m_vocabulary(vocabulary)
    , m_device(device)
    , m_reference{loadFinalStep(reference, device),
                  loadOutputMatrix(reference, vocabulary).to(device), reference.config()} {}

void OutputHeads::add(std::size_t weights, const Checkpoint& own) {
    const bool shared = sameOutputMatrix(m_checkpoint, own, m_vocabulary);
    m_own[weights] = {loadFinalStep(own, m_device),
                      shared ? m_reference.matrix
                             : loadOutputMatrix(own, m_vocabulary).to(m_device),
                      m_reference.config};
}

const OutputHead& OutputHeads::of(std::size_t weights) const {
    const auto found = m_own.find(weights);
    return found == m_own.end() ? m_reference : found->second;
}

} // namespace quantscope
