#include "core/kernels/cuda_launch.cuh"
#include "core/kernels/cuda_reduce.cuh"

#include <algorithm>

namespace quantscope::kernels::cuda {

namespace {

constexpr int elementThreads = 256;

/// Blocks for `count` independent elements; each thread strides over what is left.
unsigned blocksFor(std::int64_t count) {
    const std::int64_t blocks = (count + elementThreads - 1) / elementThreads;
    return static_cast<unsigned>(std::clamp<std::int64_t>(blocks, 1, 1 << 20));
}

__device__ std::int64_t firstElement() {
    return std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
}

__device__ std::int64_t elementStride() { return std::int64_t(gridDim.x) * blockDim.x; }

__global__ void rmsNormRow(const float* x, const float* gamma, float epsilon, std::int64_t width,
                           float* out) {
    x += std::int64_t(blockIdx.x) * width;
    out += std::int64_t(blockIdx.x) * width;
    float sum = 0;
    for (std::int64_t i = threadIdx.x; i < width; i += rowThreads)
        sum += x[i] * x[i];
    sum = joinBlock(sum, Add());
    const float scale = 1.0f / sqrtf(sum / float(width) + epsilon);
    for (std::int64_t i = threadIdx.x; i < width; i += rowThreads)
        out[i] = x[i] * scale * gamma[i];
}

__global__ void siluElements(float* gate, std::int64_t count) {
    for (std::int64_t i = firstElement(); i < count; i += elementStride())
        gate[i] = gate[i] / (1.0f + expf(-gate[i]));
}

__global__ void multiplyElements(const float* a, const float* b, std::int64_t count, float* out) {
    for (std::int64_t i = firstElement(); i < count; i += elementStride())
        out[i] = a[i] * b[i];
}

/// One pair of a head's two halves an element; pairs = rows · tokens · heads · half.
__global__ void rotatePairs(float* x, const float* cosine, const float* sine, std::int64_t pairs,
                            std::int64_t tokens, std::int64_t heads, std::int64_t dimension) {
    const std::int64_t half = dimension / 2;
    for (std::int64_t i = firstElement(); i < pairs; i += elementStride()) {
        const std::int64_t at = i % half;
        const std::int64_t head = i / half; // of all rows and tokens
        const std::int64_t table = head / heads % tokens * dimension + at;
        float* pair = x + head * dimension + at;
        const float a = pair[0];
        const float b = pair[half];
        pair[0] = a * cosine[table] - b * sine[table];
        pair[half] = b * cosine[table + half] + a * sine[table + half];
    }
}

} // namespace

void rmsNorm(const float* x, const float* gamma, float epsilon, std::int64_t rows,
             std::int64_t width, float* out, Stream stream) {
    if (rows == 0)
        return;
    launch("the norm kernel", rmsNormRow, {static_cast<unsigned>(rows), rowThreads, stream}, x,
           gamma, epsilon, width, out);
}

void silu(float* gate, std::int64_t count, Stream stream) {
    launch("the SiLU kernel", siluElements, {blocksFor(count), elementThreads, stream}, gate,
           count);
}

void multiply(const float* a, const float* b, std::int64_t count, float* out, Stream stream) {
    launch("the multiplying kernel", multiplyElements, {blocksFor(count), elementThreads, stream},
           a, b, count, out);
}

void rotate(float* x, const float* cosine, const float* sine, std::int64_t rows,
            std::int64_t tokens, std::int64_t heads, std::int64_t dimension, Stream stream) {
    const std::int64_t pairs = rows * tokens * heads * (dimension / 2);
    launch("the rotary kernel", rotatePairs, {blocksFor(pairs), elementThreads, stream}, x, cosine,
           sine, pairs, tokens, heads, dimension);
}

} // namespace quantscope::kernels::cuda
