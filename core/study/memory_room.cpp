#include "core/study/memory_room.h"

#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "core/model/tensor_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <sys/mman.h>

namespace quantscope {

namespace {

/// Address space of a thread: 128 MiB that OpenBLAS packs matrices in, as much for a heap of the C
/// library, and a stack.
constexpr std::uint64_t threadBytes = 272ull << 20;

/// Pages of libraries that are not touched before the first block, and their buffers.
constexpr std::uint64_t laterPages = 24ull << 20;
constexpr std::uint64_t laterPagesOfThread = 4ull << 20;
constexpr std::uint64_t step = 32ull << 20;

/// A mapping of which no page is touched, so that it costs nothing but the promise.
class Reservation {
public:
    Reservation(std::uint64_t bytes, int protection, int flags)
        : m_bytes(bytes)
        , m_place(::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags,
                         /*fd=*/-1, /*offset=*/0)) {}
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    ~Reservation() {
        if (isGranted())
            ::munmap(m_place, m_bytes);
    }
    bool isGranted() const { return m_place != MAP_FAILED; }

private:
    std::uint64_t m_bytes;
    void* m_place;
};

} // namespace

void requireRoom(std::uint64_t bytes, int threads) {
    const std::uint64_t beside = threadBytes * static_cast<std::uint64_t>(std::max(threads, 1));
    // What threads reserve they hardly fill: it counts where address space is limited, not where
    // memory is.
    const Reservation forThreads(beside, PROT_NONE, MAP_NORESERVE);
    const Reservation forWork(std::max<std::uint64_t>(bytes, 1), PROT_READ | PROT_WRITE, 0);
    if (forThreads.isGranted() && forWork.isGranted())
        return;
    throw Error(ErrorKind::Resources,
                fmt::format("The machine does not give this process the {} of address space that "
                            "the work may take. Raise the limit (ulimit -v) or close other "
                            "programs; or take a smaller --memory or fewer --threads.",
                            formatByteSize(bytes + beside)));
}

std::uint64_t processBytes(int threads) {
    const PooledTensors tensors = pooledTensors();
    const std::uint64_t pooled = tensors.live + tensors.kept;
    const std::uint64_t resident = residentBytes();
    const std::uint64_t bytes =
        (resident > pooled ? resident - pooled : 0) + laterPages +
        laterPagesOfThread * static_cast<std::uint64_t>(std::max(threads, 1));
    return (bytes + step - 1) / step * step;
}

} // namespace quantscope
