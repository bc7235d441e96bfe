#include "core/analysis/bootstrap.h"

#include "core/analysis/statistics.h"
#include "core/data/hash.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

using Weights = std::span<const std::uint16_t>;

/// Pairs without NaN, centred so that weighted sums of squares lose no digits.
struct Pairs {
    std::vector<std::size_t> index; ///< example of each pair
    std::vector<double> x;
    std::vector<double> y;
};

Pairs pairsOf(std::span<const double> x, std::span<const double> y, std::size_t examples) {
    Pairs pairs;
    const std::size_t size = std::min({x.size(), y.size(), examples});
    for (std::size_t example = 0; example < size; ++example)
        if (!std::isnan(x[example]) && !std::isnan(y[example])) {
            pairs.index.push_back(example);
            pairs.x.push_back(x[example]);
            pairs.y.push_back(y[example]);
        }
    for (std::vector<double>* values : {&pairs.x, &pairs.y}) {
        const double centre = mean(*values);
        for (double& value : *values)
            value -= centre;
    }
    return pairs;
}

double weightedPearson(std::span<const double> x, std::span<const double> y,
                       std::span<const double> weights) {
    double w = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double wx = weights[i] * x[i];
        const double wy = weights[i] * y[i];
        w += weights[i];
        sx += wx;
        sy += wy;
        sxx += wx * x[i];
        syy += wy * y[i];
        sxy += wx * y[i];
    }
    const double xx = sxx - sx * sx / w;
    const double yy = syy - sy * sy / w;
    // What cancels to nothing has no correlation: all draws were equal.
    if (!(xx > 1e-14 * sxx) || !(yy > 1e-14 * syy))
        return notMeasured;
    return std::clamp((sxy - sx * sy / w) / std::sqrt(xx * yy), -1.0, 1.0);
}

/// Places of the pairs from the lowest value up, and where a group of equal values ends.
struct Ordering {
    std::vector<std::size_t> order;
    std::vector<bool> endsGroup;
};

Ordering orderingOf(const std::vector<double>& values) {
    Ordering ordering;
    ordering.order.resize(values.size());
    std::iota(ordering.order.begin(), ordering.order.end(), std::size_t{0});
    std::sort(ordering.order.begin(), ordering.order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    for (std::size_t place = 0; place < values.size(); ++place)
        ordering.endsGroup.push_back(place + 1 == values.size() ||
                                     values[ordering.order[place]] !=
                                         values[ordering.order[place + 1]]);
    return ordering;
}

/// Average ranks where each value stands as often as its weight says.
void weightedRanks(const Ordering& ordering, std::span<const double> weights,
                   std::vector<double>& ranks) {
    double before = 0;
    double inGroup = 0;
    std::size_t begin = 0;
    for (std::size_t place = 0; place < ordering.order.size(); ++place) {
        inGroup += weights[ordering.order[place]];
        if (!ordering.endsGroup[place])
            continue;
        for (; begin <= place; ++begin)
            ranks[ordering.order[begin]] = before + (inGroup + 1) / 2;
        before += inGroup;
        inGroup = 0;
    }
}

std::vector<double> pick(Weights weights, const std::vector<std::size_t>& index) {
    std::vector<double> picked(index.size());
    std::transform(index.begin(), index.end(), picked.begin(),
                   [&](std::size_t example) { return static_cast<double>(weights[example]); });
    return picked;
}

} // namespace

Resamples::Resamples(std::span<const std::int32_t> documents, std::size_t count, std::uint64_t seed)
    : m_count(count)
    , m_examples(documents.size())
    , m_units(documents)
    , m_weights(count * documents.size()) {
    const std::size_t units = m_units.count;
    SplitMix random(seed);
    std::vector<std::uint16_t> drawn(units);
    for (std::size_t resample = 0; resample < count && units > 0; ++resample) {
        std::fill(drawn.begin(), drawn.end(), std::uint16_t{0});
        for (std::size_t draw = 0; draw < units; ++draw)
            ++drawn[random.below(units)];
        std::uint16_t* weights = m_weights.data() + resample * m_examples;
        for (std::size_t example = 0; example < m_examples; ++example)
            weights[example] = drawn[m_units.unitOf[example]];
    }
}

std::span<const std::uint16_t> Resamples::weights(std::size_t resample) const {
    return std::span(m_weights).subspan(resample * m_examples, m_examples);
}

Interval percentileInterval(double value, std::span<const double> resampled) {
    Interval interval{value, notMeasured, notMeasured};
    const auto missing = std::count_if(resampled.begin(), resampled.end(),
                                       [](double drawn) { return std::isnan(drawn); });
    if (std::isnan(value) || 2 * static_cast<std::size_t>(missing) > resampled.size())
        return interval;
    interval.low = quantile(resampled, .025);
    interval.high = quantile(resampled, .975);
    return interval;
}

Interval bootstrap(const Resamples& resamples, const std::function<double(Weights)>& statistic) {
    const std::vector<std::uint16_t> once(resamples.examples(), 1);
    const double value = statistic(once);
    std::vector<double> resampled;
    for (std::size_t resample = 0; resample < resamples.count(); ++resample)
        resampled.push_back(statistic(resamples.weights(resample)));
    return percentileInterval(value, resampled);
}

Interval meanInterval(std::span<const double> values, const Resamples& resamples) {
    const std::vector<double> ones(values.size(), 1.0);
    return ratioInterval(values, ones, resamples);
}

Interval ratioInterval(std::span<const double> numerators, std::span<const double> denominators,
                       const Resamples& resamples) {
    const std::size_t size =
        std::min({numerators.size(), denominators.size(), resamples.examples()});
    std::vector<double> above(size, 0.0);
    std::vector<double> below(size, 0.0);
    for (std::size_t example = 0; example < size; ++example)
        if (!std::isnan(numerators[example]) && !std::isnan(denominators[example])) {
            above[example] = numerators[example];
            below[example] = denominators[example];
        }
    return bootstrap(resamples, [&](Weights weights) {
        double sumAbove = 0;
        double sumBelow = 0;
        for (std::size_t example = 0; example < size; ++example) {
            sumAbove += weights[example] * above[example];
            sumBelow += weights[example] * below[example];
        }
        return sumBelow == 0 ? notMeasured : sumAbove / sumBelow;
    });
}

Interval pearsonInterval(std::span<const double> x, std::span<const double> y,
                         const Resamples& resamples) {
    const Pairs pairs = pairsOf(x, y, resamples.examples());
    return bootstrap(resamples, [&](Weights weights) {
        return weightedPearson(pairs.x, pairs.y, pick(weights, pairs.index));
    });
}

Interval spearmanInterval(std::span<const double> x, std::span<const double> y,
                          const Resamples& resamples) {
    const Pairs pairs = pairsOf(x, y, resamples.examples());
    const Ordering byX = orderingOf(pairs.x);
    const Ordering byY = orderingOf(pairs.y);
    std::vector<double> ranksX(pairs.x.size());
    std::vector<double> ranksY(pairs.y.size());
    return bootstrap(resamples, [&](Weights weights) {
        const std::vector<double> picked = pick(weights, pairs.index);
        weightedRanks(byX, picked, ranksX);
        weightedRanks(byY, picked, ranksY);
        return weightedPearson(ranksX, ranksY, picked);
    });
}

} // namespace quantscope
