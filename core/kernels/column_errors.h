#pragma once

#include <cstdint>

namespace quantscope::kernels {

/// Some columns of a matrix that are rounded one after the other, each one's error spread over
/// those after it. Columns lie as rows of one value for each of the matrix's outputs.
struct ColumnBlock {
    std::int64_t columns = 0;
    std::int64_t outputs = 0;
    const std::int64_t* group = nullptr; ///< [columns], of `scales` and `zeros`
    const float* factor = nullptr;       ///< [columns, columns], an upper triangle U
    const float* correction = nullptr;   ///< [columns, columns], an upper triangle P; may be null
    const float* scales = nullptr;       ///< [groups, outputs]
    const float* zeros = nullptr;        ///< [groups, outputs]
    int bits = 4;
    float* weights = nullptr;      ///< [columns, outputs]; becomes what was rounded
    float* errors = nullptr;       ///< [columns, outputs], written: (weight − value) / U_jj
    std::uint8_t* codes = nullptr; ///< [columns, outputs], written
};

/// For column j = 0, 1, …: weight_j ← weight_j − Σ_{i<j} U_ij · error_i + Σ_{i<j} P_ij · weight_i,
/// added up in this order, then its code, its value on the grid and its error. By as many threads
/// as OpenMP gives the calling one; the result does not depend on them or on the processor.
void roundColumns(const ColumnBlock& block);

} // namespace quantscope::kernels
