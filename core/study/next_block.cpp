#include "core/study/next_block.h"

#include <chrono>
#include <utility>

namespace quantscope {

NextBlock::NextBlock(const Job& study)
    : m_studyStopped(study.stopToken(), [this] { m_stop.request_stop(); })
    , m_job({}, m_stop.get_token()) {}

NextBlock::~NextBlock() {
    m_stop.request_stop();
    if (m_ready.valid())
        m_ready.wait();
}

void NextBlock::begin(std::function<Ready(Job&)> make) {
    m_ready =
        std::async(std::launch::async, [this, make = std::move(make)] { return make(m_job); });
}

NextBlock::Ready NextBlock::take(const std::function<void()>& waiting) {
    while (m_ready.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready)
        waiting();
    return m_ready.get();
}

} // namespace quantscope
