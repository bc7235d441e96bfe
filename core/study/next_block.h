#pragma once

#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/model/block.h"

#include <functional>
#include <future>
#include <optional>
#include <stop_token>

namespace quantscope {

/// A block that is made ready in a thread of its own while the one before is walked through. A
/// stop of the study stops it too, and so does its destructor, which waits for its end.
class NextBlock {
public:
    struct Ready {
        BlockWeights reference;
        std::optional<SessionData> quantized = {}; ///< its rows; nothing: it was only read
        BlockWeights there = {}; ///< the reference where blocks compute, which may be a GPU
    };

    explicit NextBlock(const Job& study);
    ~NextBlock();
    NextBlock(const NextBlock&) = delete;
    NextBlock& operator=(const NextBlock&) = delete;

    /// @param make  gets a job that tells nobody of its progress
    void begin(std::function<Ready(Job& job)> make);

    /// Whether one was begun and not taken.
    bool isBegun() const { return m_ready.valid(); }

    /// The block, and what making it threw.
    /// @param waiting  called ten times a second until it is there
    Ready take(const std::function<void()>& waiting);

private:
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_studyStopped;
    Job m_job;
    std::future<Ready> m_ready;
};

} // namespace quantscope
