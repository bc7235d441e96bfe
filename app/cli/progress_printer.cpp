#include "app/cli/progress_printer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <unistd.h>

namespace quantscope::cli {

namespace {

std::string timeLeft(double seconds) {
    const auto total = static_cast<long>(seconds + 0.5);
    if (total >= 3600)
        return fmt::format("{} h {:02} min", total / 3600, total / 60 % 60);
    if (total >= 60)
        return fmt::format("{} min {:02} s", total / 60, total % 60);
    return fmt::format("{} s", total);
}

sigset_t stopSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

ProgressPrinter::ProgressPrinter(bool json)
    : m_json(json)
    , m_terminal(isatty(STDERR_FILENO) == 1) {}

ProgressPrinter::~ProgressPrinter() {
    if (!m_json && m_terminal && !m_stage.empty())
        std::fputc('\n', stderr);
}

void ProgressPrinter::show(const Progress& progress) {
    if (m_json) {
        nlohmann::json line = {{"stage", progress.stage}, {"fraction", progress.fraction}};
        if (progress.secondsLeft)
            line["seconds_left"] = *progress.secondsLeft;
        std::puts(line.dump().c_str());
        std::fflush(stdout);
    } else if (m_terminal) {
        showBar(progress);
    } else if (progress.stage != m_stage) {
        std::fprintf(stderr, "%3.0f %%  %s\n", 100 * progress.fraction, progress.stage.c_str());
    }
    m_stage = progress.stage;
}

void ProgressPrinter::showBar(const Progress& progress) {
    constexpr int width = 24;
    const int filled = static_cast<int>(progress.fraction * width);
    const std::string left =
        progress.secondsLeft ? ", " + timeLeft(*progress.secondsLeft) + " left" : "";
    const std::string line =
        fmt::format("[{}{}] {:3.0f} %  {}{}", std::string(static_cast<std::size_t>(filled), '#'),
                    std::string(static_cast<std::size_t>(width - filled), '.'),
                    100 * progress.fraction, progress.stage, left);
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    std::fflush(stderr);
}

InterruptibleJob::InterruptibleJob(bool json)
    : m_printer(json)
    , m_job([this](const Progress& progress) { m_printer.show(progress); }, m_stop.get_token()) {
    // The signals are taken by a thread of their own, so that no work is done in a handler. The
    // study's threads inherit the mask.
    const sigset_t signals = stopSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_waiter = std::jthread([this](const std::stop_token& ended) {
        const sigset_t waited = stopSignals();
        const timespec interval{0, 100'000'000};
        while (!ended.stop_requested())
            if (sigtimedwait(&waited, nullptr, &interval) > 0)
                m_stop.request_stop();
    });
}

InterruptibleJob::~InterruptibleJob() {
    m_waiter.request_stop();
    m_waiter.join();
    const sigset_t signals = stopSignals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

} // namespace quantscope::cli
