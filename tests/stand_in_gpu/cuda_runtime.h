#pragma once

// CUDA's words for kernels that a C++ compiler makes for the processor: those that
// core/kernels/*.cu use, and no others. Found instead of the CUDA Toolkit's header of this name.

#include "tests/stand_in_gpu/thread_blocks.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __shared__ static // one block runs at a time

using dim3 = quantscope::testing::Dimensions;

#define threadIdx (quantscope::testing::runningThread().index)
#define blockIdx (quantscope::testing::runningThread().block)
#define blockDim (quantscope::testing::runningThread().blockSize)
#define gridDim (quantscope::testing::runningThread().gridSize)

inline void __syncthreads() { quantscope::testing::waitForBlock(); }

template <typename T>
T __shfl_sync(unsigned, T value, int lane) {
    static_assert(sizeof(T) <= sizeof(std::uint64_t));
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    bits = quantscope::testing::exchangeInWarp(bits, static_cast<unsigned>(lane));
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes) {
    return __shfl_sync(mask, value, static_cast<int>(quantscope::testing::laneOfThread()) ^ lanes);
}

inline float rsqrtf(float x) { return 1 / std::sqrt(x); }

inline int __float_as_int(float x) {
    int bits = 0;
    std::memcpy(&bits, &x, sizeof x);
    return bits;
}

inline float __int_as_float(int bits) {
    float x = 0;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

enum cudaError_t { cudaSuccess, cudaErrorMemoryAllocation };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };
using cudaStream_t = void*;

struct cudaDeviceProp {
    char name[256];
    std::size_t totalGlobalMem;
};

const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
/// Memory full of NaN.
cudaError_t cudaMalloc(void** memory, std::size_t bytes);
cudaError_t cudaFree(void* memory);
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind);

template <typename Kernel>
cudaError_t cudaFuncSetAttribute(Kernel*, cudaFuncAttribute, int) {
    return cudaSuccess;
}
