#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace quantscope {

/// A regular file open for reading. Symbolic links are followed; pipes, devices and folders are
/// refused, so that opening never waits. Reading is safe from several threads.
class FileHandle {
public:
    /// @throws Error (Input) with the system's reason.
    explicit FileHandle(const std::filesystem::path& path);
    ~FileHandle();
    FileHandle(FileHandle&& other) noexcept;
    FileHandle& operator=(FileHandle&&) = delete;
    FileHandle(const FileHandle&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::uint64_t size() const { return m_size; }

    /// Fills `out` from the byte `offset` on.
    /// @throws Error (Input) when the file ends before that or cannot be read.
    void readAt(std::uint64_t offset, std::span<std::byte> out) const;

private:
    std::filesystem::path m_path;
    std::uint64_t m_size = 0;
    int m_descriptor = -1;
};

/// The content of a small text file. @throws Error (Input) when it is larger than `limit` bytes.
std::string readSmallFile(const std::filesystem::path& path, std::uint64_t limit);

} // namespace quantscope
