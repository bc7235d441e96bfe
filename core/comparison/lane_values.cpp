#include "core/comparison/lane_values.h"

#include "core/comparison/example_matching.h"
#include "core/data/array_source.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace quantscope {

namespace {

using Numbers = std::vector<double>;
using Weights = std::span<const std::uint16_t>;

bool anyMeasured(const Numbers& values) {
    return std::any_of(values.begin(), values.end(),
                       [](double value) { return !std::isnan(value); });
}

/// Σ a / Σ b of examples where both were measured.
std::optional<RatioColumns> ratioOf(Numbers numerators, Numbers denominators) {
    if (numerators.size() != denominators.size())
        return std::nullopt;
    bool any = false;
    for (std::size_t place = 0; place < numerators.size(); ++place) {
        if (std::isnan(numerators[place]) || std::isnan(denominators[place]))
            numerators[place] = denominators[place] = 0;
        else
            any = true;
    }
    if (!any)
        return std::nullopt;
    return RatioColumns{std::move(numerators), std::move(denominators), nullptr};
}

double exponential(double value) { return std::exp(value); }
double root(double value) { return std::sqrt(value); }

} // namespace

double RankedValues::quantile(double percent, Weights weights) const {
    std::uint64_t total = 0;
    for (const std::uint32_t example : examples)
        total += weights[example];
    if (total == 0)
        return notMeasured;
    const double place = percent / 100 * static_cast<double>(total - 1);
    const auto below = static_cast<std::uint64_t>(place);
    const double part = place - static_cast<double>(below);
    std::uint64_t passed = 0;
    double low = notMeasured;
    for (std::size_t i = 0; i < values.size(); ++i) {
        passed += weights[examples[i]];
        if (std::isnan(low) && passed > below)
            low = values[i];
        if (!std::isnan(low) && (part == 0 || passed > below + 1))
            return low + part * (values[i] - low);
    }
    return low;
}

double RankedValues::worstTenth(Weights weights) const {
    std::uint64_t total = 0;
    for (const std::uint32_t example : examples)
        total += weights[example];
    if (total == 0)
        return notMeasured;
    const std::uint64_t wanted = std::max<std::uint64_t>(1, total / 10);
    std::uint64_t left = wanted;
    double sum = 0;
    for (std::size_t i = values.size(); i-- > 0 && left > 0;) {
        const std::uint64_t taken = std::min<std::uint64_t>(left, weights[examples[i]]);
        sum += static_cast<double>(taken) * values[i];
        left -= taken;
    }
    return sum / static_cast<double>(wanted);
}

LaneValues::LaneValues(const SessionView& view, const std::string& lane,
                       std::vector<std::size_t> examples)
    : m_view(view)
    , m_lane(lane)
    , m_examples(std::move(examples)) {}

Numbers LaneValues::byExample(const char* path, const std::string& lane) const {
    Numbers values = valuesAt(m_view.row(path, lane), m_examples);
    values.resize(m_examples.size(), notMeasured);
    return values;
}

/// [matched example, position]; empty where not measured.
Numbers LaneValues::tokens(const char* path, const std::string& lane) const {
    const NamedArray* array = findLayout(m_view.session(), path);
    const auto index = m_view.laneIndex(lane);
    if (!array || !index || array->shape.size() != 3 || array->shape[1] != m_view.examples())
        return {};
    const std::size_t positions = array->shape[2];
    const Numbers all = m_view.slice(path, {*index});
    if (all.size() != m_view.examples() * positions || positions == 0)
        return {};
    Numbers picked;
    picked.reserve(m_examples.size() * positions);
    for (const std::size_t example : m_examples) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(example * positions);
        picked.push_back(notMeasured); // position 0 is nobody's prediction
        picked.insert(picked.end(), begin + 1, begin + static_cast<std::ptrdiff_t>(positions));
    }
    return anyMeasured(picked) ? picked : Numbers{};
}

/// Mean over tokens: sums and counts by example.
RatioColumns LaneValues::tokenMean(const Numbers& values) const {
    RatioColumns columns{Numbers(m_examples.size(), 0), Numbers(m_examples.size(), 0), nullptr};
    const std::size_t positions = values.size() / std::max<std::size_t>(1, m_examples.size());
    for (std::size_t place = 0; place < values.size(); ++place)
        if (!std::isnan(values[place])) {
            columns.numerators[place / positions] += values[place];
            columns.denominators[place / positions] += 1;
        }
    return columns;
}

std::optional<RatioColumns> LaneValues::meanOfTokens(const char* path) const {
    const Numbers values = tokens(path, m_lane);
    if (values.empty())
        return std::nullopt;
    return tokenMean(values);
}

std::optional<RatioColumns> LaneValues::squaredChange() const {
    Numbers change = tokens("/output/nll", m_lane);
    const Numbers reference = tokens("/output/nll", std::string(referenceLane));
    if (change.empty() || change.size() != reference.size())
        return std::nullopt;
    for (std::size_t place = 0; place < change.size(); ++place)
        change[place] = std::pow(std::exp(-change[place]) - std::exp(-reference[place]), 2);
    if (!anyMeasured(change))
        return std::nullopt;
    RatioColumns columns = tokenMean(change);
    columns.map = root;
    return columns;
}

std::optional<RatioColumns> LaneValues::ratio(const Metric& metric) const {
    if (comparesWithReference(metric.kind) && m_lane == referenceLane)
        return std::nullopt;
    const auto nllSums = [&](double scale) {
        Numbers sums = byExample("/examples/nll", m_lane);
        for (std::size_t place = 0; place < sums.size(); ++place)
            sums[place] *= scale * m_view.tokenCounts()[m_examples[place]];
        return sums;
    };
    switch (metric.kind) {
    case MetricKind::Nll:
    case MetricKind::Perplexity: {
        auto columns = ratioOf(nllSums(1), valuesAt(m_view.tokenCounts(), m_examples));
        if (columns && metric.kind == MetricKind::Perplexity)
            columns->map = exponential;
        return columns;
    }
    case MetricKind::BitsPerByte:
        return ratioOf(nllSums(1 / std::numbers::ln2),
                       valuesAt(predictedBytes(m_view), m_examples));
    case MetricKind::Error:
        return ratioOf(byExample("/examples/error", m_lane), Numbers(m_examples.size(), 1));
    case MetricKind::Kl:
        return meanOfTokens("/output/kl");
    case MetricKind::ReverseKl:
        return meanOfTokens("/output/kl_reverse");
    case MetricKind::JensenShannon:
        return meanOfTokens("/output/js");
    case MetricKind::Top1Agreement:
        return meanOfTokens("/output/top1_agrees");
    case MetricKind::RootMeanSquareChange:
        return squaredChange();
    default:
        return std::nullopt;
    }
}

RankedValues LaneValues::ranked(const Metric& metric, const std::vector<bool>& members) const {
    if (m_lane == referenceLane)
        return {};
    const bool byToken =
        metric.kind == MetricKind::KlPercentile || metric.kind == MetricKind::KlMaximum;
    const Numbers values = byToken ? tokens("/output/kl", m_lane)
                           : metric.kind == MetricKind::WorstDecileKl
                               ? byExample("/examples/kl", m_lane)
                               : byExample("/examples/error", m_lane);
    const std::size_t width = values.size() / std::max<std::size_t>(1, m_examples.size());
    std::vector<std::pair<double, std::uint32_t>> own;
    for (std::size_t place = 0; place < values.size(); ++place)
        if (members[place / width] && !std::isnan(values[place]))
            own.emplace_back(values[place], static_cast<std::uint32_t>(place / width));
    std::sort(own.begin(), own.end());
    RankedValues ranked;
    for (const auto& [value, example] : own) {
        ranked.values.push_back(value);
        ranked.examples.push_back(example);
    }
    return ranked;
}

} // namespace quantscope
