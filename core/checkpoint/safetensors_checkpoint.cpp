#include "core/checkpoint/safetensors_checkpoint.h"

#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/families/family.h"
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
           name.ends_with("rotary_emb.sin_cached") || name.ends_with(".masked_bias");
}

/// The triangle that GPT-2 and GPT-NeoX mask with, under a name that others give to a bias.
bool isMask(const ModelConfig& config, const std::string& name) {
    return (config.family == Family::Gpt2 && name.ends_with(".attn.bias")) ||
           (config.family == Family::GptNeoX && name.ends_with(".attention.bias"));
}

class SafetensorsCheckpoint : public Checkpoint {
public:
    SafetensorsCheckpoint(const fs::path& directory, std::unique_ptr<QuantizedFormat> format)
        : m_directory(directory)
        , m_config(readModelConfig(directory))
        , m_shards(directory)
        , m_isBody(isBody())
        , m_format(std::move(format)) {
        for (ModelTensor& expected : modelTensors(m_config)) {
            expected.layout.name = fileName(expected.layout);
            if (!addQuantized(expected))
                addTensor(expected);
        }
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
    bool m_isBody;
    std::vector<StoredTensor> m_tensors;
    std::unordered_map<std::string, std::size_t> m_index;
    std::unordered_map<std::string, TensorLayout> m_layouts; ///< by the model's name
    std::unordered_set<std::string> m_used;                  ///< names of the file's tensors
    std::unique_ptr<QuantizedFormat> m_format;               ///< nullptr: nothing is quantized
    /// By the file's name of the weight that they stand for.
    std::unordered_map<std::string, std::unique_ptr<QuantizedMatrix>> m_matrices;
    std::unordered_map<std::string, StoredTensor> m_quantized; ///< the same, as it is stored
    std::unordered_set<std::string> m_quantizedParts; ///< names of the tensors they consist of

    bool isBody() const;
    std::string fileName(const TensorLayout& layout) const;
    bool openQuantized(const ModelTensor& expected);
    bool addQuantized(const ModelTensor& expected);
    bool isZeroBias(const std::string& name) const;
    void addTensor(const ModelTensor& expected);
    void add(const ModelTensor& expected, StoredTensor stored);
    void readElements(const StoredTensor& tensor, const Shards::Place& place,
                      std::uint64_t firstElement, std::span<float> out) const;
    std::string outputName() const;
    void checkRest() const;
};

/// Some checkpoints hold the body of the model alone, and their names begin later.
std::string SafetensorsCheckpoint::fileName(const TensorLayout& layout) const {
    const std::string_view prefix = familyDefinition(m_config.family).bodyPrefix;
    return m_isBody && layout.name.starts_with(prefix) ? layout.name.substr(prefix.size())
                                                       : layout.name;
}

bool SafetensorsCheckpoint::isBody() const {
    const std::string_view prefix = familyDefinition(m_config.family).bodyPrefix;
    return !prefix.empty() &&
           std::none_of(m_shards.tensors().begin(), m_shards.tensors().end(),
                        [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

void SafetensorsCheckpoint::add(const ModelTensor& expected, StoredTensor stored) {
    stored.name = expected.name;
    stored.shape = expected.shape;
    stored.fileName = expected.layout.name;
    m_layouts.emplace(expected.name, expected.layout);
    m_used.insert(expected.layout.name);
    m_index.emplace(expected.name, m_tensors.size());
    m_tensors.push_back(std::move(stored));
}

/// Opens the quantized matrix that a tensor is, or is part of.
bool SafetensorsCheckpoint::openQuantized(const ModelTensor& expected) {
    constexpr std::string_view suffix = ".weight";
    const TensorLayout& layout = expected.layout;
    if (!m_format || expected.shape.size() != 2 || !layout.name.ends_with(suffix))
        return false;
    if (m_matrices.contains(layout.name))
        return true;
    // Tools that quantize turn Conv1D round.
    const std::int64_t out = layout.transposed ? layout.shape[1] : layout.shape[0];
    const std::int64_t in = layout.transposed ? layout.shape[0] : layout.shape[1];
    ModuleTensors module(m_shards, layout.name.substr(0, layout.name.size() - suffix.size()), out,
                         in);
    std::unique_ptr<QuantizedMatrix> matrix = m_format->open(module);
    if (!matrix)
        return false;
    const TensorPlace& codes = module.taken().front();
    StoredTensor stored{layout.name,          StoredType::Quantized,    {out, in},
                        codes.file->path(),   codes.tensor->fileOffset, 0,
                        matrix->description()};
    for (const TensorPlace& part : module.taken()) {
        stored.bytes += part.tensor->bytes;
        m_quantizedParts.insert(part.tensor->name);
    }
    if (!m_quantizedParts.contains(layout.name) && m_shards.find(layout.name))
        codes.refuse(fmt::format("stands beside {}; expected one of them", layout.name));
    m_quantized.emplace(layout.name, std::move(stored));
    m_matrices.emplace(layout.name, std::move(matrix));
    return true;
}

bool SafetensorsCheckpoint::addQuantized(const ModelTensor& expected) {
    if (!openQuantized(expected))
        return false;
    StoredTensor stored = m_quantized.at(expected.layout.name);
    const std::int64_t whole = stored.elements();
    stored.shape = expected.shape;
    stored.bytes = static_cast<std::uint64_t>(double(stored.bytes) * double(stored.elements()) /
                                              double(whole));
    add(expected, std::move(stored));
    return true;
}

void SafetensorsCheckpoint::addTensor(const ModelTensor& expected) {
    const TensorLayout& layout = expected.layout;
    const Shards::Place* place = m_shards.find(layout.name);
    if (!place)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no tensor {} (shape [{}]), which its config.json asks "
                                "for{}{}.",
                                m_directory.string(), layout.name, fmt::join(layout.shape, ", "),
                                m_format ? ", nor one quantized as " + m_format->description() : "",
                                expected.name == outputTensorName
                                    ? "; a model that uses its embedding as output matrix says "
                                      "tie_word_embeddings = true there"
                                    : ""));
    const SafetensorsFile& file = m_shards.files()[place->file];
    const SafetensorsTensor& found = *place->tensor;
    if (found.shape != layout.shape)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} has the shape [{}]; its config.json asks for "
                                "[{}].",
                                file.path().string(), found.name, fmt::join(found.shape, ", "),
                                fmt::join(layout.shape, ", ")));
    const auto type = storedType(found.dtype);
    if (!type)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} has the dtype {}; expected F32, F16 or BF16.",
                                file.path().string(), found.name, found.dtype));
    StoredTensor stored{found.name, *type, expected.shape, file.path(), found.fileOffset, 0};
    stored.bytes =
        static_cast<std::uint64_t>(stored.elements()) * (*type == StoredType::F32 ? 4 : 2);
    add(expected, std::move(stored));
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

/// What the family calls an output matrix, even where the model has none of its own.
std::string SafetensorsCheckpoint::outputName() const {
    const std::string name =
        familyDefinition(m_config.family).layout(m_config, {TensorRole::Kind::Output}).name;
    return name.empty() ? outputTensorName : name;
}

void SafetensorsCheckpoint::checkRest() const {
    // Sorted, so that the message names the same tensor every time.
    std::set<std::string> rest;
    for (const auto& [name, place] : m_shards.tensors())
        if (!m_used.contains(name) && !m_quantizedParts.contains(name) && !isDerived(name) &&
            !isMask(m_config, name) && !isZeroBias(name))
            rest.insert(name);
    const auto refuse = [&](const std::string& name, std::string_view what) {
        const Shards::Place* place = m_shards.find(name);
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} {}.",
                                m_shards.files()[place->file].path().string(), name, what));
    };
    const std::string output = outputName();
    if (m_config.tiedEmbeddings && rest.erase(output) > 0 &&
        !sameBytes(m_shards, *m_shards.find(output),
                   *m_shards.find(m_layouts.at(embeddingTensorName).name)))
        refuse(output, "differs from the embedding although config.json has "
                       "tie_word_embeddings = true; set it to false to use this matrix, "
                       "or remove the tensor");
    if (!rest.empty())
        refuse(*rest.begin(), "has no place in the model that its config.json describes");
}

/// Elements of a tensor of a file that follow one another, converted in small pieces.
/// @param firstElement  in the file's tensor
void SafetensorsCheckpoint::readElements(const StoredTensor& tensor, const Shards::Place& place,
                                         std::uint64_t firstElement, std::span<float> out) const {
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
        if (tensor.type == StoredType::F32) {
            file.readBytes(*place.tensor, offset, std::as_writable_bytes(target));
        } else {
            file.readBytes(*place.tensor, offset, std::as_writable_bytes(source));
            if (tensor.type == StoredType::BF16)
                convertBf16(source, target);
            else
                convertF16(source, target);
        }
    }
}

void SafetensorsCheckpoint::read(const StoredTensor& tensor, std::int64_t firstRow,
                                 std::int64_t rows, std::span<float> out) const {
    requireRows(tensor, firstRow, rows, out.size());
    const TensorLayout& layout = m_layouts.at(tensor.name);
    const bool isVector = tensor.shape.size() < 2;
    const std::int64_t columns = isVector ? 1 : extentOf(tensor).columns;
    const std::int64_t count = isVector ? static_cast<std::int64_t>(out.size()) : rows;
    const auto part = [&](std::int64_t row, std::int64_t some) {
        return out.subspan(static_cast<std::size_t>((row - firstRow) * columns),
                           static_cast<std::size_t>(some * columns));
    };
    if (tensor.type == StoredType::Quantized) {
        const QuantizedMatrix& matrix = *m_matrices.at(layout.name);
        forRuns(layout, firstRow, count,
                [&](std::int64_t from, std::int64_t row, std::int64_t some) {
                    matrix.read(from, some, part(row, some));
                });
    } else if (!layout.transposed) {
        const Shards::Place& place = *m_shards.find(layout.name);
        forRuns(layout, firstRow, count,
                [&](std::int64_t from, std::int64_t row, std::int64_t some) {
                    readElements(tensor, place, static_cast<std::uint64_t>(from * columns),
                                 part(row, some));
                });
    } else {
        const Shards::Place& place = *m_shards.find(layout.name);
        std::vector<float> line(static_cast<std::size_t>(count));
        for (std::int64_t column = 0; column < columns; ++column) {
            forRuns(
                layout, firstRow, count,
                [&](std::int64_t from, std::int64_t row, std::int64_t some) {
                    const auto first = static_cast<std::uint64_t>(column * layout.shape[1] + from);
                    readElements(tensor, place, first,
                                 std::span(line).subspan(static_cast<std::size_t>(row - firstRow),
                                                         static_cast<std::size_t>(some)));
                });
            for (std::int64_t row = 0; row < count; ++row)
                out[static_cast<std::size_t>(row * columns + column)] =
                    line[static_cast<std::size_t>(row)];
        }
    }
    requireFinite(tensor, static_cast<std::uint64_t>(firstRow * columns), out);
}

std::optional<PackedMatrix> SafetensorsCheckpoint::packed(const StoredTensor& tensor,
                                                          std::int64_t firstRow,
                                                          std::int64_t rows) const {
    requireRows(tensor, firstRow, rows, static_cast<std::size_t>(rows * extentOf(tensor).columns));
    const TensorLayout& layout = m_layouts.at(tensor.name);
    const auto matrix = m_matrices.find(layout.name);
    if (matrix == m_matrices.end())
        return std::nullopt;
    std::optional<PackedMatrix> all;
    bool complete = true;
    forRuns(layout, firstRow, rows, [&](std::int64_t from, std::int64_t, std::int64_t some) {
        std::optional<PackedMatrix> part = matrix->second->packed(from, some);
        complete = complete && part;
        if (!complete)
            return;
        if (!all) {
            all = std::move(part);
            return;
        }
        all->rows += part->rows;
        all->codes.insert(all->codes.end(), part->codes.begin(), part->codes.end());
        all->scales.insert(all->scales.end(), part->scales.begin(), part->scales.end());
        all->zeros.insert(all->zeros.end(), part->zeros.begin(), part->zeros.end());
    });
    return complete ? all : std::nullopt;
}

} // namespace

std::unique_ptr<Checkpoint> openSafetensorsCheckpoint(const fs::path& directory,
                                                      std::unique_ptr<QuantizedFormat> format) {
    return std::make_unique<SafetensorsCheckpoint>(directory, std::move(format));
}

} // namespace quantscope
