#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QObject>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace quantscope {

/// Measures how long events wait for the GUI thread: another thread posts one every few
/// milliseconds, with the time at which it was posted.
class WindowProbe : public QObject {
public:
    WindowProbe() {
        m_clock.start();
        m_thread = std::thread([this] {
            while (!m_stopped) {
                // One at a time: a queue would count one long wait many times.
                if (!m_pending.exchange(true))
                    QCoreApplication::postEvent(this, new Posted(m_clock.nsecsElapsed()));
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        });
    }
    ~WindowProbe() override {
        m_stopped = true;
        m_thread.join();
    }

    std::size_t count() const { return m_waits.size(); }
    double percentile(double percent) const {
        if (m_waits.empty())
            return 0;
        std::vector<double> sorted = m_waits;
        std::sort(sorted.begin(), sorted.end());
        const double place = percent / 100 * static_cast<double>(sorted.size() - 1);
        return sorted[static_cast<std::size_t>(place + 0.5)];
    }

protected:
    bool event(QEvent* event) override {
        if (event->type() != QEvent::User)
            return QObject::event(event);
        const auto posted = static_cast<Posted*>(event)->time;
        m_waits.push_back(static_cast<double>(m_clock.nsecsElapsed() - posted) / 1e6);
        m_pending = false;
        return true;
    }

private:
    struct Posted : QEvent {
        explicit Posted(qint64 now) : QEvent(QEvent::User), time(now) {}
        qint64 time;
    };

    QElapsedTimer m_clock;
    std::atomic<bool> m_stopped = false;
    std::atomic<bool> m_pending = false;
    std::vector<double> m_waits; ///< milliseconds
    std::thread m_thread;
};

} // namespace quantscope
