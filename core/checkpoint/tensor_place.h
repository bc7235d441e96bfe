#pragma once

#include "core/checkpoint/safetensors_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace quantscope {

/// A tensor in its file, with what readers of quantized formats want of it. Reading is safe from
/// several threads.
struct TensorPlace {
    const SafetensorsFile* file = nullptr;
    const SafetensorsTensor* tensor = nullptr;

    /// Columns [first, first + count) of every row, row after row; T is as wide as the dtype. A
    /// vector is one row.
    template <typename T>
    std::vector<T> readColumns(std::int64_t first, std::int64_t count) const {
        std::vector<T> values(static_cast<std::size_t>(rows() * count));
        readColumnBytes(first, count, std::as_writable_bytes(std::span(values)));
        return values;
    }

    /// The whole tensor; T is as wide as the dtype.
    template <typename T>
    std::vector<T> readAll() const {
        return file->readAll<T>(*tensor);
    }

    /// … of an F32, F16 or BF16 tensor, as f32.
    /// @throws Error (Input) naming the place of a value that is NaN or infinite.
    std::vector<float> readNumbers() const;
    std::vector<float> readNumberColumns(std::int64_t first, std::int64_t count) const;

    std::int64_t rows() const;
    std::int64_t columns() const;

    /// @throws Error (Input): "FILE: the tensor NAME WHAT."
    [[noreturn]] void refuse(std::string_view what) const;

private:
    void readColumnBytes(std::int64_t first, std::int64_t count, std::span<std::byte> out) const;
};

} // namespace quantscope
