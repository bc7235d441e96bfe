#include "core/quant/packed_manifest.h"

#include "core/data/error.h"
#include "core/quant/packed_transforms.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace quantscope {

namespace {

using Json = nlohmann::json;

constexpr std::string_view formatName = "quantscope-block";
constexpr std::string_view formatVersion = "1";
/// In the order of QuantizedLinear::Kind.
constexpr std::array kindNames = {"uniform", "levels", "cubed", "values"};
constexpr std::int64_t largestExtent = std::int64_t(1) << 24;

class ManifestReader {
public:
    explicit ManifestReader(const std::filesystem::path& path) : m_path(path) {}

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::Input,
                    fmt::format("{} is not a quantized block that can be read: {} Quantize again.",
                                m_path.string(), what));
    }

    std::int64_t integer(const Json& object, const std::string& where, const char* key,
                         std::int64_t low, std::int64_t high) const {
        const auto value = object.find(key);
        if (value == object.end() || !value->is_number_integer() ||
            (value->is_number_unsigned() &&
             value->get<std::uint64_t>() >
                 std::uint64_t(std::numeric_limits<std::int64_t>::max())) ||
            value->get<std::int64_t>() < low || value->get<std::int64_t>() > high)
            refuse(fmt::format(
                "in its manifest, {}.{} is {}, expected a whole number from {} to {}.", where, key,
                value == object.end() ? "missing" : shown(*value), low, high));
        return value->get<std::int64_t>();
    }

    QuantizedLinear linear(const Json& object, const std::string& where) const {
        if (!object.is_object())
            refuse(fmt::format("in its manifest, {} is not an object.", where));
        QuantizedLinear linear;
        const auto kind = object.find("kind");
        const auto name = kind == object.end()
                              ? kindNames.end()
                              : std::find(kindNames.begin(), kindNames.end(), *kind);
        if (name == kindNames.end())
            refuse(fmt::format("in its manifest, {}.kind is none of {}.", where,
                               fmt::join(kindNames, ", ")));
        linear.kind = static_cast<QuantizedLinear::Kind>(name - kindNames.begin());
        const bool hasCodes = linear.kind != QuantizedLinear::Kind::Values;
        linear.bits =
            static_cast<int>(integer(object, where, "bits", hasCodes ? 1 : 16, hasCodes ? 8 : 32));
        linear.rows = integer(object, where, "rows", 1, largestExtent);
        linear.columns = integer(object, where, "columns", 1, largestExtent);
        linear.groupSize = integer(object, where, "group", 1, largestExtent);
        if (const auto offset = object.find("scale_offset"); offset != object.end()) {
            if (linear.kind != QuantizedLinear::Kind::Levels || !offset->is_number())
                refuse(fmt::format("in its manifest, {}.scale_offset is misplaced or no number.",
                                   where));
            linear.doubleQuantized = true;
            linear.scaleOffset = offset->get<float>();
        }
        if (const auto perTensor = object.find("per_tensor"); perTensor != object.end()) {
            if (!perTensor->is_boolean())
                refuse(fmt::format("in its manifest, {}.per_tensor is neither true nor false.",
                                   where));
            linear.perTensor = perTensor->get<bool>();
        }
        return linear;
    }

private:
    static std::string shown(const Json& value) {
        return value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 60);
    }

    const std::filesystem::path& m_path;
};

/// What is not finite was written as null.
double numberOrNaN(const Json& value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

} // namespace

std::map<std::string, std::string> writePackedManifest(const QuantizedBlock& block) {
    Json modules = Json::object();
    for (const auto& [module, linear] : block.linears) {
        Json entry;
        entry["kind"] = kindNames[static_cast<std::size_t>(linear.kind)];
        entry["bits"] = linear.bits;
        entry["rows"] = linear.rows;
        entry["columns"] = linear.columns;
        entry["group"] = linear.groupSize;
        if (linear.doubleQuantized)
            entry["scale_offset"] = linear.scaleOffset;
        if (linear.perTensor)
            entry["per_tensor"] = true;
        modules[std::string(moduleName(module))] = std::move(entry);
    }
    Json manifest;
    manifest["modules"] = std::move(modules);
    writeTransforms(block, manifest);
    manifest["diagnostics"] = block.diagnostics; // a number that is not finite is written as null
    if (!block.trainingLoss.empty())
        manifest["training_loss"] = block.trainingLoss;
    return {{"format", std::string(formatName)},
            {"version", std::string(formatVersion)},
            {"manifest", manifest.dump()}};
}

QuantizedBlock readPackedManifest(const std::map<std::string, std::string>& metadata,
                                  const std::filesystem::path& path) {
    const ManifestReader reader(path);
    const auto entry = [&](const char* key) {
        const auto found = metadata.find(key);
        return found == metadata.end() ? std::string() : found->second;
    };
    if (entry("format") != formatName || entry("version") != formatVersion)
        reader.refuse(fmt::format("its header's metadata does not say format {} version {}.",
                                  formatName, formatVersion));
    const Json manifest = Json::parse(entry("manifest"), nullptr, /*allow_exceptions=*/false);
    if (!manifest.is_object() || !manifest.contains("modules") || !manifest["modules"].is_object())
        reader.refuse("its manifest is not JSON with an object \"modules\".");
    QuantizedBlock block;
    for (const auto& [name, value] : manifest["modules"].items()) {
        const auto module = findModule(name);
        if (!module)
            reader.refuse(fmt::format("its manifest names a module that does not exist, \"{}\".",
                                      name.substr(0, 60)));
        block.linears[*module] = reader.linear(value, name);
    }
    readTransforms(manifest, block, [&](const std::string& what) { reader.refuse(what); });
    if (manifest.contains("diagnostics")) {
        if (!manifest["diagnostics"].is_object())
            reader.refuse("its manifest's diagnostics are not an object.");
        for (const auto& [name, value] : manifest["diagnostics"].items()) {
            if (!value.is_number() && !value.is_null())
                reader.refuse("a diagnostic in its manifest is not a number.");
            block.diagnostics[name] = numberOrNaN(value);
        }
    }
    if (manifest.contains("training_loss")) {
        if (!manifest["training_loss"].is_array())
            reader.refuse("its manifest's training_loss is not an array.");
        for (const Json& value : manifest["training_loss"]) {
            if (!value.is_number() && !value.is_null())
                reader.refuse("a loss in its manifest's training_loss is not a number.");
            block.trainingLoss.push_back(numberOrNaN(value));
        }
    }
    return block;
}

} // namespace quantscope
