#pragma once

#include <cstdint>
#include <vector>

namespace quantscope {

/// Token ids of the examples that a walk covers, rows left-aligned and padded with −1.
struct ExampleIds {
    std::int64_t positions = 0;        ///< T + 1
    std::vector<std::int32_t> ids;     ///< [examples, positions]
    std::vector<std::int64_t> lengths; ///< valid ids a row

    std::int64_t examples() const { return static_cast<std::int64_t>(lengths.size()); }
    const std::int32_t* row(std::int64_t example) const { return ids.data() + example * positions; }
};

/// The rows named, in the order given.
ExampleIds selectExamples(const ExampleIds& all, const std::vector<std::size_t>& rows);

} // namespace quantscope
