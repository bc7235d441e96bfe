#include "core/analysis/sets.h"

#include "core/data/hash.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace quantscope {

namespace {

/// Examples with an error, largest first, ties by index.
std::vector<std::size_t> byError(std::span<const double> errors) {
    std::vector<std::size_t> order;
    for (std::size_t example = 0; example < errors.size(); ++example)
        if (!std::isnan(errors[example]))
            order.push_back(example);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return errors[a] > errors[b]; });
    return order;
}

/// ⌊share · count⌋; the small term keeps ⌊.29 · 100⌋ at 29 although .29 is a little less in binary.
std::size_t shareOf(std::size_t count, double share) {
    if (!(share > 0)) // NaN too: a session may say anything
        return 0;
    const double all = static_cast<double>(count);
    return static_cast<std::size_t>(std::floor(std::min(share, 1.0) * all + 1e-9));
}

std::vector<std::size_t> smallestErrors(std::span<const double> errors, double share) {
    std::vector<std::size_t> order = byError(errors);
    order.erase(order.begin(),
                order.end() - static_cast<std::ptrdiff_t>(shareOf(order.size(), share)));
    return order;
}

} // namespace

std::vector<std::size_t> largeSet(std::span<const double> errors, double fraction,
                                  std::span<const std::size_t> excluded) {
    const std::vector<std::size_t> order = byError(errors);
    const std::size_t wanted = shareOf(order.size(), fraction);
    const std::set<std::size_t> passedOver(excluded.begin(), excluded.end());
    std::vector<std::size_t> large;
    for (const std::size_t example : order) {
        if (large.size() == wanted)
            break;
        if (!passedOver.contains(example))
            large.push_back(example);
    }
    return large;
}

std::vector<std::size_t> controlSet(std::span<const double> errors,
                                    std::span<const std::int32_t> documents,
                                    std::span<const std::int32_t> offsets, std::uint64_t seed,
                                    std::size_t n, double share) {
    std::vector<std::pair<std::uint64_t, std::size_t>> drawn;
    for (const std::size_t example : smallestErrors(errors, share)) {
        const auto document = static_cast<std::uint32_t>(documents[example]);
        const auto offset = static_cast<std::uint32_t>(offsets[example]);
        drawn.emplace_back(mixBits(mixBits(mixBits(seed) + document) + offset), example);
    }
    std::sort(drawn.begin(), drawn.end());
    drawn.resize(std::min(n, drawn.size()));
    std::vector<std::size_t> control;
    for (const auto& [hash, example] : drawn)
        control.push_back(example);
    return control;
}

std::vector<std::size_t> matchedSet(std::span<const double> errors,
                                    std::span<const std::size_t> large,
                                    std::span<const double> referenceNll,
                                    std::span<const std::string> labels, double share) {
    using Candidates = std::set<std::pair<double, std::size_t>>;
    const std::set<std::size_t> taken(large.begin(), large.end());
    std::map<std::string, Candidates> byLabel;
    const auto labelOf = [&](std::size_t example) {
        return labels.empty() ? std::string() : labels[example];
    };
    for (const std::size_t example : smallestErrors(errors, share))
        if (!taken.contains(example) && !std::isnan(referenceNll[example]))
            byLabel[labelOf(example)].emplace(referenceNll[example], example);

    std::vector<std::size_t> matched;
    for (const std::size_t example : large) {
        Candidates& candidates = byLabel[labelOf(example)];
        const double wanted = referenceNll[example];
        if (candidates.empty() || std::isnan(wanted))
            continue;
        auto nearest = candidates.lower_bound({wanted, 0});
        if (nearest != candidates.begin()) {
            // Among equal values below, the lowest index stands first.
            const double below = std::prev(nearest)->first;
            if (nearest == candidates.end() || wanted - below <= nearest->first - wanted)
                nearest = candidates.lower_bound({below, 0});
        }
        matched.push_back(nearest->second);
        candidates.erase(nearest);
    }
    return matched;
}

} // namespace quantscope
