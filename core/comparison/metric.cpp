#include "core/comparison/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace quantscope {

namespace {

constexpr std::string_view percentileStart = "kl_p";

MetricDescription percentile(double percent) {
    return {{MetricKind::KlPercentile, percent},
            fmt::format("{}{}", percentileStart, percent),
            fmt::format("KL, {} % of tokens below", percent),
            "nat",
            WorseWhen::Higher,
            fmt::format("so many percent of the predicted tokens have at most this KL(reference || "
                        "lane): {}",
                        percent)};
}

std::vector<MetricDescription> makeAll() {
    using enum MetricKind;
    constexpr auto higher = WorseWhen::Higher;
    std::vector<MetricDescription> all = {
        {{Nll}, "nll", "mean NLL", "nat", higher, "negative log-likelihood by predicted token"},
        {{Perplexity}, "perplexity", "perplexity", "1", higher, "exp of nll"},
        {{BitsPerByte},
         "bits_per_byte",
         "bits per byte",
         "bit",
         higher,
         "NLL in bits over the bytes of the predicted text: comparable between tokenizers"},
        {{Error},
         "error",
         "mean error",
         "nat",
         higher,
         "mean over examples of e: an example's mean NLL less the reference's"},
        {{WorstDecileError},
         "worst_decile_error",
         "mean error, worst tenth",
         "nat",
         higher,
         "mean e of the tenth of the examples (at least one) that have the largest e"},
        {{Kl}, "kl", "mean KL", "nat", higher, "KL(reference || lane) by predicted token"},
        {{WorstDecileKl},
         "worst_decile_kl",
         "mean KL, worst tenth",
         "nat",
         higher,
         "mean over the tenth of the examples (at least one) that have the largest mean KL"}};
    for (const double percent : {50.0, 90.0, 99.0, 99.9})
        all.push_back(percentile(percent));
    all.push_back(
        {{KlMaximum}, "kl_max", "largest KL", "nat", higher, "largest KL of a predicted token"});
    all.push_back({{ReverseKl},
                   "reverse_kl",
                   "mean reverse KL",
                   "nat",
                   higher,
                   "KL(lane || reference) by predicted token"});
    all.push_back({{JensenShannon},
                   "js",
                   "mean Jensen-Shannon divergence",
                   "nat",
                   higher,
                   "Jensen-Shannon divergence of lane and reference by predicted token"});
    all.push_back({{Top1Agreement},
                   "top1_agreement",
                   "same most likely token",
                   "1",
                   WorseWhen::Lower,
                   "share of predicted tokens where lane and reference have the same most likely "
                   "one"});
    all.push_back({{RootMeanSquareChange},
                   "rms_dp",
                   "RMS change of the true token's probability",
                   "1",
                   higher,
                   "root of the mean square of p(lane) - p(reference) of the true token"});
    all.push_back({{BitsPerWeight},
                   "bits_per_weight",
                   "bits per weight",
                   "bit",
                   WorseWhen::Neither,
                   "bits per quantized weight with scales, zeros and indices; of no group"});
    return all;
}

} // namespace

const std::vector<MetricDescription>& comparisonMetrics() {
    static const std::vector<MetricDescription> all = makeAll();
    return all;
}

std::optional<MetricDescription> findMetric(std::string_view name) {
    const auto& all = comparisonMetrics();
    const auto found = std::find_if(all.begin(), all.end(), [name](const MetricDescription& known) {
        return known.name == name;
    });
    if (found != all.end())
        return *found;
    if (!name.starts_with(percentileStart))
        return std::nullopt;
    name.remove_prefix(percentileStart.size());
    double percent = 0;
    const auto [end, failed] =
        std::from_chars(name.data(), name.data() + name.size(), percent, std::chars_format::fixed);
    if (failed != std::errc() || end != name.data() + name.size() || !(percent >= 0) ||
        !(percent <= 100))
        return std::nullopt;
    return percentile(percent);
}

MetricDescription describe(const Metric& metric) {
    const auto& all = comparisonMetrics();
    const auto found = std::find_if(all.begin(), all.end(), [&](const MetricDescription& known) {
        return known.metric == metric;
    });
    return found != all.end() ? *found : percentile(metric.percent);
}

bool comparesWithReference(MetricKind kind) {
    using enum MetricKind;
    return kind != Nll && kind != Perplexity && kind != BitsPerByte && kind != BitsPerWeight;
}

bool isPlainSelector(std::string_view selector) {
    return !selector.empty() && std::all_of(selector.begin(), selector.end(), [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '_' || character == '.' ||
               character == '-';
    });
}

std::string MetricReference::name() const {
    const std::string own = describe(metric).name;
    if (group.empty())
        return own;
    if (isPlainSelector(group))
        return "group:" + group + ":" + own;
    std::string quoted;
    for (const char character : group) {
        if (character == '"' || character == '\\')
            quoted += '\\';
        quoted += character;
    }
    return "group:\"" + quoted + "\":" + own;
}

} // namespace quantscope
