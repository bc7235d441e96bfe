#include "core/data/patch_options.h"

#include "core/data/name_table.h"

#include <algorithm>
#include <charconv>

namespace quantscope {

namespace {

constexpr NameTable<PatchKind, 11> patchKinds = {{{PatchKind::Attention, "attn"},
                                                  {PatchKind::Gate, "gate"},
                                                  {PatchKind::Up, "up"},
                                                  {PatchKind::GateUp, "gate+up"},
                                                  {PatchKind::Down, "down"},
                                                  {PatchKind::Q, "q"},
                                                  {PatchKind::K, "k"},
                                                  {PatchKind::V, "v"},
                                                  {PatchKind::GateInput, "gate-input"},
                                                  {PatchKind::Residual, "residual"},
                                                  {PatchKind::AttentionDown, "attn+down"}}};

constexpr NameTable<PatchDirection, 2> patchDirections = {
    {{PatchDirection::ReferenceIntoQuantized, "reference-into-quantized"},
     {PatchDirection::QuantizedIntoReference, "quantized-into-reference"}}};
constexpr NameTable<PatchControl, 3> patchControls = {
    {{PatchControl::Zero, "zero"}, {PatchControl::Mean, "mean"}, {PatchControl::Random, "random"}}};
constexpr NameTable<WeightKind, 10> weightKinds = {{{WeightKind::Q, "q"},
                                                    {WeightKind::K, "k"},
                                                    {WeightKind::V, "v"},
                                                    {WeightKind::O, "o"},
                                                    {WeightKind::Gate, "gate"},
                                                    {WeightKind::Up, "up"},
                                                    {WeightKind::Down, "down"},
                                                    {WeightKind::Attention, "attn"},
                                                    {WeightKind::Mlp, "mlp"},
                                                    {WeightKind::All, "all"}}};
constexpr NameTable<LayerSet::Kind, 5> layerSets = {{{LayerSet::Kind::UpperHalf, "upper-half"},
                                                     {LayerSet::Kind::All, "all"},
                                                     {LayerSet::Kind::Each, "each"},
                                                     {LayerSet::Kind::Upward, "upward"},
                                                     {LayerSet::Kind::Downward, "downward"}}};

bool readNumber(std::string_view text, std::int64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

/// "7" or "10-31".
bool readRange(std::string_view text, std::int64_t& first, std::int64_t& last) {
    const std::size_t dash = text.find('-');
    return readNumber(text.substr(0, dash), first) &&
           readNumber(dash == std::string_view::npos ? text : text.substr(dash + 1), last) &&
           first <= last;
}

} // namespace

std::string_view patchKindName(PatchKind kind) { return nameIn(patchKinds, kind); }
PatchKind parsePatchKind(std::string_view name) { return valueIn(patchKinds, name, "patch kind"); }
std::string_view patchDirectionName(PatchDirection direction) {
    return nameIn(patchDirections, direction);
}
PatchDirection parsePatchDirection(std::string_view name) {
    return valueIn(patchDirections, name, "direction of patches");
}
std::string_view patchControlName(PatchControl control) { return nameIn(patchControls, control); }
PatchControl parsePatchControl(std::string_view name) {
    return valueIn(patchControls, name, "control of patches");
}
std::string_view weightKindName(WeightKind kind) { return nameIn(weightKinds, kind); }
WeightKind parseWeightKind(std::string_view name) {
    return valueIn(weightKinds, name, "kind of weights");
}

bool PatchOptions::has(PatchControl control) const {
    return std::find(controls.begin(), controls.end(), control) != controls.end();
}

std::vector<Site> patchedSites(PatchKind kind) {
    switch (kind) {
    case PatchKind::Attention:
        return {Site::AttnOut};
    case PatchKind::Gate:
        return {Site::Gate};
    case PatchKind::Up:
        return {Site::Up};
    case PatchKind::GateUp:
        return {Site::Gate, Site::Up};
    case PatchKind::Down:
        return {Site::Down};
    case PatchKind::Q:
        return {Site::Q};
    case PatchKind::K:
        return {Site::K};
    case PatchKind::V:
        return {Site::V};
    case PatchKind::GateInput:
        return {Site::GateInput};
    case PatchKind::Residual:
        return {Site::ResidPost};
    case PatchKind::AttentionDown:
        return {Site::AttnOut, Site::Down};
    }
    return {};
}

std::vector<Module> modulesOf(WeightKind kind) {
    switch (kind) {
    case WeightKind::Attention:
        return {Module::Q, Module::K, Module::V, Module::O};
    case WeightKind::Mlp:
        return {Module::Gate, Module::Up, Module::Down};
    case WeightKind::All:
        return {allModules.begin(), allModules.end()};
    default: // the single matrices stand in the order of the modules
        return {allModules[static_cast<std::size_t>(kind)]};
    }
}

LayerSet parseLayerSet(std::string_view text) {
    for (const auto& [kind, name] : layerSets)
        if (text == name)
            return {kind};
    LayerSet set{LayerSet::Kind::Range};
    if (!readRange(text, set.first, set.last))
        throw Error(ErrorKind::Usage, "\"" + std::string(text) +
                                          "\" is not a set of layers; write upper-half, all, "
                                          "each, upward, downward, 7 or 10-31.");
    return set;
}

std::string toString(const LayerSet& layers) {
    if (layers.kind != LayerSet::Kind::Range)
        return std::string(nameIn(layerSets, layers.kind));
    return std::to_string(layers.first) + "-" + std::to_string(layers.last);
}

PositionSet parsePositionSet(std::string_view text) {
    PositionSet set;
    if (text == "all")
        return set;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        PositionSet::Range range;
        std::string_view item = text.substr(from, comma - from);
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size())); // "0, 1-4"
        if (!readRange(item, range.first, range.last) ||
            (!set.ranges.empty() && range.first <= set.ranges.back().last))
            throw Error(ErrorKind::Usage, "\"" + std::string(text) +
                                              "\" is not a set of positions; write all, or "
                                              "ascending numbers and ranges such as 0 or 1-4,7.");
        set.ranges.push_back(range);
        from = comma + 1;
    }
    return set;
}

std::string toString(const PositionSet& positions) {
    std::string text;
    for (const PositionSet::Range& range : positions.ranges) {
        text += (text.empty() ? "" : ",") + std::to_string(range.first);
        if (range.last != range.first)
            text += "-" + std::to_string(range.last);
    }
    return text.empty() ? "all" : text;
}

} // namespace quantscope
