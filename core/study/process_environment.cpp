#include "core/study/process_environment.h"

#include <cstdlib>
#include <malloc.h>
#include <unistd.h>
#include <vector>

namespace quantscope {

namespace {

/// Whether the variable is new.
bool setUnlessSet(const char* variable, const char* value) {
    return std::getenv(variable) == nullptr && ::setenv(variable, value, 0) == 0;
}

/// The kernels that a processor can run. An older OpenBLAS does not know newer processors and falls
/// back to its oldest kernels: on an Intel Xeon of 2024 to an eighth of the speed of these.
const char* productKernels() {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_is("intel") && __builtin_cpu_supports("avx2") &&
        __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return nullptr;
}

void setEnvironment(int argc, char** argv) {
    bool changed = setUnlessSet("OMP_WAIT_POLICY", "passive");
    if (const char* kernels = productKernels())
        changed = setUnlessSet("OPENBLAS_CORETYPE", kernels) || changed;
    if (!changed)
        return;
    std::vector<char*> arguments(argv, argv + argc);
    arguments.push_back(nullptr);
    ::execv("/proc/self/exe", arguments.data());
    // Only a failed start returns; the program is then slower, but right.
}

} // namespace

void prepareProcess(int argc, char** argv, ProcessUse use) {
    setEnvironment(argc, argv);
    // Else the first large piece that is freed makes the heap keep pieces of up to 32 MiB.
    constexpr int largestKept = 1 << 20;
    ::mallopt(M_MMAP_THRESHOLD, largestKept);
    poolTensorMemory(use);
}

} // namespace quantscope
