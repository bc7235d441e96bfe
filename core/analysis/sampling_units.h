#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quantscope {

/// What is drawn, shuffled or left out as a whole: documents, since the windows of one document
/// are not independent. Where all examples are of one document its windows are the units.
struct SamplingUnits {
    /// @param documents  document of each example
    explicit SamplingUnits(std::span<const std::int32_t> documents);

    std::size_t count = 0;           ///< units, numbered in the order of their first examples
    std::vector<std::size_t> unitOf; ///< unit of each example
    bool byDocument = true;

    /// Examples of each unit in their order.
    std::vector<std::vector<std::size_t>> members() const;
};

/// The numbers 0 … count − 1 in a seeded random order (Fisher and Yates' shuffle from the end).
std::vector<std::size_t> shuffledNumbers(std::size_t count, std::uint64_t seed);

/// Which fold each example is in: units in the order of shuffledNumbers, dealt out in turn.
/// @pre folds > 0
std::vector<std::size_t> foldsOf(const SamplingUnits& units, std::size_t folds, std::uint64_t seed);

} // namespace quantscope
