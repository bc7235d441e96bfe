#include "core/analysis/set_curves.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

/// Draws depend on the order, which shall not depend on where a set is from.
std::vector<std::size_t> sorted(std::vector<std::size_t> examples) {
    std::sort(examples.begin(), examples.end());
    return examples;
}

} // namespace

NamedSet::NamedSet(std::string name, std::vector<std::size_t> examples, const SessionView& view)
    : m_name(std::move(name))
    , m_examples(sorted(std::move(examples)))
    , m_resamples(documentsAt(view, m_examples), view.resampleCount(), view.analysisSeed()) {}

Interval NamedSet::meanOf(const std::vector<double>& byExample) const {
    const std::vector<double> values = valuesAt(byExample, m_examples);
    // Most pages of a growing study ask for much that is not there yet.
    if (std::all_of(values.begin(), values.end(), [](double value) { return std::isnan(value); }))
        return {};
    return meanInterval(values, m_resamples);
}

std::vector<NamedSet> contrastSets(const SessionView& view, const std::string& lane) {
    ExampleSets sets = exampleSets(view, lane);
    std::vector<NamedSet> named;
    const auto add = [&](const char* name, std::vector<std::size_t>& examples) {
        if (!examples.empty())
            named.emplace_back(name, std::move(examples), view);
    };
    add("d_large", sets.large);
    add("d_ctrl", sets.control);
    add("d_matched", sets.matched);
    return named;
}

std::vector<NamedSet> followedSets(const SessionView& view, const std::string& lane,
                                   const std::vector<double>& measured) {
    std::vector<NamedSet> own = contrastSets(view, lane);
    const bool allMeasured = std::all_of(own.begin(), own.end(), [&](const NamedSet& set) {
        const std::vector<double> values = valuesAt(measured, set.examples());
        return set.name() == "d_matched" ||
               (!values.empty() && std::none_of(values.begin(), values.end(),
                                                [](double value) { return std::isnan(value); }));
    });
    return allMeasured ? own : contrastSets(view, view.methodLane({}));
}

std::string setTitle(const std::string& name) {
    if (name == "d_large")
        return "D_large";
    if (name == "d_ctrl")
        return "D_ctrl";
    if (name == "d_matched")
        return "D_matched";
    return "all examples";
}

void addPoint(Curve& curve, double x, const Interval& interval) {
    if (std::isnan(interval.value))
        return;
    curve.x.push_back(x);
    curve.y.push_back(interval.value);
    curve.low.push_back(interval.low);
    curve.high.push_back(interval.high);
}

void finishCurve(Curve& curve) {
    if (std::all_of(curve.low.begin(), curve.low.end(),
                    [](double value) { return std::isnan(value); })) {
        curve.low.clear();
        curve.high.clear();
    }
}

} // namespace quantscope
