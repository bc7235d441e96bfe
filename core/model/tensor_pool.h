#pragma once

#include <cstdint>

namespace quantscope {

/// Whose the resident memory of the process is.
enum class ProcessUse {
    OneStudy, ///< a program that carries out one command: limits are kept
    Shared,   ///< a window beside it holds what it likes: limits are not looked at
};

/// From now on large tensors of the CPU live in mappings of their own, kept for the next tensor of
/// about that size: lanes and batches ask for the same sizes again and again, and a fresh mapping
/// costs a fault a page. What is kept never adds to the peak: live and kept tensors together never
/// take more than live ones alone took at some time. The C library's heap does neither; it holds on
/// to a third more than is live, and how much depends on the order of threads.
/// Call it before any thread runs; what it sets up stays for the life of the process.
void poolTensorMemory(ProcessUse use);

/// Gives kept mappings back to the system: before work that allocates by other means.
void dropKeptTensors();

/// Bytes of the pool's tensors; 0 where tensors are not pooled.
struct PooledTensors {
    std::uint64_t live = 0;
    std::uint64_t kept = 0; ///< mappings that wait for a tensor
    std::uint64_t most = 0; ///< the largest sum of both so far
};
PooledTensors pooledTensors();

/// The process's resident memory: its own pages and those of mapped files. 0 where the system does
/// not say.
std::uint64_t residentBytes();

/// While it lives, a tensor that would take the process past a limit is refused with an Error
/// (Resources) instead of made; kept mappings are given back first. Of a pool that was made for
/// one study; does nothing elsewhere. One at a time.
class ResidentLimit {
public:
    explicit ResidentLimit(std::uint64_t bytes);
    ~ResidentLimit();
    ResidentLimit(const ResidentLimit&) = delete;
    ResidentLimit& operator=(const ResidentLimit&) = delete;
};

} // namespace quantscope
