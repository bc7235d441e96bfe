#include "core/checkpoint/safetensors_checkpoint.h"

#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/model_tensors.h"
#include "core/checkpoint/module_tensors.h"
#include "core/checkpoint/number_conversion.h"
#include "core/checkpoint/shards.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
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

/// Tensors that older checkpoints carry although they follow from the configuration.
bool isDerived(const std::string& name) {
    return name.ends_with("rotary_emb.inv_freq") || name.ends_with("rotary_emb.cos_cached") ||
           name.ends_with("rotary_emb.sin_cached") || name.ends_with("self_attn.masked_bias");
}

class SafetensorsCheckpoint : public Checkpoint {
public:
    SafetensorsCheckpoint(const fs::path& directory, std::unique_ptr<QuantizedFormat> format)
        : m_directory(directory)
        , m_config(readModelConfig(directory))
        , m_shards(directory)
        , m_format(std::move(format)) {
        for (const ModelTensor& expected : modelTensors(m_config))
            if (!addQuantized(expected))
                addTensor(expected);
        if (m_format && m_matrices.empty())
            throw Error(ErrorKind::Input,
                        fmt::format("{} is said to be quantized ({}), but none of its matrices is.",
                                    m_directory.string(), m_format->description()));
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

    std::string quantizedFormat() const override {
        return m_format ? m_format->description() : std::string();
    }

    std::optional<PackedMatrix> packed(const StoredTensor& tensor, std::int64_t firstRow,
                                       std::int64_t rows) const override;

    std::string contentHash() const override {
        return quantscope::contentHash(m_directory, m_shards);
    }

private:
    fs::path m_directory;
    ModelConfig m_config;
    Shards m_shards;
    std::vector<StoredTensor> m_tensors;
    std::unordered_map<std::string, std::size_t> m_index;
    std::unique_ptr<QuantizedFormat> m_format; ///< nullptr: nothing is quantized
    std::unordered_map<std::string, std::unique_ptr<QuantizedMatrix>> m_matrices;
    std::unordered_set<std::string> m_quantizedParts; ///< names of the tensors they consist of

    bool addQuantized(const ModelTensor& expected);
    bool isZeroBias(const std::string& name) const;
    void addTensor(const ModelTensor& expected);
    void checkRest() const;
};

bool SafetensorsCheckpoint::addQuantized(const ModelTensor& expected) {
    constexpr std::string_view suffix = ".weight";
    if (!m_format || expected.shape.size() != 2 || !expected.name.ends_with(suffix))
        return false;
    ModuleTensors module(m_shards, expected.name.substr(0, expected.name.size() - suffix.size()),
                         expected.shape[0], expected.shape[1]);
    std::unique_ptr<QuantizedMatrix> matrix = m_format->open(module);
    if (!matrix)
        return false;
    const TensorPlace& codes = module.taken().front();
    StoredTensor stored{expected.name,        StoredType::Quantized,    expected.shape,
                        codes.file->path(),   codes.tensor->fileOffset, 0,
                        matrix->description()};
    for (const TensorPlace& part : module.taken()) {
        stored.bytes += part.tensor->bytes;
        m_quantizedParts.insert(part.tensor->name);
    }
    if (!m_quantizedParts.contains(expected.name) && m_shards.find(expected.name))
        codes.refuse(fmt::format("stands beside {}; expected one of them", expected.name));
    m_index.emplace(expected.name, m_tensors.size());
    m_tensors.push_back(std::move(stored));
    m_matrices.emplace(expected.name, std::move(matrix));
    return true;
}

void SafetensorsCheckpoint::addTensor(const ModelTensor& expected) {
    const Shards::Place* place = m_shards.find(expected.name);
    if (!place)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no tensor {} (shape [{}]), which its config.json asks "
                                "for{}{}.",
                                m_directory.string(), expected.name,
                                fmt::join(expected.shape, ", "),
                                m_format ? ", nor one quantized as " + m_format->description() : "",
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

/// Whether a tensor is a bias of zeros that older AutoGPTQ gave to matrices without one.
bool SafetensorsCheckpoint::isZeroBias(const std::string& name) const {
    constexpr std::string_view suffix = ".bias";
    if (!name.ends_with(suffix) ||
        !m_matrices.contains(name.substr(0, name.size() - suffix.size()) + ".weight"))
        return false;
    const Shards::Place* place = m_shards.find(name);
    const TensorPlace bias{&m_shards.files()[place->file], place->tensor};
    const std::vector<float> values = bias.readNumbers(bias.whole());
    return std::all_of(values.begin(), values.end(), [](float value) { return value == 0; });
}

void SafetensorsCheckpoint::checkRest() const {
    // Sorted, so that the message names the same tensor every time.
    std::set<std::string> rest;
    for (const auto& [name, place] : m_shards.tensors())
        if (!m_index.contains(name) && !m_quantizedParts.contains(name) && !isDerived(name) &&
            !isZeroBias(name))
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
    requireRows(tensor, firstRow, rows, out.size());
    const auto firstElement = static_cast<std::uint64_t>(firstRow * extentOf(tensor).columns);
    if (tensor.type == StoredType::Quantized) {
        m_matrices.at(tensor.name)->read(firstRow, rows, out);
        requireFinite(tensor, firstElement, out);
        return;
    }
    const Shards::Place& place = *m_shards.find(tensor.name);
    const SafetensorsFile& file = m_shards.files()[place.file];
    const std::uint64_t itemSize = tensor.type == StoredType::F32 ? 4 : 2;
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
            file.readBytes(*place.tensor, offset, std::as_writable_bytes(target));
            nonFinite = hasNonFinite(target);
        } else {
            file.readBytes(*place.tensor, offset, std::as_writable_bytes(source));
            nonFinite = tensor.type == StoredType::BF16 ? convertBf16(source, target)
                                                        : convertF16(source, target);
        }
        if (nonFinite)
            requireFinite(tensor, firstElement + done, target);
    }
}

std::optional<PackedMatrix> SafetensorsCheckpoint::packed(const StoredTensor& tensor,
                                                          std::int64_t firstRow,
                                                          std::int64_t rows) const {
    requireRows(tensor, firstRow, rows, static_cast<std::size_t>(rows * extentOf(tensor).columns));
    const auto matrix = m_matrices.find(tensor.name);
    return matrix == m_matrices.end() ? std::nullopt : matrix->second->packed(firstRow, rows);
}

} // namespace

std::unique_ptr<Checkpoint> openSafetensorsCheckpoint(const fs::path& directory,
                                                      std::unique_ptr<QuantizedFormat> format) {
    return std::make_unique<SafetensorsCheckpoint>(directory, std::move(format));
}

} // namespace quantscope
