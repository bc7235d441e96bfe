#include "core/quant/packed_storage.h"

#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"
#include "core/quant/bit_packing.h"
#include "core/quant/folding.h"
#include "core/quant/grids.h"
#include "core/quant/levels.h"
#include "core/quant/packed_manifest.h"
#include "core/quant/packed_transforms.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

namespace quantscope {

namespace {

constexpr std::string_view basisPrefix = "basis.";
constexpr std::int64_t anyExtent = -1;
constexpr std::string_view expertPrefix = "basis.experts.";

std::string_view dtypeOf(const torch::Tensor& tensor) {
    switch (tensor.scalar_type()) {
    case torch::kFloat32:
        return "F32";
    case torch::kInt32:
        return "I32";
    case torch::kUInt8:
        return "U8";
    default:
        throw Error(ErrorKind::Internal, "A quantized block holds a tensor of an unexpected type.");
    }
}

std::span<std::byte> bytesOf(const torch::Tensor& tensor) {
    return {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()};
}

/// Tensors in the order of the file: the wider types first, as readers that map it like to have it.
class TensorList {
public:
    void add(const std::string& name, const torch::Tensor& tensor) {
        if (tensor.defined())
            (tensor.scalar_type() == torch::kUInt8 ? m_bytes : m_wide)
                .emplace_back(name, tensor.cpu().contiguous());
    }

    std::vector<std::pair<std::string, torch::Tensor>> all() const {
        auto tensors = m_wide;
        tensors.insert(tensors.end(), m_bytes.begin(), m_bytes.end());
        return tensors;
    }

private:
    std::vector<std::pair<std::string, torch::Tensor>> m_wide;
    std::vector<std::pair<std::string, torch::Tensor>> m_bytes;
};

/// Zero points in a byte each where all of them are codes, else as they are.
torch::Tensor narrowZeros(const torch::Tensor& zeros) {
    if (!zeros.defined())
        return zeros;
    const torch::Tensor narrow = zeros.clamp(0, 255).to(torch::kUInt8);
    return at::equal(narrow.to(torch::kFloat32), zeros) ? narrow : zeros;
}

void addLinear(TensorList& list, const std::string& name, const QuantizedLinear& linear) {
    if (linear.kind == QuantizedLinear::Kind::Values) {
        list.add(name + ".values", linear.values);
        return;
    }
    const torch::Tensor codes = linear.codes.cpu().contiguous();
    const std::vector<std::byte> packed = packCodes(
        {codes.data_ptr<std::uint8_t>(), static_cast<std::size_t>(codes.numel())}, linear.bits);
    torch::Tensor stream = torch::empty({static_cast<std::int64_t>(packed.size())}, torch::kUInt8);
    std::copy(packed.begin(), packed.end(), bytesOf(stream).begin());
    list.add(name + ".codes", stream);
    if (linear.doubleQuantized) {
        list.add(name + ".scale_codes", linear.scaleCodes);
        list.add(name + ".scale_scales", linear.scaleScales);
    } else {
        list.add(name + ".scales", linear.scales);
    }
    list.add(name + ".zeros", narrowZeros(linear.zeros));
    list.add(name + ".levels", linear.levels);
    list.add(name + ".group_index", linear.groupIndex);
}

/// Reads tensors of a file, each of an expected type and shape, and knows at the end whether one
/// was left over.
class BlockReader {
public:
    explicit BlockReader(const std::filesystem::path& path) : m_file(path) {}

    const SafetensorsFile& file() const { return m_file; }
    bool has(const std::string& name) const { return m_file.find(name) != nullptr; }

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: {} Quantize again.", m_file.path().string(), what));
    }

    torch::Tensor read(const std::string& name, torch::ScalarType type,
                       const std::vector<std::int64_t>& shape) {
        const SafetensorsTensor& stored = m_file.require(name);
        const torch::Tensor empty = torch::empty({0}, type);
        const bool fits = std::equal(stored.shape.begin(), stored.shape.end(), shape.begin(),
                                     shape.end(), [](std::int64_t found, std::int64_t wanted) {
                                         return wanted == anyExtent || found == wanted;
                                     });
        if (stored.dtype != dtypeOf(empty) || !fits)
            refuse(fmt::format("the tensor {} is {} [{}], expected {} [{}].", name, stored.dtype,
                               fmt::join(stored.shape, ", "), dtypeOf(empty),
                               fmt::join(shape, ", ")));
        torch::Tensor tensor =
            torch::empty(stored.shape, type); // as large as the file, which is checked
        m_file.readBytes(stored, 0, bytesOf(tensor));
        ++m_read;
        if (type == torch::kFloat32 && !at::isfinite(tensor).all().item<bool>())
            refuse(fmt::format("the tensor {} holds a value that is not finite.", name));
        return tensor;
    }

    void requireNothingLeft() const {
        if (m_read != m_file.tensors().size())
            refuse(fmt::format("it holds {} tensors, but its manifest accounts for {}.",
                               m_file.tensors().size(), m_read));
    }

private:
    SafetensorsFile m_file;
    std::size_t m_read = 0;
};

void readUniform(BlockReader& reader, const std::string& name, QuantizedLinear& linear) {
    if (linear.groupSize > linear.columns)
        reader.refuse(fmt::format("groups of {} are wider than {}'s {} columns.", linear.groupSize,
                                  name, linear.columns));
    const std::int64_t groups = groupCount(linear.columns, linear.groupSize);
    linear.scales = reader.read(name + ".scales", torch::kFloat32, {linear.rows, groups});
    const SafetensorsTensor& zeros = reader.file().require(name + ".zeros");
    linear.zeros = reader
                       .read(name + ".zeros", zeros.dtype == "U8" ? torch::kUInt8 : torch::kFloat32,
                             {linear.rows, groups})
                       .to(torch::kFloat32);
    if (!reader.has(name + ".group_index"))
        return;
    linear.groupIndex = reader.read(name + ".group_index", torch::kInt32, {linear.columns});
    if (linear.groupIndex.min().item<int>() < 0 || linear.groupIndex.max().item<int>() >= groups)
        reader.refuse(
            fmt::format("{}.group_index names a group outside 0 … {}.", name, groups - 1));
}

void readLevels(BlockReader& reader, const std::string& name, QuantizedLinear& linear) {
    const std::int64_t blocks =
        (linear.rows * linear.columns + linear.groupSize - 1) / linear.groupSize;
    linear.levels =
        reader.read(name + ".levels", torch::kFloat32, {std::int64_t(1) << linear.bits});
    if (!linear.doubleQuantized) {
        linear.scales = reader.read(name + ".scales", torch::kFloat32, {blocks});
        return;
    }
    linear.scaleCodes = reader.read(name + ".scale_codes", torch::kUInt8, {blocks});
    linear.scaleScales = reader.read(name + ".scale_scales", torch::kFloat32,
                                     {(blocks + scaleBlock - 1) / scaleBlock});
    linear.scales = decodeScales(linear.scaleCodes, linear.scaleScales, linear.scaleOffset);
}

void readLinear(BlockReader& reader, const std::string& name, QuantizedLinear& linear) {
    if (linear.kind == QuantizedLinear::Kind::Values) {
        linear.values =
            reader.read(name + ".values", torch::kFloat32, {linear.rows, linear.columns});
        return;
    }
    const auto count = static_cast<std::size_t>(linear.rows * linear.columns);
    const torch::Tensor packed =
        reader.read(name + ".codes", torch::kUInt8,
                    {static_cast<std::int64_t>(packedSize(count, linear.bits))});
    if (linear.kind == QuantizedLinear::Kind::Levels)
        readLevels(reader, name, linear);
    else
        readUniform(reader, name, linear);
    linear.codes = torch::empty({linear.rows, linear.columns}, torch::kUInt8);
    unpackCodes(bytesOf(packed), linear.bits, {linear.codes.data_ptr<std::uint8_t>(), count});
}

/// Width of a site by the modules that read or write it; nothing where none of them is there.
std::optional<std::int64_t> siteWidth(const QuantizedBlock& block, Site site) {
    for (const auto& [module, linear] : block.linears) {
        if (inputSite(module) == site || (site == Site::GateInput && module == Module::Gate))
            return linear.columns;
        if (outputSite(module) == site)
            return linear.rows;
    }
    return std::nullopt;
}

/// A folded norm or a scale of the basis.
torch::Tensor readVector(BlockReader& reader, const QuantizedBlock& block, const std::string& name,
                         Site site) {
    const auto width = siteWidth(block, site);
    if (!width)
        reader.refuse(fmt::format("the tensor {} belongs to no module of the block.", name));
    return reader.read(name, torch::kFloat32, {*width});
}

} // namespace

void savePackedBlock(const std::filesystem::path& path, const QuantizedBlock& block) {
    const at::NoGradGuard noGradients;
    TensorList list;
    for (const auto& [module, linear] : block.linears)
        addLinear(list, std::string(moduleName(module)), linear);
    list.add("ln1", block.ln1);
    list.add("ln2", block.ln2);
    for (const auto& [site, scale] : block.basis.scale)
        list.add(std::string(basisPrefix) + std::string(siteName(site)), scale);
    for (const auto& [expert, scale] : block.basis.experts)
        list.add(std::string(basisPrefix) + moduleName(expertModule(expert, Module::Down)), scale);

    list.add("prefix.keys", block.prefix.keys);
    list.add("prefix.values", block.prefix.values);
    addTransforms(block, [&list](const std::string& name, const torch::Tensor& tensor) {
        list.add(name, tensor);
    });

    const auto tensors = list.all();
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, tensor] : tensors)
        entries.push_back({name, std::string(dtypeOf(tensor)), tensor.sizes().vec()});
    SafetensorsWriter writer(path, entries, writePackedManifest(block));
    for (const auto& [name, tensor] : tensors)
        writer.writeTensor(name, std::span<const std::byte>(bytesOf(tensor)));
    writer.finish();
}

QuantizedBlock loadPackedBlock(const std::filesystem::path& path) {
    const at::NoGradGuard noGradients;
    BlockReader reader(path);
    QuantizedBlock block = readPackedManifest(reader.file().metadata(), path);
    for (auto& [module, linear] : block.linears)
        readLinear(reader, std::string(moduleName(module)), linear);
    for (const SafetensorsTensor& stored : reader.file().tensors()) {
        if (stored.name == "ln1") {
            block.ln1 = readVector(reader, block, stored.name, Site::Ln1);
        } else if (stored.name == "ln2") {
            block.ln2 = readVector(reader, block, stored.name, Site::Ln2);
        } else if (stored.name.starts_with(expertPrefix)) {
            const auto module = findModule(stored.name.substr(basisPrefix.size()));
            const auto linear = module ? block.linears.find(*module) : block.linears.end();
            if (linear == block.linears.end() || kindOf(*module) != Module::Down)
                reader.refuse(
                    fmt::format("the tensor {} belongs to no expert of the block.", stored.name));
            block.basis.experts[expertOf(*module)] =
                reader.read(stored.name, torch::kFloat32, {linear->second.columns});
        } else if (stored.name.starts_with(basisPrefix)) {
            const auto site = findSite(stored.name.substr(basisPrefix.size()));
            if (!site)
                reader.refuse(fmt::format("the tensor {} names no site.", stored.name));
            block.basis.scale[*site] = readVector(reader, block, stored.name, *site);
        }
    }
    if (reader.has("prefix.keys")) {
        const std::vector<std::int64_t> any = {anyExtent, anyExtent, anyExtent};
        block.prefix.keys = reader.read("prefix.keys", torch::kFloat32, any);
        block.prefix.values =
            reader.read("prefix.values", torch::kFloat32, block.prefix.keys.sizes().vec());
        const auto key = block.linears.find(Module::K);
        if (key == block.linears.end() || block.prefix.tokens() < 1 ||
            block.prefix.keys.size(0) * block.prefix.keys.size(2) != key->second.rows)
            reader.refuse("prefix.keys has not the shape of the block's keys.");
    }
    readTransformTensors(
        block,
        [&reader](const std::string& name, torch::ScalarType type,
                  const std::vector<std::int64_t>& shape) {
            return reader.read(name, type, shape);
        },
        [&reader](const std::string& what) { reader.refuse(what); });
    reader.requireNothingLeft();
    return block;
}

} // namespace quantscope
