#pragma once

#include "core/data/job.h"
#include "core/ranks/ranks.h"

#include <stop_token>
#include <string>
#include <thread>

namespace quantscope::cli {

/// Shows progress on standard error: a bar on a terminal, a line a stage otherwise, or one JSON
/// object a line for programs (on standard output).
class ProgressPrinter {
public:
    explicit ProgressPrinter(bool json);
    ~ProgressPrinter();
    ProgressPrinter(const ProgressPrinter&) = delete;
    ProgressPrinter& operator=(const ProgressPrinter&) = delete;

    void show(const Progress& progress);

private:
    void showBar(const Progress& progress);

    bool m_json;
    bool m_terminal;
    std::string m_stage;
};

/// A job that prints its progress and stops on SIGINT, SIGTERM and SIGHUP. One at a time. Of
/// several ranks the first one prints, and all stop once another has failed.
class InterruptibleJob {
public:
    explicit InterruptibleJob(bool json, Ranks& ranks = aloneRanks());
    ~InterruptibleJob();
    InterruptibleJob(const InterruptibleJob&) = delete;
    InterruptibleJob& operator=(const InterruptibleJob&) = delete;

    Job& job() { return m_job; }

private:
    ProgressPrinter m_printer;
    std::stop_source m_stop;
    std::jthread m_waiter;
    Job m_job;
};

} // namespace quantscope::cli
