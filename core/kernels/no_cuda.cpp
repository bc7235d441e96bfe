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

DeviceBuffer::DeviceBuffer(std::size_t) { refuse(); }
DeviceBuffer::~DeviceBuffer() = default;
void DeviceBuffer::upload(const void*, std::size_t) { refuse(); }
void DeviceBuffer::download(void*, std::size_t) const { refuse(); }

} // namespace quantscope::kernels::cuda
