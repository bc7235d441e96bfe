#include "core/comparison/gate.h"

#include "core/data/error.h"
#include "core/data/study_plan.h"

#include <algorithm>

namespace quantscope {

namespace {

double valueIn(const ComparedMetric& metric, GateValue which) {
    switch (which) {
    case GateValue::Candidate:
        return metric.b.value;
    case GateValue::Baseline:
        return metric.a.value;
    case GateValue::Difference:
        return metric.difference.value;
    case GateValue::DifferenceLow:
        return metric.difference.low;
    case GateValue::DifferenceHigh:
        break;
    }
    return metric.difference.high;
}

GateResult applyGate(const SessionComparer& comparer, const GateExpression& condition,
                     const LanePair& lanes) {
    GateResult result{condition.text(), lanes};
    const std::vector<MetricReference>& named = condition.metrics();
    const std::vector<ComparedMetric> metrics = comparer.metrics(lanes, named);
    try {
        const auto outcome =
            condition.evaluate([&](const MetricReference& metric, GateValue which) {
                const auto place = std::find(named.begin(), named.end(), metric) - named.begin();
                return valueIn(metrics[static_cast<std::size_t>(place)], which);
            });
        result.failed = outcome.holds;
        result.detail = outcome.detail;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input)
            throw;
        result.undecided = true;
        result.detail = error.what();
    }
    return result;
}

/// Pairs of quantized lanes; the references where there are no others.
std::vector<LanePair> gatedPairs(const std::vector<LanePair>& pairs) {
    std::vector<LanePair> gated;
    std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(gated), [](const LanePair& pair) {
        return pair.a != referenceLane || pair.b != referenceLane;
    });
    return gated.empty() ? pairs : gated;
}

} // namespace

std::vector<GateResult> applyGates(const SessionComparer& comparer,
                                   const std::vector<GateExpression>& conditions) {
    return applyGates(comparer, comparer.summary().pairs, conditions);
}

std::vector<GateResult> applyGates(const SessionComparer& comparer,
                                   const std::vector<LanePair>& among,
                                   const std::vector<GateExpression>& conditions) {
    std::vector<GateResult> results;
    if (conditions.empty())
        return results;
    const std::vector<LanePair> pairs = gatedPairs(among);
    if (pairs.empty())
        throw Error(ErrorKind::Input,
                    "The sessions have no lanes of one name, so no condition can be decided; say "
                    "which to compare with --lane A=B.");
    for (const LanePair& lanes : pairs)
        for (const GateExpression& condition : conditions)
            results.push_back(applyGate(comparer, condition, lanes));
    return results;
}

std::vector<GateResult> tryGates(const SessionComparer& comparer,
                                 const std::vector<LanePair>& pairs,
                                 const std::vector<std::string>& conditions) {
    std::vector<GateResult> results;
    for (const std::string& condition : conditions) {
        try {
            const std::vector<GateResult> own =
                applyGates(comparer, pairs, {GateExpression::parse(condition)});
            results.insert(results.end(), own.begin(), own.end());
        } catch (const Error& error) {
            GateResult refused{condition};
            refused.refused = true;
            refused.detail = error.what();
            results.push_back(std::move(refused));
        }
    }
    return results;
}

int exitCodeOf(const std::vector<GateResult>& results) {
    const auto any = [&results](bool GateResult::*flag) {
        return std::any_of(results.begin(), results.end(),
                           [flag](const GateResult& result) { return result.*flag; });
    };
    if (any(&GateResult::failed))
        return gateFailedExitCode;
    return any(&GateResult::undecided) ? static_cast<int>(ErrorKind::Input) : 0;
}

} // namespace quantscope
