#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// A tensor that is going to be written.
struct SafetensorsEntry {
    std::string name;
    std::string dtype; ///< "F32", "BF16", "I32", …; see safetensorsItemSize
    std::vector<std::int64_t> shape;
};

/// Writes a safetensors file as a stream: the header first, then the bytes of the tensors in the
/// order of `entries`, in pieces of any size. The file appears under its name when it is complete
/// and on disk, and not before; an unfinished one is removed.
/// Data begins at a multiple of 8 bytes; entries of wider types should come first, so that readers
/// that map the file find all of them aligned.
class SafetensorsWriter {
public:
    /// @throws Error (Output) when the place cannot be written; Error (Internal) for entries with
    /// an unknown dtype, a negative extent or a name given twice.
    SafetensorsWriter(const std::filesystem::path& path, std::vector<SafetensorsEntry> entries,
                      const std::map<std::string, std::string>& metadata = {{"format", "pt"}});
    ~SafetensorsWriter();
    SafetensorsWriter(const SafetensorsWriter&) = delete;
    SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;

    /// The next bytes of the data. @throws Error (Output), e.g. on a full disk; Error (Internal)
    /// when there are more than the entries announced.
    void write(std::span<const std::byte> bytes);

    /// A whole tensor, which must be the next one. @throws Error (Internal) when it isn't.
    template <typename T>
    void writeTensor(const std::string& name, std::span<const T> values) {
        beginTensor(name, values.size_bytes());
        write(std::as_bytes(values));
    }

    /// Syncs the file and gives it its name. @throws Error (Internal) when bytes are missing.
    void finish();

private:
    std::filesystem::path m_path;
    std::filesystem::path m_temporary;
    std::vector<SafetensorsEntry> m_entries;
    std::vector<std::uint64_t> m_ends; ///< of each entry, within the data
    std::vector<std::byte> m_buffer;
    std::uint64_t m_written = 0; ///< of the data
    int m_descriptor = -1;

    void beginTensor(const std::string& name, std::uint64_t bytes) const;
    void writeOut(std::span<const std::byte> bytes);
    void flush();
    std::uint64_t dataSize() const { return m_ends.empty() ? 0 : m_ends.back(); }
};

} // namespace quantscope
