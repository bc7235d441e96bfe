#pragma once

#include <string>

namespace quantscope {

/// Now, as sessions write it: ISO 8601, UTC, whole seconds.
std::string utcNow();

} // namespace quantscope
