#include "core/dataset/text_file.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace quantscope {

namespace {

/// A small compressed file can hold any amount of text: this much is plenty for a study.
constexpr std::size_t largestText = std::size_t{4} << 30;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::Input, path + ": " + what);
}

void append(std::string& text, const char* from, std::size_t count, const std::string& path) {
    if (text.size() + count > largestText)
        refuse(path, "it holds more than 4 GiB of text. Cut it into smaller files.");
    text.append(from, count);
}

std::string readBytes(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file)
        refuse(path, fmt::format("the text could not be opened ({}).", std::strerror(errno)));
    std::string bytes;
    std::vector<char> buffer(1 << 18);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
        append(bytes, buffer.data(), got, path);
    if (std::ferror(file.get()))
        refuse(path, fmt::format("the text could not be read ({}).", std::strerror(errno)));
    return bytes;
}

std::string inflateGzip(const std::string& bytes, const std::string& path) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) // 16: gzip framing
        refuse(path, "decompression could not be started.");
    const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, &inflateEnd);
    std::string text;
    std::vector<char> buffer(1 << 18);
    std::size_t consumed = 0;
    while (consumed < bytes.size()) {
        const std::size_t chunk = std::min<std::size_t>(bytes.size() - consumed, 1u << 30);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + consumed));
        stream.avail_in = static_cast<uInt>(chunk);
        int status = Z_OK;
        do {
            stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream.avail_out = static_cast<uInt>(buffer.size());
            status = inflate(&stream, Z_NO_FLUSH);
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
                refuse(path, fmt::format("its gzip stream is damaged near byte {}.",
                                         bytes.size() - stream.avail_in));
            append(text, buffer.data(), buffer.size() - stream.avail_out, path);
        } while (status == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
        consumed += chunk - stream.avail_in;
        if (status == Z_STREAM_END)
            inflateReset(&stream); // a file may hold several members
        else
            refuse(path, "its gzip stream ends too early.");
    }
    return text;
}

std::string decompressZstd(const std::string& bytes, const std::string& path) {
    const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                               &ZSTD_freeDStream);
    std::string text;
    std::vector<char> buffer(ZSTD_DStreamOutSize());
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t pending = 0;
    while (in.pos < in.size || pending != 0) {
        ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
        const std::size_t before = in.pos;
        pending = ZSTD_decompressStream(stream.get(), &out, &in);
        if (ZSTD_isError(pending))
            refuse(path, fmt::format("its zstd stream is damaged near byte {} ({}).", in.pos,
                                     ZSTD_getErrorName(pending)));
        append(text, buffer.data(), out.pos, path);
        if (in.pos == in.size && out.pos == 0 && before == in.pos && pending != 0)
            refuse(path, "its zstd stream ends too early.");
    }
    return text;
}

/// Length of the UTF-8 sequence at `at`, 0 where there is none.
std::size_t sequenceLength(const std::string& text, std::size_t at) {
    const auto byte = [&text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const unsigned lead = byte(at);
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(at + i) & 0xC0) != 0x80)
            return 0;
    const unsigned second = byte(at + 1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second >= 0xA0;
    const bool beyond = lead == 0xF4 && second >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

} // namespace

void requireUtf8(const std::string& text, const std::string& path) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            refuse(path, fmt::format("byte {} (0x{:02X}) is not UTF-8. Convert the text, e.g. with "
                                     "iconv -t utf-8.",
                                     at, static_cast<unsigned char>(text[at])));
        at += length;
    }
}

std::string readTextFile(const std::string& path) {
    std::string bytes = readBytes(path);
    constexpr std::array gzip = {'\x1f', '\x8b'};
    constexpr std::array zstd = {'\x28', '\xb5', '\x2f', '\xfd'};
    const auto startsWith = [&bytes](const auto& magic) {
        return bytes.size() >= magic.size() &&
               std::equal(magic.begin(), magic.end(), bytes.begin());
    };
    if (bytes.starts_with("PAR1"))
        refuse(path, "this is a Parquet file. Convert it, e.g. with python -c \"import pandas; "
                     "pandas.read_parquet('in.parquet').to_json('out.jsonl', orient='records', "
                     "lines=True)\".");
    if (startsWith(gzip))
        return inflateGzip(bytes, path);
    if (startsWith(zstd))
        return decompressZstd(bytes, path);
    return bytes;
}

} // namespace quantscope
