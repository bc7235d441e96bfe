#pragma once

#include "core/checkpoint/model_config.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace quantscope {

struct RandomCheckpointOptions {
    ModelConfig config;
    std::uint64_t seed = 0;
    double standardDeviation = 0.02; ///< of matrices and biases; norm weights are 1
    std::uint64_t shardBytes = 0;    ///< a shard is closed before it would grow larger; 0: one file
    std::function<void(double)> progress; ///< fraction written; may be empty
};

/// The configuration of a known shape: "tiny" (2 layers, hidden 64, vocabulary 512) or "tinyllama"
/// (22 layers, hidden 2048, vocabulary 32000). @throws Error (Usage).
ModelConfig namedShape(std::string_view name);

/// Writes config.json, the tokenizer's files and the weights in bf16 to a directory, tensor after
/// tensor, so that memory stays small whatever the size. A tensor's values depend on the seed and
/// its name alone, not on the shards. @throws Error (Output, Usage).
void writeRandomCheckpoint(const std::filesystem::path& directory,
                           const RandomCheckpointOptions& options);

/// config.json of a configuration, without rope scaling.
/// @throws Error (Usage) for what the tool does not write.
std::string configJson(const ModelConfig& config);

} // namespace quantscope
