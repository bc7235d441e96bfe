#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/comparison.h"

#include <string>
#include <vector>

namespace quantscope {

/// Finds the examples that two sessions share, by their content: token ids where both sessions
/// were made with one tokenizer (equal hashes), else the text that the tokens stand for, without
/// the start token and without white space at either end. Content that a session holds several
/// times is matched as often as both have it, in order.
ExampleMatching matchExamples(const SessionView& a, const SessionView& b);

/// The text of every example of a session, put together from its pieces, as it is matched.
/// Examples with a token whose piece the session does not hold are empty and match nothing.
std::vector<std::string> exampleTexts(const SessionView& view);

/// Bytes of the text of the predicted tokens (positions 1 … T) of every example.
std::vector<double> predictedBytes(const SessionView& view);

} // namespace quantscope
