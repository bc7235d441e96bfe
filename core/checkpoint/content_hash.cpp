#include "core/checkpoint/content_hash.h"

#include "core/checkpoint/file_handle.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <vector>
#include <xxhash.h>

namespace quantscope {

namespace {

constexpr std::uint64_t sampleBytes = 4096;
constexpr std::uint64_t samples = 16;
constexpr std::size_t chunkBytes = std::size_t{1} << 20;

class Hasher {
public:
    Hasher() : m_state(XXH3_createState(), XXH3_freeState) {
        if (!m_state)
            throw std::bad_alloc();
        XXH3_128bits_reset(m_state.get());
    }

    void add(std::span<const std::byte> bytes) {
        XXH3_128bits_update(m_state.get(), bytes.data(), bytes.size());
    }

    /// With its length, so that "ab" "c" and "a" "bc" differ.
    void add(std::string_view text) {
        const std::uint64_t length = text.size();
        add(std::as_bytes(std::span(&length, 1)));
        add(std::as_bytes(std::span(text)));
    }

    std::string result() const {
        const XXH128_hash_t hash = XXH3_128bits_digest(m_state.get());
        return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
    }

private:
    std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> m_state;
};

/// Adds `size` bytes that `read(first, out)` gives: all of few, those at fixed places of many.
template <typename Read>
void addSamples(Hasher& hasher, std::uint64_t size, Read read) {
    std::vector<std::byte> buffer;
    const auto addBytes = [&](std::uint64_t first, std::uint64_t count) {
        buffer.resize(static_cast<std::size_t>(count));
        read(first, std::span<std::byte>(buffer));
        hasher.add(std::span<const std::byte>(buffer));
    };
    if (size <= samples * sampleBytes) {
        addBytes(0, size);
        return;
    }
    // From the first bytes to the last ones in equal steps.
    const std::uint64_t step = (size - sampleBytes) / (samples - 1);
    for (std::uint64_t i = 0; i + 1 < samples; ++i)
        addBytes(i * step, sampleBytes);
    addBytes(size - sampleBytes, sampleBytes);
}

/// Adds bytes [0, size) of a file in pieces.
void addBeginning(Hasher& hasher, const FileHandle& file, std::uint64_t size) {
    std::vector<std::byte> buffer(std::min<std::uint64_t>(size, chunkBytes));
    for (std::uint64_t done = 0; done < size;) {
        const auto part = std::span(buffer).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - done)));
        file.readAt(done, part);
        hasher.add(std::span<const std::byte>(part));
        done += part.size();
    }
}

} // namespace

std::string hashBytes(std::span<const std::byte> bytes) {
    Hasher hasher;
    hasher.add(bytes);
    return hasher.result();
}

std::string hashFile(const std::filesystem::path& path) {
    const FileHandle file(path);
    Hasher hasher;
    addBeginning(hasher, file, file.size());
    return hasher.result();
}

std::string sampledHash(const SafetensorsFile& file, const SafetensorsTensor& tensor) {
    Hasher hasher;
    hasher.add(tensor.name);
    hasher.add(tensor.dtype);
    for (const std::int64_t extent : tensor.shape)
        hasher.add(std::to_string(extent));
    addSamples(hasher, tensor.bytes, [&](std::uint64_t first, std::span<std::byte> out) {
        file.readBytes(tensor, first, out);
    });
    return hasher.result();
}

std::string contentHash(const std::filesystem::path& directory, const Shards& shards) {
    Hasher hasher;
    hasher.add(hashFile(directory / "config.json"));
    // Where older tools say how they quantized (see readQuantizationConfig).
    for (const char* name : {"quantize_config.json", "quant_config.json"})
        if (std::error_code ignored; std::filesystem::exists(directory / name, ignored))
            hasher.add(hashFile(directory / name));
    std::map<std::string, Shards::Place> ordered(shards.tensors().begin(), shards.tensors().end());
    for (const auto& [name, place] : ordered)
        hasher.add(sampledHash(shards.files()[place.file], *place.tensor));
    return hasher.result();
}

std::string contentHash(const FileHandle& file, std::uint64_t headerBytes,
                        std::span<const FileRange> tensors) {
    Hasher hasher;
    addBeginning(hasher, file, headerBytes);
    for (const FileRange& tensor : tensors)
        addSamples(hasher, tensor.bytes, [&](std::uint64_t first, std::span<std::byte> out) {
            file.readAt(tensor.fileOffset + first, out);
        });
    return hasher.result();
}

bool sameBytes(const Shards& shards, const Shards::Place& left, const Shards::Place& right) {
    if (left.tensor->dtype != right.tensor->dtype || left.tensor->shape != right.tensor->shape)
        return false;
    std::vector<std::byte> first(
        static_cast<std::size_t>(std::min<std::uint64_t>(left.tensor->bytes, chunkBytes)));
    std::vector<std::byte> second(first.size());
    for (std::uint64_t done = 0; done < left.tensor->bytes; done += first.size()) {
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(first.size(), left.tensor->bytes - done));
        shards.files()[left.file].readBytes(*left.tensor, done, std::span(first).first(count));
        shards.files()[right.file].readBytes(*right.tensor, done, std::span(second).first(count));
        if (std::memcmp(first.data(), second.data(), count) != 0)
            return false;
    }
    return true;
}

} // namespace quantscope
