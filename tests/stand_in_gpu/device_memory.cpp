#include "tests/stand_in_gpu/device_memory.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace quantscope::testing {

namespace {

constexpr std::size_t wholeBytes = std::size_t(8) << 30; // of addresses; pages come when touched
constexpr std::size_t alignment = 256;

/// The same pages at two addresses.
class Pages {
public:
    Pages() {
        const int file = ::memfd_create("stand-in-gpu", 0);
        if (file < 0 || ::ftruncate(file, wholeBytes) != 0)
            throw std::bad_alloc();
        device = map(file, PROT_NONE);
        processor = map(file, PROT_READ | PROT_WRITE);
        ::close(file);
        m_free.emplace(0, wholeBytes);
    }

    /// @return from the beginning
    std::size_t take(std::size_t bytes) {
        const std::size_t size =
            (std::max<std::size_t>(bytes, 1) + alignment - 1) / alignment * alignment;
        const std::lock_guard lock(m_mutex);
        const auto place = std::find_if(m_free.begin(), m_free.end(),
                                        [&](const auto& free) { return free.second >= size; });
        if (place == m_free.end())
            throw std::bad_alloc();
        const auto [begin, left] = *place;
        m_free.erase(place);
        if (left > size)
            m_free.emplace(begin + size, left - size);
        m_taken.emplace(begin, size);
        return begin;
    }

    void giveBack(std::size_t begin) {
        const std::lock_guard lock(m_mutex);
        const auto taken = m_taken.find(begin);
        auto place = m_free.emplace(begin, taken->second).first;
        m_taken.erase(taken);
        const auto next = std::next(place);
        if (next != m_free.end() && begin + place->second == next->first) {
            place->second += next->second;
            m_free.erase(next);
        }
        if (place == m_free.begin())
            return;
        const auto before = std::prev(place);
        if (before->first + before->second == begin) {
            before->second += place->second;
            m_free.erase(place);
        }
    }

    std::byte* device = nullptr;
    std::byte* processor = nullptr;

private:
    static std::byte* map(int file, int protection) {
        void* const data = ::mmap(nullptr, wholeBytes, protection, MAP_SHARED | MAP_NORESERVE, file,
                                  /*offset=*/0);
        if (data == MAP_FAILED)
            throw std::bad_alloc();
        return static_cast<std::byte*>(data);
    }

    std::mutex m_mutex;
    std::map<std::size_t, std::size_t> m_free; ///< bytes by beginning
    std::map<std::size_t, std::size_t> m_taken;
};

/// Never destroyed: static tensors outlive it otherwise.
Pages& pages() {
    static auto* const pages = new Pages;
    return *pages;
}

bool liesIn(const void* address, const std::byte* begin) {
    const auto place = reinterpret_cast<std::uintptr_t>(address);
    const auto first = reinterpret_cast<std::uintptr_t>(begin);
    return place >= first && place < first + wholeBytes;
}

std::byte* movedTo(std::byte* to, const std::byte* from, void* address) {
    return to + (static_cast<std::byte*>(address) - from);
}

} // namespace

void* DeviceMemory::take(std::size_t bytes) { return pages().device + pages().take(bytes); }

void DeviceMemory::giveBack(void* address) {
    pages().giveBack(static_cast<std::size_t>(static_cast<std::byte*>(address) - pages().device));
}

void* DeviceMemory::onProcessor(void* address) {
    return liesIn(address, pages().device) ? movedTo(pages().processor, pages().device, address)
                                           : address;
}

void* DeviceMemory::onDevice(void* place) {
    return liesIn(place, pages().processor) ? movedTo(pages().device, pages().processor, place)
                                            : nullptr;
}

DeviceMemory::Use::Use() { ::mprotect(pages().device, wholeBytes, PROT_READ | PROT_WRITE); }
DeviceMemory::Use::~Use() { ::mprotect(pages().device, wholeBytes, PROT_NONE); }

} // namespace quantscope::testing
