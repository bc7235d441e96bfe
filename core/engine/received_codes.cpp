#include "core/engine/received_codes.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace quantscope {

/// A file without a name that lives as long as it is open.
class ReceivedCodes::MemoryFile {
public:
    explicit MemoryFile(const std::string& bytes)
        : m_descriptor(memfd_create("quantscope-codes", MFD_CLOEXEC)) {
        for (std::size_t at = 0; m_descriptor >= 0 && at < bytes.size();) {
            const ssize_t count = write(m_descriptor, bytes.data() + at, bytes.size() - at);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0) {
                close(m_descriptor);
                m_descriptor = -1;
                break;
            }
            at += static_cast<std::size_t>(count);
        }
        if (m_descriptor < 0)
            throw Error(ErrorKind::Resources,
                        fmt::format("The packed codes of another rank could not be held in memory "
                                    "({}).",
                                    std::strerror(errno)));
    }
    ~MemoryFile() { close(m_descriptor); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", m_descriptor); }

private:
    int m_descriptor;
};

ReceivedCodes::ReceivedCodes() = default;
ReceivedCodes::~ReceivedCodes() = default;

void ReceivedCodes::put(std::size_t method, std::int64_t layer, const std::string& bytes) {
    if (layer != m_layer)
        m_files.clear();
    m_layer = layer;
    m_files.insert_or_assign(method, std::make_unique<MemoryFile>(bytes));
}

std::optional<std::filesystem::path> ReceivedCodes::find(std::size_t method,
                                                         std::int64_t layer) const {
    const auto found = m_files.find(method);
    if (layer != m_layer || found == m_files.end())
        return std::nullopt;
    return found->second->path();
}

} // namespace quantscope
