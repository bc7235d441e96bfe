#pragma once

#include "core/data/study_plan.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// Which tokens of which layers are meant, of the examples of one walk.
struct TokenMask {
    std::int64_t positions = 0;
    std::vector<std::vector<std::uint8_t>> layers; ///< by layer: [example, position], 1: meant
};

/// What a patched lane replaces: sites of one kind at some layers, by a donor lane's values or by
/// those of a control.
struct LanePatch {
    PatchKind kind = PatchKind::Down;
    std::size_t donor = 0;            ///< index of the donor lane
    std::vector<std::int64_t> layers; ///< ascending, not empty
    PositionSet positions = {};
    std::optional<PatchControl> control = {};
    std::shared_ptr<const TokenMask> tokens = {}; ///< instead of positions
};

/// Matrices of some layers that a lane takes from a donor lane's model.
struct LaneRestoration {
    std::vector<Module> modules;
    std::size_t donor = 0;            ///< index of the donor lane
    std::vector<std::int64_t> layers; ///< ascending, not empty
};

/// One stream of hidden states through the blocks.
struct Lane {
    std::string name;
    std::size_t weights = 0; ///< 0: full precision, k: the k-th quantized model
    std::size_t base = 0;    ///< lane it forks from before its first patched layer; itself: none
    std::optional<LanePatch> patch;
    std::optional<LaneRestoration> restoration; ///< not beside a patch
    NoiseFloor noise = NoiseFloor::Off; ///< how the lane differs from the reference by rounding
    bool firstBatchOnly = false;        ///< a control that need not be repeated for every example

    /// Whether this lane is a variant of its base.
    bool forks() const { return patch || restoration; }
    std::size_t donor() const { return patch ? patch->donor : restoration->donor; }

    /// First layer that this lane walks on its own.
    std::int64_t forkLayer() const {
        return patch ? patch->layers.front() : restoration ? restoration->layers.front() : 0;
    }
};

} // namespace quantscope
