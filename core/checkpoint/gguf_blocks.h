#pragma once

#include <cstddef>

namespace quantscope {

// Numbers of GGUF's types from blocks of bytes; see GgufDequantize.

void dequantizeF32(const std::byte* blocks, std::size_t count, float* out);
void dequantizeF16(const std::byte* blocks, std::size_t count, float* out);
void dequantizeBf16(const std::byte* blocks, std::size_t count, float* out);

// Blocks of 32 numbers with one f16 scale d.
void dequantizeQ4_0(const std::byte* blocks, std::size_t count, float* out);   ///< d (q - 8)
void dequantizeQ4_1(const std::byte* blocks, std::size_t count, float* out);   ///< d q + m
void dequantizeQ5_0(const std::byte* blocks, std::size_t count, float* out);   ///< d (q - 16)
void dequantizeQ5_1(const std::byte* blocks, std::size_t count, float* out);   ///< d q + m
void dequantizeQ8_0(const std::byte* blocks, std::size_t count, float* out);   ///< d q
void dequantizeIQ4_NL(const std::byte* blocks, std::size_t count, float* out); ///< d level(q)

// Blocks of 256 numbers: an f16 scale d (and d' of offsets) times a small whole one for every 16
// or 32 of them.
void dequantizeQ2_K(const std::byte* blocks, std::size_t count, float* out);   ///< d s q - d' m
void dequantizeQ3_K(const std::byte* blocks, std::size_t count, float* out);   ///< d s (q - 4)
void dequantizeQ4_K(const std::byte* blocks, std::size_t count, float* out);   ///< d s q - d' m
void dequantizeQ5_K(const std::byte* blocks, std::size_t count, float* out);   ///< d s q - d' m
void dequantizeQ6_K(const std::byte* blocks, std::size_t count, float* out);   ///< d s (q - 32)
void dequantizeIQ4_XS(const std::byte* blocks, std::size_t count, float* out); ///< d s level(q)

} // namespace quantscope
