#include "app/service/pausable_report.h"

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

double seconds(std::chrono::steady_clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

} // namespace

PausableReport::PausableReport(std::function<void(const Progress&)> forward, std::stop_token stop)
    : m_forward(std::move(forward))
    , m_stop(std::move(stop)) {}

void PausableReport::setPaused(bool paused) {
    {
        const std::lock_guard lock(m_mutex);
        m_paused = paused;
    }
    m_changed.notify_all();
}

void PausableReport::operator()(const Progress& progress) {
    std::unique_lock lock(m_mutex);
    const auto now = Clock::now();
    if (m_started == Clock::time_point{})
        m_started = now;
    Progress passed = progress;
    const double elapsed = seconds(now - m_started);
    if (passed.secondsLeft && elapsed > 0)
        *passed.secondsLeft *= std::max(0.0, elapsed - m_secondsPaused) / elapsed;
    if (m_forward)
        m_forward(passed);
    if (!m_paused)
        return;
    m_changed.wait(lock, m_stop, [this] { return !m_paused; });
    m_secondsPaused += seconds(Clock::now() - now);
}

} // namespace quantscope
