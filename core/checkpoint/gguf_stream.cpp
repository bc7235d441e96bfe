#include "core/checkpoint/gguf_stream.h"

#include "core/data/error.h"
#include "core/data/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace quantscope {

namespace {

constexpr std::uint64_t bufferBytes = 64 << 10;
/// Vocabularies take some ten million bytes; this is far above.
constexpr std::uint64_t largestHeader = std::uint64_t{256} << 20;

} // namespace

void GgufStream::refuse(const std::string& what) const {
    throw Error(ErrorKind::Input,
                fmt::format("{}: the GGUF header {} (at byte {}); the file is damaged, or was "
                            "written by a program that does not follow the format.",
                            m_file.path().string(), shownText(what), m_position));
}

void GgufStream::requireBytes(std::uint64_t count, std::string_view what) const {
    if (count > remaining())
        throw Error(ErrorKind::Input,
                    fmt::format("{} ends at byte {}, but {} should take {} bytes from byte {} on: "
                                "the file is truncated; fetch or copy it again.",
                                m_file.path().string(), m_file.size(), what, count, m_position));
    if (m_position + count > largestHeader)
        refuse(fmt::format("is longer than {} bytes", largestHeader));
}

void GgufStream::read(std::span<std::byte> out, std::string_view what) {
    requireBytes(out.size(), what);
    for (std::size_t done = 0; done < out.size();) {
        if (m_used == m_buffer.size()) {
            m_buffer.resize(static_cast<std::size_t>(std::min(bufferBytes, remaining())));
            m_file.readAt(m_position, m_buffer);
            m_used = 0;
        }
        const std::size_t part = std::min(out.size() - done, m_buffer.size() - m_used);
        std::copy_n(m_buffer.data() + m_used, part, out.data() + done);
        done += part;
        m_used += part;
        m_position += part;
    }
}

void GgufStream::append(std::uint64_t count, std::string& target, std::string_view what) {
    requireBytes(count, what);
    const std::size_t before = target.size();
    target.resize(before + static_cast<std::size_t>(count));
    read(std::as_writable_bytes(std::span(target).subspan(before)), what);
}

std::string GgufStream::text(std::uint64_t longest, std::string_view what) {
    const auto length = number<std::uint64_t>(what);
    if (length > longest)
        refuse(fmt::format("gives {} a length of {} bytes, more than {}", what, length, longest));
    std::string result;
    append(length, result, what);
    return result;
}

std::string GgufStream::name(std::uint64_t longest, std::string_view what) {
    std::string result = text(longest, what);
    const bool isPrintable =
        std::all_of(result.begin(), result.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (result.empty() || !isPrintable)
        refuse(fmt::format("has {} that is empty or not printable ASCII", what));
    return result;
}

} // namespace quantscope
