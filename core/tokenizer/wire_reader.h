#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

/// Reads the fields of one protocol-buffers message from its bytes.
class WireReader {
public:
    /// @param offset of `bytes` in the file, for messages
    WireReader(std::string_view bytes, std::string file, std::size_t offset = 0)
        : m_bytes(bytes)
        , m_file(std::move(file))
        , m_offset(offset) {}

    struct Field {
        std::uint32_t number = 0;
        std::uint64_t value = 0; ///< of varints and fixed-width fields
        std::string_view bytes;  ///< of length-delimited fields
        std::size_t offset = 0;  ///< of `bytes` in the file
        bool isBytes = false;

        float asFloat() const;
        /// @throws Error (Input) when the field is not length-delimited.
        const Field& requireBytes(const std::string& file) const;
    };

    /// The next field, absent at the end.
    /// @throws Error (Input) naming file and byte offset.
    std::optional<Field> next();

private:
    std::uint64_t varint();
    std::uint64_t fixed(std::size_t width);
    [[noreturn]] void fail(const std::string& what) const;

    std::string_view m_bytes;
    std::string m_file;
    std::size_t m_offset;
    std::size_t m_position = 0;
};

} // namespace quantscope
