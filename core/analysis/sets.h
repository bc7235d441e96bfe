#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

// The sets of examples that a study compares. Examples whose error is NaN are in none of them and
// are not counted in N.

/// D_large: the top n = ⌊fraction · N⌋ examples by error, ties by index, largest first.
/// @param excluded  examples that are passed over (near-duplicates, mode "paper"); n stays.
std::vector<std::size_t> largeSet(std::span<const double> errors, double fraction = 0.1,
                                  std::span<const std::size_t> excluded = {});

/// The share of the smallest errors that controls are of, where nothing else is said.
inline constexpr double bottomHalf = 0.5;

/// D_ctrl: the bottom half (the ⌊N/2⌋ smallest errors) ordered by a seeded hash of document and
/// offset, the first n of it: methods share draws as far as their bottom halves agree.
/// @param documents  document of each example
/// @param offsets    first token of each example in its document
/// @param share      of the smallest errors, in place of the half
std::vector<std::size_t> controlSet(std::span<const double> errors,
                                    std::span<const std::int32_t> documents,
                                    std::span<const std::int32_t> offsets, std::uint64_t seed,
                                    std::size_t n, double share = bottomHalf);

/// D_matched: for each example of `large`, in its order, the example of the bottom half that is
/// nearest in reference NLL and not yet taken (ties: the lower NLL, then the lower index), of the
/// same label where there are labels. An example without a partner left is passed over.
/// @param labels  first label of each example; empty: unlabelled
std::vector<std::size_t> matchedSet(std::span<const double> errors,
                                    std::span<const std::size_t> large,
                                    std::span<const double> referenceNll,
                                    std::span<const std::string> labels = {},
                                    double share = bottomHalf);

} // namespace quantscope
