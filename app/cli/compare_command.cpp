#include "app/cli/command.h"
#include "core/comparison/comparison_files.h"
#include "core/comparison/gate.h"
#include "core/data/error.h"
#include "core/session/durable_file.h"
#include "core/study/study.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace quantscope::cli {

namespace {

struct Arguments {
    std::string a;
    std::string b;
    ComparisonOptions options;
    std::vector<std::string> conditions;
    std::string json;
    std::string junit;
    bool quiet = false;
};

std::string shown(double value) { return std::isnan(value) ? "–" : fmt::format("{:.4g}", value); }

std::string shown(const Interval& interval) {
    if (std::isnan(interval.low))
        return shown(interval.value);
    return fmt::format("{} [{}, {}]", shown(interval.value), shown(interval.low),
                       shown(interval.high));
}

void printLanes(const ComparedLanes& compared) {
    const LanePair& lanes = compared.lanes;
    fmt::print("\n{}\n", lanes.a == lanes.b ? lanes.a : lanes.a + " → " + lanes.b);
    fmt::print("  {:<32} {:>30} {:>30} {:>33}\n", "metric", "A", "B", "B - A [95 %]");
    for (const ComparedMetric& metric : compared.metrics) {
        if (std::isnan(metric.a.value) && std::isnan(metric.b.value))
            continue;
        fmt::print("  {:<32} {:>30} {:>30} {:>33}\n", metric.name, shown(metric.a), shown(metric.b),
                   shown(metric.difference));
    }
}

void print(const ComparisonValues& comparison, const std::vector<GateResult>& gates) {
    fmt::print("A: {}\nB: {}\n{} examples in both, matched by {}; {} resamples of {} {}\n",
               comparison.a.name, comparison.b.name, comparison.matching.pairs.size(),
               comparison.matching.by == MatchedBy::TokenIds ? "token ids" : "text",
               comparison.resamples, comparison.units,
               comparison.byDocument ? "documents" : "examples");
    for (const std::string& note : comparison.notes)
        fmt::print("{}\n", note);
    for (const ComparedLanes& lanes : comparison.lanes)
        printLanes(lanes);
    if (!gates.empty())
        fmt::print("\n");
    for (const GateResult& gate : gates)
        fmt::print("{} {}, {}: {}\n",
                   gate.undecided ? "UNDECIDED"
                   : gate.failed  ? "FAILED"
                                  : "passed",
                   gate.condition, gate.lanes.b, gate.detail);
}

void writeReport(const std::string& file, const std::string& text) {
    if (file != "-") {
        writeDurableText(file, text);
        return;
    }
    std::fputs(text.c_str(), stdout);
    if (std::fflush(stdout) != 0)
        throw Error(ErrorKind::Output, "The report could not be written to standard output.");
}

int compare(const Arguments& arguments) {
    const auto start = std::chrono::steady_clock::now();
    if (arguments.json == "-" && arguments.junit == "-")
        throw Error(ErrorKind::Usage,
                    "--json - and --junit - would both write to standard output: name a file for "
                    "one of them.");
    // Before anything is read: a typing error should not cost a minute.
    std::vector<GateExpression> conditions;
    for (const std::string& condition : arguments.conditions)
        conditions.push_back(GateExpression::parse(condition));
    const std::shared_ptr<const SessionData> a = openSession(arguments.a);
    const std::shared_ptr<const SessionData> b = openSession(arguments.b);
    const SessionComparer comparer(*a, *b, arguments.options);
    const std::vector<GateResult> gates = applyGates(comparer, conditions);
    ComparisonValues comparison = compareSessions(comparer);
    comparison.a.name = arguments.a;
    comparison.b.name = arguments.b;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (!arguments.json.empty())
        writeReport(arguments.json, comparisonJson(comparison, gates));
    if (!arguments.junit.empty())
        writeReport(arguments.junit, comparisonJunit(comparison, gates, seconds.count()));
    if (!arguments.quiet && arguments.json != "-" && arguments.junit != "-")
        print(comparison, gates);
    return exitCodeOf(gates);
}

std::string metricsHelp() {
    std::string text = "Metrics (of B; base:METRIC of A; diff:METRIC, diff_low:METRIC and "
                       "diff_high:METRIC of B less A and its interval;\n"
                       "group:VALUE:METRIC of the examples with a label, or "
                       "group:COLUMN-VALUE:METRIC; \"base\" alone is A's value of the metric\n"
                       "that the comparison names):";
    for (const MetricDescription& metric : comparisonMetrics())
        text += fmt::format("\n  {:<20} {} [{}]", metric.name, metric.definition, metric.unit);
    return text +
           "\n  kl_p and a percentage are any other percentile of KL.\n"
           "Conditions know + - * / abs() < <= > >= == != and or not and parentheses.\n" +
           fmt::format("Exit code {} where a condition holds, 3 where one cannot be decided.",
                       gateFailedExitCode);
}

} // namespace

void addCompareCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "compare", "How session B differs from session A on the examples that both have");
    command->footer(metricsHelp());
    command->add_option("a", arguments->a, "NAME.qscope.h5: the baseline")->required();
    command->add_option("b", arguments->b, "NAME.qscope.h5: the candidate")->required();
    command
        ->add_option("--lane", arguments->options.lanes,
                     "A=B: compare this lane of A with that of B (repeat; default: lanes of one "
                     "name)")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--fail-if", arguments->conditions,
                     "Condition that fails the comparison, such as 'worst_decile_kl > 1.1 * base' "
                     "(repeat)")
        ->expected(1)
        ->take_all();
    command->add_option("--json", arguments->json, "Write everything as JSON (-: to the output)");
    command->add_option("--junit", arguments->junit,
                        "Write the conditions as JUnit's XML (-: to the output)");
    command->add_flag("-q,--quiet", arguments->quiet, "Print nothing");
    command
        ->add_option("--resamples", arguments->options.analysis.resamples,
                     "Resamples of documents that intervals are made of (default: A's)")
        ->check(CLI::Range(1, 100000));
    command->add_option("--bootstrap-seed", arguments->options.analysis.seed,
                        "Seed of resamples (default: A's)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return compare(*arguments); }; });
}

} // namespace quantscope::cli
