#pragma once

#include "core/engine/example_ids.h"
#include "core/ranks/ranks.h"

#include <cstddef>
#include <vector>

namespace quantscope {

/// The examples of a study that one of its ranks walks: so many in a row, from `first` on.
struct ExampleShare {
    std::int64_t first = 0;
    ExampleIds ids;

    bool has(std::size_t example) const {
        const auto number = static_cast<std::int64_t>(example);
        return number >= first && number < first + ids.examples();
    }
};

/// Examples of the largest share.
std::int64_t largestShare(std::int64_t examples, const RankPlace& place);

/// The rank's own share: shares follow each other as ranks do and differ by one example at most.
/// @throws Error (Usage) where there are more ranks than examples
ExampleShare exampleShare(const ExampleIds& all, const RankPlace& place);

/// Of the examples named, in ascending order, those that the share has.
std::vector<std::size_t> ownRows(const std::vector<std::size_t>& rows, const ExampleShare& share);

} // namespace quantscope
