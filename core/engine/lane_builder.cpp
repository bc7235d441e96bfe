#include "core/engine/lane_builder.h"

#include "core/data/error.h"
#include "core/data/noise_floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace quantscope {

namespace {

std::string layersText(const std::vector<std::int64_t>& layers) {
    return layers.size() == 1 ? fmt::format("{}", layers.front())
                              : fmt::format("{}-{}", layers.front(), layers.back());
}

/// The layers of all sets, each group once: upward and downward both end with all of them.
std::vector<std::vector<std::int64_t>> distinctLayers(const std::vector<LayerSet>& sets,
                                                      std::int64_t layers) {
    std::vector<std::vector<std::int64_t>> distinct;
    for (const LayerSet& set : sets)
        for (std::vector<std::int64_t>& at : expandLayers(set, layers))
            if (std::find(distinct.begin(), distinct.end(), at) == distinct.end())
                distinct.push_back(std::move(at));
    return distinct;
}

/// What can be said of the patches before any lane is made.
void checkPatches(const PatchOptions& options, std::int64_t tokens, std::int64_t layers) {
    const std::vector<PositionSet::Range>& ranges = options.positions.ranges;
    if (!ranges.empty() && ranges.back().last > tokens)
        throw Error(ErrorKind::Usage,
                    fmt::format("Patches at positions {} were asked for, but windows of {} tokens "
                                "have the positions 0 to {}.",
                                toString(options.positions), tokens, tokens));
    if (std::find(options.kinds.begin(), options.kinds.end(), PatchKind::Residual) ==
        options.kinds.end())
        return;
    for (const std::vector<std::int64_t>& at : distinctLayers(options.layers, layers))
        if (at.size() == 1)
            return;
    throw Error(ErrorKind::Usage,
                "A residual patch at a layer equals 16-bit weights up to it, so it is offered at "
                "single layers only, and the layers of the patches name none. Add each, or one "
                "layer.");
}

/// Makes patched lanes with their descriptions.
class Builder {
public:
    Builder(const std::vector<Lane>& plain, const PatchOptions& options)
        : m_plain(plain)
        , m_options(options) {}

    void addNoOp(std::size_t base, PatchKind kind, const std::vector<std::int64_t>& at) {
        Lane lane;
        lane.patch = LanePatch{kind, base, at, m_options.positions, {}};
        lane.firstBatchOnly = true;
        add(lane, base, {std::string(patchKindName(kind)), "no-op"});
    }

    void addPatch(std::size_t base, std::size_t donor, PatchKind kind,
                  const std::vector<std::int64_t>& at, std::optional<PatchControl> control) {
        Lane lane;
        lane.patch = LanePatch{kind, donor, at, m_options.positions, control};
        add(lane, base,
            {std::string(patchKindName(kind)),
             control ? std::string(patchControlName(*control)) : std::string()});
    }

    void addRestoration(std::size_t base, std::size_t donor, WeightKind kind,
                        const std::vector<std::int64_t>& at) {
        Lane lane;
        lane.restoration = LaneRestoration{modulesOf(kind), donor, at};
        add(lane, base, {fmt::format("weights-{}", weightKindName(kind)), ""});
    }

    PatchedLanes take() { return std::move(m_result); }

private:
    struct Naming {
        std::string kind;
        std::string control;
    };

    void add(Lane& lane, std::size_t base, const Naming& naming) {
        const std::string& donor = m_plain[lane.donor()].name;
        const std::string layers =
            layersText(lane.patch ? lane.patch->layers : lane.restoration->layers);
        lane.base = base;
        lane.weights = m_plain[base].weights;
        lane.name =
            fmt::format("{} ← {} {} {}", m_plain[base].name,
                        naming.control.empty() ? donor : naming.control, naming.kind, layers);
        PatchDescription description{m_plain[base].name,
                                     donor,
                                     naming.kind,
                                     layers,
                                     lane.patch ? toString(lane.patch->positions) : "all",
                                     naming.control};
        m_result.lanes.push_back(std::move(lane));
        m_result.descriptions.push_back(std::move(description));
    }

    const std::vector<Lane>& m_plain;
    const PatchOptions& m_options;
    PatchedLanes m_result;
};

} // namespace

std::vector<Lane> plainLanes(const StudyPlan& plan) {
    std::vector<Lane> lanes(1);
    lanes[0].name = std::string(referenceLane);
    std::set<std::string> names = {lanes[0].name};
    std::vector<std::string> all = quantizedLanes(plan);
    const bool withNoise = plan.instruments.noiseFloor != NoiseFloor::Off;
    if (withNoise)
        all.emplace_back(noiseFloorLane);
    for (const std::string& name : all) {
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
    if (withNoise) {
        lanes.back().weights = 0;
        lanes.back().noise = plan.instruments.noiseFloor;
    }
    return lanes;
}

std::vector<std::vector<std::int64_t>> expandLayers(const LayerSet& set, std::int64_t layers) {
    using Kind = LayerSet::Kind;
    std::int64_t first = 0;
    std::int64_t last = layers - 1;
    if (set.kind == Kind::UpperHalf)
        first = layers / 2;
    if (set.kind == Kind::Range) {
        first = set.first;
        last = set.last;
        if (last >= layers)
            throw Error(ErrorKind::Usage,
                        fmt::format("Layers {} were asked for, but the model's layers are 0 to {}.",
                                    toString(set), layers - 1));
    }
    const auto between = [](std::int64_t from, std::int64_t to) {
        std::vector<std::int64_t> range(static_cast<std::size_t>(to - from + 1));
        std::iota(range.begin(), range.end(), from);
        return range;
    };
    if (set.kind != Kind::Each && set.kind != Kind::Upward && set.kind != Kind::Downward)
        return {between(first, last)};
    std::vector<std::vector<std::int64_t>> sets;
    for (std::int64_t layer = first; layer <= last; ++layer)
        sets.push_back(between(set.kind == Kind::Upward ? first : layer,
                               set.kind == Kind::Downward ? last : layer));
    return sets;
}

PatchedLanes patchedLanes(const StudyPlan& plan, const std::vector<Lane>& plain,
                          const std::vector<std::size_t>& methods, std::int64_t layers) {
    const PatchOptions& options = plan.instruments.patching;
    checkPatches(options, plan.windows.tokens, layers);
    const bool intoQuantized = options.direction == PatchDirection::ReferenceIntoQuantized;
    Builder builder(plain, options);
    for (const std::size_t method : methods) {
        const std::size_t base = intoQuantized ? method : 0;
        const std::size_t donor = intoQuantized ? 0 : method;
        bool controlled = false;
        for (const std::vector<std::int64_t>& at : distinctLayers(options.layers, layers))
            for (const PatchKind kind : options.kinds) {
                if (kind == PatchKind::Residual && at.size() > 1)
                    continue; // equals 16-bit weights up to the last of them
                if (!controlled)
                    builder.addNoOp(base, kind, at);
                controlled = true;
                builder.addPatch(base, donor, kind, at, {});
                for (const PatchControl control : options.controls)
                    builder.addPatch(base, donor, kind, at, control);
            }
        for (const std::vector<std::int64_t>& at : distinctLayers(options.weightLayers, layers))
            for (const WeightKind kind : options.weights)
                builder.addRestoration(base, donor, kind, at);
    }
    return builder.take();
}

} // namespace quantscope
