#include "core/dataset/text_file.h"

#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace quantscope {

namespace {

constexpr std::size_t chunkBytes = 1u << 18;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}.", path, what));
}

/// A file read piece by piece.
class ChunkReader {
public:
    explicit ChunkReader(const std::string& path) : m_path(path), m_stream(path, std::ios::binary) {
        if (!m_stream) {
            fail(path, fmt::format("the text file cannot be opened: {}", std::strerror(errno)));
        }
    }

    /// The first bytes, which next() will give again: a pipe can be opened only once.
    std::string_view peek() {
        m_peeked = next();
        return m_peeked;
    }

    /// The next bytes, empty at the end; valid until the next call.
    std::string_view next() {
        if (!m_peeked.empty()) {
            return std::exchange(m_peeked, {});
        }
        m_stream.read(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
        if (m_stream.bad()) {
            fail(m_path, fmt::format("reading failed: {}", std::strerror(errno)));
        }
        return {m_buffer.data(), static_cast<std::size_t>(m_stream.gcount())};
    }

private:
    std::string m_path;
    std::ifstream m_stream;
    std::vector<char> m_buffer = std::vector<char>(chunkBytes);
    std::string_view m_peeked;
};

/// Collects text up to a bound, so that a small file cannot unpack to all of the memory.
class BoundedText {
public:
    BoundedText(const std::string& path, std::uint64_t largest)
        : m_path(path)
        , m_largest(largest) {}

    void append(const char* bytes, std::size_t count) {
        if (m_text.size() + count > m_largest) {
            fail(m_path, fmt::format("the text is larger than {}, the most that is read at once; "
                                     "split the file",
                                     formatByteSize(m_largest)));
        }
        m_text.append(bytes, count);
    }

    std::string take() { return std::move(m_text); }

private:
    const std::string& m_path;
    std::uint64_t m_largest;
    std::string m_text;
};

std::string readPlain(ChunkReader& reader, const std::string& path, std::uint64_t largest) {
    BoundedText text(path, largest);
    for (std::string_view chunk = reader.next(); !chunk.empty(); chunk = reader.next()) {
        text.append(chunk.data(), chunk.size());
    }
    return text.take();
}

std::string readGzip(ChunkReader& reader, const std::string& path, std::uint64_t largest) {
    BoundedText text(path, largest);
    z_stream stream{};
    constexpr int gzipWindow = 15 + 16; // the largest window, with gzip's header
    if (inflateInit2(&stream, gzipWindow) != Z_OK) {
        throw std::bad_alloc();
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
    std::vector<char> output(chunkBytes);
    bool isFinished = false; // at the end of a member; another may follow
    for (std::string_view chunk = reader.next(); !chunk.empty(); chunk = reader.next()) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(chunk.data()));
        stream.avail_in = static_cast<uInt>(chunk.size());
        while (stream.avail_in > 0) {
            if (isFinished && inflateReset(&stream) != Z_OK) {
                fail(path, "the gzip data cannot be continued");
            }
            isFinished = false;
            do {
                stream.next_out = reinterpret_cast<Bytef*>(output.data());
                stream.avail_out = static_cast<uInt>(output.size());
                const int result = inflate(&stream, Z_NO_FLUSH);
                if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
                    fail(path, fmt::format("the gzip data is damaged near compressed byte {}: {}",
                                           stream.total_in,
                                           stream.msg != nullptr ? stream.msg : "unknown"));
                }
                text.append(output.data(), output.size() - stream.avail_out);
                isFinished = result == Z_STREAM_END;
            } while (stream.avail_out == 0 && !isFinished);
        }
    }
    if (!isFinished) {
        fail(path, "the gzip data ends too early, so the file is truncated");
    }
    return text.take();
}

std::string readZstandard(ChunkReader& reader, const std::string& path, std::uint64_t largest) {
    BoundedText text(path, largest);
    const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                          ZSTD_freeDCtx);
    std::vector<char> output(chunkBytes);
    std::size_t remaining = 1; // 0 at the end of a frame
    for (std::string_view chunk = reader.next(); !chunk.empty(); chunk = reader.next()) {
        ZSTD_inBuffer input{chunk.data(), chunk.size(), 0};
        ZSTD_outBuffer out{output.data(), output.size(), 0};
        do {
            out.pos = 0;
            remaining = ZSTD_decompressStream(context.get(), &out, &input);
            if (ZSTD_isError(remaining) != 0) {
                fail(path, fmt::format("the Zstandard data is damaged: {}",
                                       ZSTD_getErrorName(remaining)));
            }
            text.append(output.data(), out.pos);
        } while (input.pos < input.size || (out.pos == out.size && remaining != 0));
    }
    if (remaining != 0) {
        fail(path, "the Zstandard data ends too early, so the file is truncated");
    }
    return text.take();
}

} // namespace

std::string readTextFile(const std::string& path, std::uint64_t largest) {
    std::error_code code;
    if (!std::filesystem::exists(path, code)) {
        fail(path, "the text file is missing");
    }
    if (std::filesystem::is_directory(path, code)) {
        fail(path, "expected a text file, found a directory");
    }
    ChunkReader reader(path);
    const std::string_view start = reader.peek().substr(0, 4);
    if (start == "PAR1") {
        fail(path, "Parquet is not read; convert it to JSON lines, for instance with Python: "
                   "pandas.read_parquet(\"IN.parquet\").to_json(\"OUT.jsonl\", orient=\"records\", "
                   "lines=True, force_ascii=False)");
    }
    if (start.starts_with("\x1F\x8B")) {
        return readGzip(reader, path, largest);
    }
    if (start == "\x28\xB5\x2F\xFD") {
        return readZstandard(reader, path, largest);
    }
    return readPlain(reader, path, largest);
}

std::string readUtf8File(const std::string& path) {
    std::string content = readTextFile(path);
    if (const auto offset = findInvalidUtf8(content)) {
        fail(path, fmt::format("the text is not UTF-8: byte 0x{:02X} at byte offset {} of the "
                               "(decompressed) file begins no valid sequence. Convert it to UTF-8",
                               static_cast<unsigned char>(content[*offset]), *offset));
    }
    return content;
}

std::size_t byteOrderMarkLength(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.starts_with(mark) ? mark.size() : 0;
}

} // namespace quantscope
