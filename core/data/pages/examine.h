#pragma once

#include "core/data/example_questions.h"

namespace quantscope {

/// What layers would predict at one position of one example, of the lanes asked for.
struct ExamineValues {
    ExamineRequest request;
    std::string piece;                 ///< the token at the position
    std::string next;                  ///< the one that came next; empty at the end
    std::vector<LayerGuesses> guesses; ///< lane by lane, layer by layer
};

} // namespace quantscope
