#pragma once

#include "core/study/session_models.h"

#include <cstdint>
#include <future>
#include <vector>

namespace quantscope {

/// Reads the reference's blocks in order, the next one while the last is computed with.
class BlockReader {
public:
    explicit BlockReader(const SessionModels& models);

    BlockWeights take();

private:
    void start(std::int64_t layer);

    const SessionModels& m_models;
    std::int64_t m_layer = 0;
    std::future<BlockWeights> m_next;
};

/// NLL of every token given those before, in nat; NaN at position 0.
/// @param state  after the last block, [ids, hidden]
std::vector<double> tokenLosses(const OutputHead& head, const torch::Tensor& state,
                                const std::vector<std::int32_t>& ids);

} // namespace quantscope
