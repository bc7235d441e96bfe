#pragma once

#include "core/checkpoint/export_format.h"

#include <cstddef>
#include <span>
#include <vector>

namespace quantscope {

/// Values as a tensor's bytes.
template <typename T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

/// Scales [rows, groups] as they are stored, as [groups, rows] where transposed.
std::vector<std::byte> scaleBytes(const PackedMatrix& matrix, ScaleType type, bool transposed);

/// "F16" or "F32".
std::string scaleDtype(ScaleType type);

/// Checks that scales survive their type but for its last digit. @throws Error (Usage).
void requireScales(const std::string& module, const PackedMatrix& matrix, ScaleType type);

/// Checks that zero points are whole and in [least, most].
/// @param format, advice  for the message: what holds them, and what to do
/// @throws Error (Usage).
void requireZeros(const std::string& module, const PackedMatrix& matrix, float least, float most,
                  std::string_view format, std::string_view advice);

std::unique_ptr<ExportFormat> makeGptqExport(bool zeroMinusOne);
std::unique_ptr<ExportFormat> makeCompressedTensorsExport();

} // namespace quantscope
