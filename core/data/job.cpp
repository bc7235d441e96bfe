#include "core/data/job.h"

#include "core/data/error.h"

#include <algorithm>
#include <utility>

namespace quantscope {

Job::Job(Report report, std::stop_token stop)
    : m_report(std::move(report))
    , m_stop(std::move(stop)) {}

void Job::throwIfStopped() const {
    if (m_stop.stop_requested())
        throw Error(ErrorKind::Interrupted, "The job was stopped on request.");
}

void Job::progress(const std::string& stage, double done, double total) {
    throwIfStopped();
    if (!m_report)
        return;
    const auto now = Clock::now();
    const bool stageChanged = stage != m_lastStage;
    if (!stageChanged && now - m_lastReport < std::chrono::milliseconds(100))
        return;
    Progress moment;
    moment.stage = stage;
    moment.fraction = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0.0;
    if (m_startFraction < 0) {
        m_startFraction = moment.fraction;
        m_started = now;
    }
    const double elapsed = std::chrono::duration<double>(now - m_started).count();
    const double gained = moment.fraction - m_startFraction;
    if (elapsed > 1 && gained > 0.01)
        moment.secondsLeft = elapsed * (1 - moment.fraction) / gained;
    m_lastReport = now;
    m_lastStage = stage;
    m_report(moment);
}

} // namespace quantscope
