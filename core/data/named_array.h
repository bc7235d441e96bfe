#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace quantscope {

/// A dense row-major array whose dimensions have names, as it stands in a session file.
/// Floating values that were not measured are NaN; integers carry `integerFill`.
struct NamedArray {
    using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>,
                                std::vector<std::uint8_t>, std::vector<std::string>>;

    static constexpr std::int32_t integerFill = -1;

    std::vector<std::string> dimensions; ///< names, outermost first; empty for a scalar
    std::vector<std::size_t> shape;      ///< one extent per dimension
    Values values = std::vector<float>{};
    std::string units;    ///< "nat", "1" for pure numbers, empty for text
    std::string longName; ///< the definition, in one line

    std::size_t size() const;

    /// Position of a named dimension. @throws Error (Internal) when there is none.
    std::size_t axis(const std::string& dimension) const;
    bool hasDimension(const std::string& dimension) const;

    /// Flat index of a multi-index. @throws Error (Internal) when out of range.
    std::size_t offset(std::span<const std::size_t> index) const;

    /// The value at a multi-index as a double (fill values of integers become NaN).
    double at(std::initializer_list<std::size_t> index) const;

    const std::vector<std::string>& strings() const;
    /// All values (fill values of integers become NaN). @throws Error (Internal) for text.
    std::vector<double> toDoubles() const;
};

/// An array of the given shape, floating types filled with NaN, integers with the fill value.
template <typename T>
NamedArray makeArray(std::vector<std::string> dimensions, std::vector<std::size_t> shape,
                     std::string units, std::string longName);

extern template NamedArray makeArray<float>(std::vector<std::string>, std::vector<std::size_t>,
                                            std::string, std::string);
extern template NamedArray makeArray<double>(std::vector<std::string>, std::vector<std::size_t>,
                                             std::string, std::string);
extern template NamedArray makeArray<std::int32_t>(std::vector<std::string>,
                                                   std::vector<std::size_t>, std::string,
                                                   std::string);
extern template NamedArray makeArray<std::uint8_t>(std::vector<std::string>,
                                                   std::vector<std::size_t>, std::string,
                                                   std::string);

} // namespace quantscope
