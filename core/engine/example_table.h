#pragma once

#include "core/data/session_data.h"
#include "core/engine/example_ids.h"

#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// The examples that an instrument measures.
struct MeasuredExamples {
    const ExampleIds& ids;
    std::size_t lanes = 1;          ///< without patches
    std::int64_t firstPosition = 1; ///< that counts: 0 where the start token does
    std::int64_t before = 0;        ///< examples of the study before these, which others measure

    std::int64_t length(std::int64_t example) const {
        return ids.lengths[static_cast<std::size_t>(example)];
    }
};

/// Arrays [lane, layer, example] of one layer, "not measured" until set. Different cells may be set
/// from different threads.
class ExampleTable {
public:
    ExampleTable(std::vector<std::string> paths, const MeasuredExamples& examples);

    /// @param path  index into the paths
    void set(std::size_t path, std::size_t lane, std::int64_t example, double value);

    void addTo(SessionData& part) const;

private:
    std::vector<std::string> m_paths;
    std::size_t m_lanes;
    std::size_t m_examples;
    std::vector<float> m_values; ///< [path, lane, example]
};

/// Arrays [lane, layer, example, position] of one layer, in the same way.
class TokenTable {
public:
    TokenTable(std::vector<std::string> paths, const MeasuredExamples& examples);

    /// @param values  of the positions from `first` on
    void set(std::size_t path, std::size_t lane, std::int64_t example, std::int64_t first,
             std::span<const float> values);

    void addTo(SessionData& part) const;

private:
    std::vector<std::string> m_paths;
    std::size_t m_lanes;
    std::size_t m_examples;
    std::size_t m_positions;
    std::vector<float> m_values; ///< [path, lane, example, position]
};

} // namespace quantscope
