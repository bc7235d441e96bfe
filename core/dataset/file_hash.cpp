#include "core/data/error.h"
#include "core/dataset/dataset.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>
#include <xxhash.h>

namespace quantscope {

namespace {

std::string hexadecimal(const XXH128_hash_t& hash) {
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

} // namespace

std::string idsHash(std::span<const std::int32_t> ids) {
    return hexadecimal(XXH3_128bits(ids.data(), ids.size_bytes()));
}

std::string fileHash(const std::string& path) {
    std::error_code code;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || std::filesystem::is_directory(path, code)) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the file cannot be read; expected a readable file.", path));
    }
    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                                XXH3_freeState);
    XXH3_128bits_reset(state.get());
    std::vector<char> buffer(1u << 20);
    do {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        XXH3_128bits_update(state.get(), buffer.data(), static_cast<std::size_t>(stream.gcount()));
    } while (stream);
    if (stream.bad()) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: reading failed: {}.", path, std::strerror(errno)));
    }
    return hexadecimal(XXH3_128bits_digest(state.get()));
}

} // namespace quantscope
