#include "core/analysis/statistics.h"

#include "core/data/pages/common.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

namespace quantscope {

namespace {

std::vector<double> sortedValues(std::span<const double> values) {
    std::vector<double> sorted;
    sorted.reserve(values.size());
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
                 [](double value) { return !std::isnan(value); });
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

double sortedQuantile(const std::vector<double>& sorted, double share) {
    if (sorted.empty())
        return notMeasured;
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double part = place - static_cast<double>(below);
    return sorted[below] + part * (sorted[above] - sorted[below]);
}

/// Sums of squares and products about the means of the pairs without NaN.
struct Moments {
    std::size_t count = 0;
    double meanX = 0;
    double meanY = 0;
    double xx = 0;
    double yy = 0;
    double xy = 0;
};

Moments moments(std::span<const double> x, std::span<const double> y) {
    Moments m;
    const std::size_t size = std::min(x.size(), y.size());
    const auto forPairs = [&](auto&& use) {
        for (std::size_t index = 0; index < size; ++index)
            if (!std::isnan(x[index]) && !std::isnan(y[index]))
                use(x[index], y[index]);
    };
    forPairs([&](double a, double b) {
        ++m.count;
        m.meanX += a;
        m.meanY += b;
    });
    m.meanX /= static_cast<double>(m.count);
    m.meanY /= static_cast<double>(m.count);
    forPairs([&](double a, double b) {
        m.xx += (a - m.meanX) * (a - m.meanX);
        m.yy += (b - m.meanY) * (b - m.meanY);
        m.xy += (a - m.meanX) * (b - m.meanY);
    });
    return m;
}

} // namespace

double mean(std::span<const double> values) {
    double sum = 0;
    std::size_t count = 0;
    for (const double value : values)
        if (!std::isnan(value)) {
            sum += value;
            ++count;
        }
    return count > 0 ? sum / static_cast<double>(count) : notMeasured;
}

double quantile(std::span<const double> values, double share) {
    return sortedQuantile(sortedValues(values), share);
}

double pearson(std::span<const double> x, std::span<const double> y) {
    const Moments m = moments(x, y);
    if (m.count < 2 || m.xx <= 0 || m.yy <= 0)
        return notMeasured;
    return std::clamp(m.xy / std::sqrt(m.xx * m.yy), -1.0, 1.0);
}

std::vector<double> averageRanks(std::span<const double> values) {
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index < values.size(); ++index)
        if (!std::isnan(values[index]))
            order.push_back(index);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size(), notMeasured);
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]])
            ++end;
        const double rank = static_cast<double>(begin + end + 1) / 2; // of begin + 1 … end
        for (std::size_t place = begin; place < end; ++place)
            ranks[order[place]] = rank;
        begin = end;
    }
    return ranks;
}

double spearman(std::span<const double> x, std::span<const double> y) {
    std::vector<double> pairedX(x.begin(), x.end());
    std::vector<double> pairedY(y.begin(), y.end());
    pairedX.resize(std::min(x.size(), y.size()));
    pairedY.resize(pairedX.size());
    for (std::size_t index = 0; index < pairedX.size(); ++index)
        if (std::isnan(pairedX[index]) || std::isnan(pairedY[index]))
            pairedX[index] = pairedY[index] = notMeasured; // ranks are those within the pairs
    return pearson(averageRanks(pairedX), averageRanks(pairedY));
}

Line fitLine(std::span<const double> x, std::span<const double> y) {
    const Moments m = moments(x, y);
    if (m.count < 2 || m.xx <= 0)
        return {notMeasured, notMeasured, m.count};
    const double slope = m.xy / m.xx;
    return {slope, m.meanY - slope * m.meanX, m.count};
}

double jaccard(std::span<const std::size_t> a, std::span<const std::size_t> b) {
    const std::set<std::size_t> first(a.begin(), a.end());
    std::set<std::size_t> all = first;
    all.insert(b.begin(), b.end());
    const std::set<std::size_t> second(b.begin(), b.end());
    const auto shared = std::count_if(second.begin(), second.end(),
                                      [&](std::size_t item) { return first.contains(item); });
    return all.empty() ? notMeasured
                       : static_cast<double>(shared) / static_cast<double>(all.size());
}

double jaccardByChance(std::size_t n, std::size_t total) {
    if (n == 0 || total == 0)
        return notMeasured;
    const double size = static_cast<double>(n);
    const double shared = size * size / static_cast<double>(total);
    return shared / (2 * size - shared);
}

Density kernelDensity(std::span<const double> values, std::size_t points) {
    Density density;
    const std::vector<double> sorted = sortedValues(values);
    if (sorted.size() < 2 || points < 2 || sorted.front() == sorted.back() ||
        !std::isfinite(sorted.front()) || !std::isfinite(sorted.back()))
        return density;
    const double count = static_cast<double>(sorted.size());
    const double centre = mean(sorted);
    double squares = 0;
    for (const double value : sorted)
        squares += (value - centre) * (value - centre);
    double spread = std::sqrt(squares / (count - 1));
    // With more than half of the values equal the quartiles coincide; s alone is used then.
    if (const double iqr = sortedQuantile(sorted, .75) - sortedQuantile(sorted, .25); iqr > 0)
        spread = std::min(spread, iqr / 1.34);
    const double h = .9 * spread * std::pow(count, -.2);
    density.bandwidth = h;
    const double begin = sorted.front() - 3 * h;
    const double step = (sorted.back() - sorted.front() + 6 * h) / static_cast<double>(points - 1);
    const double scale = 1 / (count * h * std::sqrt(2 * std::numbers::pi));
    for (std::size_t point = 0; point < points; ++point) {
        const double x = begin + step * static_cast<double>(point);
        // Beyond nine bandwidths a value adds less than 1e-17 of its peak.
        const auto from = std::lower_bound(sorted.begin(), sorted.end(), x - 9 * h);
        const auto to = std::upper_bound(from, sorted.end(), x + 9 * h);
        double sum = 0;
        for (auto value = from; value != to; ++value)
            sum += std::exp(-.5 * (x - *value) * (x - *value) / (h * h));
        density.x.push_back(x);
        density.y.push_back(sum * scale);
    }
    return density;
}

} // namespace quantscope
