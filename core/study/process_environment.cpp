#include "core/study/process_environment.h"

#include <cstdlib>
#include <unistd.h>
#include <vector>

namespace quantscope {

namespace {

/// Whether the variable is new.
bool setUnlessSet(const char* variable, const char* value) {
    return std::getenv(variable) == nullptr && ::setenv(variable, value, 0) == 0;
}

/// Processors for which an older OpenBLAS takes narrower products than they have.
bool hasUnknownWideVectors() {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    return __builtin_cpu_is("amd") && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

} // namespace

void prepareProcess(int argc, char** argv) {
    bool changed = setUnlessSet("OMP_WAIT_POLICY", "passive");
    if (hasUnknownWideVectors())
        changed = setUnlessSet("OPENBLAS_CORETYPE", "SkylakeX") || changed;
    if (!changed)
        return;
    std::vector<char*> arguments(argv, argv + argc);
    arguments.push_back(nullptr);
    ::execv("/proc/self/exe", arguments.data());
    // Only a failed start returns; the program is then slower, but right.
}

} // namespace quantscope
