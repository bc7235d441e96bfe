#include "core/kernels/cuda_launch.cuh"
#include "core/kernels/cuda_reduce.cuh"
#include "core/kernels/grid_rule.h"

#include <climits>

#include <algorithm>

namespace quantscope::kernels::cuda {

namespace {

constexpr int elementThreads = 256;
constexpr int mostLevels = 256;
constexpr unsigned mostBlocks = 1u << 20;

struct Least {
    __device__ int operator()(int a, int b) const { return a < b ? a : b; }
};

struct Most {
    __device__ int operator()(int a, int b) const { return a > b ? a : b; }
};

constexpr int orderOfInfinity = 0x7f800000;
constexpr int quietNan = 0x7fc00000;

/// A float as an integer of the same order; NaN lies beyond the infinities.
__device__ int orderOf(float x) {
    const int bits = __float_as_int(x);
    return bits ^ ((bits >> 31) & 0x7fffffff);
}

__device__ float ofOrder(int order) { return __int_as_float(order ^ ((order >> 31) & 0x7fffffff)); }

/// Where a group lies.
struct Place {
    std::int64_t offset;
    std::int64_t width;
};

__device__ Place placeOfGroup(const GroupShape& shape, std::int64_t group) {
    const std::int64_t ofRow = (shape.columns + shape.group - 1) / shape.group;
    const std::int64_t column = group % ofRow * shape.group;
    const std::int64_t left = shape.columns - column;
    return {group / ofRow * shape.columns + column, shape.group < left ? shape.group : left};
}

__device__ void roundWeights(const float* x, const Place& place, const GroupGrid& grid, int bits,
                             std::uint8_t* codes, float* values, int first, int stride) {
    const float largestCode = float((1 << bits) - 1);
    for (std::int64_t i = place.offset + first; i < place.offset + place.width; i += stride) {
        const float at = placeOf(x[i], grid, largestCode);
        if (codes)
            codes[i] = codeOf(at);
        if (values)
            values[i] = valueOf(at, grid);
    }
}

/// Groups that a warp reads at once; longer ones are shared by a block.
constexpr std::int64_t longestOfWarp = 1024;

/// A group a warp, or a group a block of rowThreads.
template <bool byWarp>
__global__ void quantizeEach(const float* x, GroupShape shape, std::int64_t groups, GridRule rule,
                             GroupResults out) {
    constexpr int threads = byWarp ? warpThreads : rowThreads;
    constexpr int together = rowThreads / threads;
    const int thread = int(threadIdx.x) % threads;
    const std::int64_t step = std::int64_t(gridDim.x) * together;
    for (std::int64_t group = std::int64_t(blockIdx.x) * together + threadIdx.x / threads;
         group < groups; group += step) {
        const Place place = placeOfGroup(shape, group);
        int low = INT_MAX;
        int high = INT_MIN;
        for (std::int64_t i = thread; i < place.width; i += threads) {
            const int order = orderOf(x[place.offset + i]);
            low = Least()(low, order);
            high = Most()(high, order);
        }
        if constexpr (byWarp) {
            low = joinWarp(low, Least());
            high = joinWarp(high, Most());
        } else {
            low = joinBlock(low, Least());
            high = joinBlock(high, Most());
        }
        const bool isNan = high > orderOfInfinity || low < ~orderOfInfinity;
        const float nan = __int_as_float(quietNan);
        const GroupGrid grid =
            gridOfRange(isNan ? nan : ofOrder(low), isNan ? nan : ofOrder(high), rule);
        if (thread == 0) {
            if (out.scales)
                out.scales[group] = grid.scale;
            if (out.zeros)
                out.zeros[group] = grid.zero;
        }
        roundWeights(x, place, grid, rule.bits, out.codes, out.values, thread, threads);
    }
}

__global__ void roundEach(const float* x, GroupShape shape, std::int64_t groups, GroupGrids grids,
                          int bits, std::uint8_t* codes, float* values) {
    constexpr int together = rowThreads / warpThreads;
    const std::int64_t step = std::int64_t(gridDim.x) * together;
    for (std::int64_t group = std::int64_t(blockIdx.x) * together + threadIdx.x / warpThreads;
         group < groups; group += step)
        roundWeights(x, placeOfGroup(shape, group), {grids.scales[group], grids.zeros[group]}, bits,
                     codes, values, int(threadIdx.x) % warpThreads, warpThreads);
}

__global__ void dequantizeElements(const std::uint8_t* codes, GroupShape shape, GroupGrids grids,
                                   const std::int32_t* groupIndex, float* out) {
    const std::int64_t ofRow = (shape.columns + shape.group - 1) / shape.group;
    const std::int64_t count = shape.rows * shape.columns;
    const std::int64_t step = std::int64_t(gridDim.x) * blockDim.x;
    for (std::int64_t i = std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += step) {
        const std::int64_t row = i / shape.columns;
        const std::int64_t column = i % shape.columns;
        const std::int64_t group =
            row * ofRow + (groupIndex ? groupIndex[column] : column / shape.group);
        out[i] = valueOf(float(codes[i]), {grids.scales[group], grids.zeros[group]});
    }
}

template <int bits>
__device__ int levelOf(float x, const float* between, int) {
    return nearestLevel<bits>(x, between);
}

/// More levels than fit into a few registers.
template <>
__device__ int levelOf<0>(float x, const float* between, int bits) {
    int code = 0;
    for (int half = 1 << (bits - 1); half > 0; half /= 2)
        code += between[code + half - 1] >= x ? 0 : half;
    return code;
}

/// A block of numbers a warp. @tparam bits  0: any
template <int bits>
__global__ void levelsOfBlocks(const float* x, LevelShape shape, const float* levels, float* scales,
                               std::uint8_t* codes) {
    __shared__ float between[mostLevels];
    for (int i = int(threadIdx.x); i + 1 < 1 << shape.bits; i += rowThreads)
        between[i] = (levels[i + 1] + levels[i]) / 2;
    __syncthreads();
    constexpr int together = rowThreads / warpThreads;
    const int thread = int(threadIdx.x) % warpThreads;
    const std::int64_t blocks = (shape.count + shape.block - 1) / shape.block;
    const std::int64_t step = std::int64_t(gridDim.x) * together;
    for (std::int64_t block = std::int64_t(blockIdx.x) * together + threadIdx.x / warpThreads;
         block < blocks; block += step) {
        const std::int64_t start = block * shape.block;
        const std::int64_t end =
            start + shape.block < shape.count ? start + shape.block : shape.count;
        int high = 0;
        for (std::int64_t i = start + thread; i < end; i += warpThreads)
            high = Most()(high, __float_as_int(x[i]) & 0x7fffffff);
        const float scale = __int_as_float(joinWarp(high, Most()));
        const float divisor = scale == 0 ? 1 : scale;
        if (thread == 0)
            scales[block] = scale;
        for (std::int64_t i = start + thread; i < end; i += warpThreads)
            codes[i] = std::uint8_t(levelOf<bits>(x[i] / divisor, between, shape.bits));
    }
}

__global__ void dequantizeLevelElements(const std::uint8_t* codes, LevelShape shape,
                                        const float* levels, const float* scales, float* out) {
    __shared__ float own[mostLevels];
    const int mask = (1 << shape.bits) - 1;
    for (int i = int(threadIdx.x); i <= mask; i += int(blockDim.x))
        own[i] = levels[i];
    __syncthreads();
    const std::int64_t step = std::int64_t(gridDim.x) * blockDim.x;
    for (std::int64_t i = std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x; i < shape.count;
         i += step)
        out[i] = own[codes[i] & mask] * scales[i / shape.block];
}

unsigned blocksFor(std::int64_t units, int together) {
    return unsigned(std::clamp<std::int64_t>((units + together - 1) / together, 1, mostBlocks));
}

} // namespace

void quantizeGroups(const float* x, const GroupShape& shape, const GridRule& rule,
                    const GroupResults& out, Stream stream) {
    if (shape.groups() == 0)
        return;
    if (shape.group <= longestOfWarp)
        launch("the kernel that quantizes groups", quantizeEach<true>,
               {blocksFor(shape.groups(), rowThreads / warpThreads), rowThreads, stream}, x, shape,
               shape.groups(), rule, out);
    else
        launch("the kernel that quantizes groups", quantizeEach<false>,
               {blocksFor(shape.groups(), 1), rowThreads, stream}, x, shape, shape.groups(), rule,
               out);
}

void roundToGrids(const float* x, const GroupShape& shape, const GroupGrids& grids, int bits,
                  std::uint8_t* codes, float* values, Stream stream) {
    if (shape.groups() == 0)
        return;
    launch("the kernel that rounds to grids", roundEach,
           {blocksFor(shape.groups(), rowThreads / warpThreads), rowThreads, stream}, x, shape,
           shape.groups(), grids, bits, codes, values);
}

void dequantizeGroups(const std::uint8_t* codes, const GroupShape& shape, const GroupGrids& grids,
                      const std::int32_t* groupIndex, float* out, Stream stream) {
    if (shape.groups() == 0)
        return;
    launch("the kernel that dequantizes groups", dequantizeElements,
           {blocksFor(shape.rows * shape.columns, elementThreads), elementThreads, stream}, codes,
           shape, grids, groupIndex, out);
}

void quantizeToLevels(const float* x, const LevelShape& shape, const float* levels, float* scales,
                      std::uint8_t* codes, Stream stream) {
    if (shape.count == 0)
        return;
    const auto kernel = shape.bits == 4   ? levelsOfBlocks<4>
                        : shape.bits == 3 ? levelsOfBlocks<3>
                                          : levelsOfBlocks<0>;
    launch("the kernel that quantizes to levels", kernel,
           {blocksFor(shape.blocks(), rowThreads / warpThreads), rowThreads, stream}, x, shape,
           levels, scales, codes);
}

void dequantizeLevels(const std::uint8_t* codes, const LevelShape& shape, const float* levels,
                      const float* scales, float* out, Stream stream) {
    if (shape.count == 0)
        return;
    launch("the kernel that dequantizes levels", dequantizeLevelElements,
           {blocksFor(shape.count, elementThreads), elementThreads, stream}, codes, shape, levels,
           scales, out);
}

} // namespace quantscope::kernels::cuda
