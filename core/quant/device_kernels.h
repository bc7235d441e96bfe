#pragma once

#include "core/kernels/quantization.h"

#include <torch/types.h>

namespace quantscope {

// The loops of core/kernels/quantization.h on tensors, by the processor in whose memory these lie.
// All of a call's tensors lie in the same and are contiguous. @throws Error (Internal) otherwise,
// and where there are fewer elements than the shape says.

/// As kernels::GroupResults; undefined tensors are left out.
struct GroupTensors {
    torch::Tensor scales; // f32 [rows, groups]
    torch::Tensor zeros;  // f32 [rows, groups]
    torch::Tensor codes;  // u8 [rows, columns]
    torch::Tensor values; // f32 [rows, columns]
};

/// @param x  f32 [rows, columns]
void quantizeGroups(const torch::Tensor& x, const kernels::GroupShape& shape,
                    const kernels::GridRule& rule, const GroupTensors& out);

/// @param out  scales and zeros are the given grids; codes and values are written
void roundToGrids(const torch::Tensor& x, const kernels::GroupShape& shape, int bits,
                  const GroupTensors& out);

/// Writes the values of the codes. @param groupIndex  i32 [columns]; undefined: in order
void dequantizeGroups(const kernels::GroupShape& shape, const torch::Tensor& groupIndex,
                      const GroupTensors& out);

/// As kernels::quantizeToLevels. @param levels  f32 [2^bits], ascending
void quantizeToLevels(const torch::Tensor& x, const kernels::LevelShape& shape,
                      const torch::Tensor& levels, torch::Tensor& scales, torch::Tensor& codes);

void dequantizeLevels(const torch::Tensor& codes, const kernels::LevelShape& shape,
                      const torch::Tensor& levels, const torch::Tensor& scales, torch::Tensor& out);

/// As kernels::ColumnBlock.
struct ColumnTensors {
    torch::Tensor group;      // i64 [columns]
    torch::Tensor factor;     // f32 [columns, columns]
    torch::Tensor correction; // f32 [columns, columns], or undefined
    torch::Tensor scales;     // f32 [groups, outputs]
    torch::Tensor zeros;      // f32 [groups, outputs]
    torch::Tensor weights;    // f32 [columns, outputs]
    torch::Tensor errors;     // f32 [columns, outputs]
    torch::Tensor codes;      // u8 [columns, outputs]
};

void roundColumns(const ColumnTensors& columns, int bits);

} // namespace quantscope
