#pragma once

#include "core/kernels/cuda_check.h"
#include "core/kernels/cuda_kernels.h"

#include <cstddef>
#include <utility>

namespace quantscope::kernels::cuda {

/// How many threads carry out a kernel, and when.
struct Launch {
    dim3 blocks;
    unsigned threads = 1; ///< of a block
    Stream stream = nullptr;
    std::size_t sharedBytes = 0; ///< of each block's sharedMemory()
};

/// Lets the GPU carry out kernel(arguments…), and returns before it has.
/// @throws Error (Resources) where the GPU refuses the launch of `what`; a fault in the kernel
/// shows at the next wait.
template <typename... Parameters, typename... Arguments>
void launch(const char* what, void (*kernel)(Parameters...), const Launch& shape,
            Arguments&&... arguments) {
    kernel<<<shape.blocks, shape.threads, shape.sharedBytes,
             static_cast<cudaStream_t>(shape.stream)>>>(
        static_cast<Parameters>(std::forward<Arguments>(arguments))...);
    check(cudaGetLastError(), what);
}

/// What a block's threads share, as many bytes as its launch says; not set.
__device__ inline float* sharedMemory() {
    extern __shared__ float memory[];
    return memory;
}

} // namespace quantscope::kernels::cuda
