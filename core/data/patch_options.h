#pragma once

#include "core/data/site.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

enum class PatchKind {
    Attention,
    Gate,
    Up,
    GateUp,
    Down,
    Q,
    K,
    V,
    GateInput,
    Residual,
    AttentionDown ///< both outputs that the residual stream is made of
};
enum class PatchDirection { ReferenceIntoQuantized, QuantizedIntoReference };

/// Which layers a patch replaces.
struct LayerSet {
    enum class Kind {
        UpperHalf,
        All,
        Each,     ///< one patch a layer
        Upward,   ///< one patch a layer: it and all below, 0 to l
        Downward, ///< one patch a layer: it and all above, l to L - 1
        Range
    } kind = Kind::UpperHalf;
    std::int64_t first = 0; ///< for Range, inclusive
    std::int64_t last = 0;  ///< for Range, inclusive

    bool operator==(const LayerSet&) const = default;
};

/// @throws Error (Usage). "upper-half", "all", "each", "upward", "downward", "10-31", "7".
LayerSet parseLayerSet(std::string_view text);
std::string toString(const LayerSet& layers);

/// Which positions of an example a patch replaces.
struct PositionSet {
    struct Range {
        std::int64_t first = 0;
        std::int64_t last = 0; ///< inclusive

        bool operator==(const Range&) const = default;
    };
    std::vector<Range> ranges; ///< ascending, apart from one another; empty: all positions

    bool operator==(const PositionSet&) const = default;
};

/// @throws Error (Usage). "all", or numbers and ranges, ascending: "0", "1-4,7,20-31".
PositionSet parsePositionSet(std::string_view text);
std::string toString(const PositionSet& positions);

/// What is put in instead of a donor's values, to tell what a patch brings from what it disturbs.
enum class PatchControl {
    Zero,
    Mean,  ///< of the reference over the study's examples, positions 1..T
    Random ///< the base's own value, moved in a random direction as far as the donor's lies away
};

/// Kinds of matrices that a restoration replaces.
enum class WeightKind { Q, K, V, O, Gate, Up, Down, Attention, Mlp, All };

std::string_view patchKindName(PatchKind kind);
PatchKind parsePatchKind(std::string_view name); ///< @throws Error (Usage), as all below
std::string_view patchDirectionName(PatchDirection direction);
PatchDirection parsePatchDirection(std::string_view name);
std::string_view patchControlName(PatchControl control);
PatchControl parsePatchControl(std::string_view name);
std::string_view weightKindName(WeightKind kind);
WeightKind parseWeightKind(std::string_view name);

/// The sites whose values a patch of this kind replaces.
std::vector<Site> patchedSites(PatchKind kind);
std::vector<Module> modulesOf(WeightKind kind);

/// Values, and matrices, that are exchanged between the reference and a quantized lane.
struct PatchOptions {
    std::vector<PatchKind> kinds; ///< empty: no values
    std::vector<LayerSet> layers = {LayerSet{}};
    PositionSet positions;
    std::vector<PatchControl> controls; ///< each beside every patch
    PatchDirection direction = PatchDirection::ReferenceIntoQuantized;
    std::vector<WeightKind> weights; ///< empty: no matrices
    std::vector<LayerSet> weightLayers = {{LayerSet::Kind::All}};

    bool empty() const { return kinds.empty() && weights.empty(); }
    bool has(PatchControl control) const;

    bool operator==(const PatchOptions&) const = default;
};

} // namespace quantscope
