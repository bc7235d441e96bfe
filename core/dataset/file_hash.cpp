#include "core/data/error.h"
#include "core/dataset/dataset.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <vector>
#include <xxhash.h>

namespace quantscope {

std::string fileHash(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file)
        throw Error(ErrorKind::Input, fmt::format("{}: the file could not be opened.", path));
    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                                &XXH3_freeState);
    XXH3_128bits_reset(state.get());
    std::vector<char> buffer(1 << 18);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
        XXH3_128bits_update(state.get(), buffer.data(), got);
    const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

} // namespace quantscope
