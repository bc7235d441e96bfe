#pragma once

#include "core/data/study_plan.h"

#include <torch/types.h>

#include <cstdint>
#include <string>

namespace quantscope {

/// Where a study computes: the GPU where it is asked for, or where it can be used and nothing else
/// was asked for. @throws Error (Usage) when CUDA is asked for and cannot be used, with the reason.
torch::Device computeDevice(Device asked);

/// Bytes of memory of the GPU where a study computes; 0 where it computes on the processor.
std::uint64_t deviceMemory(Device asked);

/// Why CUDA cannot be used by this build on this machine; empty where it can.
std::string cudaObstacle();

} // namespace quantscope
