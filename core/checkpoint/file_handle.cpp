#include "core/checkpoint/file_handle.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace quantscope {

namespace {

std::string systemReason() { return std::generic_category().message(errno); }

} // namespace

FileHandle::FileHandle(const std::filesystem::path& path) : m_path(path) {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    m_descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (m_descriptor < 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} cannot be opened: {}.", path.string(), systemReason()));
    struct stat status {};
    if (::fstat(m_descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(m_descriptor);
        throw Error(ErrorKind::Input,
                    fmt::format("{} is not a regular file; expected one to read.", path.string()));
    }
    m_size = static_cast<std::uint64_t>(status.st_size);
}

FileHandle::FileHandle(FileHandle&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_size(other.m_size)
    , m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileHandle::~FileHandle() {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void FileHandle::readAt(std::uint64_t offset, std::span<std::byte> out) const {
    // Linux reads at most 2 GiB in one call; a smaller bound keeps a stop request waiting less.
    constexpr std::size_t largestRead = std::size_t{64} << 20;
    std::size_t done = 0;
    while (done < out.size()) {
        const std::size_t wanted = std::min(out.size() - done, largestRead);
        const ssize_t got =
            ::pread(m_descriptor, out.data() + done, wanted, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            throw Error(ErrorKind::Input,
                        fmt::format("{} cannot be read at byte {}: {}.", m_path.string(),
                                    offset + done, systemReason()));
        if (got == 0)
            throw Error(ErrorKind::Input,
                        fmt::format("{} ends at byte {}, but {} bytes were expected from byte {} "
                                    "on: the file is truncated; fetch or copy it again.",
                                    m_path.string(), offset + done, out.size(), offset));
        done += static_cast<std::size_t>(got);
    }
}

std::string readSmallFile(const std::filesystem::path& path, std::uint64_t limit) {
    const FileHandle file(path);
    if (file.size() > limit)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has {} bytes; at most {} are expected in a file of this kind.",
                                path.string(), file.size(), limit));
    std::string content(static_cast<std::size_t>(file.size()), '\0');
    file.readAt(0, std::as_writable_bytes(std::span(content)));
    return content;
}

} // namespace quantscope
