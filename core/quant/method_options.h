#pragma once

#include "core/data/method_spec.h"
#include "core/quant/grids.h"

#include <optional>
#include <string_view>
#include <vector>

namespace quantscope {

/// The options that a person gave, read strictly against a method's description: an option that is
/// not described, or a value that does not read or is out of range, is an Error (Usage) naming
/// method, option, value and what is allowed.
class MethodOptions {
public:
    MethodOptions(const MethodDescription& description, const MethodSpec& spec);

    std::int64_t integer(const std::string& name, std::int64_t low, std::int64_t high) const;
    double number(const std::string& name, double low, double high) const;
    /// Nothing where the value is "auto".
    std::optional<std::int64_t> integerOrAuto(const std::string& name, std::int64_t low,
                                              std::int64_t high) const;
    std::optional<double> numberOrAuto(const std::string& name, double low, double high) const;
    bool flag(const std::string& name) const;
    /// A path that has to be given.
    const std::string& path(const std::string& name) const;
    /// The position of the value in `values`.
    std::size_t choice(const std::string& name, const std::vector<std::string_view>& values) const;

    int bits() const;
    /// Columns of a group; −1: the whole row.
    std::int64_t group() const;
    /// Options shared by every method that rounds to a grid: bits, group, grid, mse.
    GridOptions grid() const;

    /// The value as it was given, or the default.
    const std::string& text(const std::string& name) const;

private:
    [[noreturn]] void refuse(const std::string& name, const std::string& value) const;

    const MethodDescription& m_description;
    const MethodSpec& m_spec;
};

/// Descriptions of bits and group with a method's own defaults.
std::vector<OptionDescription> groupOptionDescriptions(int bits, int group);

/// Descriptions of bits, group, grid and mse with a method's own defaults.
std::vector<OptionDescription> gridOptionDescriptions(int bits, int group, GridKind kind);

} // namespace quantscope
