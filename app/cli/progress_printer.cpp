#include "app/cli/progress_printer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
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

std::atomic<bool> stopSignalled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

void onStopSignal(int) { stopSignalled = true; }

void handleStopSignals(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaction(signal, &action, nullptr);
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

InterruptibleJob::InterruptibleJob(bool json, Ranks& ranks)
    : m_printer(json)
    , m_job(ranks.isFirst()
                ? Job::Report([this](const Progress& progress) { m_printer.show(progress); })
                : Job::Report(),
            m_stop.get_token()) {
    // A handler may do next to nothing, so a thread looks at what it noted. (Blocking the signals
    // and waiting for them would not do: libraries start threads before main, which do not block.)
    stopSignalled = false;
    handleStopSignals(onStopSignal);
    m_waiter = std::jthread([this, &ranks](const std::stop_token& ended) {
        while (!ended.stop_requested()) {
            if (stopSignalled || ranks.otherHasFailed())
                m_stop.request_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
}

InterruptibleJob::~InterruptibleJob() {
    m_waiter.request_stop();
    m_waiter.join();
    handleStopSignals(SIG_DFL);
}

} // namespace quantscope::cli
