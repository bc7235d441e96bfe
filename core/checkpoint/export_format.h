#pragma once

#include "core/checkpoint/packed_matrix.h"
#include "core/checkpoint/safetensors_writer.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

enum class ScaleType {
    F16, ///< as published checkpoints: scales are rounded to 11 significant bits
    F32, ///< exact; some programs round them when they load the file
};

/// What all quantized matrices of an exported checkpoint have in common.
struct ExportScheme {
    int bits = 4;
    std::int64_t groupSize = -1; ///< columns; −1: whole rows
    bool symmetric = false;      ///< every zero point is 2^(bits − 1)
    bool actOrder = false;       ///< groups of some matrix are not of consecutive columns
    ScaleType scaleType = ScaleType::F16;
};

/// Finds the scheme of a checkpoint's matrices, which are added one after another.
class ExportSchemeFinder {
public:
    /// @throws Error (Input) when bits or groups differ from those before.
    void add(const std::string& module, const PackedMatrix& matrix);

    ExportScheme scheme(ScaleType scaleType) const;

private:
    ExportScheme m_scheme{0, -1, true, false, ScaleType::F16};
    std::int64_t m_widestSingleGroup = 0;
};

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
    virtual nlohmann::json configuration(const ExportScheme& scheme) const = 0;

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
