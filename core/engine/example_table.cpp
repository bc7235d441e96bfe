#include "core/engine/example_table.h"

#include "core/data/session_schema.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace quantscope {

ExampleTable::ExampleTable(std::vector<std::string> paths, const MeasuredExamples& examples)
    : m_paths(std::move(paths))
    , m_lanes(examples.lanes)
    , m_examples(static_cast<std::size_t>(examples.ids.examples()))
    , m_values(m_paths.size() * m_lanes * m_examples, std::numeric_limits<float>::quiet_NaN()) {}

void ExampleTable::set(std::size_t path, std::size_t lane, std::int64_t example, double value) {
    m_values[(path * m_lanes + lane) * m_examples + static_cast<std::size_t>(example)] =
        float(value);
}

void ExampleTable::addTo(SessionData& part) const {
    const std::size_t block = m_lanes * m_examples;
    for (std::size_t path = 0; path < m_paths.size(); ++path) {
        NamedArray array = makeSessionArray(m_paths[path], {m_lanes, 1, m_examples});
        const float* from = m_values.data() + path * block;
        array.values = std::vector<float>(from, from + block);
        part.arrays.emplace(m_paths[path], std::move(array));
    }
}

TokenTable::TokenTable(std::vector<std::string> paths, const MeasuredExamples& examples)
    : m_paths(std::move(paths))
    , m_lanes(examples.lanes)
    , m_examples(static_cast<std::size_t>(examples.ids.examples()))
    , m_positions(static_cast<std::size_t>(examples.ids.positions))
    , m_values(m_paths.size() * m_lanes * m_examples * m_positions,
               std::numeric_limits<float>::quiet_NaN()) {}

void TokenTable::set(std::size_t path, std::size_t lane, std::int64_t example, std::int64_t first,
                     std::span<const float> values) {
    const std::size_t row =
        (path * m_lanes + lane) * m_examples + static_cast<std::size_t>(example);
    std::copy(values.begin(), values.end(),
              m_values.begin() +
                  static_cast<std::ptrdiff_t>(row * m_positions + static_cast<std::size_t>(first)));
}

void TokenTable::addTo(SessionData& part) const {
    const std::size_t block = m_lanes * m_examples * m_positions;
    for (std::size_t path = 0; path < m_paths.size(); ++path) {
        NamedArray array = makeSessionArray(m_paths[path], {m_lanes, 1, m_examples, m_positions});
        const float* from = m_values.data() + path * block;
        array.values = std::vector<float>(from, from + block);
        part.arrays.emplace(m_paths[path], std::move(array));
    }
}

} // namespace quantscope
