#include "core/comparison/comparison_files.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace quantscope {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json interval(const Interval& interval) {
    return {{"value", number(interval.value)},
            {"low", number(interval.low)},
            {"high", number(interval.high)}};
}

Json session(const ComparedSession& session) {
    return {{"file", session.name},     {"model", session.model},       {"text", session.text},
            {"status", session.status}, {"examples", session.examples}, {"lanes", session.lanes}};
}

const char* worseName(WorseWhen worse) {
    switch (worse) {
    case WorseWhen::Higher:
        return "higher";
    case WorseWhen::Lower:
        return "lower";
    case WorseWhen::Neither:
        break;
    }
    return "neither";
}

Json lanePair(const LanePair& lanes) { return {{"a", lanes.a}, {"b", lanes.b}}; }

Json comparedLanes(const ComparedLanes& compared) {
    Json metrics = Json::array();
    for (const ComparedMetric& metric : compared.metrics)
        metrics.push_back({{"name", metric.name},
                           {"title", metric.title},
                           {"group", metric.group.empty() ? Json(nullptr) : Json(metric.group)},
                           {"unit", metric.unit},
                           {"worse", worseName(metric.worse)},
                           {"a", interval(metric.a)},
                           {"b", interval(metric.b)},
                           {"difference", interval(metric.difference)}});
    return {{"lanes", lanePair(compared.lanes)}, {"metrics", std::move(metrics)}};
}

Json gate(const GateResult& result) {
    const char* outcome = result.undecided ? "undecided" : result.failed ? "failed" : "passed";
    return {{"condition", result.condition},
            {"lanes", lanePair(result.lanes)},
            {"outcome", outcome},
            {"detail", result.detail}};
}

} // namespace

std::string comparisonJson(const ComparisonValues& comparison,
                           const std::vector<GateResult>& gates) {
    Json out = {{"format", "quantscope-comparison"}, {"version", 1}};
    out["a"] = session(comparison.a);
    out["b"] = session(comparison.b);
    const ExampleMatching& matching = comparison.matching;
    out["matching"] = {{"by", matching.by == MatchedBy::TokenIds ? "token_ids" : "text"},
                       {"examples", matching.pairs.size()},
                       {"unmatched_a", matching.unmatchedA},
                       {"unmatched_b", matching.unmatchedB}};
    out["intervals"] = {{"resamples", comparison.resamples},
                        {"seed", comparison.seed},
                        {"drawn", comparison.byDocument ? "documents" : "examples"},
                        {"units", comparison.units}};
    out["notes"] = comparison.notes;
    out["comparisons"] = Json::array();
    for (const ComparedLanes& lanes : comparison.lanes)
        out["comparisons"].push_back(comparedLanes(lanes));
    out["gates"] = Json::array();
    for (const GateResult& result : gates)
        out["gates"].push_back(gate(result));
    // Names of files, lanes and labels may be no UTF-8.
    return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace quantscope
