#include "core/session/durable_file.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace quantscope {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what, int reason) {
    throw Error(ErrorKind::Output,
                fmt::format("{} {}: {}. Free some space or choose another place.", path.string(),
                            what, std::strerror(reason)));
}

/// Flushes a file or folder to the disk; 0 or what went wrong.
int sync(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return errno;
    const int reason = ::fsync(descriptor) < 0 ? errno : 0;
    ::close(descriptor);
    return reason;
}

std::filesystem::path folderOf(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

} // namespace

DurableFile::DurableFile(std::filesystem::path target)
    : m_target(std::move(target))
    , m_temporary(m_target.string() + ".tmp") {
    const int descriptor =
        ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0)
        fail(m_target, "cannot be written", errno);
    ::close(descriptor);
}

DurableFile::~DurableFile() {
    if (!m_committed)
        ::unlink(m_temporary.c_str());
}

void DurableFile::commit() {
    if (const int reason = sync(m_temporary))
        fail(m_target, "could not be written completely", reason);
    if (::rename(m_temporary.c_str(), m_target.c_str()) < 0)
        fail(m_target, "could not be replaced", errno);
    m_committed = true;
    // Some file systems cannot sync a folder; the rename itself has worked.
    sync(folderOf(m_target));
}

void writeDurableText(const std::filesystem::path& target, const std::string& text) {
    DurableFile file(target);
    const int descriptor = ::open(file.temporary().c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        fail(target, "cannot be written", errno);
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            const int reason = errno;
            ::close(descriptor);
            fail(target, "could not be written completely", reason);
        }
        done += static_cast<std::size_t>(written);
    }
    ::close(descriptor);
    file.commit();
}

} // namespace quantscope
