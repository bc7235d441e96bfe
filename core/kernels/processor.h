#pragma once

namespace quantscope::kernels {

/// Whether the processor has the vectors of 512 bits that x86-64-v4 asks for. Works before
/// constructors have run.
inline bool hasWideVectors() {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

} // namespace quantscope::kernels
