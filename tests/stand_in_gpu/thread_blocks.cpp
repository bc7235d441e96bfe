#include "tests/stand_in_gpu/thread_blocks.h"

#include "core/data/error.h"
#include "tests/stand_in_gpu/device_memory.h"

#include <algorithm>
#include <array>
#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <numeric>
#include <random>
#include <string_view>
#include <vector>

namespace quantscope::testing {

namespace {

/// Where a number of threads wait until all have come.
struct Meeting {
    unsigned expected = 0;
    unsigned here = 0;
    std::uint64_t over = 0; ///< how often all had come
};

struct Warp {
    Meeting meeting;
    std::array<std::array<std::uint64_t, warpSize>, 2> given{}; ///< by turns, as fast threads go on
};

struct Thread {
    boost::context::fiber self;
    boost::context::fiber back; ///< to the scheduler
    const Meeting* waitsFor = nullptr;
    std::uint64_t until = 0; ///< times the meeting has to be over
    std::uint64_t exchanges = 0;
    bool isDone = false; ///< with this block
};

class Grid;
Grid* runningGrid = nullptr;

std::vector<unsigned> turns(unsigned count) {
    const char* const said = std::getenv("QUANTSCOPE_STAND_IN_ORDER");
    const std::string_view order = said ? said : "forward";
    std::vector<unsigned> turns(count);
    std::iota(turns.begin(), turns.end(), 0u);
    if (order == "backward")
        std::reverse(turns.begin(), turns.end());
    else if (order == "shuffled")
        std::shuffle(turns.begin(), turns.end(), std::mt19937(count));
    else if (order != "forward")
        throw Error(ErrorKind::Usage,
                    "QUANTSCOPE_STAND_IN_ORDER is forward, backward or shuffled.");
    return turns;
}

/// One launch. Its threads are fibers that live for all of its blocks.
class Grid {
public:
    Grid(Dimensions grid, unsigned threads, std::size_t sharedBytes,
         const std::function<void()>& kernel)
        : m_kernel(kernel)
        , m_threads(threads)
        , m_warps((threads + warpSize - 1) / warpSize)
        , m_shared(sharedBytes / sizeof(float)) {
        m_running.blockSize = threads;
        m_running.gridSize = grid;
        m_block.expected = threads;
        for (unsigned first = 0; first < threads; first += warpSize)
            m_warps[first / warpSize].meeting.expected = std::min(warpSize, threads - first);
        for (Thread& thread : m_threads)
            thread.self = boost::context::fiber(std::allocator_arg,
                                                boost::context::fixedsize_stack(stackBytes),
                                                [this, &thread](boost::context::fiber&& back) {
                                                    return live(thread, std::move(back));
                                                });
    }

    void run() {
        const Dimensions grid = m_running.gridSize;
        const std::vector<unsigned> warps = turns(static_cast<unsigned>(m_warps.size()));
        for (const unsigned block : turns(grid.x * grid.y * grid.z)) {
            m_running.block = {block % grid.x, block / grid.x % grid.y, block / grid.x / grid.y};
            std::fill(m_shared.begin(), m_shared.end(), std::numeric_limits<float>::quiet_NaN());
            for (Thread& thread : m_threads)
                thread.isDone = false;
            while (std::any_of(m_threads.begin(), m_threads.end(),
                               [](const Thread& thread) { return !thread.isDone; }))
                if (!giveTurns(warps))
                    throw Error(ErrorKind::Internal,
                                "Threads of a block wait for others that do not come.");
        }
        m_isOver = true; // the threads end by themselves, not by being unwound
        for (Thread& thread : m_threads)
            thread.self = std::move(thread.self).resume();
    }

    void wait(Meeting& meeting) {
        if (++meeting.here == meeting.expected) {
            meeting.here = 0;
            ++meeting.over;
            return;
        }
        Thread& thread = current();
        thread.waitsFor = &meeting;
        thread.until = meeting.over + 1;
        thread.back = std::move(thread.back).resume();
        thread.waitsFor = nullptr;
    }

    std::uint64_t exchange(std::uint64_t own, unsigned lane) {
        Warp& warp = m_warps[m_current / warpSize];
        auto& given = warp.given[current().exchanges++ % 2];
        given[laneOfThread()] = own;
        wait(warp.meeting);
        return given[lane];
    }

    Meeting& block() { return m_block; }
    float* shared() { return m_shared.data(); }
    const RunningThread& running() const { return m_running; }

private:
    static constexpr std::size_t stackBytes = 64 << 10;

    Thread& current() { return m_threads[m_current]; }

    /// One block after the other.
    boost::context::fiber live(Thread& thread, boost::context::fiber&& back) {
        thread.back = std::move(back);
        while (!m_isOver) {
            m_kernel();
            thread.isDone = true;
            thread.back = std::move(thread.back).resume();
        }
        return std::move(thread.back);
    }

    /// A warp goes on until it waits for the others: the further apart they are, the sooner it
    /// shows that they did not wait where they should have. @return whether any could go on
    bool giveTurns(const std::vector<unsigned>& warps) {
        bool anyWent = false;
        for (const unsigned warp : warps)
            while (giveTurnsInWarp(warp))
                anyWent = true;
        return anyWent;
    }

    bool giveTurnsInWarp(unsigned warp) {
        bool anyWent = false;
        for (const unsigned lane : m_lanes) {
            const unsigned index = warp * warpSize + lane;
            if (index >= m_threads.size())
                continue;
            Thread& thread = m_threads[index];
            if (thread.isDone || (thread.waitsFor && thread.waitsFor->over < thread.until))
                continue;
            anyWent = true;
            m_current = index;
            m_running.index = index;
            thread.self = std::move(thread.self).resume();
        }
        return anyWent;
    }

    const std::function<void()>& m_kernel;
    std::vector<Thread> m_threads;
    std::vector<Warp> m_warps;
    std::vector<float> m_shared;
    Meeting m_block;
    RunningThread m_running;
    unsigned m_current = 0;
    bool m_isOver = false;
    const std::vector<unsigned> m_lanes = turns(warpSize);
};

} // namespace

const RunningThread& runningThread() { return runningGrid->running(); }

void runThreadBlocks(Dimensions grid, unsigned threads, std::size_t sharedBytes,
                     const std::function<void()>& kernel) {
    static std::mutex oneKernel; // what a block shares are static variables, of one block at a time
    const std::lock_guard lock(oneKernel);
    const DeviceMemory::Use use;
    Grid whole(grid, threads, sharedBytes, kernel);
    runningGrid = &whole;
    whole.run();
    runningGrid = nullptr;
}

void waitForBlock() { runningGrid->wait(runningGrid->block()); }

std::uint64_t exchangeInWarp(std::uint64_t own, unsigned lane) {
    return runningGrid->exchange(own, lane);
}

unsigned laneOfThread() { return runningThread().index.x % warpSize; }

float* sharedMemoryOfBlock() { return runningGrid->shared(); }

} // namespace quantscope::testing
