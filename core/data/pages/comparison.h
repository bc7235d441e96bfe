#pragma once

#include "core/data/pages/bars.h"
#include "core/data/pages/common.h"
#include "core/data/pages/errors.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

/// The same example in both sessions, by its index in each.
struct ExamplePair {
    std::size_t a = 0;
    std::size_t b = 0;

    bool operator==(const ExamplePair&) const = default;
};

/// A lane of A and the lane of B that it is compared with.
struct LanePair {
    std::string a;
    std::string b;

    bool operator==(const LanePair&) const = default;
};

/// How examples of two sessions were found to be the same.
enum class MatchedBy {
    TokenIds, ///< one tokenizer: all token ids are equal
    Text,     ///< other tokenizers: the text that the tokens stand for is equal
};

struct ExampleMatching {
    MatchedBy by = MatchedBy::TokenIds;
    std::vector<ExamplePair> pairs; ///< in the order of A
    std::size_t unmatchedA = 0;
    std::size_t unmatchedB = 0;
};

/// Which change of a metric is for the worse.
enum class WorseWhen { Higher, Lower, Neither };

/// One metric of a pair of lanes, over the examples that both sessions have.
struct ComparedMetric {
    std::string name;  ///< as conditions write it: "kl_p99", "group:topic-code:error"
    std::string title; ///< for people, without the group
    std::string group; ///< "COLUMN-VALUE"; empty: all matched examples
    std::string unit;
    WorseWhen worse = WorseWhen::Neither;
    Interval a;
    Interval b;
    Interval difference; ///< B − A, both of the same resample
};

/// A pair of lanes.
struct ComparedLanes {
    LanePair lanes;
    std::vector<ComparedMetric> metrics;
};

/// One condition on one pair of lanes.
struct GateResult {
    std::string condition;
    LanePair lanes;         ///< of a refused condition none
    bool failed = false;    ///< the condition holds
    std::string detail;     ///< the numbers, or why it cannot be decided
    bool undecided = false; ///< a number that it names was not measured
    bool refused = false;   ///< the condition cannot be read: the page says so and goes on
};

/// What a session is, in the words of the comparison.
struct ComparedSession {
    std::string name; ///< of the file
    std::string model;
    std::string text; ///< file that its examples come from
    std::string status;
    std::size_t examples = 0;
    std::vector<std::string> lanes;
};

/// Two sessions, what they have in common and how they differ.
struct ComparisonValues {
    ComparedSession a;
    ComparedSession b;
    ExampleMatching matching;
    std::vector<std::string> notes;   ///< what a reader must know, a sentence each
    std::vector<LanePair> pairs;      ///< that can be compared
    std::vector<std::string> onlyInA; ///< lanes without a partner
    std::vector<std::string> onlyInB;
    std::size_t resamples = 0;
    std::uint64_t seed = 0;
    std::size_t units = 0;  ///< documents that resamples draw
    bool byDocument = true; ///< else windows of one document are drawn
    std::vector<ComparedLanes> lanes;
    std::vector<GateResult> gates; ///< of the request's conditions, for the page

    // Of the first pair of `lanes`, for the page; columns are by example of A, NaN without partner.
    ExampleColumn errorA;
    ExampleColumn errorB;
    ExampleColumn difference;        ///< B less A: of errors, of NLL where a lane is a reference
    std::vector<std::size_t> largeA; ///< D_large of A
    std::vector<std::string> excerpts;
    std::vector<std::size_t> differMost; ///< the largest |difference| first; the first few hundred
    ScatterStatistics scatter; ///< of the two errors over the matched examples
    CurveFigure distribution;  ///< of the difference
    BarsFigure groups;         ///< mean error of kinds of text, both sides
};

/// What the page Compare asks for.
struct ComparisonRequest {
    std::string laneA; ///< empty: the first pair of quantized lanes
    std::string laneB;
    std::vector<std::string> conditions; ///< as --fail-if takes them

    bool operator==(const ComparisonRequest&) const = default;
};

} // namespace quantscope
