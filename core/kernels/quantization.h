#pragma once

#include <cstdint>

namespace quantscope {

/// How a group's range becomes a scale s and a zero point z; q = clamp(round(w/s) + z, 0, 2^b − 1)
/// and w~ = s · (q − z) in all of them, with rounding half to even.
enum class GridKind {
    Asymmetric,     ///< s = (max − min)/(2^b − 1), range widened to hold 0 (GPTQ)
    AsymmetricRaw,  ///< the same of the bare range, z clamped to [0, 2^b − 1] (AWQ, EfficientQAT)
    AsymmetricWide, ///< the same of the bare range, z clamped to ±1e4 (OmniQuant)
    Symmetric,      ///< s = 2·absmax/(2^b − 1), z = 2^(b − 1) (GPTQ)
    SymmetricNarrow, ///< s = absmax/(2^(b − 1) − 1), z = 2^(b − 1) (QuaRot)
};

} // namespace quantscope

namespace quantscope::kernels {

// Quantizing and dequantizing by group in one pass over the memory, by as many threads as OpenMP
// gives the calling one. Every weight is computed by the same few IEEE operations on every
// processor, so that codes and scales are equal to the bit wherever they are made. A group with a
// NaN has NaN for scale and zero point, and code 0.

/// Rows cut into groups of `group` consecutive columns; the last group of a row may be shorter.
struct GroupShape {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t group = 0; ///< 1 … columns

    std::int64_t groupsOfRow() const { return (columns + group - 1) / group; }
    std::int64_t groups() const { return rows * groupsOfRow(); }
};

struct GridRule {
    GridKind kind = GridKind::Asymmetric;
    int bits = 4;   ///< 2 … 8
    float clip = 1; ///< share of a group's range that the codes cover
};

/// Where quantizeGroups() writes; null pointers are left out.
struct GroupResults {
    float* scales = nullptr;       ///< [rows, groups]
    float* zeros = nullptr;        ///< [rows, groups]
    std::uint8_t* codes = nullptr; ///< [rows, columns]
    float* values = nullptr;       ///< [rows, columns], W~
};

/// Each group's grid from its range, and its weights on that. @param x  [rows, columns]
void quantizeGroups(const float* x, const GroupShape& shape, const GridRule& rule,
                    const GroupResults& out);

/// The grid of every group. [rows, groups] each
struct GroupGrids {
    const float* scales = nullptr;
    const float* zeros = nullptr;
};

/// Weights on grids that are given. @param codes, values  as of GroupResults, may be null
void roundToGrids(const float* x, const GroupShape& shape, const GroupGrids& grids, int bits,
                  std::uint8_t* codes, float* values);

/// out ← scale · (code − zero) @param groupIndex  [columns], group of each column; null: in order
void dequantizeGroups(const std::uint8_t* codes, const GroupShape& shape, const GroupGrids& grids,
                      const std::int32_t* groupIndex, float* out);

/// A row of numbers in blocks of which each has its own scale; the last may be shorter.
struct LevelShape {
    std::int64_t count = 0;
    std::int64_t block = 0;
    int bits = 4; ///< 1 … 8

    std::int64_t blocks() const { return (count + block - 1) / block; }
};

/// scale ← max |x| of each block; code ← the nearest level of x / scale, of two the lower one. The
/// levels of a block of zeros are those nearest to 0.
/// @param levels  [2^bits], ascending
/// @param scales  [blocks]
void quantizeToLevels(const float* x, const LevelShape& shape, const float* levels, float* scales,
                      std::uint8_t* codes);

/// out ← scale · level[code]
void dequantizeLevels(const std::uint8_t* codes, const LevelShape& shape, const float* levels,
                      const float* scales, float* out);

} // namespace quantscope::kernels
