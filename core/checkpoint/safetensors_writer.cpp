#include "core/checkpoint/safetensors_writer.h"

#include "core/checkpoint/safetensors_file.h"
#include "core/data/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace quantscope {

namespace {

constexpr std::size_t bufferBytes = std::size_t{1} << 20;
constexpr std::size_t alignment = 8;

[[noreturn]] void refuseOutput(const std::filesystem::path& path, std::string_view what) {
    throw Error(ErrorKind::Output, fmt::format("{} cannot be {}: {}.", path.string(), what,
                                               std::generic_category().message(errno)));
}

/// Makes a rename durable. A file system that cannot sync a directory is not an error.
void syncDirectory(const std::filesystem::path& directory) {
    const int descriptor =
        ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

std::uint64_t entryBytes(const SafetensorsEntry& entry) {
    std::uint64_t bytes = safetensorsItemSize(entry.dtype).value_or(0);
    bool wrong = bytes == 0;
    for (const std::int64_t extent : entry.shape) {
        wrong |= extent < 0;
        wrong |= __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes);
    }
    if (wrong)
        throw Error(ErrorKind::Internal,
                    fmt::format("The tensor {} of dtype {} and shape [{}] cannot be written.",
                                entry.name, entry.dtype, fmt::join(entry.shape, ", ")));
    return bytes;
}

} // namespace

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path,
                                     std::vector<SafetensorsEntry> entries,
                                     const std::map<std::string, std::string>& metadata)
    : m_path(path)
    , m_temporary(path.string() + ".part")
    , m_entries(std::move(entries)) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::set<std::string_view> names;
    std::uint64_t end = 0;
    for (const SafetensorsEntry& entry : m_entries) {
        const std::uint64_t begin = end;
        end += entryBytes(entry);
        if (!names.insert(entry.name).second || entry.name == "__metadata__")
            throw Error(ErrorKind::Internal,
                        fmt::format("The tensor name {} cannot be written twice.", entry.name));
        m_ends.push_back(end);
        header[entry.name] = {
            {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {begin, end}}};
    }
    std::string text = header.dump();
    text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
    const std::uint64_t length = text.size();
    m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (m_descriptor < 0)
        refuseOutput(m_path, "written");
    m_buffer.reserve(bufferBytes);
    writeOut(std::as_bytes(std::span(&length, 1)));
    writeOut(std::as_bytes(std::span(text)));
}

SafetensorsWriter::~SafetensorsWriter() {
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    ::unlink(m_temporary.c_str());
}

void SafetensorsWriter::beginTensor(const std::string& name, std::uint64_t bytes) const {
    const auto entry = std::upper_bound(m_ends.begin(), m_ends.end(), m_written);
    // An entry without elements begins and ends where its neighbour begins.
    if (bytes == 0)
        return;
    const auto index = static_cast<std::size_t>(entry - m_ends.begin());
    const bool fits = index < m_ends.size() && m_entries[index].name == name &&
                      m_written + bytes == m_ends[index] &&
                      m_written == (index == 0 ? 0 : m_ends[index - 1]);
    if (!fits)
        throw Error(ErrorKind::Internal,
                    fmt::format("The tensor {} of {} bytes is not the next one to be written to "
                                "{}.",
                                name, bytes, m_path.string()));
}

void SafetensorsWriter::write(std::span<const std::byte> bytes) {
    if (bytes.size() > dataSize() - m_written)
        throw Error(ErrorKind::Internal,
                    fmt::format("More bytes are written to {} than its header announces.",
                                m_path.string()));
    m_written += bytes.size();
    writeOut(bytes);
}

void SafetensorsWriter::writeOut(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), bufferBytes - m_buffer.size());
        m_buffer.insert(m_buffer.end(), bytes.begin(),
                        bytes.begin() + static_cast<std::ptrdiff_t>(count));
        bytes = bytes.subspan(count);
        if (m_buffer.size() == bufferBytes)
            flush();
    }
}

void SafetensorsWriter::flush() {
    std::span<const std::byte> rest(m_buffer);
    while (!rest.empty()) {
        const ssize_t count = ::write(m_descriptor, rest.data(), rest.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            refuseOutput(m_path, "written");
        rest = rest.subspan(static_cast<std::size_t>(count));
    }
    m_buffer.clear();
}

void SafetensorsWriter::finish() {
    if (m_written != dataSize())
        throw Error(ErrorKind::Internal,
                    fmt::format("{} of {} bytes were written to {} before it was finished.",
                                m_written, dataSize(), m_path.string()));
    flush();
    if (::fsync(m_descriptor) != 0)
        refuseOutput(m_path, "written to disk");
    // Closing may report an error of the file system once more; the descriptor is gone either way.
    const int closed = ::close(std::exchange(m_descriptor, -1));
    if (closed != 0 || ::rename(m_temporary.c_str(), m_path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(m_temporary.c_str());
        errno = reason;
        refuseOutput(m_path, "written");
    }
    syncDirectory(m_path.parent_path());
}

} // namespace quantscope
