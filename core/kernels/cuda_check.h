#pragma once

#include "core/data/error.h"

#include <cuda_runtime.h>
#include <string>

namespace quantscope::kernels::cuda {

/// @throws Error (Resources) with CUDA's own words for what went wrong.
inline void check(cudaError_t status, const char* what) {
    if (status != cudaSuccess)
        throw Error(ErrorKind::Resources, std::string("The GPU refused ") + what + ": " +
                                              cudaGetErrorString(status) + ".");
}

} // namespace quantscope::kernels::cuda
