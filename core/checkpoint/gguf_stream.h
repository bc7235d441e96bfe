#pragma once

#include "core/checkpoint/file_handle.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// The values of a GGUF header one after another, read through a small buffer. Every length is
/// checked against what is left of the file before anything is allocated for it.
class GgufStream {
public:
    explicit GgufStream(const FileHandle& file) : m_file(file) {}

    std::uint64_t position() const { return m_position; }
    std::uint64_t remaining() const { return m_file.size() - m_position; }

    /// A little-endian number. `what` names it for the message where the file ends before it.
    template <typename T>
    T number(std::string_view what) {
        T value{};
        read(std::as_writable_bytes(std::span(&value, 1)), what);
        return value;
    }

    /// `count` bytes, added to `target`.
    void append(std::uint64_t count, std::string& target, std::string_view what);

    /// A length and that many bytes. @throws Error (Input) where it is longer than `longest`.
    std::string text(std::uint64_t longest, std::string_view what);

    /// A text that must be a name: 1 to `longest` printable ASCII characters.
    std::string name(std::uint64_t longest, std::string_view what);

    /// @throws Error (Input): "FILE: the GGUF header WHAT, at byte N; …".
    [[noreturn]] void refuse(const std::string& what) const;

private:
    const FileHandle& m_file;
    std::uint64_t m_position = 0;
    std::vector<std::byte> m_buffer;
    std::size_t m_used = 0;

    void read(std::span<std::byte> out, std::string_view what);
    void requireBytes(std::uint64_t count, std::string_view what) const;
};

} // namespace quantscope
