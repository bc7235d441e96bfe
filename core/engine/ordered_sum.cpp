#include "core/engine/ordered_sum.h"

#include "core/engine/gather_tensors.h"

namespace quantscope {

void OrderedSum::add(std::int64_t batch, const torch::Tensor& term) {
    const std::lock_guard lock(m_mutex);
    m_waiting.emplace(batch, term);
    while (!m_waiting.empty() && m_waiting.begin()->first == m_next) {
        const torch::Tensor next = m_waiting.begin()->second.to(torch::kFloat64);
        m_total = m_total.defined() ? m_total + next : next;
        m_waiting.erase(m_waiting.begin());
        ++m_next;
    }
}

void OrderedSum::gather(Ranks& ranks) {
    if (ranks.isAlone())
        return;
    torch::Tensor total;
    for (const torch::Tensor& share : gatherTensors(ranks, m_total))
        if (share.defined())
            total = total.defined() ? total + share : share;
    if (ranks.isFirst())
        m_total = total;
}

} // namespace quantscope
