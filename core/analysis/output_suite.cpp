#include "core/analysis/output_suite.h"

#include "core/analysis/resampled_sums.h"
#include "core/analysis/statistics.h"
#include "core/data/array_source.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace quantscope {

namespace {

using Numbers = std::vector<double>;
using Sums = std::span<const double>;

constexpr std::array bucketEdges = {0.0, .01, .1, .3, .5, .9, 1.0};
constexpr std::array upperShares = {99.9, 99.0, 95.0, 90.0, 75.0};
constexpr std::array lowerShares = {25.0, 10.0, 5.0, 1.0, .1};

/// Per-token values of a lane, example after example, position 0 among them (NaN).
struct TokenValues {
    std::size_t positions = 0;
    Numbers values;

    std::size_t example(std::size_t place) const { return place / positions; }
    bool empty() const { return values.empty(); }
};

TokenValues tokensOf(const SessionView& view, const char* path, const std::string& lane) {
    const NamedArray* array = findLayout(view.session(), path);
    const auto index = view.laneIndex(lane);
    if (!array || !index || array->shape.size() != 3 || array->shape[1] != view.examples())
        return {};
    TokenValues tokens{array->shape[2], view.slice(path, {*index})};
    // Position 0 is nobody's prediction, whatever a session holds there.
    for (std::size_t place = 0; place < tokens.values.size(); place += tokens.positions)
        tokens.values[place] = notMeasured;
    const bool measured = std::any_of(tokens.values.begin(), tokens.values.end(),
                                      [](double value) { return !std::isnan(value); });
    return measured ? tokens : TokenValues{};
}

/// Sum over an example's tokens of what `value(place)` gives; NaN adds nothing.
template <typename Value>
Numbers exampleSums(const TokenValues& tokens, std::size_t examples, Value value) {
    Numbers sums(examples, 0);
    for (std::size_t place = 0; place < tokens.values.size(); ++place)
        if (const double one = value(place); !std::isnan(one))
            sums[tokens.example(place)] += one;
    return sums;
}

template <typename Value>
Interval tokenMean(const TokenValues& tokens, const Resamples& resamples, Value value) {
    const Numbers sums = exampleSums(tokens, resamples.examples(), value);
    const Numbers counts = exampleSums(tokens, resamples.examples(), [&](std::size_t place) {
        return std::isnan(value(place)) ? notMeasured : 1.0;
    });
    return ratioInterval(sums, counts, resamples);
}

Interval tokenMean(const TokenValues& tokens, const Resamples& resamples) {
    return tokenMean(tokens, resamples, [&](std::size_t place) { return tokens.values[place]; });
}

Interval mapped(const Interval& interval, double (*function)(double)) {
    return {function(interval.value), function(interval.low), function(interval.high)};
}

/// Sorted once for all quantiles.
class SortedValues {
public:
    explicit SortedValues(Numbers values) : m_sorted(std::move(values)) {
        std::erase_if(m_sorted, [](double value) { return std::isnan(value); });
        std::sort(m_sorted.begin(), m_sorted.end());
    }

    bool empty() const { return m_sorted.empty(); }
    double at(double percent) const {
        if (m_sorted.empty())
            return notMeasured;
        const double place = percent / 100 * static_cast<double>(m_sorted.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const std::size_t above = std::min(below + 1, m_sorted.size() - 1);
        const double part = place - static_cast<double>(below);
        return m_sorted[below] + part * (m_sorted[above] - m_sorted[below]);
    }

private:
    Numbers m_sorted;
};

class Suite {
public:
    void add(std::string name, std::string unit, const Interval& value) {
        if (!std::isnan(value.value))
            m_all.push_back({std::move(name), std::move(unit), value});
    }
    void add(std::string name, std::string unit, double value) {
        add(std::move(name), std::move(unit), Interval{value, notMeasured, notMeasured});
    }
    void addQuantiles(const std::string& of, const std::string& unit, Numbers values) {
        const SortedValues sorted(std::move(values));
        add("maximum " + of, unit, sorted.at(100));
        for (const double share : upperShares)
            add(fmt::format("{} {} %", of, share), unit, sorted.at(share));
        add("median " + of, unit, sorted.at(50));
        for (const double share : lowerShares)
            add(fmt::format("{} {} %", of, share), unit, sorted.at(share));
        add("minimum " + of, unit, sorted.at(0));
    }
    std::vector<OutputStatistic> take() { return std::move(m_all); }

private:
    std::vector<OutputStatistic> m_all;
};

void addDivergences(Suite& suite, const SessionView& view, const std::string& lane,
                    const Resamples& resamples) {
    const TokenValues kl = tokensOf(view, "/output/kl", lane);
    if (!kl.empty()) {
        suite.add("mean KL", "nat", tokenMean(kl, resamples));
        suite.addQuantiles("KL", "nat", kl.values);
    }
    const TokenValues reverse = tokensOf(view, "/output/kl_reverse", lane);
    if (!reverse.empty())
        suite.add("mean reverse KL", "nat", tokenMean(reverse, resamples));
    const TokenValues js = tokensOf(view, "/output/js", lane);
    if (!js.empty())
        suite.add("mean Jensen-Shannon divergence", "nat", tokenMean(js, resamples));
}

void addProbabilities(Suite& suite, const TokenValues& reference, const TokenValues& own,
                      const Resamples& resamples) {
    Numbers change(own.values.size());
    for (std::size_t place = 0; place < change.size(); ++place)
        change[place] = 100 * (std::exp(-own.values[place]) - std::exp(-reference.values[place]));
    suite.add("mean Δp", "%",
              tokenMean(own, resamples, [&](std::size_t place) { return change[place]; }));
    const Interval squares =
        tokenMean(own, resamples, [&](std::size_t place) { return change[place] * change[place]; });
    suite.add("RMS Δp", "%", mapped(squares, std::sqrt));
    suite.addQuantiles("Δp", "%", std::move(change));
}

/// Perplexities, and the correlation of the tokens' NLL.
void addPerplexities(Suite& suite, const TokenValues& reference, const TokenValues& own,
                     const Resamples& resamples) {
    const auto sumOf = [&](auto value) {
        return exampleSums(own, resamples.examples(), [&, value](std::size_t place) {
            const double x = reference.values[place];
            const double y = own.values[place];
            return std::isnan(x + y) ? notMeasured : value(x, y);
        });
    };
    const std::vector<Numbers> columns = {sumOf([](double, double) { return 1.0; }),
                                          sumOf([](double x, double) { return x; }),
                                          sumOf([](double, double y) { return y; }),
                                          sumOf([](double x, double) { return x * x; }),
                                          sumOf([](double, double y) { return y * y; }),
                                          sumOf([](double x, double y) { return x * y; })};
    const ResampledSums sums(resamples, columns);
    suite.add("perplexity", "1", sums.interval([](Sums s) { return std::exp(s[2] / s[0]); }));
    suite.add("perplexity of the reference", "1",
              sums.interval([](Sums s) { return std::exp(s[1] / s[0]); }));
    suite.add("perplexity less the reference's", "1",
              sums.interval([](Sums s) { return std::exp(s[2] / s[0]) - std::exp(s[1] / s[0]); }));
    suite.add("perplexity ratio", "1",
              sums.interval([](Sums s) { return std::exp((s[2] - s[1]) / s[0]); }));
    suite.add("ln perplexity ratio", "nat",
              sums.interval([](Sums s) { return (s[2] - s[1]) / s[0]; }));
    suite.add("correlation of token NLL", "1", sums.interval([](Sums s) {
        const double xx = s[3] - s[1] * s[1] / s[0];
        const double yy = s[4] - s[2] * s[2] / s[0];
        return xx > 0 && yy > 0 ? (s[5] - s[1] * s[2] / s[0]) / std::sqrt(xx * yy) : notMeasured;
    }));
}

} // namespace

std::vector<OutputStatistic> outputSuite(const SessionView& view, const std::string& lane,
                                         const Resamples& resamples) {
    Suite suite;
    const TokenValues reference = tokensOf(view, "/output/nll", std::string(referenceLane));
    const TokenValues own = tokensOf(view, "/output/nll", lane);
    const bool bothMeasured = !reference.empty() && reference.values.size() == own.values.size();
    if (bothMeasured)
        addPerplexities(suite, reference, own, resamples);
    addDivergences(suite, view, lane, resamples);
    if (bothMeasured)
        addProbabilities(suite, reference, own, resamples);
    const TokenValues same = tokensOf(view, "/output/top1_agrees", lane);
    if (!same.empty())
        suite.add("same most likely token", "%",
                  mapped(tokenMean(same, resamples), [](double share) { return 100 * share; }));
    return suite.take();
}

QuantileCurve klQuantiles(const SessionView& view, const std::string& lane) {
    QuantileCurve curve;
    const SortedValues sorted(tokensOf(view, "/output/kl", lane).values);
    if (sorted.empty())
        return curve;
    const auto add = [&](double percent) {
        curve.percent.push_back(percent);
        curve.value.push_back(sorted.at(percent));
    };
    for (int percent = 0; percent < 99; ++percent)
        add(percent);
    for (int tenth = 0; tenth <= 10; ++tenth)
        add(99 + tenth / 10.0);
    return curve;
}

std::vector<ConfidenceBucket> confidenceBuckets(const SessionView& view, const std::string& lane,
                                                const Resamples& resamples) {
    const TokenValues reference = tokensOf(view, "/output/nll", std::string(referenceLane));
    const TokenValues own = tokensOf(view, "/output/nll", lane);
    if (reference.empty() || reference.values.size() != own.values.size())
        return {};
    const TokenValues kl = tokensOf(view, "/output/kl", lane);
    const TokenValues same = tokensOf(view, "/output/top1_agrees", lane);
    std::vector<ConfidenceBucket> buckets;
    double total = 0;
    for (std::size_t edge = 0; edge + 1 < bucketEdges.size(); ++edge) {
        ConfidenceBucket bucket;
        bucket.low = bucketEdges[edge];
        bucket.high = bucketEdges[edge + 1];
        const bool isLast = edge + 2 == bucketEdges.size();
        std::vector<bool> inside(own.values.size());
        double count = 0;
        for (std::size_t place = 0; place < inside.size(); ++place) {
            const double p = std::exp(-reference.values[place]);
            inside[place] = p >= bucket.low && (p < bucket.high || isLast);
            count += inside[place] ? 1 : 0;
        }
        const auto meanOf = [&](const TokenValues& tokens, auto value) {
            return tokens.empty() ? Interval{}
                                  : tokenMean(tokens, resamples, [&](std::size_t place) {
                                        return inside[place] ? value(place) : notMeasured;
                                    });
        };
        bucket.kl = meanOf(kl, [&](std::size_t place) { return kl.values[place]; });
        bucket.error = meanOf(
            own, [&](std::size_t place) { return own.values[place] - reference.values[place]; });
        bucket.topAgreement = meanOf(same, [&](std::size_t place) { return same.values[place]; });
        bucket.share = count;
        total += count;
        buckets.push_back(bucket);
    }
    for (ConfidenceBucket& bucket : buckets)
        bucket.share /= total;
    return buckets;
}

} // namespace quantscope
