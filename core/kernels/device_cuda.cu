#include "core/kernels/cuda_check.h"
#include "core/kernels/cuda_kernels.h"

#include <cstdio>

namespace quantscope::kernels::cuda {

Availability availability() {
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess || count == 0) {
        cudaGetLastError(); // an absent driver is no lasting error of this process
        return {false,
                std::string("No CUDA device can be used here: ") +
                    (status == cudaSuccess ? "there is none" : cudaGetErrorString(status)) + ".",
                {},
                0};
    }
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, 0), "to describe itself");
    char text[320];
    std::snprintf(text, sizeof text, "%s, %.1f GiB", properties.name,
                  double(properties.totalGlobalMem) / double(1ull << 30));
    return {true, {}, text, properties.totalGlobalMem};
}

DeviceBuffer::DeviceBuffer(std::size_t bytes) {
    check(cudaMalloc(&m_data, bytes > 0 ? bytes : 1), "memory");
}

DeviceBuffer::~DeviceBuffer() { cudaFree(m_data); }

void DeviceBuffer::upload(const void* from, std::size_t bytes) {
    check(cudaMemcpy(m_data, from, bytes, cudaMemcpyHostToDevice), "values");
}

void DeviceBuffer::download(void* to, std::size_t bytes) const {
    check(cudaMemcpy(to, m_data, bytes, cudaMemcpyDeviceToHost), "to return values");
}

} // namespace quantscope::kernels::cuda
