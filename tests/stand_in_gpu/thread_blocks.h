#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace quantscope::testing {

/// Positions and sizes of blocks and threads, as CUDA has them.
struct Dimensions {
    Dimensions(unsigned width = 1, unsigned height = 1, unsigned depth = 1)
        : x(width)
        , y(height)
        , z(depth) {}
    unsigned x, y, z;
};

/// Of the thread that runs now.
struct RunningThread {
    Dimensions index;     ///< in its block
    Dimensions block;     ///< in the grid
    Dimensions blockSize; ///< threads
    Dimensions gridSize;  ///< blocks
};
const RunningThread& runningThread();

/// Carries out a kernel as a GPU does, on one core: all threads of a block take turns wherever they
/// wait for each other, one block after the other. The order of threads and blocks is said by the
/// environment variable QUANTSCOPE_STAND_IN_ORDER: forward (as without it), backward or shuffled.
/// What depends on it has a race.
/// @param sharedBytes  of sharedMemory(), which is full of NaN when a block begins
/// @throws Error (Internal) where threads wait for others that do not come
void runThreadBlocks(Dimensions grid, unsigned threads, std::size_t sharedBytes,
                     const std::function<void()>& kernel);

/// Until every thread of the block has come here.
void waitForBlock();

constexpr unsigned warpSize = 32;

/// What the thread `lane` of the same warp gives in the same call. All of the warp call it.
std::uint64_t exchangeInWarp(std::uint64_t own, unsigned lane);

/// Place of the running thread in its warp.
unsigned laneOfThread();

float* sharedMemoryOfBlock();

} // namespace quantscope::testing
