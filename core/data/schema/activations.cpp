#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addActivations(std::vector<ArrayDescription>& all) {
    const Names byExample = {"lane", "layer", "example"};
    const std::string over = " at *, over positions 1..T and channels";
    all.push_back({"/activations/*/maximum", byExample, f4, "1", "largest magnitude" + over});
    all.push_back({"/activations/*/second", byExample, f4, "1", "second largest magnitude" + over});
    all.push_back({"/activations/*/third", byExample, f4, "1", "third largest magnitude" + over});
    all.push_back({"/activations/*/median", byExample, f4, "1", "median magnitude" + over});
    all.push_back({"/activations/*/kurtosis", byExample, f4, "1",
                   "population fourth moment over squared variance, not excess," + over});
    all.push_back({"/activations/*/outlier_share",
                   {"lane", "layer", "example", "sigma"},
                   f4,
                   "1",
                   "share of values further from 0 than so many standard deviations" + over});
    const Names trimmed = {"lane", "layer", "example", "trim"};
    all.push_back({"/activations/*/trimmed_rms", trimmed, f4, "1",
                   "root mean square without the share of largest magnitudes" + over});
    all.push_back({"/activations/*/trimmed_error", trimmed, f4, "1",
                   "norm of the difference to the reference over the reference's norm, without "
                   "the share of the reference's largest magnitudes" +
                       over});
    all.push_back({"/activations/*/position_maximum",
                   {"layer", "position"},
                   f4,
                   "1",
                   "largest magnitude of a token of the reference at *, mean over examples"});
    all.push_back({"/activations/*/histogram",
                   {"layer", "example", "magnitude"},
                   i4,
                   "1",
                   "values of the reference by magnitude" + over});
    all.push_back({"/activations/*/calibration_histogram",
                   {"calibration_text", "layer", "magnitude"},
                   f4,
                   "1",
                   "share of the reference's values by magnitude on each calibration text" + over});
    for (const Site site : activationSites) {
        const std::string name(siteName(site));
        all.push_back(
            {"/activations/" + name + "/channel_maximum",
             {"layer", std::string(channelDimension(site))},
             f4,
             "1",
             "largest magnitude of the reference at " + name + " over examples, positions 1..T"});
    }
}

} // namespace quantscope::schema
