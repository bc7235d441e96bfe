#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// How the numbers of a tensor lie on disk. `Quantized`: as codes of some format, with scales and
/// whatever else turns them into numbers.
enum class StoredType { F32, F16, BF16, Quantized };

/// "f32", "f16", "bf16", "quantized".
std::string_view storedTypeName(StoredType type);

/// A tensor of a checkpoint on disk.
struct StoredTensor {
    std::string name; ///< the same in every family; see ModelTensor
    StoredType type = StoredType::F32;
    std::vector<std::int64_t> shape; ///< of the numbers, not of the codes that hold them
    std::filesystem::path file;      ///< where its numbers or codes are
    std::uint64_t fileOffset = 0;    ///< of its first byte
    std::uint64_t bytes = 0;         ///< all that it takes: codes, scales, zeros, group indices
    std::string format = {};         ///< of a quantized one, for a person: "GPTQ 4 bit, group 128"
    std::string fileName = {};       ///< what the file calls it, or the tensor that it is part of

    std::int64_t elements() const;

    /// Bits on disk for each number, scales, zeros and group indices counted.
    double bitsPerWeight() const;
};

/// Rows and columns of a tensor as `Checkpoint::read` counts them: a vector is one row.
struct TensorExtent {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
};

TensorExtent extentOf(const StoredTensor& tensor);

/// Checks that the rows [firstRow, firstRow + rows) are there and that `values` of them fit.
/// @throws Error (Internal).
void requireRows(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
                 std::size_t values);

/// Checks that numbers read from a tensor, from its element `firstElement` on, are finite.
/// @throws Error (Input) naming file, tensor and place.
void requireFinite(const StoredTensor& tensor, std::uint64_t firstElement,
                   std::span<const float> values);

} // namespace quantscope
