#pragma once

#include "core/data/error.h"

#include <exception>

namespace quantscope {

/// Any exception as an Error: what libraries throw when memory, threads or a folder are refused
/// becomes a sentence of the kind that fits; what is left over is a defect (Internal).
Error asError(const std::exception_ptr& exception);

} // namespace quantscope
