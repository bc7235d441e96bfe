#include "core/analysis/calibration_study.h"

#include "core/analysis/resampled_sums.h"
#include "core/analysis/statistics.h"
#include "core/data/hash.h"
#include "core/data/session_schema.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

using Numbers = std::vector<double>;

/// Σ(x − mean)²
double squaredDeviations(std::span<const double> values) {
    const double centre = mean(values);
    double sum = 0;
    for (const double value : values)
        sum += (value - centre) * (value - centre);
    return sum;
}

/// What compareCalibration knows of the lanes, and ln perplexity of all of them in any resample.
class Perplexities {
public:
    Perplexities(const SessionView& view, const std::vector<CalibrationLane>& lanes,
                 const Resamples& resamples)
        : m_sums(resamples, columns(view, lanes)) {}

    std::size_t resamples() const { return m_sums.resamples(); }
    /// ln perplexity of every lane: mean NLL over all tokens.
    Numbers ofAll() const { return logarithms(m_sums.ofAll()); }
    Numbers ofResample(std::size_t resample) const {
        return logarithms(m_sums.ofResample(resample));
    }

private:
    /// Σ NLL of each lane, then how many tokens.
    static std::vector<Numbers> columns(const SessionView& view,
                                        const std::vector<CalibrationLane>& lanes) {
        std::vector<Numbers> all;
        for (const CalibrationLane& lane : lanes) {
            Numbers nll = view.row("/examples/nll", lane.lane);
            nll.resize(view.examples(), notMeasured);
            for (std::size_t example = 0; example < nll.size(); ++example)
                nll[example] *= view.tokenCounts()[example];
            all.push_back(std::move(nll));
        }
        all.push_back(view.tokenCounts());
        return all;
    }

    static Numbers logarithms(std::span<const double> sums) {
        Numbers means;
        for (std::size_t lane = 0; lane + 1 < sums.size(); ++lane)
            means.push_back(sums.back() > 0 ? sums[lane] / sums.back() : notMeasured);
        return means;
    }

    ResampledSums m_sums;
};

/// How the method was called before it was drawn: what its lanes' names have in common.
std::string methodOf(const std::string& name, const std::string& spec,
                     const CalibrationLane& lane) {
    const std::string draw = "@" + lane.set + "-" + std::to_string(lane.draw + 1);
    return name.ends_with(draw) ? name.substr(0, name.size() - draw.size()) : spec;
}

std::vector<CalibrationLane> lanesOf(const SessionView& view) {
    const std::vector<std::string> names = view.texts("/method");
    const std::vector<std::string> sets = view.texts("/methods/calibration_set");
    const std::vector<std::string> specs = view.texts("/methods/spec");
    const std::vector<std::string> sources = view.texts("/methods/calibration_source");
    const std::vector<std::string> seeds = view.texts("/methods/calibration_seed");
    const std::vector<std::string> hashes = view.texts("/methods/calibration_hash");
    const auto draws = view.integers("/methods/calibration_draw");
    const auto examples = view.integers("/methods/calibration_examples");
    const auto tokens = view.integers("/methods/calibration_tokens");
    std::vector<CalibrationLane> lanes;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto known = [i](const auto& values) { return i < values.size(); };
        if (!known(sets) || sets[i].empty() || !known(specs) || !known(draws))
            continue;
        CalibrationLane lane;
        lane.lane = names[i];
        lane.set = sets[i];
        lane.draw = draws[i];
        lane.method = methodOf(names[i], specs[i], lane);
        if (known(sources))
            lane.source = sources[i];
        if (known(seeds))
            lane.seed = seeds[i];
        if (known(hashes))
            lane.hash = hashes[i];
        if (known(examples))
            lane.examples = examples[i];
        if (known(tokens))
            lane.tokens = tokens[i];
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

/// Lanes of each method and set, both in the order of their first lanes.
std::vector<CalibrationSetResult> groupedBySet(const std::vector<CalibrationLane>& lanes) {
    std::vector<CalibrationSetResult> sets;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const CalibrationLane& lane = lanes[i];
        auto found = std::find_if(sets.begin(), sets.end(), [&](const CalibrationSetResult& set) {
            return set.method == lane.method && set.set == lane.set;
        });
        if (found == sets.end())
            found = sets.insert(
                sets.end(),
                {lane.method, lane.set, lane.source, lane.examples, lane.tokens, {}, {}});
        found->lanes.push_back(i);
    }
    return sets;
}

double meanPerplexity(const Numbers& logarithms, const std::vector<std::size_t>& lanes) {
    double sum = 0;
    for (const std::size_t lane : lanes)
        sum += std::exp(logarithms[lane]);
    return lanes.empty() ? notMeasured : sum / static_cast<double>(lanes.size());
}

/// Draws of a set once more, k of k with replacement.
std::vector<std::size_t> drawnAgain(const std::vector<std::size_t>& lanes, SplitMix& random) {
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < lanes.size(); ++i)
        drawn.push_back(lanes[random.below(lanes.size())]);
    return drawn;
}

/// Components of a resample. k draws of k vary (k−1)/k as much as the draws themselves do, and
/// their means once more as much as they did: both are corrected for.
VarianceComponents resampledComponents(const std::vector<Numbers>& groups) {
    double squares = 0;
    double freedom = 0;
    Numbers means;
    double brought = 0;
    for (const Numbers& group : groups) {
        means.push_back(mean(group));
        const auto k = static_cast<double>(group.size());
        if (group.size() < 2)
            continue;
        squares += squaredDeviations(group) * k / (k - 1);
        freedom += k - 1;
    }
    VarianceComponents components;
    if (freedom == 0)
        return components;
    components.within = squares / freedom;
    for (const Numbers& group : groups) {
        const auto k = static_cast<double>(group.size());
        brought += components.within / k * (1 + (k - 1) / k);
    }
    if (groups.size() < 2)
        return components;
    const auto count = static_cast<double>(groups.size());
    components.between = std::max(0.0, squaredDeviations(means) / (count - 1) - brought / count);
    return components;
}

CalibrationSpread spreadOf(const std::string& method, const std::vector<CalibrationSetResult>& sets,
                           const Perplexities& perplexities, std::uint64_t seed) {
    CalibrationSpread spread;
    spread.method = method;
    std::vector<const CalibrationSetResult*> own;
    std::vector<std::size_t> all;
    for (const CalibrationSetResult& set : sets)
        if (set.method == method) {
            own.push_back(&set);
            all.insert(all.end(), set.lanes.begin(), set.lanes.end());
        }
    spread.sets = own.size();
    spread.draws = all.size();
    const auto valuesOf = [](const Numbers& logarithms, const std::vector<std::size_t>& lanes) {
        Numbers values;
        for (const std::size_t lane : lanes)
            values.push_back(logarithms[lane]);
        return values;
    };
    // Off the first of them, which leaves variances as they are and a control's exactly 0.
    const auto deviationsOf = [&](const auto& all, const std::vector<std::size_t>& lanes) {
        Numbers values = valuesOf(all, lanes);
        for (double& value : values)
            value -= all[own.front()->lanes.front()];
        return values;
    };
    const Numbers logarithms = perplexities.ofAll();
    std::vector<Numbers> groups;
    for (const CalibrationSetResult* set : own)
        groups.push_back(deviationsOf(logarithms, set->lanes));
    const VarianceComponents found = varianceComponents(groups);
    Numbers within, between;
    SplitMix random(seed);
    for (std::size_t resample = 0; resample < perplexities.resamples(); ++resample) {
        const Numbers resampled = perplexities.ofResample(resample);
        std::vector<Numbers> again;
        for (const CalibrationSetResult* set : own)
            again.push_back(deviationsOf(resampled, drawnAgain(set->lanes, random)));
        const VarianceComponents components = resampledComponents(again);
        within.push_back(std::sqrt(components.within));
        between.push_back(std::sqrt(components.between));
    }
    spread.withinSets = percentileInterval(std::sqrt(found.within), within);
    spread.betweenSets = percentileInterval(std::sqrt(found.between), between);
    const Numbers values = valuesOf(logarithms, all);
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    if (!values.empty())
        spread.largestDifference = std::exp(*highest) - std::exp(*lowest);
    return spread;
}

} // namespace

VarianceComponents varianceComponents(const std::vector<std::vector<double>>& groups) {
    double squares = 0;
    double freedom = 0;
    double inverse = 0;
    Numbers means;
    for (const Numbers& group : groups) {
        if (group.empty())
            continue;
        means.push_back(mean(group));
        squares += squaredDeviations(group);
        freedom += static_cast<double>(group.size()) - 1;
        inverse += 1 / static_cast<double>(group.size());
    }
    VarianceComponents components;
    if (freedom == 0)
        return components;
    components.within = squares / freedom;
    if (means.size() < 2)
        return components;
    const auto count = static_cast<double>(means.size());
    components.between =
        std::max(0.0, squaredDeviations(means) / (count - 1) - components.within * inverse / count);
    return components;
}

CalibrationComparison compareCalibration(const SessionView& view, const Resamples& resamples) {
    CalibrationComparison comparison;
    comparison.lanes = lanesOf(view);
    if (comparison.lanes.empty() ||
        view.row("/examples/nll", comparison.lanes.front().lane).empty())
        return {};
    comparison.sets = groupedBySet(comparison.lanes);
    comparison.referenceSet = view.attribute(attribute::referenceSet);
    if (comparison.referenceSet.empty())
        comparison.referenceSet = comparison.lanes.front().set;
    const Perplexities perplexities(view, comparison.lanes, resamples);
    comparison.resamples = perplexities.resamples();

    const auto intervalOf = [&](const auto& statistic) {
        Numbers resampled;
        for (std::size_t resample = 0; resample < perplexities.resamples(); ++resample)
            resampled.push_back(statistic(perplexities.ofResample(resample)));
        return percentileInterval(statistic(perplexities.ofAll()), resampled);
    };
    const auto referenceLanes = [&](const std::string& method) {
        for (const CalibrationSetResult& set : comparison.sets)
            if (set.method == method && set.set == comparison.referenceSet)
                return set.lanes;
        return std::vector<std::size_t>{};
    };
    for (std::size_t i = 0; i < comparison.lanes.size(); ++i) {
        CalibrationLane& lane = comparison.lanes[i];
        const std::vector<std::size_t> reference = referenceLanes(lane.method);
        lane.perplexity =
            intervalOf([&](const Numbers& logarithms) { return std::exp(logarithms[i]); });
        lane.relative = intervalOf([&](const Numbers& logarithms) {
            return std::exp(logarithms[i]) / meanPerplexity(logarithms, reference);
        });
    }
    std::vector<std::string> methods;
    for (CalibrationSetResult& set : comparison.sets) {
        const std::vector<std::size_t> reference = referenceLanes(set.method);
        set.relative = intervalOf([&](const Numbers& logarithms) {
            return meanPerplexity(logarithms, set.lanes) / meanPerplexity(logarithms, reference);
        });
        if (std::find(methods.begin(), methods.end(), set.method) == methods.end())
            methods.push_back(set.method);
    }
    for (const std::string& method : methods)
        comparison.spreads.push_back(
            spreadOf(method, comparison.sets, perplexities, view.analysisSeed()));
    return comparison;
}

} // namespace quantscope
