#pragma once

#include "core/data/job.h"
#include "core/data/study_plan.h"
#include "core/study/session_models.h"

#include <optional>
#include <string>
#include <vector>

namespace quantscope {

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

/// Lane by lane, layer by layer. @throws Error (Usage) for an example, position or lane that is
/// not.
std::vector<LayerGuesses> examineExample(const SessionModels& models, const ExamineRequest& request,
                                         Job& job);

/// One patch on one example.
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

/// Walks the base, as much of the donor as the patch needs, and the patched lane.
PatchAnswer patchExample(const SessionModels& models, const PatchRequest& request, Job& job);

} // namespace quantscope
