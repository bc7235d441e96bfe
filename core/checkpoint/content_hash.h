#pragma once

#include "core/checkpoint/shards.h"

#include <filesystem>
#include <string>

namespace quantscope {

/// Hash of a file's whole content (XXH3, 128 bit, hexadecimal). For configurations and tokenizers.
std::string hashFile(const std::filesystem::path& path);

/// Hash of a tensor's name, dtype and shape and of its bytes, all of them for a small tensor, at
/// fixed places for a large one.
std::string sampledHash(const SafetensorsFile& file, const SafetensorsTensor& tensor);

/// Hash of config.json and of every tensor, whichever shards they lie in.
std::string contentHash(const std::filesystem::path& directory, const Shards& shards);

/// Whether two tensors agree in shape, dtype and every byte.
bool sameBytes(const Shards& shards, const Shards::Place& left, const Shards::Place& right);

} // namespace quantscope
