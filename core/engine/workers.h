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

/// While it lives, products take one thread each, whatever setProductThreads() is told: several
/// threads compute beside one another, and OpenBLAS has one number for the whole process.
class SingleThreadedProducts {
public:
    /// @param after  threads of products when it is gone
    explicit SingleThreadedProducts(int after);
    ~SingleThreadedProducts();
    SingleThreadedProducts(const SingleThreadedProducts&) = delete;
    SingleThreadedProducts& operator=(const SingleThreadedProducts&) = delete;

private:
    int m_after;
};

} // namespace quantscope
