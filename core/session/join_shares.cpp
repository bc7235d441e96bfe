#include "core/session/join_shares.h"

#include "core/data/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <type_traits>

namespace quantscope {

namespace {

std::optional<std::size_t> exampleAxis(const NamedArray& array) {
    for (const char* name : {"example", "removal_example"})
        if (array.hasDimension(name))
            return array.axis(name);
    return std::nullopt;
}

[[noreturn]] void refuse(const std::string& path) {
    throw Error(ErrorKind::Internal, "The shares of " + path +
                                         " that processes of the study measured do not fit "
                                         "together. Please report this.");
}

/// Elements before an axis and after it.
std::size_t elements(const NamedArray& array, std::size_t from, std::size_t to) {
    const auto begin = array.shape.begin();
    return std::accumulate(begin + static_cast<std::ptrdiff_t>(from),
                           begin + static_cast<std::ptrdiff_t>(to), std::size_t{1},
                           std::multiplies<>());
}

NamedArray endToEnd(const std::string& path, const std::vector<const NamedArray*>& shares,
                    std::size_t axis) {
    NamedArray whole = *shares.front();
    whole.shape[axis] = 0;
    for (const NamedArray* share : shares) {
        std::vector<std::size_t> shape = share->shape;
        if (share->dimensions != whole.dimensions || share->values.index() != whole.values.index())
            refuse(path);
        const std::size_t extent = shape[axis];
        shape[axis] = whole.shape[axis];
        if (shape != whole.shape)
            refuse(path);
        whole.shape[axis] += extent;
    }
    const std::size_t outer = elements(whole, 0, axis);
    const std::size_t inner = elements(whole, axis + 1, whole.shape.size());
    std::visit(
        [&](auto& values) {
            using Values = std::decay_t<decltype(values)>;
            values.clear();
            for (std::size_t row = 0; row < outer; ++row)
                for (const NamedArray* share : shares) {
                    const Values& own = std::get<Values>(share->values);
                    const std::size_t length = share->shape[axis] * inner;
                    const auto from = own.begin() + static_cast<std::ptrdiff_t>(row * length);
                    values.insert(values.end(), from, from + static_cast<std::ptrdiff_t>(length));
                }
        },
        whole.values);
    return whole;
}

} // namespace

SessionData joinExamples(const std::vector<SessionData>& shares) {
    SessionData whole;
    for (const SessionData& share : shares) {
        whole.attributes.insert(share.attributes.begin(), share.attributes.end());
        for (const auto& [path, array] : share.arrays) {
            if (whole.find(path))
                continue;
            const auto axis = exampleAxis(array);
            if (!axis) {
                whole.arrays.emplace(path, array);
                continue;
            }
            std::vector<const NamedArray*> having;
            for (const SessionData& other : shares)
                if (const NamedArray* found = other.find(path))
                    having.push_back(found);
            whole.arrays.emplace(path, endToEnd(path, having, *axis));
        }
    }
    return whole;
}

void fillMissing(SessionData& part, const SessionData& other) {
    for (const auto& [path, array] : other.arrays) {
        const auto [place, isNew] = part.arrays.emplace(path, array);
        if (isNew)
            continue;
        NamedArray& own = place->second;
        const NamedArray& given = array; // clang 14 lets no lambda take a part of a binding
        if (own.shape != given.shape || own.values.index() != given.values.index())
            refuse(path);
        std::visit(
            [&](auto& values) {
                using Values = std::decay_t<decltype(values)>;
                using Value = typename Values::value_type;
                const Values& others = std::get<Values>(given.values);
                for (std::size_t i = 0; i < values.size(); ++i) {
                    if constexpr (std::is_floating_point_v<Value>) {
                        if (std::isnan(values[i]))
                            values[i] = others[i];
                    } else if constexpr (std::is_same_v<Value, std::int32_t>) {
                        if (values[i] == NamedArray::integerFill)
                            values[i] = others[i];
                    }
                }
            },
            own.values);
    }
}

} // namespace quantscope
