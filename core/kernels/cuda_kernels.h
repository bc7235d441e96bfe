#pragma once

#include "core/kernels/column_errors.h"
#include "core/kernels/kernels.h"
#include "core/kernels/quantization.h"

#include <cstddef>
#include <string>

namespace quantscope::kernels::cuda {

// The loops of kernels.h for NVIDIA GPUs, with the same definitions, shapes and f32 precision.
// Pointers are to device memory unless said otherwise; calls return before the work is done, which
// follows earlier work of the same stream. A build without nvcc has no_cuda.cpp in their place,
// where availability() says so and every other function throws Error (Resources).

/// A cudaStream_t; null is the default stream, which libtorch computes on.
using Stream = void*;

struct Availability {
    bool usable = false;
    std::string reason;      ///< a whole sentence where it is not
    std::string device;      ///< e.g. "NVIDIA H100 80GB HBM3, 79.2 GiB"
    std::uint64_t bytes = 0; ///< of its memory
};

/// Whether this build has the kernels and this machine a driver and a device for them.
Availability availability();

void rmsNorm(const float* x, const float* gamma, float epsilon, std::int64_t rows,
             std::int64_t width, float* out, Stream stream = nullptr);

void silu(float* gate, std::int64_t count, Stream stream = nullptr);

void multiply(const float* a, const float* b, std::int64_t count, float* out,
              Stream stream = nullptr);

void rotate(float* x, const float* cosine, const float* sine, std::int64_t rows,
            std::int64_t tokens, std::int64_t heads, std::int64_t dimension,
            Stream stream = nullptr);

/// Head dimensions up to this many are computed.
constexpr std::int64_t largestHeadDimension = 256;

/// @throws Error (Resources) for heads wider than largestHeadDimension.
void causalAttention(const AttentionShape& shape, const float* q, const float* k, const float* v,
                     float* out, Stream stream = nullptr);

void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out, Stream stream = nullptr);

void logSoftmax(float* logits, std::int64_t rows, std::int64_t vocabulary, float* probabilities,
                Stream stream = nullptr);

void tokenScores(float* logits, const ReferenceScores& reference, const std::int32_t* targets,
                 std::int64_t rows, std::int64_t vocabulary, const TokenScores& out,
                 Stream stream = nullptr);

// Of quantization.h, with results that are equal to the CPU's.

void quantizeGroups(const float* x, const GroupShape& shape, const GridRule& rule,
                    const GroupResults& out, Stream stream = nullptr);

void roundToGrids(const float* x, const GroupShape& shape, const GroupGrids& grids, int bits,
                  std::uint8_t* codes, float* values, Stream stream = nullptr);

void dequantizeGroups(const std::uint8_t* codes, const GroupShape& shape, const GroupGrids& grids,
                      const std::int32_t* groupIndex, float* out, Stream stream = nullptr);

void quantizeToLevels(const float* x, const LevelShape& shape, const float* levels, float* scales,
                      std::uint8_t* codes, Stream stream = nullptr);

void dequantizeLevels(const std::uint8_t* codes, const LevelShape& shape, const float* levels,
                      const float* scales, float* out, Stream stream = nullptr);

/// Of column_errors.h, equal to the CPU's.
void roundColumns(const ColumnBlock& block, Stream stream = nullptr);

/// Bytes of device memory, freed with the object. What runs without libtorch (tests, benchmarks)
/// brings its values to the device with it.
class DeviceBuffer {
public:
    /// @throws Error (Resources) when the device has no room.
    explicit DeviceBuffer(std::size_t bytes);
    ~DeviceBuffer();
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;

    template <typename T>
    T* as() const {
        return static_cast<T*>(m_data);
    }
    void upload(const void* from, std::size_t bytes);
    /// Waits for the default stream first.
    void download(void* to, std::size_t bytes) const;

private:
    void* m_data = nullptr;
};

} // namespace quantscope::kernels::cuda
