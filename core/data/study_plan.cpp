#include "core/data/study_plan.h"

#include "core/data/error.h"

#include <array>
#include <charconv>
#include <utility>

namespace quantscope {

namespace {

template <typename Value, std::size_t N>
using NameTable = std::array<std::pair<Value, std::string_view>, N>;

template <typename Value, std::size_t N>
std::string_view nameIn(const NameTable<Value, N>& table, Value value) {
    for (const auto& [candidate, name] : table)
        if (candidate == value)
            return name;
    return "unknown";
}

template <typename Value, std::size_t N>
Value valueIn(const NameTable<Value, N>& table, std::string_view name, std::string_view what) {
    std::string known;
    for (const auto& [value, candidate] : table) {
        if (candidate == name)
            return value;
        known += (known.empty() ? "" : ", ") + std::string(candidate);
    }
    throw Error(ErrorKind::Usage, "\"" + std::string(name) + "\" is not a " + std::string(what) +
                                      "; known are: " + known + ".");
}

constexpr NameTable<TextFormat, 7> textFormats = {{{TextFormat::Lines, "lines"},
                                                   {TextFormat::Paragraphs, "paragraphs"},
                                                   {TextFormat::Whole, "whole"},
                                                   {TextFormat::Separator, "separator"},
                                                   {TextFormat::Jsonl, "jsonl"},
                                                   {TextFormat::Csv, "csv"},
                                                   {TextFormat::Tsv, "tsv"}}};
constexpr NameTable<WindowMode, 2> windowModes = {
    {{WindowMode::First, "first"}, {WindowMode::All, "all"}}};
constexpr NameTable<Deduplication, 3> deduplications = {
    {{Deduplication::Off, "off"}, {Deduplication::All, "all"}, {Deduplication::Paper, "paper"}}};
constexpr NameTable<Device, 3> devices = {
    {{Device::Automatic, "auto"}, {Device::Cpu, "cpu"}, {Device::Cuda, "cuda"}}};
constexpr NameTable<PatchKind, 10> patchKinds = {{{PatchKind::Attention, "attn"},
                                                  {PatchKind::Gate, "gate"},
                                                  {PatchKind::Up, "up"},
                                                  {PatchKind::GateUp, "gate+up"},
                                                  {PatchKind::Down, "down"},
                                                  {PatchKind::Q, "q"},
                                                  {PatchKind::K, "k"},
                                                  {PatchKind::V, "v"},
                                                  {PatchKind::GateInput, "gate-input"},
                                                  {PatchKind::Residual, "residual"}}};

bool readNumber(std::string_view text, std::int64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

} // namespace

std::string_view textFormatName(TextFormat format) { return nameIn(textFormats, format); }
TextFormat parseTextFormat(std::string_view name) {
    return valueIn(textFormats, name, "text format");
}
std::string_view windowModeName(WindowMode mode) { return nameIn(windowModes, mode); }
WindowMode parseWindowMode(std::string_view name) {
    return valueIn(windowModes, name, "choice of windows");
}
std::string_view deduplicationName(Deduplication mode) { return nameIn(deduplications, mode); }
Deduplication parseDeduplication(std::string_view name) {
    return valueIn(deduplications, name, "mode of deduplication");
}
std::string_view deviceName(Device device) { return nameIn(devices, device); }
Device parseDevice(std::string_view name) { return valueIn(devices, name, "device"); }
std::string_view patchKindName(PatchKind kind) { return nameIn(patchKinds, kind); }
PatchKind parsePatchKind(std::string_view name) { return valueIn(patchKinds, name, "patch kind"); }

std::vector<std::string> quantizedLanes(const StudyPlan& plan) {
    std::vector<std::string> names;
    for (const MethodSpec& method : plan.methods)
        names.push_back(method.lane);
    for (const ImportedLane& imported : plan.imported)
        names.push_back(imported.lane);
    return names;
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
    }
    return {};
}

LayerSet parseLayerSet(std::string_view text) {
    if (text == "upper-half")
        return {LayerSet::Kind::UpperHalf};
    if (text == "all")
        return {LayerSet::Kind::All};
    if (text == "each")
        return {LayerSet::Kind::Each};
    const std::size_t dash = text.find('-');
    LayerSet set{LayerSet::Kind::Range};
    const std::string_view last = dash == std::string_view::npos ? text : text.substr(dash + 1);
    if (!readNumber(text.substr(0, dash), set.first) || !readNumber(last, set.last) ||
        set.last < set.first)
        throw Error(ErrorKind::Usage,
                    "\"" + std::string(text) +
                        "\" is not a set of layers; write upper-half, all, each, 7 or 10-31.");
    return set;
}

std::string toString(const LayerSet& layers) {
    switch (layers.kind) {
    case LayerSet::Kind::UpperHalf:
        return "upper-half";
    case LayerSet::Kind::All:
        return "all";
    case LayerSet::Kind::Each:
        return "each";
    case LayerSet::Kind::Range:
        break;
    }
    return std::to_string(layers.first) + "-" + std::to_string(layers.last);
}

} // namespace quantscope
