#pragma once

#include "core/data/job.h"

#include <cstdint>
#include <functional>

namespace quantscope {

/// Runs body(worker, index) for index 0 … count − 1 on up to `threads` threads, each with gradients
/// off and single-threaded products: independent batches fill the cores, and a batch's numbers do
/// not depend on how many threads there are. The first exception stops the rest and is rethrown.
/// Where the calling thread uses SharedWorkers, a thread takes one of those for each index.
/// @param afterEach  called in the calling thread's stead, serialised, after each finished index
void parallelFor(std::int64_t count, int threads, const Job& job,
                 const std::function<void(int worker, std::int64_t index)>& body,
                 const std::function<void()>& afterEach = {});

/// Threads that one matrix product may use (OpenBLAS' own, and OpenMP's, which ATen and oneDNN
/// take).
void setProductThreads(int threads);

/// While it lives, OpenBLAS multiplies with one thread, whatever setProductThreads() is told: it
/// has one number for the whole process, and several threads compute beside one another. OpenMP's,
/// which every thread has for itself, is left alone.
class SingleThreadedBlas {
public:
    /// @param after  threads of OpenBLAS when it is gone
    explicit SingleThreadedBlas(int after);
    ~SingleThreadedBlas();
    SingleThreadedBlas(const SingleThreadedBlas&) = delete;
    SingleThreadedBlas& operator=(const SingleThreadedBlas&) = delete;

private:
    int m_after;
};

} // namespace quantscope
