#include "core/kernels/grid_rule.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/ordered_floats.h"
#include "core/kernels/parallel.h"
#include "core/kernels/prefetch.h"

namespace quantscope::kernels {

namespace {

/// Groups handled together: their grids are found a vector at a time, and their weights are still
/// near the core when they are rounded.
constexpr std::int64_t mostGroups = 64;
constexpr std::int64_t mostElements = 8192;

/// Goes from group to group of a matrix.
class Cursor {
public:
    Cursor(const GroupShape& shape, std::int64_t group)
        : m_columns(shape.columns)
        , m_group(shape.group)
        , m_column(group % shape.groupsOfRow() * shape.group)
        , m_offset(group / shape.groupsOfRow() * shape.columns + m_column) {}

    std::int64_t offset() const { return m_offset; } ///< of the group's first weight
    std::int64_t width() const { return std::min(m_group, m_columns - m_column); }
    void next() {
        const std::int64_t passed = width();
        m_offset += passed;
        m_column = m_column + passed == m_columns ? 0 : m_column + passed;
    }

private:
    std::int64_t m_columns;
    std::int64_t m_group;
    std::int64_t m_column;
    std::int64_t m_offset;
};

struct Rounded {
    std::uint8_t* codes;
    float* values;
};

/// One group's weights on its grid.
[[gnu::always_inline]] inline void roundGroup(const float* x, std::int64_t width,
                                              const GroupGrid& grid, float largestCode,
                                              std::int64_t offset, const Rounded& out) {
    if (out.codes) {
        std::uint8_t* codes = out.codes + offset;
        for (std::int64_t i = 0; i < width; ++i)
            codes[i] = codeOf(placeOf(x[i], grid, largestCode));
    }
    if (out.values) {
        float* values = out.values + offset;
        for (std::int64_t i = 0; i < width; ++i)
            values[i] = valueOf(placeOf(x[i], grid, largestCode), grid);
    }
}

QUANTSCOPE_MULTIVERSION
void quantizeShare(const float* x, const GroupShape& shape, const GridRule& rule,
                   const GroupResults& out, std::int64_t first, std::int64_t last) {
    const std::int64_t together =
        std::clamp<std::int64_t>(mostElements / shape.group, 1, mostGroups);
    const float largestCode = float((1 << rule.bits) - 1);
    float low[mostGroups];
    float high[mostGroups];
    float scale[mostGroups];
    float zero[mostGroups];
    Cursor cursor(shape, first);
    for (std::int64_t group = first; group < last; group += together) {
        const std::int64_t count = std::min(together, last - group);
        Cursor ahead = cursor;
        for (std::int64_t k = 0; k < count; ++k, ahead.next()) {
            const FloatRange range = rangeOf(x + ahead.offset(), ahead.width());
            low[k] = range.low;
            high[k] = range.high;
        }
        for (std::int64_t k = 0; k < count; ++k) {
            const GroupGrid grid = gridOfRange(low[k], high[k], rule);
            scale[k] = grid.scale;
            zero[k] = grid.zero;
        }
        if (out.scales)
            std::copy_n(scale, count, out.scales + group);
        if (out.zeros)
            std::copy_n(zero, count, out.zeros + group);
        const std::int64_t distance = ahead.offset() - cursor.offset();
        for (std::int64_t k = 0; k < count; ++k, cursor.next()) {
            prefetch(x + cursor.offset() + distance, cursor.width()); // while this one computes
            roundGroup(x + cursor.offset(), cursor.width(), {scale[k], zero[k]}, largestCode,
                       cursor.offset(), {out.codes, out.values});
        }
    }
}

QUANTSCOPE_MULTIVERSION
void roundShare(const float* x, const GroupShape& shape, const GroupGrids& grids, int bits,
                const Rounded& out, std::int64_t first, std::int64_t last) {
    const float largestCode = float((1 << bits) - 1);
    Cursor cursor(shape, first);
    for (std::int64_t group = first; group < last; ++group, cursor.next())
        roundGroup(x + cursor.offset(), cursor.width(), {grids.scales[group], grids.zeros[group]},
                   largestCode, cursor.offset(), out);
}

QUANTSCOPE_MULTIVERSION
void dequantizeShare(const std::uint8_t* codes, const GroupShape& shape, const GroupGrids& grids,
                     float* out, std::int64_t first, std::int64_t last) {
    Cursor cursor(shape, first);
    for (std::int64_t group = first; group < last; ++group, cursor.next()) {
        const GroupGrid grid = {grids.scales[group], grids.zeros[group]};
        const std::uint8_t* from = codes + cursor.offset();
        float* to = out + cursor.offset();
        const std::int64_t width = cursor.width();
        for (std::int64_t i = 0; i < width; ++i)
            to[i] = valueOf(float(from[i]), grid);
    }
}

QUANTSCOPE_MULTIVERSION
void dequantizeMixedRows(const std::uint8_t* codes, const GroupShape& shape,
                         const GroupGrids& grids, const std::int32_t* groupIndex, float* out,
                         std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const float* scales = grids.scales + row * shape.groupsOfRow();
        const float* zeros = grids.zeros + row * shape.groupsOfRow();
        const std::uint8_t* from = codes + row * shape.columns;
        float* to = out + row * shape.columns;
        for (std::int64_t i = 0; i < shape.columns; ++i)
            to[i] = valueOf(float(from[i]), {scales[groupIndex[i]], zeros[groupIndex[i]]});
    }
}

std::int64_t elements(const GroupShape& shape) { return shape.rows * shape.columns; }

} // namespace

void quantizeGroups(const float* x, const GroupShape& shape, const GridRule& rule,
                    const GroupResults& out) {
    inParallel(shape.groups(), elements(shape), [&](std::int64_t first, std::int64_t last) {
        quantizeShare(x, shape, rule, out, first, last);
    });
}

void roundToGrids(const float* x, const GroupShape& shape, const GroupGrids& grids, int bits,
                  std::uint8_t* codes, float* values) {
    inParallel(shape.groups(), elements(shape), [&](std::int64_t first, std::int64_t last) {
        roundShare(x, shape, grids, bits, {codes, values}, first, last);
    });
}

void dequantizeGroups(const std::uint8_t* codes, const GroupShape& shape, const GroupGrids& grids,
                      const std::int32_t* groupIndex, float* out) {
    if (groupIndex)
        inParallel(shape.rows, elements(shape), [&](std::int64_t first, std::int64_t last) {
            dequantizeMixedRows(codes, shape, grids, groupIndex, out, first, last);
        });
    else
        inParallel(shape.groups(), elements(shape), [&](std::int64_t first, std::int64_t last) {
            dequantizeShare(codes, shape, grids, out, first, last);
        });
}

} // namespace quantscope::kernels
