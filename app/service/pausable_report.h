#pragma once

#include "core/data/job.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace quantscope {

/// Passes a job's progress on, and holds the job in its report while it is paused. A stop ends the
/// pause. Safe to call from any thread.
class PausableReport {
public:
    PausableReport(std::function<void(const Progress&)> forward, std::stop_token stop);

    void setPaused(bool paused);

    /// Called by the job; returns when it may go on. The time left that it passes on leaves out
    /// the time spent paused, which the job itself cannot know.
    void operator()(const Progress& progress);

private:
    using Clock = std::chrono::steady_clock;

    std::function<void(const Progress&)> m_forward;
    std::stop_token m_stop;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false;
    Clock::time_point m_started{};
    double m_secondsPaused = 0;
};

} // namespace quantscope
