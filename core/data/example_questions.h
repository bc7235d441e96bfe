#pragma once

#include "core/data/study_plan.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

// Questions that can be asked of single examples of a finished session, and their answers.

/// What would be predicted at one position, were the model to end early.
struct ExamineRequest {
    std::size_t example = 0;
    std::int64_t position = 0; ///< whose next token is predicted
    std::size_t topK = 10;
    std::vector<std::string> lanes; ///< empty: all
};

struct TokenGuess {
    std::int32_t id = 0;
    std::string piece;
    double probability = 0;
};

/// Early exit at r(l) (resid_mid) or z(l) (resid_post).
struct LayerGuesses {
    std::string lane;
    std::int64_t layer = 0;
    Site site = Site::ResidPost;
    double entropy = 0;               ///< nat
    std::optional<std::int64_t> rank; ///< of the token that came next, where there is one
    std::vector<TokenGuess> top;      ///< most likely first
};

/// One patch.
struct PatchRequest {
    std::size_t example = 0;
    std::string base;
    std::string donor = std::string(referenceLane);
    PatchKind kind = PatchKind::Down;
    LayerSet layers; ///< one set: not each, upward or downward
    PositionSet positions;
    std::optional<PatchControl> control; ///< zero or random
};

struct PatchAnswer {
    std::vector<std::int32_t> ids;
    std::vector<double> before; ///< NLL of the base by position, nat; NaN at position 0
    std::vector<double> after;  ///< when patched
    double meanBefore() const;
    double meanAfter() const;
};

/// The same patch on several examples; its own example says nothing.
struct PatchRunRequest {
    PatchRequest patch;
    std::vector<std::size_t> examples;
};

/// One patch of a run as a session keeps it: what was asked and what came out.
struct KeptPatch {
    std::int32_t run = 0; ///< the same for all examples that were asked for at once
    std::string created;  ///< ISO 8601, UTC
    PatchRequest request;
    std::vector<double> before; ///< as PatchAnswer has them
    std::vector<double> after;
};

} // namespace quantscope
