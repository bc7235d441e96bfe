#pragma once

#include "core/data/pages/comparison.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// What can be compared between two lanes.
enum class MetricKind {
    Nll,
    Perplexity,
    BitsPerByte,
    Error,
    Kl,
    KlPercentile,
    KlMaximum,
    ReverseKl,
    JensenShannon,
    WorstDecileError,
    WorstDecileKl,
    Top1Agreement,
    RootMeanSquareChange,
    BitsPerWeight,
};

struct Metric {
    MetricKind kind = MetricKind::Error;
    double percent = 0; ///< of KlPercentile

    bool operator==(const Metric&) const = default;
};

/// How a metric is named and defined.
struct MetricDescription {
    Metric metric;
    std::string name; ///< in conditions and files, e.g. "kl_p99"
    std::string title;
    std::string unit;
    WorseWhen worse = WorseWhen::Neither;
    std::string definition;
};

/// Every metric of a report, in its order. Other percentiles of KL are known too: kl_p followed by
/// a number from 0 to 100.
const std::vector<MetricDescription>& comparisonMetrics();

/// Nothing where no metric has the name.
std::optional<MetricDescription> findMetric(std::string_view name);

/// The description of a metric, percentiles that the report does not show among them.
MetricDescription describe(const Metric& metric);

/// Whether a metric needs the reference beside the lane; those of a reference itself do not.
bool comparesWithReference(MetricKind kind);

/// A metric of all matched examples or of a group of them.
struct MetricReference {
    std::string group; ///< empty: all; else a label's value or COLUMN-VALUE
    Metric metric;

    /// "kl" or "group:code:kl"; a selector with other signs than letters, digits and "_.-" is
    /// quoted.
    std::string name() const;
    bool operator==(const MetricReference&) const = default;
};

/// Whether a group's selector can be written without quotes.
bool isPlainSelector(std::string_view selector);

} // namespace quantscope
