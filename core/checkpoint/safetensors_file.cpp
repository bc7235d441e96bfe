#include "core/checkpoint/safetensors_file.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace quantscope {

std::int64_t SafetensorsTensor::elements() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : m_file(path)
    , m_header(readSafetensorsHeader(m_file)) {
    m_index.reserve(m_header.tensors.size());
    for (std::size_t i = 0; i < m_header.tensors.size(); ++i)
        m_index.emplace(m_header.tensors[i].name, i);
}

const SafetensorsTensor* SafetensorsFile::find(const std::string& name) const {
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &m_header.tensors[found->second];
}

const SafetensorsTensor& SafetensorsFile::require(const std::string& name) const {
    if (const SafetensorsTensor* tensor = find(name))
        return *tensor;
    throw Error(ErrorKind::Input, fmt::format("{} has no tensor {}.", path().string(), name));
}

void SafetensorsFile::readBytes(const SafetensorsTensor& tensor, std::uint64_t first,
                                std::span<std::byte> out) const {
    if (first > tensor.bytes || out.size() > tensor.bytes - first)
        throw Error(ErrorKind::Internal,
                    fmt::format("Bytes {} to {} of the tensor {} were asked for, which has {}.",
                                first, first + out.size(), tensor.name, tensor.bytes));
    m_file.readAt(tensor.fileOffset + first, out);
}

} // namespace quantscope
