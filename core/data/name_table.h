#pragma once

#include "core/data/error.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace quantscope {

/// The names by which plans and command lines know the values of an enumeration.
template <typename Value, std::size_t N>
using NameTable = std::array<std::pair<Value, std::string_view>, N>;

template <typename Value, std::size_t N>
std::string_view nameIn(const NameTable<Value, N>& table, Value value) {
    for (const auto& [candidate, name] : table)
        if (candidate == value)
            return name;
    return "unknown";
}

/// @param what  names the enumeration in the message: "… is not a WHAT"
/// @throws Error (Usage) listing the known names.
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

} // namespace quantscope
