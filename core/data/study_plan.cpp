#include "core/data/study_plan.h"

#include "core/data/name_table.h"

#include <algorithm>

namespace quantscope {

namespace {

constexpr NameTable<WindowMode, 2> windowModes = {
    {{WindowMode::First, "first"}, {WindowMode::All, "all"}}};
constexpr NameTable<Deduplication, 3> deduplications = {
    {{Deduplication::Off, "off"}, {Deduplication::All, "all"}, {Deduplication::Paper, "paper"}}};
constexpr NameTable<Device, 3> devices = {
    {{Device::Automatic, "auto"}, {Device::Cpu, "cpu"}, {Device::Cuda, "cuda"}}};
constexpr NameTable<InstrumentGroup, 9> instrumentGroups = {
    {{InstrumentGroup::Local, "local"},
     {InstrumentGroup::Drift, "drift"},
     {InstrumentGroup::Attention, "attention"},
     {InstrumentGroup::Outliers, "outliers"},
     {InstrumentGroup::Cka, "cka"},
     {InstrumentGroup::Budget, "budget"},
     {InstrumentGroup::Channels, "channels"},
     {InstrumentGroup::Activations, "activations"},
     {InstrumentGroup::Depth, "depth"}}};
constexpr NameTable<NoiseFloor, 3> noiseFloors = {
    {{NoiseFloor::Off, "off"}, {NoiseFloor::Batch, "batch"}, {NoiseFloor::Bf16, "bf16"}}};

} // namespace

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
std::string_view instrumentGroupName(InstrumentGroup group) {
    return nameIn(instrumentGroups, group);
}
InstrumentGroup parseInstrumentGroup(std::string_view name) {
    return valueIn(instrumentGroups, name, "group of instruments");
}
std::string_view noiseFloorName(NoiseFloor floor) { return nameIn(noiseFloors, floor); }
NoiseFloor parseNoiseFloor(std::string_view name) {
    return valueIn(noiseFloors, name, "noise floor");
}

bool Instruments::has(InstrumentGroup group) const {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::vector<std::string> quantizedLanes(const StudyPlan& plan) {
    std::vector<std::string> names;
    for (const MethodSpec& method : plan.methods)
        names.push_back(method.lane);
    for (const ImportedLane& imported : plan.imported)
        names.push_back(imported.lane);
    return names;
}

} // namespace quantscope
