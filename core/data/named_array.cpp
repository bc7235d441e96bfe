#include "core/data/named_array.h"

#include "core/data/error.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

namespace quantscope {

std::size_t NamedArray::size() const {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

bool NamedArray::hasDimension(const std::string& dimension) const {
    return std::find(dimensions.begin(), dimensions.end(), dimension) != dimensions.end();
}

std::size_t NamedArray::axis(const std::string& dimension) const {
    const auto found = std::find(dimensions.begin(), dimensions.end(), dimension);
    if (found == dimensions.end())
        throw Error(ErrorKind::Internal, "An array has no dimension named " + dimension + ".");
    return static_cast<std::size_t>(found - dimensions.begin());
}

std::size_t NamedArray::offset(std::span<const std::size_t> index) const {
    if (index.size() != shape.size())
        throw Error(ErrorKind::Internal, "An array was indexed with the wrong number of indices.");
    std::size_t flat = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (index[axis] >= shape[axis])
            throw Error(ErrorKind::Internal,
                        "An array index is out of range in " + dimensions[axis] + ".");
        flat = flat * shape[axis] + index[axis];
    }
    return flat;
}

double NamedArray::at(std::initializer_list<std::size_t> index) const {
    const std::size_t flat = offset(std::span(index.begin(), index.size()));
    return std::visit(
        [flat](const auto& data) -> double {
            using T = typename std::decay_t<decltype(data)>::value_type;
            if constexpr (std::is_same_v<T, std::string>) {
                throw Error(ErrorKind::Internal, "A text array was read as numbers.");
            } else if constexpr (std::is_same_v<T, std::int32_t>) {
                return data[flat] == integerFill ? std::numeric_limits<double>::quiet_NaN()
                                                 : data[flat];
            } else {
                return static_cast<double>(data[flat]);
            }
        },
        values);
}

const std::vector<std::string>& NamedArray::strings() const {
    if (const auto* text = std::get_if<std::vector<std::string>>(&values))
        return *text;
    throw Error(ErrorKind::Internal, "An array of numbers was read as text.");
}

std::vector<double> NamedArray::toDoubles() const {
    return std::visit(
        [](const auto& data) -> std::vector<double> {
            using T = typename std::decay_t<decltype(data)>::value_type;
            if constexpr (std::is_same_v<T, std::string>) {
                throw Error(ErrorKind::Internal, "A text array was read as numbers.");
            } else {
                std::vector<double> numbers(data.begin(), data.end());
                if constexpr (std::is_same_v<T, std::int32_t>)
                    std::replace(numbers.begin(), numbers.end(), double{integerFill},
                                 std::numeric_limits<double>::quiet_NaN());
                return numbers;
            }
        },
        values);
}

template <typename T>
NamedArray makeArray(std::vector<std::string> dimensions, std::vector<std::size_t> shape,
                     std::string units, std::string longName) {
    NamedArray array;
    array.dimensions = std::move(dimensions);
    array.shape = std::move(shape);
    array.units = std::move(units);
    array.longName = std::move(longName);
    T fill{};
    if constexpr (std::is_floating_point_v<T>)
        fill = std::numeric_limits<T>::quiet_NaN();
    else if constexpr (std::is_same_v<T, std::int32_t>)
        fill = NamedArray::integerFill;
    else
        fill = std::numeric_limits<T>::max();
    array.values = std::vector<T>(array.size(), fill);
    return array;
}

template NamedArray makeArray<float>(std::vector<std::string>, std::vector<std::size_t>,
                                     std::string, std::string);
template NamedArray makeArray<double>(std::vector<std::string>, std::vector<std::size_t>,
                                      std::string, std::string);
template NamedArray makeArray<std::int32_t>(std::vector<std::string>, std::vector<std::size_t>,
                                            std::string, std::string);
template NamedArray makeArray<std::uint8_t>(std::vector<std::string>, std::vector<std::size_t>,
                                            std::string, std::string);

} // namespace quantscope
