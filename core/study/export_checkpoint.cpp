#include "core/study/export_checkpoint.h"

#include "core/checkpoint/json_file.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/codes_manifest.h"
#include "core/engine/quantization_chain.h"
#include "core/model/block_loader.h"
#include "core/model/block_tensors.h"
#include "core/quant/grids.h"
#include "core/quant/option_value.h"
#include "core/quant/packed_storage.h"
#include "core/quant/recipe.h"
#include "core/session/session.h"
#include "core/study/output_folder.h"
#include "core/study/plan_paths.h"
#include "core/study/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largestConfig = 4 << 20;

std::string moduleName(std::int64_t layer, Module module) {
    const std::string weight = blockTensorName(layer, module, "weight");
    return weight.substr(0, weight.rfind('.'));
}

/// What a matrix is called in the family's files.
std::string fileModuleName(const FileTensor& file) {
    return file.name.substr(0, file.name.rfind('.'));
}

template <typename T>
std::vector<T> valuesOf(const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.contiguous();
    return {plain.data_ptr<T>(), plain.data_ptr<T>() + plain.numel()};
}

[[noreturn]] void refuseLevels(const std::string& what) {
    throw Error(
        ErrorKind::Usage,
        fmt::format("{} is not on a uniform grid (NF, FP, cube-root and perturb are not), which "
                    "this format cannot hold; export a method with a uniform grid, such as rtn, "
                    "gptq or awq, "
                    "or use --format f32.",
                    what));
}

/// The type in files that holds the numbers of a matrix left in 16 bits as they are.
const char* sixteenBitType(const torch::Tensor& values) {
    return at::equal(values.to(torch::kFloat16).to(torch::kFloat32), values) ? "F16" : "BF16";
}

PackedMatrix packedMatrix(const std::string& module, const QuantizedLinear& linear) {
    if (linear.kind != QuantizedLinear::Kind::Uniform)
        refuseLevels(module);
    PackedMatrix matrix;
    matrix.bits = linear.bits;
    matrix.rows = linear.rows;
    matrix.columns = linear.columns;
    matrix.groups = groupCount(linear.columns, linear.groupSize);
    matrix.groupSize = groupColumns(linear.columns, linear.groupSize);
    matrix.codes = valuesOf<std::uint8_t>(linear.codes);
    matrix.scales = valuesOf<float>(linear.scales);
    matrix.zeros = valuesOf<float>(linear.zeros);
    matrix.groupIndex = linear.groupIndex.defined()
                            ? valuesOf<std::int32_t>(linear.groupIndex)
                            : consecutiveGroups(matrix.columns, matrix.groupSize);
    return matrix;
}

/// A whole number among the options of a method; nothing where it has no such option.
std::optional<std::int64_t> wholeOption(const MethodSpec& spec, const std::string& name) {
    const auto value = optionValue(spec, name);
    return value ? std::optional<std::int64_t>(std::stoll(*value)) // a quantizer was made: a number
                 : std::nullopt;
}

std::string dtypeOf(StoredType type) {
    switch (type) {
    case StoredType::F16:
        return "F16";
    case StoredType::BF16:
        return "BF16";
    case StoredType::F32:
    case StoredType::Quantized:
        break;
    }
    return "F32";
}

/// Formats of packed codes hold what a lane computes with only where its layers are plain.
void requirePlainLayers(const std::string& what, bool roundsInputs, bool turnsChannels) {
    if (!roundsInputs && !turnsChannels)
        return;
    throw Error(
        ErrorKind::Usage,
        fmt::format("{} {}, which this format cannot hold; export another method, or take "
                    "{}.",
                    what,
                    roundsInputs ? "rounds inputs of matrices while the model runs"
                                 : "has codes of turned channels",
                    turnsChannels ? "--format f32 with activation_bits=16" : "activation_bits=16"));
}

/// Writes a checkpoint tensor by tensor, widest types first, so that readers which map the file
/// find every tensor aligned; blocks are read again for each type.
class Exporter {
public:
    Exporter(const Checkpoint& parent, fs::path codes, const ExportFormat& format, ScaleType scales,
             Job& job)
        : m_parent(parent)
        , m_codes(std::move(codes))
        , m_format(format)
        , m_job(job)
        , m_schemes(scales) {
        checkBlocks();
        plan();
    }

    const ExportSchemes& schemes() const { return m_schemes; }
    void write(const fs::path& file, const nlohmann::json& origin);

private:
    /// A tensor to be written: of a matrix, or of the parent.
    struct Planned {
        SafetensorsEntry entry;
        std::function<std::vector<std::byte>(const PackedMatrix&)> fill; ///< of a matrix
        const FileTensor* file = nullptr;
        bool isFolded = false; ///< not the parent's any more
        bool isLeft = false;   ///< a matrix that was not quantized
    };

    QuantizedBlock readBlock(std::int64_t layer) const {
        return loadPackedBlock(m_codes / fmt::format("block-{:03}.safetensors", layer));
    }
    void checkBlocks();
    void leave(std::int64_t layer, Module module, const QuantizedLinear& linear);
    /// A block as it was and as the method left it.
    struct Weights {
        std::int64_t layer = -1;
        BlockWeights reference;
        BlockWeights changed;
    };
    const Weights& load(std::int64_t layer);
    void plan();
    bool isChanged(const FileTensor& file);
    const QuantizedBlock& block(std::int64_t layer);
    PackedMatrix matrixOf(const FileTensor& file);
    torch::Tensor folded(const FileTensor& file);
    torch::Tensor left(const FileTensor& file);
    std::vector<std::byte> parentBytes(const Planned& planned) const;

    const Checkpoint& m_parent;
    fs::path m_codes;
    const ExportFormat& m_format;
    Job& m_job;
    ExportSchemes m_schemes;
    std::vector<FileTensor> m_files;
    std::map<std::string, std::string> m_names; ///< of the files' matrices, by the model's
    std::set<std::int64_t>
        m_folded; ///< blocks whose norms and biases are not the parent's any more
    std::map<std::string, std::string> m_left; ///< type of the files' matrices not quantized
    std::vector<Planned> m_plan;
    std::int64_t m_layer = -1;
    QuantizedBlock m_block;
    Weights m_weights; ///< of the block that was looked at last
};

void Exporter::checkBlocks() {
    const std::int64_t layers = m_parent.config().layers;
    m_files = fileTensors(m_parent.config());
    for (const FileTensor& file : m_files)
        for (const ModelTensor& part : file.parts)
            if (part.role.kind == TensorRole::Kind::Matrix && !part.role.isBias)
                m_names[moduleName(file.layer(), part.role.module)] = fileModuleName(file);
    std::set<std::string> added;
    // Twice: the schemes are known after the last block.
    for (const bool isCheck : {false, true}) {
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            m_job.throwIfStopped();
            const QuantizedBlock quantized = readBlock(layer);
            requirePlainLayers(fmt::format("{}: the lane", m_codes.string()),
                               roundsInputs(quantized), turnsChannels(quantized));
            for (const auto& [module, linear] : quantized.linears) {
                const std::string name = moduleName(layer, module);
                const StoredTensor* weight = m_parent.find(name + ".weight");
                if (!weight || weight->shape != std::vector{linear.rows, linear.columns})
                    throw Error(ErrorKind::Input,
                                fmt::format("{}: the codes of {} are [{}, {}], which is not the "
                                            "model's shape: they belong to another model.",
                                            m_codes.string(), name, linear.rows, linear.columns));
                if (linear.kind == QuantizedLinear::Kind::Values) {
                    if (!isCheck)
                        leave(layer, module, linear);
                    continue;
                }
                const PackedMatrix matrix = packedMatrix(name, linear);
                if (isCheck)
                    m_format.check(name, matrix, m_schemes.of(m_names.at(name)));
                else if (const std::string& held = m_names.at(name); added.insert(held).second)
                    m_schemes.add(held, matrix);
            }
            if (quantized.ln1.defined() || quantized.ln2.defined() ||
                !quantized.basis.scale.empty() || !quantized.basis.experts.empty())
                m_folded.insert(layer);
        }
    }
}

/// A matrix that was not quantized is written as numbers; artificial noise is refused.
void Exporter::leave(std::int64_t layer, Module module, const QuantizedLinear& linear) {
    const std::string name = moduleName(layer, module);
    const torch::Tensor parent = storedTensor(m_parent, name + ".weight");
    std::string type = dtypeOf(m_parent.find(name + ".weight")->type);
    if (!at::equal(linear.values, parent)) {
        if (linear.bits > 16)
            refuseLevels(name);
        type = sixteenBitType(linear.values);
    }
    const auto [held, isNew] = m_left.emplace(m_names.at(name), type);
    if (isNew)
        m_schemes.leave(held->first);
    else if (held->second != type)
        held->second = "F32"; // holds both
}

void Exporter::plan() {
    for (const FileTensor& file : m_files)
        if (const auto found = m_left.find(fileModuleName(file)); found != m_left.end())
            for (const ModelTensor& part : file.parts)
                if (!part.role.isBias &&
                    block(file.layer()).linears.at(part.role.module).kind !=
                        QuantizedLinear::Kind::Values)
                    throw Error(ErrorKind::Usage,
                                fmt::format("{} holds several matrices of the model, of which the "
                                            "recipe quantizes some and others not; give them the "
                                            "same method.",
                                            found->first));
    if (m_schemes.groups().empty())
        throw Error(ErrorKind::Usage, fmt::format("{}: no matrix is quantized, so there is nothing "
                                                  "that this format could hold.",
                                                  m_codes.string()));
    for (const FileTensor& file : m_files) {
        const ModelTensor& first = file.parts.front();
        const bool isMatrix = first.role.kind == TensorRole::Kind::Matrix && !first.role.isBias;
        if (const auto left = m_left.find(fileModuleName(file)); isMatrix && left != m_left.end()) {
            m_plan.push_back({{file.name, left->second, file.shape}, {}, &file, false, true});
            continue;
        }
        if (isMatrix) {
            const std::int64_t rows = first.layout.transposed ? file.shape[1] : file.shape[0];
            const std::int64_t columns = first.layout.transposed ? file.shape[0] : file.shape[1];
            for (ExportTensor& tensor :
                 m_format.tensors(fileModuleName(file), rows, columns,
                                  m_schemes.of(fileModuleName(file))))
                m_plan.push_back({tensor.entry, std::move(tensor.fill), &file});
            continue;
        }
        const bool isFolded = m_folded.contains(file.layer()) && isChanged(file);
        const StoredType type = m_parent.find(first.name)->type;
        m_plan.push_back(
            {{file.name, isFolded ? "F32" : dtypeOf(type), file.shape}, {}, &file, isFolded});
    }
    std::stable_sort(m_plan.begin(), m_plan.end(), [](const Planned& left, const Planned& right) {
        return safetensorsItemSize(left.entry.dtype) > safetensorsItemSize(right.entry.dtype);
    });
}

const QuantizedBlock& Exporter::block(std::int64_t layer) {
    if (m_layer != layer)
        m_block = readBlock(layer);
    m_layer = layer;
    return m_block;
}

const Exporter::Weights& Exporter::load(std::int64_t layer) {
    if (m_weights.layer != layer) {
        m_weights.layer = layer;
        m_weights.reference = loadBlock(m_parent, layer);
        m_weights.changed = dequantizeBlock(m_weights.reference, block(layer));
    }
    return m_weights;
}

/// Whether the method changed a norm, bias or router.
bool Exporter::isChanged(const FileTensor& file) {
    const Weights& weights = load(file.layer());
    return std::any_of(file.parts.begin(), file.parts.end(), [&](const ModelTensor& part) {
        return !blockTensor(m_parent.config(), weights.changed, part.role)
                    .is_same(blockTensor(m_parent.config(), weights.reference, part.role));
    });
}

/// The codes of a matrix of the family's files, which may hold several of the model's.
PackedMatrix Exporter::matrixOf(const FileTensor& file) {
    const QuantizedBlock& quantized = block(file.layer());
    const auto partOf = [&](const ModelTensor& part) {
        return packedMatrix(fileModuleName(file), quantized.linears.at(part.role.module));
    };
    PackedMatrix whole = partOf(file.parts.front());
    if (file.parts.size() == 1)
        return whole;
    const auto columns = static_cast<std::size_t>(whole.columns);
    const auto groups = static_cast<std::size_t>(whole.groups);
    const std::vector<std::int32_t> index = whole.groupIndex;
    whole.rows = file.parts.front().layout.transposed ? file.shape[1] : file.shape[0];
    whole.codes.assign(static_cast<std::size_t>(whole.rows) * columns, 0);
    whole.scales.assign(static_cast<std::size_t>(whole.rows) * groups, 0);
    whole.zeros.assign(static_cast<std::size_t>(whole.rows) * groups, 0);
    for (const ModelTensor& part : file.parts) {
        const PackedMatrix matrix = partOf(part);
        if (matrix.bits != whole.bits || matrix.groupSize != whole.groupSize)
            throw Error(ErrorKind::Usage,
                        fmt::format("{} holds several matrices of the model, which the recipe "
                                    "quantizes in different ways; give them the same method.",
                                    fileModuleName(file)));
        if (matrix.groupIndex != index)
            throw Error(ErrorKind::Usage,
                        fmt::format("{} holds several matrices of the model, whose columns are in "
                                    "groups of different order; the format has one order for all. "
                                    "Quantize without act_order, or with static_groups.",
                                    fileModuleName(file)));
        for (std::int64_t row = 0; row < matrix.rows; ++row) {
            const auto to = static_cast<std::size_t>(part.layout.fileRow(row));
            const auto from = static_cast<std::size_t>(row);
            std::copy_n(&matrix.codes[from * columns], columns, &whole.codes[to * columns]);
            std::copy_n(&matrix.scales[from * groups], groups, &whole.scales[to * groups]);
            std::copy_n(&matrix.zeros[from * groups], groups, &whole.zeros[to * groups]);
        }
    }
    return whole;
}

/// A norm or bias with what the method folded into it.
torch::Tensor Exporter::folded(const FileTensor& file) {
    const Weights& weights = load(file.layer());
    return assemble(file, [&](const ModelTensor& part) {
        return storedTensor(m_parent, weights.reference, weights.changed, part);
    });
}

/// A matrix, or several that the family's files hold in one, that was not quantized.
torch::Tensor Exporter::left(const FileTensor& file) {
    const QuantizedBlock& quantized = block(file.layer());
    return assemble(file, [&](const ModelTensor& part) {
        return quantized.linears.at(part.role.module).values;
    });
}

/// A tensor in the type of the file, which holds its numbers exactly.
std::vector<std::byte> bytesIn(const std::string& dtype, torch::Tensor values) {
    if (dtype != "F32")
        values = values.to(dtype == "F16" ? torch::kFloat16 : torch::kBFloat16);
    const auto* bytes = static_cast<const std::byte*>(values.data_ptr());
    return {bytes, bytes + values.nbytes()};
}

/// A tensor of the parent in its own type: exact, since reading it as f32 was.
std::vector<std::byte> Exporter::parentBytes(const Planned& planned) const {
    return bytesIn(planned.entry.dtype, assemble(*planned.file, [this](const ModelTensor& part) {
                       return storedTensor(m_parent, part.name);
                   }));
}

void Exporter::write(const fs::path& file, const nlohmann::json& origin) {
    std::vector<SafetensorsEntry> entries;
    for (const Planned& planned : m_plan)
        entries.push_back(planned.entry);
    SafetensorsWriter writer(file, std::move(entries), originMetadata(origin));
    double done = 0;
    for (const Planned& planned : m_plan) {
        m_job.progress("writing " + planned.entry.name, done++, double(m_plan.size()));
        std::vector<std::byte> bytes;
        if (planned.fill) {
            bytes = planned.fill(matrixOf(*planned.file));
        } else if (planned.isLeft) {
            bytes = bytesIn(planned.entry.dtype, left(*planned.file));
        } else if (planned.isFolded) {
            const std::vector<float> values = valuesOf<float>(folded(*planned.file));
            const auto raw = std::as_bytes(std::span(values));
            bytes.assign(raw.begin(), raw.end());
        } else {
            bytes = parentBytes(planned);
        }
        writer.writeTensor<std::byte>(planned.entry.name, bytes);
    }
    writer.finish();
}

void writeJson(const fs::path& file, const nlohmann::json& object) {
    std::ofstream out(file);
    out << object.dump(2) << "\n";
    out.flush();
    if (!out)
        throw Error(ErrorKind::Output, fmt::format("{} could not be written.", file.string()));
}

} // namespace

nlohmann::json checkpointOrigin(const Checkpoint& parent, const fs::path& codes) {
    nlohmann::json origin = readCodesManifest(codes);
    origin["program"] = fmt::format("QuantScope {}", QUANTSCOPE_VERSION);
    origin["model_hash"] = parent.contentHash();
    return origin;
}

std::map<std::string, std::string> originMetadata(const nlohmann::json& origin) {
    return {{"format", "pt"}, {"quantscope", origin.dump()}};
}

void copyDescription(const fs::path& from, const fs::path& to, const nlohmann::json& changes,
                     const nlohmann::json& origin) {
    if (!fs::is_directory(from))
        throw Error(ErrorKind::Input,
                    fmt::format("{} is no Hugging Face directory, whose config.json and tokenizer "
                                "the new checkpoint needs; give the model as one.",
                                from.string()));
    nlohmann::json config = readJsonObject(from / "config.json", largestConfig);
    config.erase("compression_config");
    config.erase("quantization_config");
    config.merge_patch(changes);
    writeJson(to / "config.json", config);
    // Beside it, since readers of config.json may refuse what they do not know.
    writeJson(to / "quantscope.json", origin);
    for (const char* name :
         {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json",
          "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
          "generation_config.json", "LICENSE", "README.md"})
        if (fs::exists(from / name))
            fs::copy_file(from / name, to / name);
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.path().extension() == ".tiktoken")
            fs::copy_file(entry.path(), to / entry.path().filename());
}

void checkExport(const Checkpoint& parent, const MethodSpec& method, const ExportFormat& format) {
    if (const auto recipe = optionValue(method, "recipe")) {
        for (const MethodSpec& candidate : readRecipe(*recipe).candidates)
            checkExport(parent, candidate, format);
        return;
    }
    if (method.method == "none") // holds no codes; whether anything is quantized shows later
        return;
    const std::unique_ptr<Quantizer> quantizer = makeQuantizer(method);
    requirePlainLayers("The method " + method.method, quantizer->roundsInputs(),
                       quantizer->turnsChannels());
    const auto bits = wholeOption(method, "bits");
    const auto group = wholeOption(method, "group");
    if (!bits || !group)
        refuseLevels("The method " + method.method);
    ExportSchemes schemes(ScaleType::F32);
    for (const bool isCheck : {false, true})
        for (const FileTensor& file : fileTensors(parent.config())) {
            const ModelTensor& first = file.parts.front();
            if (file.layer() != 0 || first.role.kind != TensorRole::Kind::Matrix ||
                first.role.isBias)
                continue;
            const std::string name = fileModuleName(file);
            PackedMatrix matrix; // no codes yet, whose zero points and scales are checked later
            matrix.bits = static_cast<int>(*bits);
            matrix.rows = first.layout.transposed ? file.shape[1] : file.shape[0];
            matrix.columns = first.shape[1];
            matrix.groups = groupCount(matrix.columns, *group);
            matrix.groupSize = groupColumns(matrix.columns, *group);
            if (isCheck)
                format.check(name, matrix, schemes.of(name));
            else
                schemes.add(name, matrix);
        }
}

void exportCheckpoint(const Checkpoint& parent, const fs::path& parentPath, const fs::path& codes,
                      const ExportFormat& format, ScaleType scales, const fs::path& to, Job& job) {
    const at::NoGradGuard noGradients;
    Exporter exporter(parent, codes, format, scales, job);
    // The dtype that programs load the rest in; the files' own types are kept beside it.
    const nlohmann::json origin = checkpointOrigin(parent, codes);
    copyDescription(parentPath, to,
                    {{"quantization_config", format.configuration(exporter.schemes())}}, origin);
    exporter.write(to / "model.safetensors", origin);
}

void exportFromSession(const SessionExport& options, Job& job) {
    const StudyFolder folder(options.session);
    const std::unique_ptr<ExportFormat> format = makeExportFormat(options.format);
    if (!folder.exists())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the folder {} with the study's codes is not beside it.",
                                options.session.string(), folder.path().string()));
    const StudyPlan plan = withFoundPaths(planFromJson(folder.readPlan()), folder.sessionFile());
    const auto method =
        std::find_if(plan.methods.begin(), plan.methods.end(),
                     [&](const MethodSpec& spec) { return spec.lane == options.lane; });
    if (method == plan.methods.end())
        throw Error(ErrorKind::Usage, fmt::format("{}: no method has the lane \"{}\".",
                                                  options.session.string(), options.lane));
    const auto index = static_cast<std::size_t>(method - plan.methods.begin()) + 1;
    const fs::path codes = folder.codes() / QuantizationChain::slug(*method, index);
    const std::string model = options.modelPath.empty() ? plan.modelPath : options.modelPath;
    const std::unique_ptr<Checkpoint> parent = Checkpoint::open(model);
    const std::shared_ptr<const SessionData> session = openSession(folder.sessionFile());
    const auto hash = session->attributes.find(attribute::modelHash);
    if (hash == session->attributes.end() || hash->second != parent->contentHash())
        throw Error(ErrorKind::Input,
                    fmt::format("{} is not the model of {}: its content differs. Give the model "
                                "that was quantized with --model.",
                                model, options.session.string()));
    OutputFolder output(options.output, options.replace);
    exportCheckpoint(*parent, model, codes, *format, options.scales, output.path(), job);
    output.finish();
}

} // namespace quantscope
