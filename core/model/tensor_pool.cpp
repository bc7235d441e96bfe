#include "core/model/tensor_pool.h"

#include "core/data/error.h"
#include "core/data/method_spec.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <list>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>
#include <unordered_map>

namespace quantscope {

namespace {

/// Smaller tensors come from the C library's heap, whose pages they share.
constexpr std::size_t smallestPooled = std::size_t{256} << 10;
/// Larger ones are faulted in by huge pages.
constexpr std::size_t smallestHuge = std::size_t{4} << 20;
constexpr std::size_t pageBytes = 4096;
/// A kept mapping serves a tensor that leaves at most this share of it unused.
constexpr std::size_t wastedShare = 8;

struct Mapping {
    void* data = nullptr;
    std::size_t bytes = 0;
};

class TensorPool {
public:
    void* take(std::size_t size);
    /// @return whether the tensor at `data` was the pool's
    bool giveBack(void* data);
    void dropKept();
    PooledTensors sizes() const;

    void setUse(ProcessUse use) { m_use = use; }
    void setLimit(std::uint64_t bytes);

private:
    using Age = std::list<Mapping*>;
    using Sizes = std::multimap<std::size_t, Age::iterator>;

    Mapping* findKept(std::size_t bytes);
    void dropOldest();
    void makeRoom(std::size_t bytes);

    mutable std::mutex m_mutex;
    Age m_age; ///< kept mappings, the oldest first
    Sizes m_sizes;
    std::unordered_map<void*, Mapping*> m_live;
    PooledTensors m_bytes;
    ProcessUse m_use = ProcessUse::Shared;
    std::uint64_t m_limit = 0;  ///< 0: none
    std::uint64_t m_others = 0; ///< largest resident memory seen beside the pool's
};

/// Never destroyed: tensors of static objects outlive it otherwise.
TensorPool& pool() {
    static auto* const pool = new TensorPool;
    return *pool;
}

std::size_t wholePages(std::size_t size) { return (size + pageBytes - 1) / pageBytes * pageBytes; }

void* TensorPool::take(std::size_t size) {
    const std::size_t bytes = wholePages(size);
    const std::lock_guard lock(m_mutex);
    Mapping* mapping = findKept(bytes);
    if (!mapping) {
        makeRoom(bytes);
        void* const data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, /*fd=*/-1, /*offset=*/0);
        if (data == MAP_FAILED)
            throw std::bad_alloc();
        if (bytes >= smallestHuge)
            ::madvise(data, bytes, MADV_HUGEPAGE);
        mapping = new Mapping{data, bytes};
    }
    m_live.emplace(mapping->data, mapping);
    m_bytes.live += mapping->bytes;
    m_bytes.most = std::max(m_bytes.most, m_bytes.live + m_bytes.kept);
    return mapping->data;
}

bool TensorPool::giveBack(void* data) {
    const std::lock_guard lock(m_mutex);
    const auto found = m_live.find(data);
    if (found == m_live.end())
        return false;
    Mapping* const mapping = found->second;
    m_live.erase(found);
    m_bytes.live -= mapping->bytes;
    m_bytes.kept += mapping->bytes;
    m_sizes.emplace(mapping->bytes, m_age.insert(m_age.end(), mapping));
    return true;
}

Mapping* TensorPool::findKept(std::size_t bytes) {
    const auto found = m_sizes.lower_bound(bytes);
    if (found == m_sizes.end() || found->first - bytes > bytes / wastedShare)
        return nullptr;
    Mapping* const mapping = *found->second;
    m_age.erase(found->second);
    m_sizes.erase(found);
    m_bytes.kept -= mapping->bytes;
    return mapping;
}

void TensorPool::dropOldest() {
    Mapping* const mapping = m_age.front();
    const auto [first, last] = m_sizes.equal_range(mapping->bytes);
    m_sizes.erase(std::find_if(
        first, last, [this](const auto& entry) { return entry.second == m_age.begin(); }));
    m_age.pop_front();
    m_bytes.kept -= mapping->bytes;
    ::munmap(mapping->data, mapping->bytes);
    delete mapping;
}

/// Drops kept mappings until a new one fits beside what is live.
void TensorPool::makeRoom(std::size_t bytes) {
    const std::uint64_t most = std::max(m_bytes.most, m_bytes.live + bytes);
    while (!m_age.empty() && m_bytes.live + m_bytes.kept + bytes > most)
        dropOldest();
    if (m_limit == 0)
        return;
    const std::uint64_t resident = residentBytes();
    const std::uint64_t pooled = m_bytes.live + m_bytes.kept;
    // Mappings that nobody has written to yet are not resident: the largest difference counts.
    if (resident > pooled)
        m_others = std::max(m_others, resident - pooled);
    while (!m_age.empty() && m_others + m_bytes.live + m_bytes.kept + bytes > m_limit)
        dropOldest();
    if (m_others + m_bytes.live + bytes > m_limit)
        throw Error(ErrorKind::Resources,
                    fmt::format("The work needs more than the {} of memory that it may use: {} are "
                                "taken, and {} more were needed. Allow more memory, or take fewer "
                                "threads or a smaller --batch-tokens.",
                                formatByteSize(m_limit), formatByteSize(m_others + m_bytes.live),
                                formatByteSize(bytes)));
}

void TensorPool::dropKept() {
    const std::lock_guard lock(m_mutex);
    while (!m_age.empty())
        dropOldest();
}

PooledTensors TensorPool::sizes() const {
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

void TensorPool::setLimit(std::uint64_t bytes) {
    const std::lock_guard lock(m_mutex);
    m_limit = m_use == ProcessUse::OneStudy ? bytes : 0;
    m_others = 0;
}

/// Of pooled tensors and small ones: libraries that libtorch gives its allocator to, such as
/// oneDNN, know a tensor by its address alone.
void freeTensor(void* data) {
    const bool mayBePooled = reinterpret_cast<std::uintptr_t>(data) % pageBytes == 0;
    if (!mayBePooled || !pool().giveBack(data))
        std::free(data);
}

c10::DataPtr allocateTensor(std::size_t size) {
    constexpr std::size_t alignment = 64; // of vectors, as libtorch has it
    void* data = nullptr;
    if (size >= smallestPooled)
        data = pool().take(size);
    else if (size > 0 && ::posix_memalign(&data, alignment, size) != 0)
        throw std::bad_alloc();
    return {data, data, &freeTensor, c10::Device(c10::DeviceType::CPU)};
}

struct PoolAllocator final : c10::Allocator {
    c10::DeleterFnPtr raw_deleter() const override { return &freeTensor; }
#if TORCH_VERSION_MAJOR >= 2
    c10::DataPtr allocate(std::size_t size) override { return allocateTensor(size); }
    void copy_data(void* to, const void* from, std::size_t count) const override {
        default_copy_data(to, from, count);
    }
#else
    c10::DataPtr allocate(std::size_t size) const override { return allocateTensor(size); }
#endif
};

} // namespace

void poolTensorMemory(ProcessUse use) {
    pool().setUse(use);
    static auto* const allocator = new PoolAllocator;
    constexpr std::uint8_t highestPriority = 255;
    c10::SetCPUAllocator(allocator, highestPriority);
}

void dropKeptTensors() { pool().dropKept(); }

PooledTensors pooledTensors() { return pool().sizes(); }

std::uint64_t residentBytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    if (!(file >> all >> resident))
        return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

ResidentLimit::ResidentLimit(std::uint64_t bytes) { pool().setLimit(bytes); }
ResidentLimit::~ResidentLimit() { pool().setLimit(0); }

} // namespace quantscope
