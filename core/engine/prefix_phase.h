#pragma once

#include "core/engine/end_to_end_phase.h"

namespace quantscope {

/// The tokens that a method puts before every text, and what every layer's attention sees of them.
struct TextPrefix {
    std::vector<std::int32_t> tokens;
    std::vector<AttentionPrefix> layers; ///< by layer; empty where no token is put there
};

/// Before the main walk: for every method that asks for it, takes the calibration text through the
/// full-precision model, counts the positions at which the down projection's input sticks out
/// (PrefixQuant, Chen et al. 2024, arXiv 2410.05265, section 5), and leaves the most frequent of
/// their tokens with their keys and values in the method's folder of codes. As many tokens are
/// taken as stick out in a window of the layer that has most of them, on average and rounded up;
/// the first position of a window, where the start token stands anyway, has no vote. A prefix that
/// was found before is kept.
void runPrefixPhase(const EndToEndPhase& phase, const std::vector<MethodSpec>& methods);

/// What the phase left in a method's folder of codes; nothing where the method has no prefix.
/// @throws Error (Input) where the file is damaged
std::optional<TextPrefix> readTextPrefix(const std::filesystem::path& codes);

} // namespace quantscope
