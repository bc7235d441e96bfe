#pragma once

#include "core/data/named_array.h"

#include <map>
#include <string>
#include <vector>

namespace quantscope {

/// The content of a session (or of one part of it): attributes of the root and arrays by path,
/// e.g. "/examples/nll" [lane, example]. The paths are those of the session format; see
/// core/session/schema.h. Dimension coordinates are arrays named after their dimension at the
/// root ("/lane", "/example", …).
struct SessionData {
    std::map<std::string, std::string> attributes; ///< text; "plan" holds JSON
    std::map<std::string, NamedArray> arrays;

    const NamedArray* find(const std::string& path) const;

    /// @throws Error (Input) when the session has no such array, naming it.
    const NamedArray& require(const std::string& path) const;

    /// Names along a dimension whose coordinate is text ("lane", "method", "module", …).
    std::vector<std::string> names(const std::string& dimension) const;

    /// Extent of a dimension, 0 when the session does not have it.
    std::size_t extent(const std::string& dimension) const;
};

} // namespace quantscope
