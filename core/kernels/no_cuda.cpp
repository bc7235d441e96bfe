#include "core/data/error.h"
#include "core/kernels/cuda_kernels.h"

namespace quantscope::kernels::cuda {

namespace {

constexpr const char* reason =
    "This build has no CUDA kernels: nvcc was not found when it was configured.";

[[noreturn]] void refuse() { throw Error(ErrorKind::Resources, reason); }

} // namespace

Availability availability() { return {false, reason, {}}; }

void rmsNorm(const float*, const float*, float, std::int64_t, std::int64_t, float*, Stream) {
    refuse();
}

void silu(float*, std::int64_t, Stream) { refuse(); }

void multiply(const float*, const float*, std::int64_t, float*, Stream) { refuse(); }

void rotate(float*, const float*, const float*, std::int64_t, std::int64_t, std::int64_t,
            std::int64_t, Stream) {
    refuse();
}

void causalAttention(const AttentionShape&, const float*, const float*, const float*, float*,
                     Stream) {
    refuse();
}

void tokenStatistics(const float*, const float*, std::int64_t, std::int64_t, const TokenStatistics&,
                     Stream) {
    refuse();
}

void logSoftmax(float*, std::int64_t, std::int64_t, float*, Stream) { refuse(); }

void tokenScores(float*, const ReferenceScores&, const std::int32_t*, std::int64_t, std::int64_t,
                 const TokenScores&, Stream) {
    refuse();
}

void quantizeGroups(const float*, const GroupShape&, const GridRule&, const GroupResults&, Stream) {
    refuse();
}

void roundColumns(const ColumnBlock&, Stream) { refuse(); }

void roundToGrids(const float*, const GroupShape&, const GroupGrids&, int, std::uint8_t*, float*,
                  Stream) {
    refuse();
}

void dequantizeGroups(const std::uint8_t*, const GroupShape&, const GroupGrids&,
                      const std::int32_t*, float*, Stream) {
    refuse();
}

void quantizeToLevels(const float*, const LevelShape&, const float*, float*, std::uint8_t*,
                      Stream) {
    refuse();
}

void dequantizeLevels(const std::uint8_t*, const LevelShape&, const float*, const float*, float*,
                      Stream) {
    refuse();
}

DeviceBuffer::DeviceBuffer(std::size_t) { refuse(); }
DeviceBuffer::~DeviceBuffer() = default;
void DeviceBuffer::upload(const void*, std::size_t) { refuse(); }
void DeviceBuffer::download(void*, std::size_t) const { refuse(); }

} // namespace quantscope::kernels::cuda
