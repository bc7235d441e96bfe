#include "core/study/compute_device.h"

#include "core/data/error.h"
#include "core/kernels/cuda_kernels.h"

#include <ATen/Context.h>

namespace quantscope {

std::string cudaObstacle() {
    const kernels::cuda::Availability kernels = kernels::cuda::availability();
    if (!kernels.usable)
        return kernels.reason;
    if (!at::hasCUDA())
        return "This build's libtorch has no CUDA: build with --torch=pip to use the GPU.";
    return {};
}

torch::Device computeDevice(Device asked) {
    if (asked == Device::Cpu)
        return torch::kCPU;
    const std::string obstacle = cudaObstacle();
    if (obstacle.empty())
        return torch::kCUDA;
    if (asked == Device::Cuda)
        throw Error(ErrorKind::Usage, "--device cuda was asked for, but it cannot be used. " +
                                          obstacle + " Take --device cpu or auto.");
    return torch::kCPU;
}

std::uint64_t deviceMemory(Device asked) {
    return computeDevice(asked).is_cpu() ? 0 : kernels::cuda::availability().bytes;
}

} // namespace quantscope
