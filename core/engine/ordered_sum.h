#pragma once

#include "core/ranks/ranks.h"

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <mutex>

namespace quantscope {

/// The f64 sum of the batches' terms in the order of the batches, whichever thread is done first:
/// the same bits every time. Holds the few terms that came before their turn.
class OrderedSum {
public:
    void add(std::int64_t batch, const torch::Tensor& term);

    /// Together: the first rank gets the total of all ranks' batches, added in their order.
    void gather(Ranks& ranks);

    /// Undefined where nothing was added.
    const torch::Tensor& total() const { return m_total; }

private:
    std::mutex m_mutex;
    torch::Tensor m_total;
    std::map<std::int64_t, torch::Tensor> m_waiting;
    std::int64_t m_next = 0;
};

} // namespace quantscope
