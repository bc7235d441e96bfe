#pragma once

#include "core/comparison/gate.h"
#include "core/data/pages/comparison.h"

#include <string>
#include <vector>

namespace quantscope {

/// A comparison and what its conditions said as JSON. The form is that of
/// resources/schema/comparison.schema.json; what was not measured is null.
std::string comparisonJson(const ComparisonValues& comparison,
                           const std::vector<GateResult>& gates);

/// The same as a report that continuous integration reads: JUnit's XML, a test suite a pair of
/// lanes and a test case a condition. Without conditions each pair is one case that passes. A
/// condition that could not be decided is an error, not a failure.
/// @param seconds  how long the comparison took
std::string comparisonJunit(const ComparisonValues& comparison,
                            const std::vector<GateResult>& gates, double seconds);

} // namespace quantscope
