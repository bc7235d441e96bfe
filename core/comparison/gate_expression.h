#pragma once

#include "core/comparison/metric.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Which number of a compared metric a condition names.
enum class GateValue {
    Candidate,      ///< METRIC: of the second session
    Baseline,       ///< base:METRIC, or base: of the first session
    Difference,     ///< diff:METRIC: second less first
    DifferenceLow,  ///< diff_low:METRIC: lower end of its paired interval
    DifferenceHigh, ///< diff_high:METRIC: upper end
};

/// A condition on the metrics of two sessions, as --fail-if takes it:
///
///     condition  = all { "or" all }
///     all        = one { "and" one }
///     one        = "not" one | "(" condition ")" | sum COMPARED sum
///     COMPARED   = "<" | "<=" | ">" | ">=" | "==" | "!="
///     sum        = product { ( "+" | "-" ) product }
///     product    = factor { ( "*" | "/" ) factor }
///     factor     = NUMBER | value | "-" factor | "abs" "(" sum ")" | "(" sum ")"
///     value      = "base" | [ WHICH ":" ] [ "group" ":" SELECTOR ":" ] METRIC
///     WHICH      = "base" | "diff" | "diff_low" | "diff_high"
///     SELECTOR   = letters, digits and "_.-", or any text in double quotes (\" and \\ escaped)
///     NUMBER     = decimal digits with an optional fraction and exponent
///
/// "base" alone is the first session's value of the metric that its comparison names; a comparison
/// that names none or several must write base:METRIC.
class GateExpression {
public:
    /// Nodes of the syntax tree; only this class's sources know them.
    struct Node;

    /// @throws Error (Usage) that quotes the condition, says at which character (from 1) it stops
    ///         making sense, what was expected and what was found
    static GateExpression parse(std::string_view text);

    const std::string& text() const { return m_text; }
    /// The metrics it names, each once.
    const std::vector<MetricReference>& metrics() const { return m_metrics; }

    struct Outcome {
        bool holds = false;
        std::string detail; ///< the numbers put in: "kl 0.31 > 1.1 * base 0.2 (0.31 > 0.22)"
    };

    /// @param valueOf  a number of a metric; NaN where it was not measured
    /// @throws Error (Input) naming what was not measured, or a division by zero
    Outcome evaluate(const std::function<double(const MetricReference&, GateValue)>& valueOf) const;

private:
    std::string m_text;
    std::shared_ptr<const Node> m_root;
    std::vector<MetricReference> m_metrics;
};

} // namespace quantscope
