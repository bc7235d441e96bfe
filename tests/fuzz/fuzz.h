#pragma once

// What the fuzz targets share. A target is a function of bytes, LLVMFuzzerTestOneInput, which
// libFuzzer calls (preset fuzz) or replay.cpp does (everywhere else).

#include "core/data/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace quantscope::fuzz {

/// A folder of this process, in memory where the machine has such a place.
class ScratchFolder {
public:
    ScratchFolder() {
        const std::filesystem::path memory = "/dev/shm";
        const std::filesystem::path above = ::access(memory.c_str(), W_OK) == 0
                                                ? memory
                                                : std::filesystem::temp_directory_path();
        m_path = above / ("quantscope-fuzz-" + std::to_string(::getpid()));
        std::filesystem::create_directories(m_path);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    const std::filesystem::path& path() const { return m_path; }

    std::filesystem::path write(const std::string& name, std::string_view content) const {
        const std::filesystem::path file = m_path / name;
        std::ofstream(file, std::ios::binary)
            .write(content.data(), static_cast<std::streamsize>(content.size()));
        return file;
    }

private:
    std::filesystem::path m_path;
};

inline std::string_view asText(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Does what may refuse its input with a sentence of kind Input or Usage. Any other exception, and
/// a refusal that is no sentence, is a finding and ends the process.
inline void readOrRefuse(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        const std::string_view sentence = error.what();
        const bool isRefusal =
            error.kind() == ErrorKind::Input || error.kind() == ErrorKind::Usage;
        if (isRefusal && sentence.size() > 10 && sentence.ends_with('.'))
            return;
        std::fprintf(stderr, "FINDING: kind %d: %s\n", error.exitCode(), error.what());
        std::abort();
    }
}

} // namespace quantscope::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
