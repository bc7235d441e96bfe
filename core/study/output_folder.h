#pragma once

#include <filesystem>

namespace quantscope {

/// A checkpoint's folder while it is written: a sibling, NAME.unfinished, that gets its name when
/// everything is in it, and is removed when it never does.
class OutputFolder {
public:
    /// @param replace  whether a checkpoint that stands there already is replaced in the end
    /// @throws Error (Output) when something stands there that may not be replaced, or the place
    /// cannot be written.
    OutputFolder(std::filesystem::path output, bool replace);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    /// Where to write.
    const std::filesystem::path& path() const { return m_unfinished; }

    /// Gives the folder its name. @throws Error (Output).
    void finish();

private:
    std::filesystem::path m_output;
    std::filesystem::path m_unfinished;
    bool m_finished = false;
};

} // namespace quantscope
