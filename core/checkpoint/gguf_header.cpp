#include "core/checkpoint/gguf_header.h"

#include "core/checkpoint/gguf_stream.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace quantscope {

namespace {

constexpr std::array<char, 4> magic = {'G', 'G', 'U', 'F'};
// Far above any model, so that a lying file cannot ask for much.
constexpr std::uint64_t mostPairs = 1 << 16;
constexpr std::uint64_t mostTensors = 1 << 17;
constexpr std::uint64_t longestName = 1024; // of keys and tensors
constexpr std::uint64_t longestText = 16 << 20;
constexpr std::uint32_t mostDimensions = 4;
constexpr std::int64_t largestExtent = std::int64_t{1} << 40;
constexpr std::int64_t defaultAlignment = 32;
constexpr std::int64_t largestAlignment = 1 << 20;
// The least that a pair and the description of a tensor take in the file.
constexpr std::uint64_t leastPairBytes = 8 + 1 + 4 + 1;
constexpr std::uint64_t leastTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

struct Counts {
    std::uint64_t tensors = 0;
    std::uint64_t pairs = 0;
};

Counts readCounts(GgufStream& stream, const std::string& path) {
    const auto letters = stream.number<std::array<char, 4>>("the beginning");
    if (letters != magic)
        throw Error(ErrorKind::Input,
                    fmt::format("{} does not begin with GGUF: it is something else{}.", path,
                                letters[0] == 'g' || letters[3] == 'g'
                                    ? ", maybe a model of llama.cpp from before August 2023, "
                                      "which must be converted again"
                                    : ""));
    const auto version = stream.number<std::uint32_t>("the version");
    if ((version & 0xffff) == 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} is a big-endian GGUF file; convert it with Python: "
                                "gguf-convert-endian FILE little (of the package gguf).",
                                path));
    if (version != 2 && version != 3)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has GGUF version {}; versions 2 and 3 are read. Convert the "
                                "model again with a present llama.cpp.",
                                path, version));
    Counts counts;
    counts.tensors = stream.number<std::uint64_t>("the number of tensors");
    counts.pairs = stream.number<std::uint64_t>("the number of key-value pairs");
    const auto check = [&](std::uint64_t count, std::uint64_t leastBytes, std::uint64_t most,
                           std::string_view what) {
        const std::uint64_t fitting = std::min(most, stream.remaining() / leastBytes);
        if (count > fitting)
            stream.refuse(fmt::format("says that it has {} {}; a file of {} bytes has at most {}",
                                      count, what, stream.position() + stream.remaining(),
                                      fitting));
    };
    check(counts.pairs, leastPairBytes, mostPairs, "key-value pairs");
    check(counts.tensors, leastTensorBytes, mostTensors, "tensors");
    return counts;
}

GgufValueType readType(GgufStream& stream, const std::string& key) {
    const auto type = stream.number<std::uint32_t>("the type of a value");
    if (type > static_cast<std::uint32_t>(GgufValueType::Float64))
        stream.refuse(fmt::format("gives the key {} a value of the unknown type {}", key, type));
    return static_cast<GgufValueType>(type);
}

void checkTruthValues(const GgufStream& stream, const std::string& key, const GgufValue& value) {
    if (value.type == GgufValueType::Bool &&
        std::any_of(value.bytes.begin(), value.bytes.end(), [](char c) { return c & ~1; }))
        stream.refuse(fmt::format("gives the key {} a truth value that is neither 0 nor 1", key));
}

GgufValue readValue(GgufStream& stream, const std::string& key) {
    GgufValue value;
    value.type = readType(stream, key);
    const std::string what = "the value of " + key;
    if (value.type == GgufValueType::Array) {
        value.isList = true;
        value.type = readType(stream, key);
        value.count = stream.number<std::uint64_t>(what);
        if (value.type == GgufValueType::Array)
            stream.refuse(
                fmt::format("gives the key {} lists inside a list, which no model needs", key));
    }
    const bool isText = value.type == GgufValueType::String;
    const std::uint64_t least = isText ? sizeof(std::uint64_t) : ggufValueSize(value.type);
    if (value.count > stream.remaining() / least)
        stream.refuse(fmt::format("gives the key {} a list of {} values, more than the file can "
                                  "hold",
                                  key, value.count));
    if (!isText) {
        stream.append(value.count * least, value.bytes, what);
        checkTruthValues(stream, key, value);
        return value;
    }
    for (std::uint64_t i = 0; i < value.count; ++i) {
        value.bytes += stream.text(longestText, what);
        value.ends.push_back(value.bytes.size());
    }
    return value;
}

GgufMetadata readPairs(GgufStream& stream, const std::string& path, std::uint64_t count) {
    GgufMetadata metadata(path);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string key = stream.name(longestName, "a key");
        if (!metadata.add(key, readValue(stream, key)))
            stream.refuse(fmt::format("has the key {} twice", key));
    }
    return metadata;
}

const GgufType& requireType(std::uint32_t id, const std::string& tensor, const std::string& path) {
    const GgufType* type = findGgufType(id);
    if (type && type->isSupported())
        return *type;
    throw Error(ErrorKind::Input,
                fmt::format("{}: the tensor {} has the type {}, which is not supported; expected "
                            "{}. Quantize the model to one of these.",
                            path, tensor,
                            type ? std::string(type->name) : fmt::format("number {}", id),
                            supportedGgufTypes()));
}

GgufTensor readTensor(GgufStream& stream, const std::string& path) {
    GgufTensor tensor;
    tensor.name = stream.name(longestName, "the name of a tensor");
    const auto dimensions = stream.number<std::uint32_t>("the shape of " + tensor.name);
    if (dimensions < 1 || dimensions > mostDimensions)
        stream.refuse(fmt::format("gives the tensor {} {} dimensions; expected 1 to {}",
                                  tensor.name, dimensions, mostDimensions));
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
        const auto extent = stream.number<std::uint64_t>("the shape of " + tensor.name);
        if (extent < 1 || extent > largestExtent ||
            __builtin_mul_overflow(elements, extent, &elements) || elements > largestExtent)
            stream.refuse(fmt::format("gives the tensor {} a shape that holds an extent of {}; "
                                      "expected 1 to {} numbers in all",
                                      tensor.name, extent, largestExtent));
        tensor.shape.insert(tensor.shape.begin(), static_cast<std::int64_t>(extent));
    }
    tensor.type =
        &requireType(stream.number<std::uint32_t>("the type of " + tensor.name), tensor.name, path);
    const auto columns = static_cast<std::uint64_t>(tensor.shape.back());
    if (columns % tensor.type->blockSize != 0)
        stream.refuse(fmt::format("gives the tensor {} rows of {} numbers; the type {} needs a "
                                  "multiple of {}",
                                  tensor.name, columns, tensor.type->name, tensor.type->blockSize));
    tensor.bytes = elements / tensor.type->blockSize * tensor.type->blockBytes;
    tensor.fileOffset = stream.number<std::uint64_t>("the place of " + tensor.name);
    return tensor;
}

std::uint64_t readAlignment(const GgufMetadata& metadata) {
    const std::string key = "general.alignment";
    const std::int64_t alignment =
        metadata.integer(key, 1, largestAlignment).value_or(defaultAlignment);
    if ((alignment & (alignment - 1)) != 0)
        metadata.refuse(key, "a power of two");
    return static_cast<std::uint64_t>(alignment);
}

/// Offsets are relative to the end of the header before this and absolute after it. Bytes that
/// belong to no tensor are padding.
void placeTensors(GgufHeader& header, const FileHandle& file, std::uint64_t alignment) {
    const std::string path = file.path().string();
    const std::uint64_t dataSize = file.size() - std::min(file.size(), header.dataStart);
    std::sort(header.tensors.begin(), header.tensors.end(),
              [](const GgufTensor& left, const GgufTensor& right) {
                  return std::tie(left.fileOffset, left.name) <
                         std::tie(right.fileOffset, right.name);
              });
    const GgufTensor* previous = nullptr;
    std::uint64_t end = 0;
    for (GgufTensor& tensor : header.tensors) {
        const std::uint64_t begin = tensor.fileOffset;
        if (begin % alignment != 0)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensor {} lies at byte {} of the data; expected a "
                                    "multiple of {}. The header is damaged.",
                                    path, tensor.name, begin, alignment));
        if (begin > dataSize || tensor.bytes > dataSize - begin)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensor {} should take {} bytes from byte {} of the "
                                    "data on, but the file has only {} bytes of data: it is "
                                    "truncated; fetch or copy it again.",
                                    path, tensor.name, tensor.bytes, begin, dataSize));
        if (begin < end)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensors {} and {} overlap at byte {} of the data; the "
                                    "header is damaged.",
                                    path, previous->name, tensor.name, begin));
        end = begin + tensor.bytes;
        previous = &tensor;
        tensor.fileOffset += header.dataStart;
    }
}

} // namespace

bool looksLikeGguf(const std::filesystem::path& path) {
    try {
        const FileHandle file(path);
        std::array<char, 4> letters{};
        if (file.size() < letters.size())
            return false;
        file.readAt(0, std::as_writable_bytes(std::span(letters)));
        return letters == magic;
    } catch (const Error&) {
        return false;
    }
}

GgufHeader readGgufHeader(const FileHandle& file) {
    const std::string path = file.path().string();
    GgufStream stream(file);
    const Counts counts = readCounts(stream, path);
    GgufHeader header;
    header.metadata = readPairs(stream, path, counts.pairs);
    const std::uint64_t alignment = readAlignment(header.metadata);
    std::set<std::string> names;
    for (std::uint64_t i = 0; i < counts.tensors; ++i) {
        header.tensors.push_back(readTensor(stream, path));
        if (!names.insert(header.tensors.back().name).second)
            stream.refuse(fmt::format("has the tensor {} twice", header.tensors.back().name));
    }
    header.dataStart = (stream.position() + alignment - 1) / alignment * alignment;
    placeTensors(header, file, alignment);
    return header;
}

GgufMetadata readGgufMetadata(const FileHandle& file) {
    const std::string path = file.path().string();
    GgufStream stream(file);
    const Counts counts = readCounts(stream, path);
    return readPairs(stream, path, counts.pairs);
}

} // namespace quantscope
