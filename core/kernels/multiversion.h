#pragma once

// Compiles a loop for several x86-64 levels and picks one at load time, so that one binary from a
// distribution's baseline compiler flags uses what the processor has. Sanitizers cannot instrument
// the resolvers, so their builds keep the baseline alone.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define QUANTSCOPE_MULTIVERSION                                                                    \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
// For loops that are compiled for one level alone, beside one for all.
#define QUANTSCOPE_V4 __attribute__((target("arch=x86-64-v4,prefer-vector-width=512")))
#define QUANTSCOPE_V3 __attribute__((target("arch=x86-64-v3")))
#else
#define QUANTSCOPE_MULTIVERSION
#endif
