#pragma once

#include <cstddef>

namespace quantscope::testing {

/// Memory as a GPU's: addresses that the processor may not read or write, except while a kernel
/// runs. Who does ends with a signal, as with a real one.
class DeviceMemory {
public:
    static void* take(std::size_t bytes);
    static void giveBack(void* address);

    /// Where the processor finds the same bytes; the address itself where it is not a GPU's.
    static void* onProcessor(void* address);
    /// The other way round; null where it is no such place.
    static void* onDevice(void* place);

    /// While it lives, addresses of the GPU may be used. One at a time.
    class Use {
    public:
        Use();
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
    };
};

} // namespace quantscope::testing
