#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quantscope {

/// Turns `count` blocks into count × GgufType::blockSize numbers, in f32 arithmetic as the format
/// defines it. Scales that are NaN or infinite give numbers that are.
using GgufDequantize = void (*)(const std::byte* blocks, std::size_t count, float* out);

/// How the numbers of a tensor are stored in GGUF: in blocks of consecutive numbers of a row.
struct GgufType {
    std::uint32_t id = 0; ///< in the file
    std::string_view name;
    std::uint64_t blockSize = 1;         ///< numbers in a block
    std::uint64_t blockBytes = 0;        ///< 0: not supported
    GgufDequantize dequantize = nullptr; ///< nullptr: not supported

    bool isSupported() const { return dequantize != nullptr; }
    /// Whether a number is stored as itself, not by a code of a few bits and a shared scale.
    bool isPlain() const { return blockSize == 1; }
};

/// The type of that number, or nullptr where GGUF has none. Types that are not supported are here
/// too, so that a message can name them.
const GgufType* findGgufType(std::uint32_t id);

/// Names of the supported types for a message: "F32, F16, Q4_0, …".
std::string_view supportedGgufTypes();

} // namespace quantscope
