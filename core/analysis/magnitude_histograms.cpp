#include "core/analysis/magnitude_histograms.h"

#include <cmath>
#include <string>

namespace quantscope {

Curve magnitudeHistogram(const SessionView& view, Site site, std::size_t layer,
                         const std::vector<std::size_t>& examples) {
    const std::vector<double> counts =
        view.slice("/activations/" + std::string(siteName(site)) + "/histogram", {layer});
    const std::vector<double> ends = view.slice("/magnitude", {});
    Curve curve;
    if (ends.size() < 3 || counts.size() != view.examples() * ends.size())
        return curve;
    std::vector<double> sums(ends.size(), 0);
    double total = 0;
    for (const std::size_t example : examples)
        for (std::size_t bin = 0; bin < ends.size(); ++bin) {
            const double count = counts[example * ends.size() + bin];
            sums[bin] += std::isnan(count) ? 0 : count;
            total += std::isnan(count) ? 0 : count;
        }
    const double width = std::log2(ends[2]) - std::log2(ends[1]);
    for (std::size_t bin = 0; bin < ends.size(); ++bin) {
        if (sums[bin] == 0)
            continue;
        const double lower = bin == 0 ? std::log2(ends[1]) - width : std::log2(ends[bin]);
        curve.x.push_back(lower + width / 2);
        curve.y.push_back(sums[bin] / total);
    }
    return curve;
}

} // namespace quantscope
