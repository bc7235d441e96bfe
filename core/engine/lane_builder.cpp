#include "core/engine/lane_builder.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <set>

namespace quantscope {

namespace {

std::string layersText(const std::vector<std::int64_t>& layers) {
    return layers.size() == 1 ? fmt::format("{}", layers.front())
                              : fmt::format("{}-{}", layers.front(), layers.back());
}

/// A residual patch at a layer makes all that came before irrelevant: only single layers differ.
bool onlySingleLayers(PatchKind kind) { return kind == PatchKind::Residual; }

} // namespace

std::vector<Lane> plainLanes(const StudyPlan& plan) {
    std::vector<Lane> lanes(1);
    lanes[0].name = std::string(referenceLane);
    std::set<std::string> names = {lanes[0].name};
    for (const std::string& name : quantizedLanes(plan)) {
        if (!names.insert(name).second)
            throw Error(ErrorKind::Usage,
                        fmt::format("Two lanes are called \"{}\"; give one of them another name "
                                    "with the option name=… of a method, or --lane NAME=….",
                                    name));
        Lane lane;
        lane.name = name;
        lane.weights = lane.base = lanes.size();
        lanes.push_back(lane);
    }
    return lanes;
}

std::vector<std::vector<std::int64_t>> expandLayers(const LayerSet& set, std::int64_t layers) {
    std::int64_t first = 0;
    std::int64_t last = layers - 1;
    if (set.kind == LayerSet::Kind::UpperHalf)
        first = layers / 2;
    if (set.kind == LayerSet::Kind::Range) {
        first = set.first;
        last = set.last;
        if (last >= layers)
            throw Error(ErrorKind::Usage,
                        fmt::format("Layers {} were asked for, but the model's layers are 0 to {}.",
                                    toString(set), layers - 1));
    }
    std::vector<std::vector<std::int64_t>> sets;
    for (std::int64_t layer = first; layer <= last; ++layer) {
        if (sets.empty() || set.kind == LayerSet::Kind::Each)
            sets.emplace_back();
        sets.back().push_back(layer);
    }
    return sets;
}

PatchedLanes patchedLanes(const StudyPlan& plan, const std::vector<Lane>& plain,
                          const std::vector<std::size_t>& methods, std::int64_t layers) {
    PatchedLanes result;
    const PatchOptions& options = plan.instruments.patching;
    const bool intoQuantized = options.direction == PatchDirection::ReferenceIntoQuantized;
    const auto add = [&](std::size_t base, std::size_t donor, PatchKind kind,
                         const std::vector<std::int64_t>& at, const std::string& control) {
        Lane lane;
        lane.base = base;
        lane.weights = plain[base].weights;
        lane.patch = LanePatch{kind, donor, at};
        lane.firstBatchOnly = !control.empty();
        lane.name = fmt::format("{} ← {} {} {}", plain[base].name,
                                control.empty() ? plain[donor].name : control, patchKindName(kind),
                                layersText(at));
        result.lanes.push_back(lane);
        result.descriptions.push_back({plain[base].name, plain[donor].name,
                                       std::string(patchKindName(kind)), layersText(at), control});
    };
    for (const std::size_t method : methods) {
        const std::size_t base = intoQuantized ? method : 0;
        const std::size_t donor = intoQuantized ? 0 : method;
        bool controlled = false;
        for (const LayerSet& set : options.layers) {
            for (const std::vector<std::int64_t>& at : expandLayers(set, layers)) {
                for (const PatchKind kind : options.kinds) {
                    if (onlySingleLayers(kind) && at.size() > 1)
                        throw Error(ErrorKind::Usage,
                                    fmt::format("A residual patch at a layer equals 16-bit "
                                                "weights up to it, so it is offered at single "
                                                "layers only; \"{}\" names several. Use each, or "
                                                "one layer.",
                                                toString(set)));
                    if (!controlled)
                        add(base, base, kind, at, "no-op");
                    controlled = true;
                    add(base, donor, kind, at, {});
                }
            }
        }
    }
    return result;
}

} // namespace quantscope
