#pragma once

namespace quantscope::kernels::cuda {

/// Threads of a block that works on one row.
constexpr int rowThreads = 256;
constexpr int warpThreads = 32;
constexpr unsigned wholeWarp = 0xffffffffu;

struct Add {
    template <typename T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};

struct Larger {
    template <typename T>
    __device__ T operator()(T a, T b) const {
        // Written so that NaN on either side wins: a damaged row must not look sound.
        return a > b || a != a ? a : b;
    }
};

template <typename T, typename Join>
__device__ T joinWarp(T value, Join join) {
    for (int step = warpThreads / 2; step > 0; step /= 2)
        value = join(value, __shfl_xor_sync(wholeWarp, value, step));
    return value;
}

/// Joins the values of a block of rowThreads threads; every thread gets the result.
template <typename T, typename Join>
__device__ T joinBlock(T value, Join join) {
    constexpr int warps = rowThreads / warpThreads;
    __shared__ T parts[warps];
    value = joinWarp(value, join);
    if (threadIdx.x % warpThreads == 0)
        parts[threadIdx.x / warpThreads] = value;
    __syncthreads();
    T all = parts[0];
    for (int warp = 1; warp < warps; ++warp)
        all = join(all, parts[warp]);
    __syncthreads(); // `parts` is free for the next call
    return all;
}

} // namespace quantscope::kernels::cuda
