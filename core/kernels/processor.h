#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace quantscope::kernels {

/// What x86-64 processors are told apart by here; others are of the base.
enum class ProcessorLevel {
    Base,
    V3, ///< x86-64-v3: vectors of 256 bits with fused multiply-add
    V4, ///< x86-64-v4: of 512 bits, and 32 registers for them
};

/// The highest level that the variable QUANTSCOPE_PROCESSOR_LEVEL (base or v3) allows: to try on
/// one machine what others run.
inline ProcessorLevel highestAllowedLevel() {
    const char* const variable = std::getenv("QUANTSCOPE_PROCESSOR_LEVEL");
    const std::string_view asked = variable ? variable : "";
    if (asked == "base")
        return ProcessorLevel::Base;
    return asked == "v3" ? ProcessorLevel::V3 : ProcessorLevel::V4;
}

/// That of this processor. Works before constructors have run.
inline ProcessorLevel processorLevel() {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return highestAllowedLevel();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma"))
        return std::min(ProcessorLevel::V3, highestAllowedLevel());
#endif
    return ProcessorLevel::Base;
}

} // namespace quantscope::kernels
