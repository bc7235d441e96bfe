#include "core/tokenizer/wire_reader.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <bit>

namespace quantscope {

float WireReader::Field::asFloat() const {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value));
}

const WireReader::Field& WireReader::Field::requireBytes(const std::string& file) const {
    if (!isBytes) {
        throw Error(ErrorKind::Input,
                    fmt::format("{} at byte {}: field {} has the wrong type, so the file is no "
                                "SentencePiece model.",
                                file, offset, number));
    }
    return *this;
}

std::optional<WireReader::Field> WireReader::next() {
    if (m_position >= m_bytes.size()) {
        return std::nullopt;
    }
    Field field;
    const std::uint64_t tag = varint();
    if (tag >> 3 == 0 || tag >> 3 > 0x1FFFFFFF) {
        fail(fmt::format("field number {} is not allowed", tag >> 3));
    }
    field.number = static_cast<std::uint32_t>(tag >> 3);
    switch (tag & 7) {
    case 0:
        field.value = varint();
        break;
    case 1:
        field.value = fixed(8);
        break;
    case 2: {
        const std::uint64_t length = varint();
        if (length > m_bytes.size() - m_position) {
            fail(fmt::format("a field of {} bytes where {} are left", length,
                             m_bytes.size() - m_position));
        }
        field.isBytes = true;
        field.bytes = m_bytes.substr(m_position, static_cast<std::size_t>(length));
        m_position += static_cast<std::size_t>(length);
        break;
    }
    case 5:
        field.value = fixed(4);
        break;
    default:
        fail(fmt::format("wire type {} is not known", tag & 7));
    }
    field.offset = m_offset + m_position - field.bytes.size();
    return field;
}

std::uint64_t WireReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint64_t byte = fixed(1);
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    fail("a number of more than ten bytes");
}

std::uint64_t WireReader::fixed(std::size_t width) {
    if (width > m_bytes.size() - m_position) {
        fail("the file ends in the middle of a field");
    }
    std::uint64_t value = 0;
    for (std::size_t k = 0; k < width; ++k) {
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(m_bytes[m_position + k]))
                 << (8 * k);
    }
    m_position += width;
    return value;
}

void WireReader::fail(const std::string& what) const {
    throw Error(ErrorKind::Input,
                fmt::format("{} at byte {}: {}; expected a SentencePiece model (protocol buffers).",
                            m_file, m_offset + m_position, what));
}

} // namespace quantscope
