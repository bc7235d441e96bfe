#pragma once

#include "core/quant/methods.h"

namespace quantscope {

/// Leaves matrices in 16 bits, so that a recipe can spare some of them: a candidate of `allocate`.
Method unquantizedMethod();

} // namespace quantscope
