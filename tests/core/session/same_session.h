#pragma once

#include "core/data/session_data.h"

#include <cstring>
#include <string>
#include <type_traits>
#include <variant>

namespace quantscope::testing {

inline bool sameBits(const NamedArray& a, const NamedArray& b) {
    if (a.dimensions != b.dimensions || a.shape != b.shape || a.units != b.units ||
        a.longName != b.longName || a.values.index() != b.values.index())
        return false;
    return std::visit(
        [&](const auto& values) {
            using Values = std::decay_t<decltype(values)>;
            const auto& others = std::get<Values>(b.values);
            if constexpr (std::is_same_v<typename Values::value_type, std::string>)
                return values == others;
            else // bits, so that NaN equals itself
                return values.size() == others.size() &&
                       (values.empty() ||
                        std::memcmp(values.data(), others.data(),
                                    values.size() * sizeof(values.front())) == 0);
        },
        a.values);
}

/// Where two sessions differ first, the time of their making apart; empty where they do not.
inline std::string firstDifference(const SessionData& a, const SessionData& b) {
    for (const auto& [name, value] : a.attributes) {
        const auto other = b.attributes.find(name);
        if (name != "created" && (other == b.attributes.end() || other->second != value))
            return "attribute " + name;
    }
    for (const auto& [name, value] : b.attributes)
        if (!a.attributes.contains(name))
            return "attribute " + name;
    for (const auto& [path, array] : a.arrays) {
        const NamedArray* other = b.find(path);
        if (!other || !sameBits(array, *other))
            return path;
    }
    for (const auto& [path, array] : b.arrays)
        if (!a.find(path))
            return path;
    return {};
}

} // namespace quantscope::testing
