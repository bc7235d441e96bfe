#include "core/comparison/lane_pairs.h"

#include "core/data/error.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace quantscope {

namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Lanes of a side that are in no pair.
std::vector<std::string> without(const std::vector<std::string>& lanes,
                                 const std::vector<LanePair>& pairs, std::string LanePair::*side) {
    std::vector<std::string> left;
    std::copy_if(lanes.begin(), lanes.end(), std::back_inserter(left),
                 [&](const std::string& lane) {
                     return std::none_of(pairs.begin(), pairs.end(),
                                         [&](const LanePair& pair) { return pair.*side == lane; });
                 });
    return left;
}

void addReferences(LanePairs& result, const SessionView& a, const SessionView& b) {
    const std::string reference(referenceLane);
    if (a.laneIndex(reference) && b.laneIndex(reference))
        result.pairs.push_back({reference, reference});
}

void findUnpaired(LanePairs& result, const SessionView& a, const SessionView& b) {
    result.onlyInA = without(a.methodLanes(), result.pairs, &LanePair::a);
    result.onlyInB = without(b.methodLanes(), result.pairs, &LanePair::b);
}

LanePair wished(const SessionView& a, const SessionView& b, const std::string& wish) {
    std::vector<LanePair> possible;
    for (std::size_t equals = wish.find('='); equals != std::string::npos;
         equals = wish.find('=', equals + 1)) {
        LanePair pair{wish.substr(0, equals), wish.substr(equals + 1)};
        if (has(a.lanes(), pair.a) && has(b.lanes(), pair.b))
            possible.push_back(std::move(pair));
    }
    if (possible.size() == 1)
        return possible.front();
    if (possible.size() > 1)
        throw Error(ErrorKind::Usage,
                    fmt::format("--lane {}: this can be read as several pairs of lanes; give the "
                                "lanes other names, or compare by name.",
                                wish));
    throw Error(ErrorKind::Usage,
                fmt::format("--lane {}: expected a lane of the first session, \"=\" and a lane of "
                            "the second. The first has {}; the second has {}.",
                            wish, fmt::join(a.lanes(), ", "), fmt::join(b.lanes(), ", ")));
}

} // namespace

LanePairs pairLanes(const SessionView& a, const SessionView& b) {
    LanePairs result;
    for (const std::string& lane : a.methodLanes())
        if (has(b.methodLanes(), lane))
            result.pairs.push_back({lane, lane});
    if (result.pairs.empty() && a.methodLanes().size() == 1 && b.methodLanes().size() == 1) {
        result.pairs.push_back({a.methodLanes().front(), b.methodLanes().front()});
        result.byBeingAlone = true;
    }
    addReferences(result, a, b);
    findUnpaired(result, a, b);
    return result;
}

LanePairs pairLanes(const SessionView& a, const SessionView& b,
                    std::span<const std::string> wishes) {
    if (wishes.empty())
        return pairLanes(a, b);
    LanePairs result;
    for (const std::string& wish : wishes) {
        LanePair pair = wished(a, b, wish);
        if (std::find(result.pairs.begin(), result.pairs.end(), pair) == result.pairs.end())
            result.pairs.push_back(std::move(pair));
    }
    findUnpaired(result, a, b);
    return result;
}

} // namespace quantscope
