#include "core/kernels/cuda_launch.cuh"
#include "core/kernels/cuda_reduce.cuh"

#include <string>

namespace quantscope::kernels::cuda {

namespace {

constexpr int queriesPerBlock = 8; ///< a warp each; they share each tile of keys and values
constexpr int keyTile = warpThreads;
constexpr int columnsPerLane = int(largestHeadDimension) / warpThreads;

__host__ __device__ std::size_t sharedFloats(std::int64_t dimension) {
    // Keys are padded by one column, so that the lanes of a warp read them without conflicts.
    return std::size_t(keyTile * (dimension + 1) + keyTile * dimension +
                       queriesPerBlock * dimension);
}

/// Online softmax (Milakov and Gimelshein 2018, arXiv 1805.02867) over tiles of keys: one block
/// for queriesPerBlock queries of one head, one lane a key for the scores and one lane a column
/// for the mix. No matrix of tokens × tokens.
__global__ void attend(AttentionShape shape, const float* q, const float* k, const float* v,
                       float* out) {
    const int dimension = int(shape.dimension);
    float* keys = sharedMemory();                     // [keyTile, dimension + 1]
    float* values = keys + keyTile * (dimension + 1); // [keyTile, dimension]
    float* queries = values + keyTile * dimension;    // [queriesPerBlock, dimension]

    const int warp = threadIdx.x / warpThreads;
    const int lane = threadIdx.x % warpThreads;
    const std::int64_t example = blockIdx.z;
    const std::int64_t head = blockIdx.y;
    const std::int64_t keyHead = head / (shape.heads / shape.keyValueHeads);
    const std::int64_t firstQuery = std::int64_t(blockIdx.x) * queriesPerBlock;
    const std::int64_t query = firstQuery + warp;
    const bool active = query < shape.tokens;
    const std::int64_t queryStride = shape.heads * dimension;
    const std::int64_t keyStride = shape.keyValueHeads * dimension;
    const std::int64_t keyCount = shape.prefix + shape.tokens;
    const float* exampleKeys = k + example * keyCount * keyStride + keyHead * dimension;
    const float* exampleValues = v + example * keyCount * keyStride + keyHead * dimension;
    const std::int64_t row = (example * shape.tokens + query) * queryStride + head * dimension;
    const float scale = rsqrtf(float(dimension));
    if (active)
        for (int d = lane; d < dimension; d += warpThreads)
            queries[warp * dimension + d] = q[row + d] * scale;

    float mixed[columnsPerLane] = {};
    float peak = -INFINITY;
    float sum = 0;
    const std::int64_t ownKey = shape.prefix + query;
    const std::int64_t firstOwnKey = shape.prefix + firstQuery;
    const std::int64_t start =
        shape.window > 0 && ownKey - shape.window + 1 > 0 ? ownKey - shape.window + 1 : 0;
    const std::int64_t blockStart =
        shape.window > 0 && firstOwnKey - shape.window + 1 > 0 ? firstOwnKey - shape.window + 1 : 0;
    const std::int64_t lastOwnKey = firstOwnKey + queriesPerBlock - 1;
    const std::int64_t blockEnd = lastOwnKey + 1 < keyCount ? lastOwnKey + 1 : keyCount;
    for (std::int64_t tile = blockStart; tile < blockEnd; tile += keyTile) {
        __syncthreads(); // the tile before is no longer read
        for (int i = threadIdx.x; i < keyTile * dimension; i += blockDim.x) {
            const int at = i / dimension;
            const int d = i % dimension;
            const bool inside = tile + at < keyCount;
            keys[at * (dimension + 1) + d] =
                inside ? exampleKeys[(tile + at) * keyStride + d] : 0.0f;
            values[i] = inside ? exampleValues[(tile + at) * keyStride + d] : 0.0f;
        }
        __syncthreads();
        const std::int64_t key = tile + lane;
        const bool seen = active && key >= start && key <= ownKey;
        float score = 0;
        if (seen)
            for (int d = 0; d < dimension; ++d)
                score += queries[warp * dimension + d] * keys[lane * (dimension + 1) + d];
        else
            score = -INFINITY;
        const float newPeak = fmaxf(peak, joinWarp(score, Larger()));
        if (newPeak == -INFINITY) // nothing of this tile is seen, by the whole warp alike
            continue;
        const float shrink = expf(peak - newPeak);
        const float weight = seen ? expf(score - newPeak) : 0.0f;
        sum = sum * shrink + joinWarp(weight, Add());
        peak = newPeak;
        for (int c = 0; c < columnsPerLane; ++c)
            mixed[c] *= shrink;
        for (int j = 0; j < keyTile; ++j) {
            const float w = __shfl_sync(wholeWarp, weight, j);
            for (int c = 0; c < columnsPerLane; ++c) {
                const int d = c * warpThreads + lane;
                if (d < dimension)
                    mixed[c] += w * values[j * dimension + d];
            }
        }
    }
    if (!active)
        return;
    for (int c = 0; c < columnsPerLane; ++c) {
        const int d = c * warpThreads + lane;
        if (d < dimension)
            out[row + d] = mixed[c] / sum;
    }
}

} // namespace

void causalAttention(const AttentionShape& shape, const float* q, const float* k, const float* v,
                     float* out, Stream stream) {
    if (shape.dimension > largestHeadDimension)
        throw Error(ErrorKind::Resources,
                    "Heads of " + std::to_string(shape.dimension) +
                        " dimensions were asked for on the GPU, which computes up to " +
                        std::to_string(largestHeadDimension) + ". Take --device cpu.");
    if (shape.tokens == 0 || shape.examples == 0)
        return;
    const std::size_t bytes = sharedFloats(shape.dimension) * sizeof(float);
    check(cudaFuncSetAttribute(attend, cudaFuncAttributeMaxDynamicSharedMemorySize, int(bytes)),
          "shared memory for attention");
    const dim3 grid(static_cast<unsigned>((shape.tokens + queriesPerBlock - 1) / queriesPerBlock),
                    static_cast<unsigned>(shape.heads), static_cast<unsigned>(shape.examples));
    launch("the attention kernel", attend, {grid, queriesPerBlock * warpThreads, stream, bytes},
           shape, q, k, v, out);
}

} // namespace quantscope::kernels::cuda
