#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// A set of examples that a person named.
struct ExampleGroup {
    std::string name;
    std::vector<std::size_t> examples;

    bool operator==(const ExampleGroup&) const = default;
};

/// The selection that every view shares. Examples are indices into the session.
struct SelectionValues {
    std::optional<std::size_t> primary;
    std::vector<std::size_t> selected;
    std::vector<std::size_t> pinned;
    std::optional<std::size_t> token; ///< position in the primary example
    std::optional<std::size_t> layer;
    std::vector<ExampleGroup> groups;

    bool operator==(const SelectionValues&) const = default;
};

} // namespace quantscope
