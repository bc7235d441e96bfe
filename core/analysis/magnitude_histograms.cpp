#include "core/analysis/magnitude_histograms.h"

#include <cmath>
#include <string>

namespace quantscope {

namespace {

/// Shares of magnitudes by the lower ends of their bins.
Curve sharesByMagnitude(const std::vector<double>& counts, const std::vector<double>& ends) {
    Curve curve;
    double total = 0;
    for (const double count : counts)
        total += count;
    const double width = std::log2(ends[2]) - std::log2(ends[1]);
    for (std::size_t bin = 0; bin < ends.size(); ++bin) {
        if (counts[bin] == 0)
            continue;
        const double lower = bin == 0 ? std::log2(ends[1]) - width : std::log2(ends[bin]);
        curve.x.push_back(lower + width / 2);
        curve.y.push_back(counts[bin] / total);
    }
    return curve;
}

std::string activationPath(Site site, const char* name) {
    return "/activations/" + std::string(siteName(site)) + "/" + name;
}

} // namespace

Curve magnitudeHistogram(const SessionView& view, Site site, std::size_t layer,
                         const std::vector<std::size_t>& examples) {
    const std::vector<double> counts = view.slice(activationPath(site, "histogram"), {layer});
    const std::vector<double> ends = view.slice("/magnitude", {});
    if (ends.size() < 3 || counts.size() != view.examples() * ends.size())
        return {};
    std::vector<double> sums(ends.size(), 0);
    for (const std::size_t example : examples)
        for (std::size_t bin = 0; bin < ends.size(); ++bin) {
            const double count = counts[example * ends.size() + bin];
            sums[bin] += std::isnan(count) ? 0 : count;
        }
    return sharesByMagnitude(sums, ends);
}

Curve calibrationHistogram(const SessionView& view, Site site, std::size_t layer,
                           const std::vector<std::size_t>& texts) {
    const std::vector<double> ends = view.slice("/magnitude", {});
    std::vector<double> sums(ends.size(), 0);
    for (const std::size_t text : texts) {
        const std::vector<double> shares =
            view.slice(activationPath(site, "calibration_histogram"), {text, layer});
        if (ends.size() < 3 || shares.size() != ends.size())
            return {};
        for (std::size_t bin = 0; bin < ends.size(); ++bin)
            sums[bin] += std::isnan(shares[bin]) ? 0 : shares[bin];
    }
    return ends.size() < 3 ? Curve() : sharesByMagnitude(sums, ends);
}

} // namespace quantscope
