#pragma once

#include "core/dataset/dataset.h"

#include <cstddef>
#include <vector>

namespace quantscope {

/// Documents that say the same, but for case, punctuation and white space, by their place in the
/// list: groups in the order of their first document, each in ascending order. A document without
/// a letter or digit is a group of its own.
std::vector<std::vector<std::size_t>> groupCopies(const std::vector<Document>& documents);

} // namespace quantscope
