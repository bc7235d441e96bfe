#include "core/study/example_share.h"

#include <fmt/format.h>

#include <numeric>

namespace quantscope {

std::int64_t largestShare(std::int64_t examples, const RankPlace& place) {
    return (examples + place.count - 1) / place.count;
}

ExampleShare exampleShare(const ExampleIds& all, const RankPlace& place) {
    const std::int64_t examples = all.examples();
    if (examples < place.count)
        throw Error(ErrorKind::Usage,
                    fmt::format("There are {} ranks for {} example{}; each needs one at least. "
                                "Start fewer, or take more --examples.",
                                place.count, examples, examples == 1 ? "" : "s"));
    const std::int64_t first = examples * place.rank / place.count;
    const std::int64_t end = examples * (place.rank + 1) / place.count;
    std::vector<std::size_t> rows(static_cast<std::size_t>(end - first));
    std::iota(rows.begin(), rows.end(), static_cast<std::size_t>(first));
    return {first, selectExamples(all, rows)};
}

std::vector<std::size_t> ownRows(const std::vector<std::size_t>& rows, const ExampleShare& share) {
    std::vector<std::size_t> own;
    for (const std::size_t row : rows)
        if (share.has(row))
            own.push_back(row);
    return own;
}

} // namespace quantscope
