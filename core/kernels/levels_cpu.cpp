#include "core/kernels/grid_rule.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/ordered_floats.h"
#include "core/kernels/parallel.h"
#include "core/kernels/prefetch.h"
#include "core/kernels/processor.h"
#include "core/kernels/vector_types.h"

#include <cstring>

namespace quantscope::kernels {

namespace {

constexpr int mostLevels = 256;

/// Numbers that are brought near the core before their turn.
constexpr std::int64_t distance = 1024;

/// The middles between neighbours among the levels.
struct Middles {
    Middles(const float* levels, int bits) {
        for (int i = 0; i + 1 < 1 << bits; ++i)
            between[i] = (levels[i + 1] + levels[i]) / 2;
    }
    float between[mostLevels];
};

template <int bits>
[[gnu::always_inline]] inline void levelCodes(const float* x, std::int64_t count, float divisor,
                                              const float* between, std::uint8_t* codes) {
    constexpr int last = (1 << bits) - 1;
    float middles[last]; // the compiler cannot know that codes do not overwrite `between`
    std::copy_n(between, last, middles);
    for (std::int64_t i = 0; i < count; ++i)
        codes[i] = std::uint8_t(nearestLevel<bits>(x[i] / divisor, middles));
}

/// More levels than fit into a few registers.
[[gnu::always_inline]] inline void searchedCodes(const float* x, std::int64_t count, float divisor,
                                                 const float* between, int bits,
                                                 std::uint8_t* codes) {
    for (std::int64_t i = 0; i < count; ++i) {
        const float value = x[i] / divisor;
        int code = 0;
        for (int half = 1 << (bits - 1); half > 0; half /= 2)
            code += between[code + half - 1] >= value ? 0 : half;
        codes[i] = std::uint8_t(code);
    }
}

QUANTSCOPE_MULTIVERSION
void quantizeShare(const float* x, const LevelShape& shape, const float* between, float* scales,
                   std::uint8_t* codes, std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block) {
        const std::int64_t start = block * shape.block;
        const std::int64_t count = std::min(shape.block, shape.count - start);
        prefetch(x + start + distance, std::min(count, distance)); // while this block computes
        const float scale = largestMagnitude(x + start, count);
        scales[block] = scale;
        const float divisor = scale == 0 ? 1 : scale;
        if (shape.bits == 4)
            levelCodes<4>(x + start, count, divisor, between, codes + start);
        else if (shape.bits == 3)
            levelCodes<3>(x + start, count, divisor, between, codes + start);
        else
            searchedCodes(x + start, count, divisor, between, shape.bits, codes + start);
    }
}

#ifdef QUANTSCOPE_V4
using Bytes = std::uint8_t __attribute__((vector_size(16)));

bool hasLookups() {
    static const bool has = processorLevel() == ProcessorLevel::V4;
    return has;
}

/// The same for up to sixteen levels: there sixteen numbers look up what they are compared with in
/// one instruction.
QUANTSCOPE_V4
void quantizeShareByLookups(const float* x, const LevelShape& shape, const float* between,
                            float* scales, std::uint8_t* codes, std::int64_t first,
                            std::int64_t last) {
    const Vector16 middles = loadPart<Vector16>(between, (1 << shape.bits) - 1, 0);
    const int half = 1 << (shape.bits - 1);
    for (std::int64_t block = first; block < last; ++block) {
        const std::int64_t start = block * shape.block;
        const std::int64_t count = std::min(shape.block, shape.count - start);
        prefetch(x + start + distance, std::min(count, distance)); // while this block computes
        const float scale = largestMagnitude(x + start, count);
        scales[block] = scale;
        const float divisor = scale == 0 ? 1 : scale;
        const std::int64_t whole = count / lanesOf<Vector16> * lanesOf<Vector16>;
        for (std::int64_t i = start; i < start + whole; i += lanesOf<Vector16>) {
            const Vector16 value = load<Vector16>(x + i) / divisor;
            WholeOf<Vector16> code = {};
            for (int step = half; step > 0; step /= 2) {
                const Vector16 middle = __builtin_shuffle(middles, code + (step - 1));
                code |= ~(middle >= value) & step;
            }
            const Bytes narrow = __builtin_convertvector(code, Bytes);
            std::memcpy(codes + i, &narrow, sizeof narrow);
        }
        searchedCodes(x + start + whole, count - whole, divisor, between, shape.bits,
                      codes + start + whole);
    }
}
#endif

// Not for several levels of processors: what newer ones have for looking up many values at once
// takes longer than looking up one after the other.
void dequantizeShare(const std::uint8_t* codes, const LevelShape& shape, const float* levels,
                     const float* scales, float* out, std::int64_t first, std::int64_t last) {
    const int count = 1 << shape.bits;
    const std::uint8_t mask = std::uint8_t(count - 1);
    float scaled[mostLevels];
    for (std::int64_t block = first; block < last; ++block) {
        const std::int64_t start = block * shape.block;
        const std::int64_t end = std::min(shape.count, start + shape.block);
        if (shape.block < count) {
            for (std::int64_t i = start; i < end; ++i)
                out[i] = levels[codes[i] & mask] * scales[block];
            continue;
        }
        for (int level = 0; level < count; ++level)
            scaled[level] = levels[level] * scales[block];
        for (std::int64_t i = start; i < end; ++i)
            out[i] = scaled[codes[i] & mask];
    }
}

} // namespace

void quantizeToLevels(const float* x, const LevelShape& shape, const float* levels, float* scales,
                      std::uint8_t* codes) {
    const Middles middles(levels, shape.bits);
    auto quantize = quantizeShare;
#ifdef QUANTSCOPE_V4
    if (shape.bits <= 4 && hasLookups())
        quantize = quantizeShareByLookups;
#endif
    inParallel(shape.blocks(), shape.count, [&](std::int64_t first, std::int64_t last) {
        quantize(x, shape, middles.between, scales, codes, first, last);
    });
}

void dequantizeLevels(const std::uint8_t* codes, const LevelShape& shape, const float* levels,
                      const float* scales, float* out) {
    inParallel(shape.blocks(), shape.count, [&](std::int64_t first, std::int64_t last) {
        dequantizeShare(codes, shape, levels, scales, out, first, last);
    });
}

} // namespace quantscope::kernels
