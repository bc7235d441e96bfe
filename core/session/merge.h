#pragma once

#include "core/data/session_data.h"
#include "core/session/session_writer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// What a part has, without its values but for the layers it covers.
struct PartOutline {
    std::string name; ///< for messages
    std::vector<ArrayLayout> arrays;
    std::vector<std::int32_t> layers;
    std::map<std::string, std::string> attributes;
};

/// One array of the merged session and the parts that its values come from.
struct MergedArray {
    ArrayLayout layout;
    std::optional<std::size_t> layerAxis; ///< absent: the last part's values stand for all
    std::vector<std::size_t> parts;       ///< in the order of the parts
};

struct MergePlan {
    std::vector<MergedArray> arrays; ///< coordinates first, without /layer
    std::size_t layers = 0;
    std::map<std::string, std::string> attributes; ///< later parts win
};

/// @param layers  0: what the attribute "layers" of a part or the highest layer says
/// @throws Error (Input) when parts disagree or cover layers that the model does not have.
MergePlan planMerge(const std::vector<PartOutline>& parts, std::size_t layers);

PartOutline outlineOf(const SessionData& part, std::string name);

/// The whole of an array with a layer axis, nothing measured yet.
NamedArray makeMerged(const MergedArray& entry);

/// Puts a part's layers of that array into the whole.
void addLayers(const MergedArray& entry, const NamedArray& array, const PartOutline& part,
               NamedArray& whole);

/// The "/layer" coordinate as a list. @throws Error (Input) when it is not one of integers.
std::vector<std::int32_t> layersOf(const NamedArray& coordinate, const std::string& partName);

} // namespace quantscope
