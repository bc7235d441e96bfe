#pragma once

#include "core/quant/quantizer.h"

#include <filesystem>

namespace quantscope {

/// Writes a quantized block as one safetensors file: for each module NAME.codes (U8, a dense bit
/// stream, see bit_packing.h), NAME.scales, NAME.zeros, …; folded norms; basis.SITE. What the
/// tensors mean stands as JSON in the header's metadata under "manifest". The file appears under
/// its name when it is complete and on disk.
/// @throws Error (Output) when it cannot be written.
void savePackedBlock(const std::filesystem::path& path, const QuantizedBlock& block);

/// Reads it back, bit for bit.
/// @throws Error (Input) naming file, tensor, expected and found for everything that is missing,
/// of another type or shape than the manifest says, or out of range.
QuantizedBlock loadPackedBlock(const std::filesystem::path& path);

} // namespace quantscope
