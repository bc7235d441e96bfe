#include "core/engine/activation_statistics.h"

#include "core/data/session_schema.h"
#include "core/engine/gather_tensors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace quantscope {

namespace {

constexpr double lowestExponent = -12;

/// Values that stay when the largest share is left out: ⌊share · n⌋ of them go.
std::size_t keptOf(double share, std::size_t count) {
    return count - static_cast<std::size_t>(share * double(count));
}

/// Places of the values by ascending magnitude as far as trims and maxima need it: sorted from the
/// first place that any of them looks at, unordered below.
std::vector<std::uint32_t> orderedTail(const std::vector<float>& magnitudes) {
    const std::size_t count = magnitudes.size();
    const std::size_t first = std::min(keptOf(ActivationInstrument::trims.back(), count),
                                       count - std::min<std::size_t>(count, 3));
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    const auto less = [&](std::uint32_t a, std::uint32_t b) {
        return magnitudes[a] != magnitudes[b] ? magnitudes[a] < magnitudes[b] : a < b;
    };
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(first);
    std::nth_element(order.begin(), middle, order.end(), less);
    std::sort(middle, order.end(), less);
    return order;
}

/// Sums of terms over the values that each trim keeps.
template <typename Term>
std::vector<double> keptSums(const std::vector<std::uint32_t>& order, const Term& term) {
    std::vector<double> sums(ActivationInstrument::trims.size());
    double sum = 0;
    std::size_t done = 0;
    for (std::size_t i = ActivationInstrument::trims.size(); i-- > 0;) { // fewest values first
        for (const std::size_t kept = keptOf(ActivationInstrument::trims[i], order.size());
             done < kept; ++done)
            sum += term(order[done]);
        sums[i] = sum;
    }
    return sums;
}

std::vector<float> plainValues(const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    const float* from = plain.data_ptr<float>();
    return {from, from + plain.numel()};
}

std::vector<float> magnitudesOf(std::vector<float> values) {
    for (float& value : values)
        value = std::abs(value);
    return values;
}

double square(double value) { return value * value; }

} // namespace

double ActivationInstrument::lowerEnd(std::size_t bin) {
    return bin == 0 ? 0 : std::exp2(lowestExponent + 0.5 * double(bin - 1));
}

/// Ends are compared as they are stated, whatever a logarithm rounds to.
std::size_t ActivationInstrument::binOf(double magnitude) {
    static const std::vector<double> ends = [] {
        std::vector<double> all;
        for (std::size_t bin = 1; bin < magnitudeBins; ++bin)
            all.push_back(lowerEnd(bin));
        return all;
    }();
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), magnitude) -
                                    ends.begin());
}

ActivationSummary summarizeActivations(const torch::Tensor& values,
                                       const torch::Tensor& reference) {
    const std::vector<float> own = plainValues(values);
    std::vector<float> magnitudes = magnitudesOf(own);
    const std::size_t count = own.size();
    ActivationSummary summary;
    const std::vector<std::uint32_t> order = orderedTail(magnitudes);
    for (std::size_t i = 0; i < summary.largest.size(); ++i)
        summary.largest[i] =
            i < count ? magnitudes[order[count - 1 - i]] : std::numeric_limits<double>::quiet_NaN();
    const double mean = std::accumulate(own.begin(), own.end(), 0.0) / double(count);
    double second = 0;
    double fourth = 0;
    for (const float value : own) {
        const double squared = square(value - mean);
        second += squared;
        fourth += squared * squared;
    }
    const double variance = second / double(count);
    summary.kurtosis = fourth / double(count) / square(variance);
    summary.outlierShare.assign(ActivationInstrument::sigmas.size(), 0);
    summary.histogram.assign(ActivationInstrument::magnitudeBins, 0);
    for (const float magnitude : magnitudes) {
        for (std::size_t i = 0; i < ActivationInstrument::sigmas.size(); ++i)
            summary.outlierShare[i] +=
                magnitude > ActivationInstrument::sigmas[i] * std::sqrt(variance) ? 1 : 0;
        ++summary.histogram[ActivationInstrument::binOf(magnitude)];
    }
    for (double& share : summary.outlierShare)
        share /= double(count);
    const auto meanOf = [&](std::size_t trim, double sum) {
        return sum / double(keptOf(ActivationInstrument::trims[trim], count));
    };
    const std::vector<double> squares =
        keptSums(order, [&](std::uint32_t at) { return square(magnitudes[at]); });
    for (std::size_t i = 0; i < squares.size(); ++i)
        summary.trimmedRms.push_back(std::sqrt(meanOf(i, squares[i])));
    if (reference.defined()) {
        const std::vector<float> full = plainValues(reference);
        const std::vector<std::uint32_t> byReference = orderedTail(magnitudesOf(full));
        const std::vector<double> norms =
            keptSums(byReference, [&](std::uint32_t at) { return square(full[at]); });
        const std::vector<double> errors = keptSums(byReference, [&](std::uint32_t at) {
            return square(double(own[at]) - double(full[at]));
        });
        for (std::size_t i = 0; i < norms.size(); ++i)
            summary.trimmedError.push_back(std::sqrt(errors[i] / norms[i]));
    }
    const auto middle = magnitudes.begin() + static_cast<std::ptrdiff_t>((count - 1) / 2);
    std::nth_element(magnitudes.begin(), middle, magnitudes.end());
    summary.median = *middle;
    return summary;
}

/// What is kept of one site.
struct ActivationInstrument::SiteTables {
    SiteTables(Site site, const MeasuredExamples& examples)
        : path("/activations/" + std::string(siteName(site)) + "/")
        , table({path + "maximum", path + "second", path + "third", path + "median",
                 path + "kurtosis"},
                examples) {
        const auto count = static_cast<std::size_t>(examples.ids.examples());
        const auto shaped = [&](const char* name, std::size_t last) {
            return makeSessionArray(path + name, {examples.lanes, 1, count, last});
        };
        outlierShare = shaped("outlier_share", sigmas.size());
        trimmedRms = shaped("trimmed_rms", trims.size());
        trimmedError = shaped("trimmed_error", trims.size());
        histogram = makeSessionArray(path + "histogram", {1, count, magnitudeBins});
    }

    std::string path;
    ExampleTable table;
    NamedArray outlierShare;
    NamedArray trimmedRms;
    NamedArray trimmedError;
    NamedArray histogram;
    torch::Tensor channelMaximum; // f32 [width]
    OrderedSum positionMaximum;   // f64 [2, positions]: sums over examples, and how many
};

ActivationInstrument::ActivationInstrument(const std::vector<Site>& sites,
                                           const MeasuredExamples& examples)
    : m_examples(examples) {
    for (const Site site : sites)
        m_sites.emplace(site, std::make_unique<SiteTables>(site, examples));
}

ActivationInstrument::~ActivationInstrument() = default;

void ActivationInstrument::addCoordinates(SessionData& head) {
    const auto put = [&head](const char* path, const auto& values) {
        NamedArray array = makeSessionArray(path, {values.size()});
        array.values = std::vector<float>(values.begin(), values.end());
        head.arrays.insert_or_assign(path, std::move(array));
    };
    std::vector<double> ends;
    for (std::size_t bin = 0; bin < magnitudeBins; ++bin)
        ends.push_back(lowerEnd(bin));
    put("/sigma", sigmas);
    put("/trim", trims);
    put("/magnitude", ends);
}

SiteSet ActivationInstrument::sites() const {
    SiteSet sites;
    for (const auto& [site, tables] : m_sites)
        sites.add(site);
    return sites;
}

void ActivationInstrument::put(SiteTables& tables, std::size_t lane, std::int64_t example,
                               const ActivationSummary& summary) const {
    for (std::size_t i = 0; i < summary.largest.size(); ++i)
        tables.table.set(i, lane, example, summary.largest[i]);
    tables.table.set(3, lane, example, summary.median);
    tables.table.set(4, lane, example, summary.kurtosis);
    const std::size_t row =
        lane * static_cast<std::size_t>(m_examples.ids.examples()) + std::size_t(example);
    const auto copy = [row](const auto& values, NamedArray& array) {
        std::visit(
            [&](auto& target) {
                using Value = typename std::decay_t<decltype(target)>::value_type;
                if constexpr (std::is_arithmetic_v<Value>)
                    for (std::size_t i = 0; i < values.size(); ++i)
                        target[row * values.size() + i] = static_cast<Value>(values[i]);
            },
            array.values);
    };
    copy(summary.outlierShare, tables.outlierShare);
    copy(summary.trimmedRms, tables.trimmedRms);
    copy(summary.trimmedError, tables.trimmedError);
    if (lane == 0)
        copy(summary.histogram, tables.histogram);
}

void ActivationInstrument::addReference(const LaneBatch& batch, Site site, SiteTables& tables) {
    const torch::Tensor magnitude = batch.reference(site).abs(); // [examples, positions, width]
    torch::Tensor channels = torch::zeros({magnitude.size(2)}, magnitude.options());
    torch::Tensor positions = torch::zeros({2, magnitude.size(1)}, torch::kFloat64);
    for (std::int64_t e = 0; e < magnitude.size(0); ++e) {
        const std::int64_t length = m_examples.length(batch.firstExample + e);
        channels = torch::maximum(channels,
                                  magnitude[e].slice(0, m_examples.firstPosition, length).amax(0));
        positions[0].slice(0, 0, length) += magnitude[e].slice(0, 0, length).amax(1).cpu();
        positions[1].slice(0, 0, length) += 1;
    }
    tables.positionMaximum.add(batch.batch, positions);
    const std::lock_guard lock(m_mutex);
    tables.channelMaximum = tables.channelMaximum.defined()
                                ? torch::maximum(tables.channelMaximum, channels)
                                : channels;
}

void ActivationInstrument::add(const LaneBatch& batch) {
    for (const auto& [site, table] : m_sites) {
        SiteTables& tables = *table;
        const torch::Tensor values = batch.at(site);
        for (std::int64_t e = 0; e < values.size(0); ++e) {
            const std::int64_t example = batch.firstExample + e;
            const auto rows = [&](const torch::Tensor& all) {
                return all[e].slice(0, m_examples.firstPosition, m_examples.length(example));
            };
            put(tables, batch.lane, example,
                summarizeActivations(rows(values), batch.lane == 0 ? torch::Tensor()
                                                                   : rows(batch.reference(site))));
        }
        if (batch.lane == 0)
            addReference(batch, site, tables);
    }
}

void ActivationInstrument::gather(Ranks& ranks) {
    for (const auto& [site, tables] : m_sites) {
        tables->positionMaximum.gather(ranks);
        torch::Tensor& largest = tables->channelMaximum;
        for (const torch::Tensor& share : gatherTensors(ranks, largest))
            largest = torch::maximum(largest.cpu(), share);
    }
}

SessionData ActivationInstrument::part() const {
    SessionData data;
    for (const auto& [site, tables] : m_sites) {
        tables->table.addTo(data);
        for (const auto& [name, array] : {std::pair{"outlier_share", &tables->outlierShare},
                                          std::pair{"trimmed_rms", &tables->trimmedRms},
                                          std::pair{"trimmed_error", &tables->trimmedError},
                                          std::pair{"histogram", &tables->histogram}})
            data.arrays.emplace(tables->path + name, *array);
        const auto put = [&](const char* name, const torch::Tensor& values) {
            const torch::Tensor plain = values.to(torch::kCPU, torch::kFloat32).contiguous();
            const auto width = static_cast<std::size_t>(plain.numel());
            NamedArray array = makeSessionArray(tables->path + name, {1, width});
            array.values =
                std::vector<float>(plain.data_ptr<float>(), plain.data_ptr<float>() + width);
            data.arrays.emplace(tables->path + name, std::move(array));
        };
        put("channel_maximum", tables->channelMaximum);
        const torch::Tensor& sums = tables->positionMaximum.total();
        put("position_maximum", sums[0] / sums[1]);
    }
    return data;
}

} // namespace quantscope
