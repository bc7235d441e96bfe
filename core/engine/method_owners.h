#pragma once

#include "core/data/method_spec.h"

#include <vector>

namespace quantscope {

/// Shares methods out among ranks by what quantizing a block costs each: the costliest first, each
/// to the rank with the least work so far. The same on every rank.
/// @return  of each method the rank that quantizes with it
std::vector<int> shareMethods(const std::vector<MethodSpec>& methods, int ranks);

} // namespace quantscope
