#pragma once

#include "core/checkpoint/file_handle.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quantscope {

/// Bytes of one value of a safetensors dtype ("F32", "BF16", "I32", "U8", …); nothing for a dtype
/// that isn't known.
std::optional<std::uint64_t> safetensorsItemSize(std::string_view dtype);

/// A tensor in a safetensors file, of any dtype.
struct SafetensorsTensor {
    std::string name;
    std::string dtype;               ///< as in the file: "F32", "BF16", "I32", …
    std::vector<std::int64_t> shape; ///< outermost first; empty for a scalar
    std::uint64_t fileOffset = 0;    ///< of its first byte, from the start of the file
    std::uint64_t bytes = 0;

    std::int64_t elements() const;
};

/// What the header of a safetensors file says.
struct SafetensorsHeader {
    std::vector<SafetensorsTensor> tensors; ///< in the order of their bytes in the file
    std::map<std::string, std::string> metadata;
};

/// Reads and checks a header: length, JSON, names, dtypes, and tensors that fill the rest of the
/// file without a hole, an overlap or an overflow. Memory is bounded by a small multiple of the
/// header's own length. @throws Error (Input).
SafetensorsHeader readSafetensorsHeader(const FileHandle& file);

/// A safetensors file, checked when it is opened and read with pread. Reading is safe from several
/// threads.
class SafetensorsFile {
public:
    /// @throws Error (Input) naming file, tensor, expected and found.
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file.path(); }
    const std::vector<SafetensorsTensor>& tensors() const { return m_header.tensors; }
    const std::map<std::string, std::string>& metadata() const { return m_header.metadata; }

    /// The tensor of that name, or nullptr.
    const SafetensorsTensor* find(const std::string& name) const;

    /// @throws Error (Input) when the file has no such tensor.
    const SafetensorsTensor& require(const std::string& name) const;

    /// Bytes [first, first + out.size()) of a tensor, as they are stored (little-endian).
    /// @throws Error (Internal) outside the tensor, Error (Input) when the file can't be read.
    void readBytes(const SafetensorsTensor& tensor, std::uint64_t first,
                   std::span<std::byte> out) const;

    /// A whole tensor of a type as wide as its dtype.
    template <typename T>
    std::vector<T> readAll(const SafetensorsTensor& tensor) const {
        std::vector<T> values(static_cast<std::size_t>(tensor.bytes / sizeof(T)));
        readBytes(tensor, 0, std::as_writable_bytes(std::span(values)));
        return values;
    }

private:
    FileHandle m_file;
    SafetensorsHeader m_header;
    std::unordered_map<std::string, std::size_t> m_index;
};

} // namespace quantscope
