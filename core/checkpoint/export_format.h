#pragma once

#include "core/checkpoint/packed_matrix.h"
#include "core/checkpoint/safetensors_writer.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

enum class ScaleType {
    F16, ///< as published checkpoints: scales are rounded to 11 significant bits
    F32, ///< exact; some programs round them when they load the file
};

/// What quantized matrices of an exported checkpoint have in common: all of them, as a rule.
struct ExportScheme {
    int bits = 4;
    std::int64_t groupSize = -1; ///< columns; −1: whole rows
    bool symmetric = false;      ///< every zero point is 2^(bits − 1)
    bool actOrder = false;       ///< groups of some matrix are not of consecutive columns
    ScaleType scaleType = ScaleType::F16;
};

/// The schemes of a checkpoint's matrices, which are added one after another. Where methods are
/// mixed there are several.
class ExportSchemes {
public:
    explicit ExportSchemes(ScaleType scaleType) : m_scaleType(scaleType) {}

    void add(const std::string& module, const PackedMatrix& matrix);
    /// A matrix that stays as the model has it.
    void leave(const std::string& module) { m_left.push_back(module); }
    const std::vector<std::string>& left() const { return m_left; }

    struct Group {
        ExportScheme scheme;
        std::vector<std::string> modules; ///< "model.layers.0.mlp.up_proj", …
        std::int64_t widestSingleGroup = 0;
    };
    /// Each scheme with its matrices, the one of most matrices first.
    std::vector<Group> groups() const;
    /// The scheme of a matrix that was added.
    const ExportScheme& of(const std::string& module) const;

private:
    ScaleType m_scaleType;
    std::vector<Group> m_groups;
    std::map<std::string, std::size_t> m_groupOf;
    std::vector<std::string> m_left;
};

/// A regular expression that is a name and nothing else: "^model\\.layers\\.0…$".
std::string exactPattern(const std::string& name);

/// A tensor of an exported matrix: its place in the file is known before its bytes are.
struct ExportTensor {
    SafetensorsEntry entry;
    std::function<std::vector<std::byte>(const PackedMatrix&)> fill;
};

/// A format that quantized checkpoints are written in; the counterpart of QuantizedFormat.
class ExportFormat {
public:
    virtual ~ExportFormat() = default;

    /// quantization_config of config.json.
    virtual nlohmann::json configuration(const ExportSchemes& schemes) const = 0;

    /// Checks that the format can hold a matrix without changing a code or zero point.
    /// @throws Error (Usage) naming the matrix and the option to change.
    virtual void check(const std::string& module, const PackedMatrix& matrix,
                       const ExportScheme& scheme) const = 0;

    /// The tensors of a matrix [out, in].
    /// @param module  "model.layers.0.mlp.up_proj"
    virtual std::vector<ExportTensor> tensors(const std::string& module, std::int64_t out,
                                              std::int64_t in,
                                              const ExportScheme& scheme) const = 0;
};

/// Names that makeExportFormat knows.
std::vector<std::string_view> exportFormatNames();

/// @throws Error (Usage) naming an unknown format.
std::unique_ptr<ExportFormat> makeExportFormat(std::string_view name);

} // namespace quantscope
