#include "core/tokenizer/files.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <xxhash.h>

namespace quantscope {

std::string readWholeFile(const std::filesystem::path& path, std::uintmax_t largest) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) {
        throw Error(
            ErrorKind::Input,
            fmt::format("{} is missing or no file; expected a readable file.", path.string()));
    }
    const std::uintmax_t size = std::filesystem::file_size(path, code);
    if (code || size > largest) {
        throw Error(
            ErrorKind::Input,
            fmt::format("{} has {} bytes, more than the {} bytes that such a file may have.",
                        path.string(), size, largest));
    }
    std::ifstream stream(path, std::ios::binary);
    std::string content(static_cast<std::size_t>(size), '\0');
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!stream) {
        throw Error(ErrorKind::Input, fmt::format("{} cannot be read: {}. Check its permissions.",
                                                  path.string(), std::strerror(errno)));
    }
    return content;
}

std::string hashContents(const std::vector<std::string_view>& contents) {
    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                                XXH3_freeState);
    XXH3_128bits_reset(state.get());
    for (const std::string_view content : contents) {
        std::array<unsigned char, 8> length{};
        for (std::size_t k = 0; k < length.size(); ++k) {
            length[k] = static_cast<unsigned char>(content.size() >> (8 * k));
        }
        XXH3_128bits_update(state.get(), length.data(), length.size());
        XXH3_128bits_update(state.get(), content.data(), content.size());
    }
    const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

} // namespace quantscope
