#pragma once

// In place of core/kernels/cuda_launch.cuh, whose launches only nvcc can read.

#include "core/kernels/cuda_check.h"
#include "core/kernels/cuda_kernels.h"

#include <cstddef>
#include <utility>

namespace quantscope::kernels::cuda {

struct Launch {
    dim3 blocks;
    unsigned threads = 1;
    Stream stream = nullptr;
    std::size_t sharedBytes = 0;
};

template <typename... Parameters, typename... Arguments>
void launch(const char*, void (*kernel)(Parameters...), const Launch& shape,
            Arguments&&... arguments) {
    testing::runThreadBlocks(shape.blocks, shape.threads, shape.sharedBytes,
                             [&] { kernel(static_cast<Parameters>(arguments)...); });
}

inline float* sharedMemory() { return testing::sharedMemoryOfBlock(); }

} // namespace quantscope::kernels::cuda
