#include "core/session/held_file.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quantscope {

HeldFile::HeldFile(const std::filesystem::path& file)
    : m_descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC))
    , m_name(file.string()) {
    if (m_descriptor < 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} cannot be read: {}.", m_name, std::strerror(errno)));
    m_content = content();
}

HeldFile::~HeldFile() { ::close(m_descriptor); }

std::filesystem::path HeldFile::path() const {
    return fmt::format("/proc/{}/fd/{}", ::getpid(), m_descriptor);
}

/// Not the time of the last change of its entry: giving the file another name changes that too.
HeldFile::Content HeldFile::content() const {
    struct stat status {};
    if (::fstat(m_descriptor, &status) < 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} cannot be read: {}.", m_name, std::strerror(errno)));
    return {status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

void HeldFile::requireUnchanged() const {
    if (content() != m_content)
        throw Error(ErrorKind::Input,
                    fmt::format("The session {} was written to by another program while it was "
                                "open here. Open it again.",
                                m_name));
}

} // namespace quantscope
