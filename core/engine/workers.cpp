#include "core/engine/workers.h"

#include "core/engine/shared_workers.h"
#include "core/kernels/threads.h"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>
#include <dlfcn.h>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace quantscope {

namespace {

std::atomic<int> singleThreadedScopes{0};

/// ATen takes OpenMP's threads. Its own switch would each time make a pool of further threads anew,
/// which then spin for want of work; it is told once to leave that pool at one.
void setOpenMpThreads(int threads) {
    [[maybe_unused]] static const bool isTold = (at::set_num_threads(1), true);
    at::get_num_threads(); // sets up a thread that ATen meets for the first time
    kernels::setThreads(threads);
}

void setOpenBlasThreads(int threads) {
    // libtorch reaches OpenBLAS through the generic libblas; its own switch is looked up by name.
    static const auto set =
        reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
    if (set)
        set(threads);
}

} // namespace

void setProductThreads(int threads) {
    setOpenMpThreads(threads);
    setOpenBlasThreads(singleThreadedScopes > 0 ? 1 : threads);
}

SingleThreadedBlas::SingleThreadedBlas(int after) : m_after(after) {
    ++singleThreadedScopes;
    setOpenBlasThreads(1);
}

SingleThreadedBlas::~SingleThreadedBlas() {
    --singleThreadedScopes;
    setOpenBlasThreads(singleThreadedScopes > 0 ? 1 : m_after);
}

void parallelFor(std::int64_t count, int threads, const Job& job,
                 const std::function<void(int, std::int64_t)>& body,
                 const std::function<void()>& afterEach) {
    setProductThreads(1);
    const SharedWorkers::Use* const shared = SharedWorkers::Use::ofThisThread();
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&](int worker) {
        setOpenMpThreads(1); // a thread of its own starts with the default
        const c10::AutoGradMode noGradients(false);
        while (true) {
            const std::int64_t index = next.fetch_add(1);
            if (index >= count)
                return;
            try {
                const SharedWorkers::Worker taken(shared);
                job.throwIfStopped();
                body(worker, index);
                if (afterEach) {
                    const std::lock_guard lock(mutex);
                    afterEach();
                }
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure)
                    failure = std::current_exception();
                next = count;
            }
        }
    };
    const int workers = static_cast<int>(std::clamp<std::int64_t>(count, 1, std::max(threads, 1)));
    {
        std::vector<std::jthread> pool;
        for (int worker = 1; worker < workers; ++worker)
            try {
                pool.emplace_back(work, worker);
            } catch (const std::system_error&) {
                break; // no more threads to be had: fewer do the same work
            }
        work(0);
    }
    setProductThreads(std::max(threads, 1));
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace quantscope
