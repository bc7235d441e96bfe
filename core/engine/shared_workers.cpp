#include "core/engine/shared_workers.h"

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

thread_local const SharedWorkers::Use* useOfThisThread = nullptr;

} // namespace

SharedWorkers::SharedWorkers(int workers)
    : m_workers(std::max(workers, 1))
    , m_half(std::max(workers / 2, 1)) {}

bool SharedWorkers::mayTake(Side side) const {
    if (m_presentHeld + m_aheadHeld >= m_workers)
        return false;
    if (side == Side::Ahead)
        return m_presentUses == 0 || m_aheadHeld < m_half;
    return m_aheadWaiting == 0 || m_aheadHeld >= m_half;
}

void SharedWorkers::take(Side side) {
    std::unique_lock lock(m_mutex);
    m_aheadWaiting += side == Side::Ahead ? 1 : 0;
    m_changed.wait(lock, [&] { return mayTake(side); });
    m_aheadWaiting -= side == Side::Ahead ? 1 : 0;
    ++(side == Side::Ahead ? m_aheadHeld : m_presentHeld);
    if (side == Side::Ahead)
        m_changed.notify_all(); // nobody of this side may wait any more
}

void SharedWorkers::giveBack(Side side) {
    {
        const std::lock_guard lock(m_mutex);
        --(side == Side::Ahead ? m_aheadHeld : m_presentHeld);
    }
    m_changed.notify_all();
}

SharedWorkers::Use::Use(SharedWorkers& workers, Side side)
    : m_workers(workers)
    , m_side(side)
    , m_before(std::exchange(useOfThisThread, this)) {
    const std::lock_guard lock(workers.m_mutex);
    workers.m_presentUses += side == Side::Present ? 1 : 0;
}

SharedWorkers::Use::~Use() {
    useOfThisThread = m_before;
    {
        const std::lock_guard lock(m_workers.m_mutex);
        m_workers.m_presentUses -= m_side == Side::Present ? 1 : 0;
    }
    m_workers.m_changed.notify_all();
}

const SharedWorkers::Use* SharedWorkers::Use::ofThisThread() { return useOfThisThread; }

SharedWorkers::Worker::Worker(const Use* use) : m_use(use) {
    if (!m_use)
        return;
    m_use->m_workers.take(m_use->m_side);
    m_before = std::exchange(useOfThisThread, nullptr);
}

SharedWorkers::Worker::~Worker() {
    if (!m_use)
        return;
    useOfThisThread = m_before;
    m_use->m_workers.giveBack(m_use->m_side);
}

} // namespace quantscope
