#pragma once

#include "core/data/job.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

/// Marks texts whose 5-grams of white-space words overlap with those of an earlier, unmarked text
/// by Jaccard > 0.1. Texts under five words have no 5-gram and are never marked.
/// @return 1 for each marked text
std::vector<std::uint8_t> findNearDuplicates(const std::vector<std::string>& texts, Job& job);

} // namespace quantscope
