#pragma once

#include "core/checkpoint/shards.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace quantscope {

/// Hash of bytes (XXH3, 128 bit, hexadecimal).
std::string hashBytes(std::span<const std::byte> bytes);

/// Hash of a file's whole content (XXH3, 128 bit, hexadecimal). For configurations and tokenizers.
std::string hashFile(const std::filesystem::path& path);

/// Hash of a tensor's name, dtype and shape and of its bytes, all of them for a small tensor, at
/// fixed places for a large one.
std::string sampledHash(const SafetensorsFile& file, const SafetensorsTensor& tensor);

/// Hash of config.json (and of a file that says how it was quantized) and of every tensor,
/// whichever shards they lie in.
std::string contentHash(const std::filesystem::path& directory, const Shards& shards);

/// Bytes of a file.
struct FileRange {
    std::uint64_t fileOffset = 0;
    std::uint64_t bytes = 0;
};

/// Hash of a model in one file: of its header, all of it, and of its tensors, sampled as above.
std::string contentHash(const FileHandle& file, std::uint64_t headerBytes,
                        std::span<const FileRange> tensors);

/// Whether two tensors agree in shape, dtype and every byte.
bool sameBytes(const Shards& shards, const Shards::Place& left, const Shards::Place& right);

} // namespace quantscope
