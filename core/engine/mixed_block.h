#pragma once

#include "core/engine/block_source.h"

#include <vector>

namespace quantscope {

/// A lane's block with some matrices (and their biases) taken from another lane's. They are mapped
/// into the base's basis, so that what was folded into its neighbours stays consistent; inputs are
/// turned and rounded as in the base. With all matrices named it is the donor's block itself, to
/// the bit, unless one of the two rounds inputs.
MethodBlock mixedBlock(const MethodBlock& base, const MethodBlock& donor,
                       const std::vector<Module>& modules);

} // namespace quantscope
