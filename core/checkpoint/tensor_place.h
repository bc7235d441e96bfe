#pragma once

#include "core/checkpoint/safetensors_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace quantscope {

/// A rectangle of a tensor; a vector is one row.
struct TensorBlock {
    std::int64_t firstRow = 0;
    std::int64_t rows = 0;
    std::int64_t firstColumn = 0;
    std::int64_t columns = 0;

    std::size_t elements() const { return static_cast<std::size_t>(rows * columns); }
};

/// A tensor in its file, with what readers of quantized formats want of it. Reading is safe from
/// several threads.
struct TensorPlace {
    const SafetensorsFile* file = nullptr;
    const SafetensorsTensor* tensor = nullptr;

    std::int64_t rows() const;
    std::int64_t columns() const;
    TensorBlock whole() const { return {0, rows(), 0, columns()}; }
    TensorBlock someRows(std::int64_t first, std::int64_t count) const {
        return {first, count, 0, columns()};
    }
    TensorBlock someColumns(std::int64_t first, std::int64_t count) const {
        return {0, rows(), first, count};
    }

    /// A block as it is stored, row after row; T is as wide as the dtype.
    template <typename T>
    std::vector<T> read(const TensorBlock& block) const {
        std::vector<T> values(block.elements());
        readBytes(block, std::as_writable_bytes(std::span(values)));
        return values;
    }

    /// A block of an F32, F16 or BF16 tensor as f32.
    /// @throws Error (Input) naming the place of a value that is NaN or infinite.
    std::vector<float> readNumbers(const TensorBlock& block) const;

    /// @throws Error (Input): "FILE: the tensor NAME WHAT."
    [[noreturn]] void refuse(std::string_view what) const;

private:
    void readBytes(const TensorBlock& block, std::span<std::byte> out) const;
};

} // namespace quantscope
