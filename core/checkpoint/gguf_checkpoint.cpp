#include "core/checkpoint/gguf_checkpoint.h"

#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/gguf_config.h"
#include "core/checkpoint/gguf_header.h"
#include "core/checkpoint/gguf_names.h"
#include "core/checkpoint/model_tensors.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t stagingBytes = std::size_t{1} << 20;

/// Tensors that older files carry although they follow from the configuration.
bool isDerived(std::string_view name) {
    return name.ends_with("attn_rot_embd.weight") || name.ends_with("attn_rot_embd");
}

StoredType storedType(const GgufType& type) {
    if (!type.isPlain())
        return StoredType::Quantized;
    return type.name == "F32"   ? StoredType::F32
           : type.name == "F16" ? StoredType::F16
                                : StoredType::BF16;
}

class GgufCheckpoint : public Checkpoint {
public:
    explicit GgufCheckpoint(const fs::path& path)
        : m_file(path)
        , m_header(readGgufHeader(m_file))
        , m_config(readGgufConfig(m_header)) {
        std::unordered_map<std::string_view, const GgufTensor*> found;
        for (const GgufTensor& tensor : m_header.tensors)
            found.emplace(tensor.name, &tensor);
        for (const ModelTensor& expected : modelTensors(m_config)) {
            const auto place = found.find(ggufTensorName(expected.name));
            addTensor(expected, place == found.end() ? nullptr : place->second);
        }
        if (const auto factors = found.find(ggufRopeFactorsName); factors != found.end())
            readRopeFactors(*factors->second);
        checkRest();
    }

    const ModelConfig& config() const override { return m_config; }
    const std::vector<StoredTensor>& tensors() const override { return m_tensors; }

    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_places.find(name);
        return found == m_places.end() ? nullptr : &m_tensors[found->second.index];
    }

    std::string quantizedFormat() const override;

    void read(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
              std::span<float> out) const override;

    std::string contentHash() const override;

private:
    struct Place {
        std::size_t index = 0; ///< in m_tensors
        const GgufTensor* tensor = nullptr;
    };

    FileHandle m_file;
    GgufHeader m_header;
    ModelConfig m_config;
    std::vector<StoredTensor> m_tensors;
    std::unordered_map<std::string, Place> m_places;

    std::string path() const { return m_file.path().string(); }
    void addTensor(const ModelTensor& expected, const GgufTensor* found);
    void readRopeFactors(const GgufTensor& tensor);
    void checkRest() const;
    bool isInterleaved(const StoredTensor& tensor) const;
    std::int64_t interleavedRow(std::int64_t row) const;
    void readElements(const GgufTensor& tensor, std::uint64_t first, std::span<float> out) const;
};

void GgufCheckpoint::addTensor(const ModelTensor& expected, const GgufTensor* found) {
    if (!found)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no tensor {} (shape [{}]), which its metadata asks for.",
                                path(), ggufTensorName(expected.name),
                                fmt::join(expected.shape, ", ")));
    if (found->shape != expected.shape)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} has the shape [{}]; its metadata asks for [{}].",
                                path(), found->name, fmt::join(found->shape, ", "),
                                fmt::join(expected.shape, ", ")));
    m_places.emplace(expected.name, Place{m_tensors.size(), found});
    StoredTensor stored{expected.name, storedType(*found->type), found->shape,
                        m_file.path(), found->fileOffset,        found->bytes};
    if (stored.type == StoredType::Quantized)
        stored.format = fmt::format("GGUF {}", found->type->name);
    m_tensors.push_back(std::move(stored));
}

/// Llama 3 and its like change the rotary frequencies; GGUF keeps what each is divided by.
void GgufCheckpoint::readRopeFactors(const GgufTensor& tensor) {
    const std::vector<std::int64_t> expected = {m_config.headDimension / 2};
    if (tensor.shape != expected || tensor.type->name != "F32")
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} has the shape [{}] and the type {}; expected "
                                "[{}] in F32, a factor for each pair of a head.",
                                path(), tensor.name, fmt::join(tensor.shape, ", "),
                                tensor.type->name, expected.front()));
    if (m_config.ropeScaling.kind != RopeScaling::Kind::None)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has both the tensor {} and a rope.scaling.type with a factor; "
                                "expected one of them.",
                                path(), tensor.name));
    std::vector<float> factors(static_cast<std::size_t>(expected.front()));
    readElements(tensor, 0, factors);
    for (std::size_t i = 0; i < factors.size(); ++i)
        if (!(factors[i] > 0) || !std::isfinite(factors[i]))
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensor {} holds {} at index {}; expected numbers "
                                    "greater than zero.",
                                    path(), tensor.name, factors[i], i));
    m_config.ropeScaling = {};
    m_config.ropeScaling.kind = RopeScaling::Kind::Factors;
    m_config.ropeScaling.frequencyFactors.assign(factors.begin(), factors.end());
}

void GgufCheckpoint::checkRest() const {
    std::unordered_set<std::string_view> known = {ggufRopeFactorsName};
    for (const auto& [name, place] : m_places)
        known.insert(place.tensor->name);
    for (const GgufTensor& tensor : m_header.tensors)
        if (!known.contains(tensor.name) && !isDerived(tensor.name))
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensor {} has no place in the model that its "
                                    "metadata describes.",
                                    path(), tensor.name));
}

std::string GgufCheckpoint::quantizedFormat() const {
    // By the numbers that have each, the most common first.
    std::vector<std::pair<std::int64_t, std::string_view>> types;
    for (const auto& [name, place] : m_places) {
        const std::string_view type = place.tensor->type->name;
        if (place.tensor->type->isPlain())
            continue;
        auto entry = std::find_if(types.begin(), types.end(),
                                  [&](const auto& other) { return other.second == type; });
        if (entry == types.end())
            entry = types.insert(types.end(), {0, type});
        entry->first += m_tensors[place.index].elements();
    }
    std::sort(types.rbegin(), types.rend());
    std::string names;
    for (const auto& [elements, type] : types)
        names += (names.empty() ? "GGUF " : ", ") + std::string(type);
    return names;
}

bool GgufCheckpoint::isInterleaved(const StoredTensor& tensor) const {
    const bool isLlama = m_config.family == Family::Llama || m_config.family == Family::Mistral;
    return isLlama && hasInterleavedHeads(tensor.name);
}

/// Where the file keeps a row of q or k: number i of the first half of a head at 2 i, number i of
/// the second half at 2 i + 1.
std::int64_t GgufCheckpoint::interleavedRow(std::int64_t row) const {
    const std::int64_t half = m_config.headDimension / 2;
    const std::int64_t head = row / m_config.headDimension;
    const std::int64_t within = row % m_config.headDimension;
    return head * m_config.headDimension + within % half * 2 + within / half;
}

/// Elements from `first` on, which begins a block, in pieces that fit a small buffer.
void GgufCheckpoint::readElements(const GgufTensor& tensor, std::uint64_t first,
                                  std::span<float> out) const {
    const GgufType& type = *tensor.type;
    const std::size_t blocks = out.size() / type.blockSize;
    const std::size_t most = stagingBytes / type.blockBytes;
    std::vector<std::byte> staging(std::min(blocks, most) * type.blockBytes);
    for (std::size_t done = 0; done < blocks; done += most) {
        const std::size_t count = std::min(blocks - done, most);
        const std::uint64_t firstBlock = first / type.blockSize + done;
        const auto bytes = std::span(staging).first(count * type.blockBytes);
        m_file.readAt(tensor.fileOffset + firstBlock * type.blockBytes, bytes);
        type.dequantize(bytes.data(), count, out.data() + done * type.blockSize);
    }
}

void GgufCheckpoint::read(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
                          std::span<float> out) const {
    requireRows(tensor, firstRow, rows, out.size());
    const GgufTensor& place = *m_places.at(tensor.name).tensor;
    const auto columns = static_cast<std::size_t>(extentOf(tensor).columns);
    const auto firstElement = static_cast<std::uint64_t>(firstRow) * columns;
    const bool isVector = tensor.shape.size() < 2;
    if (!isInterleaved(tensor)) {
        readElements(place, firstElement, out);
    } else if (isVector) { // a bias: its numbers are the rows
        std::vector<float> stored(out.size());
        readElements(place, 0, stored);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = stored[static_cast<std::size_t>(interleavedRow(static_cast<std::int64_t>(i)))];
    } else {
        for (std::int64_t row = 0; row < rows; ++row)
            readElements(place,
                         static_cast<std::uint64_t>(interleavedRow(firstRow + row)) * columns,
                         out.subspan(static_cast<std::size_t>(row) * columns, columns));
    }
    requireFinite(tensor, firstElement, out);
}

std::string GgufCheckpoint::contentHash() const {
    std::vector<FileRange> ranges;
    for (const GgufTensor& tensor : m_header.tensors)
        ranges.push_back({tensor.fileOffset, tensor.bytes});
    return quantscope::contentHash(m_file, m_header.dataStart, ranges);
}

} // namespace

std::unique_ptr<Checkpoint> openGgufCheckpoint(const fs::path& file) {
    return std::make_unique<GgufCheckpoint>(file);
}

} // namespace quantscope
