#pragma once

#include <filesystem>
#include <string>

namespace quantscope {

/// A file that is written under another name beside its place and then put there at once, so that
/// a crash or a full disk leaves the old content.
class DurableFile {
public:
    /// @throws Error (Output) when the folder is not there or not writable.
    explicit DurableFile(std::filesystem::path target);
    DurableFile(const DurableFile&) = delete;
    DurableFile& operator=(const DurableFile&) = delete;
    /// Removes the temporary unless it was committed.
    ~DurableFile();

    /// Where to write meanwhile.
    const std::filesystem::path& temporary() const { return m_temporary; }

    /// Syncs the temporary, renames it, syncs the folder. @throws Error (Output).
    void commit();

private:
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    bool m_committed = false;
};

/// @throws Error (Output); what stood there before is untouched then.
void writeDurableText(const std::filesystem::path& target, const std::string& text);

} // namespace quantscope
