#include "core/dataset/sampling.h"

#include "core/data/hash.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace quantscope {

std::vector<std::size_t> sampleIndices(std::size_t total, std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> all(total);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (count >= total)
        return all;
    SplitMix random(seed);
    for (std::size_t i = 0; i < count; ++i)
        std::swap(all[i], all[i + static_cast<std::size_t>(random.below(total - i))]);
    all.resize(count);
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace quantscope
