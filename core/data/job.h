#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace quantscope {

/// A moment of a running job.
struct Progress {
    std::string stage;                 ///< what is being done, e.g. "layer 3 of 22: GPTQ"
    double fraction = 0;               ///< of the whole job, 0 … 1
    std::optional<double> secondsLeft; ///< absent while there is too little to extrapolate from
};

/// Handed down into long work: one call reports progress and observes cancellation.
/// Reports are throttled at the source (at most ten a second, and whenever the stage changes).
class Job {
public:
    using Report = std::function<void(const Progress&)>;

    Job() = default;
    explicit Job(Report report, std::stop_token stop = {});

    /// Reports that `done` of `total` units of work are finished (any unit, but one for the job).
    /// @throws Error (Interrupted) when a stop was asked for.
    void progress(const std::string& stage, double done, double total);

    /// @throws Error (Interrupted) when a stop was asked for.
    void throwIfStopped() const;

    bool stopRequested() const { return m_stop.stop_requested(); }
    std::stop_token stopToken() const { return m_stop; }

private:
    using Clock = std::chrono::steady_clock;

    Report m_report;
    std::stop_token m_stop;
    Clock::time_point m_started = Clock::now();
    Clock::time_point m_lastReport{};
    std::string m_lastStage;
    double m_startFraction = -1; ///< fraction at the first call: a resumed job starts above zero
};

} // namespace quantscope
