#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace quantscope {

/// The packed blocks of one layer that other ranks made, as files in this process's memory.
class ReceivedCodes {
public:
    ReceivedCodes();
    ~ReceivedCodes();

    /// Forgets the blocks of other layers. @throws Error (Resources)
    void put(std::size_t method, std::int64_t layer, const std::string& bytes);

    /// A file that can be read while the block is here; nothing where it is not.
    std::optional<std::filesystem::path> find(std::size_t method, std::int64_t layer) const;

private:
    class MemoryFile;

    std::int64_t m_layer = -1;
    std::map<std::size_t, std::unique_ptr<MemoryFile>> m_files; ///< by method
};

} // namespace quantscope
