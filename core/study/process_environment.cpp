#include "core/study/process_environment.h"

#include "core/kernels/processor.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <malloc.h>
#include <unistd.h>
#include <vector>

namespace quantscope {

namespace {

constexpr const char* kernelsVariable = "OPENBLAS_CORETYPE";

/// The kernels that a processor can run. An older OpenBLAS does not know newer processors and falls
/// back to its oldest kernels: on an Intel Xeon of 2024 to an eighth of the speed of these.
const char* productKernels() {
#if defined(__x86_64__) && defined(__GNUC__)
    if (kernels::processorLevel() == kernels::ProcessorLevel::V4)
        return "SkylakeX";
    if (__builtin_cpu_is("intel") && __builtin_cpu_supports("avx2") &&
        __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return nullptr;
}

bool isSet(char* const* environment, const char* variable) {
    const std::size_t length = std::strlen(variable);
    for (; *environment; ++environment)
        if (std::strncmp(*environment, variable, length) == 0 && (*environment)[length] == '=')
            return true;
    return false;
}

/// Starts the program again with what the environment lacks. The C library has not set up its own
/// view of the environment yet, so that it is read and handed on as it came.
void completeEnvironment(int /*argc*/, char** argv, char** environment) {
    static std::array<char, 64> kernelsEntry;
    static std::array<char, 64> waitEntry = {"OMP_WAIT_POLICY=passive"};
    std::vector<char*> complete;
    if (!isSet(environment, "OMP_WAIT_POLICY"))
        complete.push_back(waitEntry.data());
    if (const char* kernels = productKernels(); kernels && !isSet(environment, kernelsVariable)) {
        std::snprintf(kernelsEntry.data(), kernelsEntry.size(), "%s=%s", kernelsVariable, kernels);
        complete.push_back(kernelsEntry.data());
    }
    if (complete.empty())
        return;
    for (; *environment; ++environment)
        complete.push_back(*environment);
    complete.push_back(nullptr);
    ::execve("/proc/self/exe", argv, complete.data());
    // Only a failed start returns; the program is then slower, but right.
}

/// Run by the loader before the constructors of libraries: those read the variables, and take
/// longer than all that has happened until here.
[[gnu::section(".preinit_array"), gnu::used]] void (*const beforeLibraries)(int, char**, char**) =
    &completeEnvironment;

} // namespace

void prepareProcess(ProcessUse use) {
    // Else the first large piece that is freed makes the heap keep pieces of up to 32 MiB.
    constexpr int largestKept = 1 << 20;
    ::mallopt(M_MMAP_THRESHOLD, largestKept);
    poolTensorMemory(use);
}

} // namespace quantscope
