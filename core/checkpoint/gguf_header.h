#pragma once

#include "core/checkpoint/file_handle.h"
#include "core/checkpoint/gguf_metadata.h"
#include "core/checkpoint/gguf_types.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

/// A tensor in a GGUF file.
struct GgufTensor {
    std::string name;                ///< as in the file: "blk.0.attn_q.weight"
    const GgufType* type = nullptr;  ///< a supported one
    std::vector<std::int64_t> shape; ///< outermost first, unlike in the file
    std::uint64_t fileOffset = 0;    ///< of its first byte, from the start of the file
    std::uint64_t bytes = 0;
};

/// What stands before the numbers of a GGUF file.
struct GgufHeader {
    GgufMetadata metadata;
    std::vector<GgufTensor> tensors; ///< in the order of their bytes in the file
    std::uint64_t dataStart = 0;     ///< where the tensors begin
};

/// Whether a file begins with GGUF's four letters. False for what cannot be read.
bool looksLikeGguf(const std::filesystem::path& path);

/// Reads and checks a header of GGUF version 2 or 3: counts, lengths, types, and tensors that lie
/// at aligned places inside the file without overlapping. Memory is bounded by the file's own size
/// and by a limit on its header. @throws Error (Input) naming file, place, expected and found.
GgufHeader readGgufHeader(const FileHandle& file);

/// The key-value pairs alone, for what needs no tensors. @throws Error (Input).
GgufMetadata readGgufMetadata(const FileHandle& file);

} // namespace quantscope
