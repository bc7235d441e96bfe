#include "core/data/session_schema.h"

#include "core/data/error.h"
#include "core/data/schema/groups.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

/// The name that "*" stands for; nothing where the path does not match.
std::optional<std::string> wildcard(std::string_view pattern, std::string_view path) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == path ? std::optional<std::string>("") : std::nullopt;
    const std::string_view before = pattern.substr(0, star);
    const std::string_view after = pattern.substr(star + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
        !path.ends_with(after))
        return std::nullopt;
    const std::string_view name =
        path.substr(before.size(), path.size() - before.size() - after.size());
    if (name.find('/') != std::string_view::npos)
        return std::nullopt;
    return std::string(name);
}

NamedArray makeTyped(ElementType type, std::vector<std::string> dimensions,
                     std::vector<std::size_t> shape, std::string units, std::string longName) {
    switch (type) {
    case ElementType::Float32:
        return makeArray<float>(std::move(dimensions), std::move(shape), std::move(units),
                                std::move(longName));
    case ElementType::Float64:
        return makeArray<double>(std::move(dimensions), std::move(shape), std::move(units),
                                 std::move(longName));
    case ElementType::Int32:
        return makeArray<std::int32_t>(std::move(dimensions), std::move(shape), std::move(units),
                                       std::move(longName));
    case ElementType::UInt8:
        return makeArray<std::uint8_t>(std::move(dimensions), std::move(shape), std::move(units),
                                       std::move(longName));
    case ElementType::Text:
        break;
    }
    NamedArray array;
    array.dimensions = std::move(dimensions);
    array.shape = std::move(shape);
    array.units = std::move(units);
    array.longName = std::move(longName);
    array.values = std::vector<std::string>(array.size());
    return array;
}

ArrayDescription requireDescription(std::string_view path) {
    if (auto description = findSessionArray(path))
        return *description;
    throw Error(ErrorKind::Internal, "The session format has no array " + std::string(path) + ".");
}

} // namespace

std::string_view elementTypeName(ElementType type) {
    constexpr std::array<std::string_view, 5> names = {"f4", "f8", "i4", "u1", "text"};
    return names[static_cast<std::size_t>(type)];
}

ElementType elementType(const NamedArray& array) {
    // The order of the alternatives of NamedArray::Values is that of ElementType.
    return static_cast<ElementType>(array.values.index());
}

std::size_t elementBytes(ElementType type) {
    constexpr std::array<std::size_t, 5> bytes = {4, 8, 4, 1, 0};
    return bytes[static_cast<std::size_t>(type)];
}

const std::vector<ArrayDescription>& sessionArrays() {
    static const std::vector<ArrayDescription> all = [] {
        std::vector<ArrayDescription> descriptions;
        for (const auto add :
             {schema::addCoordinates, schema::addMethods, schema::addExamples, schema::addSites,
              schema::addInstruments, schema::addErrorBudget, schema::addActivations,
              schema::addDepth, schema::addPatches, schema::addWeights, schema::addLaterPatches,
              schema::addExperts, schema::addTraining, schema::addQuestions,
              schema::addSensitivity, schema::addAllocation})
            add(descriptions);
        return descriptions;
    }();
    return all;
}

std::optional<ArrayDescription> findSessionArray(std::string_view path) {
    for (const ArrayDescription& candidate : sessionArrays()) {
        const auto name = wildcard(candidate.path, path);
        if (!name)
            continue;
        ArrayDescription description = candidate;
        description.path = path;
        const std::size_t star = description.longName.rfind('*');
        if (!name->empty() && star != std::string::npos)
            description.longName.replace(star, 1, *name);
        return description;
    }
    return std::nullopt;
}

NamedArray makeSessionArray(std::string_view path, std::vector<std::size_t> shape) {
    ArrayDescription description = requireDescription(path);
    if (shape.size() != description.dimensions.size())
        throw Error(ErrorKind::Internal, "The array " + std::string(path) + " has " +
                                             std::to_string(description.dimensions.size()) +
                                             " dimensions, not " + std::to_string(shape.size()) +
                                             ".");
    return makeTyped(description.type, std::move(description.dimensions), std::move(shape),
                     std::move(description.units), std::move(description.longName));
}

NamedArray makeSessionText(std::string_view path, std::vector<std::string> values) {
    NamedArray array = makeSessionArray(path, {values.size()});
    if (elementType(array) != ElementType::Text)
        throw Error(ErrorKind::Internal, "The array " + std::string(path) + " is not text.");
    array.values = std::move(values);
    return array;
}

NamedArray makeSessionIndex(std::string_view path, std::size_t count, std::size_t first) {
    NamedArray array = makeSessionArray(path, {count});
    auto* values = std::get_if<std::vector<std::int32_t>>(&array.values);
    if (!values)
        throw Error(ErrorKind::Internal, "The array " + std::string(path) + " does not count.");
    std::iota(values->begin(), values->end(), static_cast<std::int32_t>(first));
    return array;
}

bool isSessionDimension(std::string_view name) {
    const auto& all = sessionArrays();
    return std::any_of(all.begin(), all.end(), [name](const ArrayDescription& description) {
        return description.dimensions.size() == 1 && description.dimensions.front() == name &&
               description.path.substr(1) == name;
    });
}

std::string sitePath(std::string_view site, std::string_view statistic) {
    return "/sites/" + std::string(site) + "/" + std::string(statistic);
}

std::string tokenPath(std::string_view site, std::string_view statistic) {
    return "/tokens/" + std::string(site) + "/" + std::string(statistic);
}

std::string_view channelDimension(Site site) {
    switch (site) {
    case Site::Q:
    case Site::OInput:
        return "query";
    case Site::K:
    case Site::V:
        return "key_value";
    case Site::Gate:
    case Site::Up:
    case Site::DownInput:
        return "intermediate";
    default:
        return "hidden";
    }
}

std::string labelPath(std::string_view name) {
    std::string safe;
    for (const char character : name) {
        if (character == '/')
            safe += "\u2215"; // a division slash: looks alike and is no separator of paths
        else if (character != '\0')
            safe += character;
    }
    if (safe.empty() || safe == "." || safe == ".." || isSessionDimension(safe))
        safe += '_';
    return "/text/labels/" + safe;
}

} // namespace quantscope
