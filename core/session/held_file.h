#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <tuple>

namespace quantscope {

/// A file held open, so that it stays the same one whatever happens to its name.
class HeldFile {
public:
    /// @throws Error (Input) when it cannot be read.
    explicit HeldFile(const std::filesystem::path& file);
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;
    ~HeldFile();

    /// A path by which this process and its children open it.
    std::filesystem::path path() const;
    /// The name that it had.
    const std::string& name() const { return m_name; }

    /// @throws Error (Input) when the file has been written to since it was opened here.
    void requireUnchanged() const;

private:
    using Content = std::tuple<std::int64_t, std::int64_t, std::int64_t>; ///< size, time written
    Content content() const;

    int m_descriptor;
    std::string m_name;
    Content m_content;
};

} // namespace quantscope
