#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace quantscope::fuzz {

/// Choices that a fuzzer's bytes make, one after another; zeros at their end.
class ByteSource {
public:
    ByteSource(const std::uint8_t* data, std::size_t size) : m_data(data), m_size(size) {}

    bool isEmpty() const { return m_at >= m_size; }
    std::uint8_t byte() { return isEmpty() ? 0 : m_data[m_at++]; }
    /// A number below `bound`, which must not be 0.
    std::size_t below(std::size_t bound) {
        const std::size_t low = byte();
        return (bound > 256 ? low | std::size_t(byte()) << 8 : low) % bound;
    }
    /// True once in `odds`, for bytes that are spread evenly; never at the end.
    bool once(std::uint8_t odds) { return !isEmpty() && byte() % odds == odds - 1; }
    std::string text(std::size_t most) {
        std::string result(below(most + 1), '\0');
        for (char& character : result)
            character = static_cast<char>(byte());
        return result;
    }

private:
    const std::uint8_t* m_data;
    std::size_t m_size;
    std::size_t m_at = 0;
};

} // namespace quantscope::fuzz
