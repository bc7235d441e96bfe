#pragma once

#include <QApplication>
#include <QEvent>
#include <QMetaEnum>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace quantscope {

/// Notes how much processor time each event takes on the GUI thread, without what is handled
/// inside of it: other work on the machine does not count.
class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        const double begin = milliseconds();
        const double outerInside = m_inside;
        m_inside = 0;
        Handled handled;
        handled.type = event->type();
        handled.name = receiver->metaObject()->className();
        if (!receiver->objectName().isEmpty())
            handled.name += ' ' + receiver->objectName().toUtf8();
        const bool accepted = QApplication::notify(receiver, event);
        const double whole = milliseconds() - begin;
        handled.time = whole - m_inside;
        m_inside = outerInside + whole;
        ++m_count;
        m_slowest.push_back(std::move(handled));
        if (m_slowest.size() > 2000)
            keepSlowest();
        return accepted;
    }

    void forget() {
        m_slowest.clear();
        m_count = 0;
    }

    void report() {
        keepSlowest();
        std::printf("handlers %zu; processor time of the slowest:\n", m_count);
        const QMetaEnum types = QMetaEnum::fromType<QEvent::Type>();
        for (const Handled& handled : m_slowest)
            std::printf("  %7.2f ms  %s of %s\n", handled.time, types.valueToKey(handled.type),
                        handled.name.constData());
    }

private:
    struct Handled {
        double time = 0;
        int type = 0;
        QByteArray name;
    };

    static double milliseconds() {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }
    void keepSlowest() {
        std::sort(m_slowest.begin(), m_slowest.end(),
                  [](const Handled& a, const Handled& b) { return a.time > b.time; });
        if (m_slowest.size() > shown)
            m_slowest.resize(shown);
    }

    static constexpr std::size_t shown = 15;
    std::vector<Handled> m_slowest;
    std::size_t m_count = 0;
    double m_inside = 0; ///< of events handled inside of the one at hand
};

} // namespace quantscope
