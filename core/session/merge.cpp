#include "core/session/merge.h"

#include "core/data/error.h"
#include "core/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* layerDimension = "layer";
constexpr std::size_t maximumLayers = 1u << 16; ///< a bound against nonsense, not of any model

std::optional<std::size_t> layerAxisOf(const ArrayLayout& layout) {
    const auto found =
        std::find(layout.dimensions.begin(), layout.dimensions.end(), layerDimension);
    if (found == layout.dimensions.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - layout.dimensions.begin());
}

std::size_t layerCount(const MergePlan& plan, const std::vector<PartOutline>& parts) {
    std::size_t count = 0;
    const auto stated = plan.attributes.find(attribute::layers);
    if (stated != plan.attributes.end()) {
        const std::string& text = stated->second;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (failed != std::errc() || end != text.data() + text.size())
            throw Error(ErrorKind::Input, "The parts' attribute layers is \"" + text +
                                              "\", which is not a number of layers.");
    } else {
        for (const PartOutline& part : parts)
            for (const std::int32_t layer : part.layers)
                count = std::max(count, static_cast<std::size_t>(std::max(layer, 0)) + 1);
    }
    return count;
}

void checkLayers(const std::vector<PartOutline>& parts, std::size_t layers) {
    if (layers > maximumLayers)
        throw Error(ErrorKind::Input,
                    fmt::format("A session of {} layers was asked for; that is more than any "
                                "model has.",
                                layers));
    for (const PartOutline& part : parts)
        for (const std::int32_t layer : part.layers)
            if (layer < 0 || static_cast<std::size_t>(layer) >= layers)
                throw Error(ErrorKind::Input,
                            fmt::format("Part {} covers layer {}, where the model has layers 0 to "
                                        "{}.",
                                        part.name, layer, layers - 1));
}

/// The layouts must be equal but for how many layers each covers.
void checkAgreement(const ArrayLayout& merged, const ArrayLayout& layout, std::size_t axis,
                    const PartOutline& part) {
    std::vector<std::size_t> shape = layout.shape;
    if (axis < shape.size())
        shape[axis] = merged.shape[axis];
    if (layout.dimensions != merged.dimensions || layout.type != merged.type ||
        shape != merged.shape)
        throw Error(ErrorKind::Input,
                    fmt::format("Part {} has {} with another shape or type than the parts before "
                                "it, so they are not of one study.",
                                part.name, layout.path));
}

bool isCoordinate(const ArrayLayout& layout) {
    return layout.dimensions.size() == 1 && layout.path == "/" + layout.dimensions.front();
}

NamedArray makeLike(const ArrayLayout& layout) {
    const auto make = [&]<typename T>(T) {
        return makeArray<T>(layout.dimensions, layout.shape, layout.units, layout.longName);
    };
    switch (layout.type) {
    case ElementType::Float32:
        return make(float{});
    case ElementType::Float64:
        return make(double{});
    case ElementType::Int32:
        return make(std::int32_t{});
    case ElementType::UInt8:
        return make(std::uint8_t{});
    case ElementType::Text:
        break;
    }
    NamedArray array{layout.dimensions, layout.shape, {}, layout.units, layout.longName};
    array.values = std::vector<std::string>(array.size());
    return array;
}

/// Copies one layer's values of `from` into `to`; arrays of equal shape but along `axis`.
void copyLayer(const NamedArray& from, std::size_t fromLayer, NamedArray& to, std::size_t toLayer,
               std::size_t axis) {
    const auto begin = from.shape.begin();
    const auto split = begin + static_cast<std::ptrdiff_t>(axis);
    const std::size_t outer = std::accumulate(begin, split, std::size_t{1}, std::multiplies<>());
    const std::size_t inner =
        std::accumulate(split + 1, from.shape.end(), std::size_t{1}, std::multiplies<>());
    std::visit(
        [&](auto& target) {
            const auto& source = std::get<std::decay_t<decltype(target)>>(from.values);
            for (std::size_t row = 0; row < outer; ++row)
                std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(
                                                 (row * from.shape[axis] + fromLayer) * inner),
                            inner,
                            target.begin() + static_cast<std::ptrdiff_t>(
                                                 (row * to.shape[axis] + toLayer) * inner));
        },
        to.values);
}

} // namespace

std::vector<std::int32_t> layersOf(const NamedArray& coordinate, const std::string& partName) {
    if (const auto* layers = std::get_if<std::vector<std::int32_t>>(&coordinate.values))
        return *layers;
    throw Error(ErrorKind::Input, "The coordinate /layer of part " + partName +
                                      " is not made of integers, so it is damaged.");
}

PartOutline outlineOf(const SessionData& part, std::string name) {
    PartOutline outline;
    outline.name = std::move(name);
    outline.attributes = part.attributes;
    for (const auto& [path, array] : part.arrays)
        outline.arrays.push_back(layoutOf(path, array));
    if (const NamedArray* coordinate = part.find("/layer"))
        outline.layers = layersOf(*coordinate, outline.name);
    return outline;
}

MergePlan planMerge(const std::vector<PartOutline>& parts, std::size_t layers) {
    MergePlan plan;
    for (const PartOutline& part : parts)
        for (const auto& [name, value] : part.attributes)
            plan.attributes[name] = value;
    plan.layers = layers > 0 ? layers : layerCount(plan, parts);
    checkLayers(parts, plan.layers);

    std::map<std::string, MergedArray> merged;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        for (const ArrayLayout& layout : parts[index].arrays) {
            if (layout.path == "/layer")
                continue;
            const auto axis = layerAxisOf(layout);
            if (axis && layout.shape[*axis] != parts[index].layers.size())
                throw Error(ErrorKind::Input,
                            fmt::format("Part {} has {} layers in {} and {} in its coordinate "
                                        "/layer.",
                                        parts[index].name, layout.shape[*axis], layout.path,
                                        parts[index].layers.size()));
            MergedArray& entry = merged[layout.path];
            const bool isNew = entry.parts.empty();
            if (!axis || isNew) {
                entry.layout = layout;
                entry.layerAxis = axis;
                entry.parts = {index};
                if (axis)
                    entry.layout.shape[*axis] = plan.layers;
                continue;
            }
            checkAgreement(entry.layout, layout, *axis, parts[index]);
            entry.parts.push_back(index);
        }
    }
    for (auto& [path, entry] : merged)
        plan.arrays.push_back(std::move(entry));
    std::stable_partition(plan.arrays.begin(), plan.arrays.end(),
                          [](const MergedArray& entry) { return isCoordinate(entry.layout); });
    return plan;
}

NamedArray makeMerged(const MergedArray& entry) { return makeLike(entry.layout); }

void addLayers(const MergedArray& entry, const NamedArray& array, const PartOutline& part,
               NamedArray& whole) {
    for (std::size_t at = 0; at < part.layers.size(); ++at)
        copyLayer(array, at, whole, static_cast<std::size_t>(part.layers[at]), *entry.layerAxis);
}

SessionData mergeParts(const std::vector<SessionData>& parts, std::size_t layers) {
    std::vector<PartOutline> outlines;
    for (std::size_t index = 0; index < parts.size(); ++index)
        outlines.push_back(outlineOf(parts[index], std::to_string(index)));
    const MergePlan plan = planMerge(outlines, layers);

    SessionData data;
    data.attributes = plan.attributes;
    if (plan.layers > 0)
        data.arrays.emplace("/layer", makeSessionIndex("/layer", plan.layers));
    for (const MergedArray& entry : plan.arrays) {
        const std::string& path = entry.layout.path;
        if (!entry.layerAxis) {
            data.arrays.emplace(path, parts[entry.parts.back()].arrays.at(path));
            continue;
        }
        NamedArray whole = makeMerged(entry);
        for (const std::size_t part : entry.parts)
            addLayers(entry, parts[part].arrays.at(path), outlines[part], whole);
        data.arrays.emplace(path, std::move(whole));
    }
    return data;
}

} // namespace quantscope
