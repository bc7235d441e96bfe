#pragma once

#include "core/checkpoint/bit_stream.h"
#include "core/checkpoint/group_scheme.h"
#include "core/checkpoint/quantization_config.h"

#include <optional>
#include <vector>

namespace quantscope {

enum class ScaleStrategy { Tensor, Channel, Group };

/// How the matrices of one config group are quantized.
struct CompressedTensorsScheme {
    GroupScheme group;
    ScaleStrategy strategy = ScaleStrategy::Tensor;
    bool symmetric = true;
    bool actOrder = false;

    bool operator==(const CompressedTensorsScheme& other) const {
        return group.bits == other.group.bits && group.groupSize == other.group.groupSize &&
               strategy == other.strategy && symmetric == other.symmetric;
    }
};

struct CompressedTensorsConfig {
    std::vector<CompressedTensorsScheme> schemes; ///< at least one
    std::optional<BitLayout> layout; ///< by the version that wrote it; nothing where not said
};

/// @throws Error (Input) naming the key: another format than pack-quantized, activations, caches,
/// sparsity, a strategy or a key that is not understood.
CompressedTensorsConfig readCompressedTensorsConfig(const QuantizationConfig& source);

} // namespace quantscope
