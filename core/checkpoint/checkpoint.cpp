#include "core/checkpoint/checkpoint.h"

#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/model_tensors.h"
#include "core/checkpoint/number_conversion.h"
#include "core/checkpoint/shards.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t stagingBytes = std::size_t{1} << 20;

std::optional<StoredType> storedType(std::string_view dtype) {
    if (dtype == "F32")
        return StoredType::F32;
    if (dtype == "F16")
        return StoredType::F16;
    if (dtype == "BF16")
        return StoredType::BF16;
    return std::nullopt;
}

std::string_view storedTypeName(StoredType type) {
    switch (type) {
    case StoredType::F32:
        return "f32";
    case StoredType::F16:
        return "f16";
    case StoredType::BF16:
        return "bf16";
    }
    return "unknown";
}

/// Tensors that older checkpoints carry although they follow from the configuration.
bool isDerived(const std::string& name) {
    return name.ends_with("rotary_emb.inv_freq") || name.ends_with("rotary_emb.cos_cached") ||
           name.ends_with("rotary_emb.sin_cached") || name.ends_with("self_attn.masked_bias");
}

class SafetensorsCheckpoint : public Checkpoint {
public:
    explicit SafetensorsCheckpoint(const fs::path& directory)
        : m_directory(directory)
        , m_config(readModelConfig(directory))
        , m_shards(directory) {
        for (const ModelTensor& expected : modelTensors(m_config))
            addTensor(expected);
        checkRest();
    }

    const ModelConfig& config() const override { return m_config; }
    const std::vector<StoredTensor>& tensors() const override { return m_tensors; }

    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_index.find(name);
        return found == m_index.end() ? nullptr : &m_tensors[found->second];
    }

    void read(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
              std::span<float> out) const override;

    std::string contentHash() const override {
        return quantscope::contentHash(m_directory, m_shards);
    }

private:
    fs::path m_directory;
    ModelConfig m_config;
    Shards m_shards;
    std::vector<StoredTensor> m_tensors;
    std::unordered_map<std::string, std::size_t> m_index;

    void addTensor(const ModelTensor& expected);
    void checkRest() const;
};

void SafetensorsCheckpoint::addTensor(const ModelTensor& expected) {
    const Shards::Place* place = m_shards.find(expected.name);
    if (!place)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no tensor {} (shape [{}]), which its config.json asks "
                                "for{}.",
                                m_directory.string(), expected.name,
                                fmt::join(expected.shape, ", "),
                                expected.name == outputTensorName
                                    ? "; a model that uses its embedding as output matrix says "
                                      "tie_word_embeddings = true there"
                                    : ""));
    const SafetensorsFile& file = m_shards.files()[place->file];
    const SafetensorsTensor& found = *place->tensor;
    if (found.shape != expected.shape)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} has the shape [{}]; its config.json asks for "
                                "[{}].",
                                file.path().string(), found.name, fmt::join(found.shape, ", "),
                                fmt::join(expected.shape, ", ")));
    const auto type = storedType(found.dtype);
    if (!type)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} has the dtype {}; expected F32, F16 or BF16.",
                                file.path().string(), found.name, found.dtype));
    m_index.emplace(found.name, m_tensors.size());
    m_tensors.push_back(
        {found.name, *type, found.shape, file.path(), found.fileOffset, found.bytes});
}

void SafetensorsCheckpoint::checkRest() const {
    // Sorted, so that the message names the same tensor every time.
    std::set<std::string> rest;
    for (const auto& [name, place] : m_shards.tensors())
        if (!m_index.contains(name) && !isDerived(name))
            rest.insert(name);
    const auto refuse = [&](const std::string& name, std::string_view what) {
        const Shards::Place* place = m_shards.find(name);
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} {}.",
                                m_shards.files()[place->file].path().string(), name, what));
    };
    if (m_config.tiedEmbeddings && rest.erase(outputTensorName) > 0 &&
        !sameBytes(m_shards, *m_shards.find(outputTensorName), *m_shards.find(embeddingTensorName)))
        refuse(outputTensorName, "differs from the embedding although config.json has "
                                 "tie_word_embeddings = true; set it to false to use this matrix, "
                                 "or remove the tensor");
    if (!rest.empty())
        refuse(*rest.begin(), "has no place in the model that its config.json describes");
}

void SafetensorsCheckpoint::read(const StoredTensor& tensor, std::int64_t firstRow,
                                 std::int64_t rows, std::span<float> out) const {
    const Shards::Place* place = m_shards.find(tensor.name);
    const bool isVector = tensor.shape.size() < 2;
    const std::int64_t allRows = isVector ? 1 : tensor.shape.front();
    const std::int64_t elements = tensor.elements();
    const std::int64_t columns = allRows == 0 ? 0 : elements / allRows;
    if (!place || firstRow < 0 || rows < 0 || firstRow > allRows || rows > allRows - firstRow ||
        out.size() != static_cast<std::size_t>(rows * columns))
        throw Error(ErrorKind::Internal,
                    fmt::format("Rows {} to {} of the tensor {} were asked for into {} values, but "
                                "it has {} rows of {}.",
                                firstRow, firstRow + rows, tensor.name, out.size(), allRows,
                                columns));
    const SafetensorsFile& file = m_shards.files()[place->file];
    const std::uint64_t itemSize = tensor.type == StoredType::F32 ? 4 : 2;
    const auto firstElement = static_cast<std::uint64_t>(firstRow * columns);
    const std::size_t chunk = stagingBytes / sizeof(float);
    std::vector<std::uint16_t> staging(
        tensor.type == StoredType::F32 ? 0 : std::min(chunk, out.size()));
    for (std::size_t done = 0; done < out.size(); done += chunk) {
        const std::span<float> target = out.subspan(done, std::min(chunk, out.size() - done));
        const std::span<std::uint16_t> source =
            std::span(staging).first(staging.empty() ? 0 : target.size());
        const std::uint64_t offset = (firstElement + done) * itemSize;
        bool nonFinite = false;
        if (tensor.type == StoredType::F32) {
            file.readBytes(*place->tensor, offset, std::as_writable_bytes(target));
            nonFinite = hasNonFinite(target);
        } else {
            file.readBytes(*place->tensor, offset, std::as_writable_bytes(source));
            nonFinite = tensor.type == StoredType::BF16 ? convertBf16(source, target)
                                                        : convertF16(source, target);
        }
        if (!nonFinite)
            continue;
        const std::size_t index = findNonFinite(target).value_or(0);
        const std::uint64_t flat = firstElement + done + index;
        const auto width = static_cast<std::uint64_t>(columns);
        throw Error(
            ErrorKind::Input,
            fmt::format("{}: the tensor {} holds {} at {}; the checkpoint is damaged.",
                        tensor.file.string(), tensor.name, target[index],
                        isVector ? fmt::format("index {}", flat)
                                 : fmt::format("row {}, column {}", flat / width, flat % width)));
    }
}

} // namespace

std::int64_t StoredTensor::elements() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::unique_ptr<Checkpoint> Checkpoint::open(const fs::path& modelDirectory) {
    std::error_code error;
    if (!fs::is_directory(modelDirectory, error))
        throw Error(ErrorKind::Input,
                    fmt::format("{} is not a directory; expected a model directory with "
                                "config.json and model.safetensors.",
                                modelDirectory.string()));
    return std::make_unique<SafetensorsCheckpoint>(modelDirectory);
}

ModelSummary summarize(const Checkpoint& checkpoint, const fs::path& directory) {
    const ModelConfig& config = checkpoint.config();
    ModelSummary summary;
    summary.path = directory.string();
    summary.family = familyName(config.family);
    summary.layers = config.layers;
    summary.hiddenSize = config.hiddenSize;
    summary.vocabularySize = config.vocabularySize;
    std::set<std::string_view> types;
    for (const StoredTensor& tensor : checkpoint.tensors()) {
        summary.parameters += static_cast<std::uint64_t>(tensor.elements());
        types.insert(storedTypeName(tensor.type));
    }
    summary.dtype = fmt::format("{}", fmt::join(types, ", "));
    return summary;
}

} // namespace quantscope
