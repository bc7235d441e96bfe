#pragma once

// Ranks that are threads of one process: what ranks do together, without MPI.

#include "core/ranks/ranks.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace quantscope::testing {

/// Where the threads meet.
struct Meeting {
    explicit Meeting(int count)
        : barrier(count)
        , statuses(static_cast<std::size_t>(count))
        , letters(static_cast<std::size_t>(count))
        , failures(static_cast<std::size_t>(count)) {}

    std::barrier<> barrier;
    std::vector<int> statuses;
    std::string spoken;
    std::mutex mutex;
    std::condition_variable written;
    std::vector<std::optional<std::string>> letters; ///< to the first one, by sender
    std::vector<std::atomic<bool>> failures;
};

class ThreadRanks final : public Ranks {
public:
    ThreadRanks(int rank, int count, Meeting& meeting)
        : Ranks({rank, count, count, 1, "machine-" + std::to_string(rank)})
        , m_meeting(meeting) {}

protected:
    int largest(int status) override {
        m_meeting.statuses[std::size_t(rank())] = status;
        m_meeting.barrier.arrive_and_wait();
        const int found = *std::max_element(m_meeting.statuses.begin(), m_meeting.statuses.end());
        m_meeting.barrier.arrive_and_wait();
        return found;
    }
    void broadcastBytes(std::string& bytes, int from) override {
        if (rank() == from)
            m_meeting.spoken = bytes;
        m_meeting.barrier.arrive_and_wait();
        bytes = m_meeting.spoken;
        m_meeting.barrier.arrive_and_wait();
    }
    void sendToFirst(const std::string& bytes) override {
        std::unique_lock lock(m_meeting.mutex);
        auto& letter = m_meeting.letters[std::size_t(rank())];
        m_meeting.written.wait(lock, [&letter] { return !letter; }); // the one before was read
        letter = bytes;
        m_meeting.written.notify_all();
    }
    std::string receiveFrom(int rank) override {
        std::unique_lock lock(m_meeting.mutex);
        auto& letter = m_meeting.letters[std::size_t(rank)];
        m_meeting.written.wait(lock, [&letter] { return letter.has_value(); });
        std::string bytes = *letter;
        letter.reset();
        m_meeting.written.notify_all();
        return bytes;
    }
    void tellOthers() override { m_meeting.failures[std::size_t(rank())] = true; }
    bool isTold() override {
        for (int other = 0; other < count(); ++other)
            if (other != rank() && m_meeting.failures[std::size_t(other)])
                return true;
        return false;
    }

private:
    Meeting& m_meeting;
};

/// Runs the body on so many ranks; an exception that leaves it ends the test program.
inline void onThreads(int count, const std::function<void(Ranks&)>& body) {
    Meeting meeting(count);
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < count; ++rank)
        threads.emplace_back([&meeting, &body, rank, count] {
            ThreadRanks ranks(rank, count, meeting);
            body(ranks);
        });
}

} // namespace quantscope::testing
