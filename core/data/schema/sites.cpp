#include "core/data/schema/groups.h"

#include <array>

namespace quantscope::schema {

namespace {

struct Statistic {
    const char* name;
    const char* units;
    const char* definition;
};

constexpr std::array siteStatistics = {
    Statistic{"norm", "1", "Euclidean norm of the site's vector"},
    Statistic{"error_norm", "1", "norm of the difference to the reference"},
    Statistic{"relative_error", "1", "norm of the difference over the norm of the reference"},
    Statistic{"cosine", "1", "cosine to the reference"},
    Statistic{"kurtosis", "1", "population fourth moment over squared variance, not excess"},
    Statistic{"maximum", "1", "largest absolute value"},
};

} // namespace

void addSites(std::vector<ArrayDescription>& all) {
    const Names bySite = {"lane", "layer", "example"};
    const Names byToken = {"lane", "layer", "example", "position"};
    for (const Statistic& statistic : siteStatistics)
        all.push_back({std::string("/sites/*/") + statistic.name, bySite, f4, statistic.units,
                       std::string(statistic.definition) + " at *, mean over positions 1..T"});
    all.push_back({"/sites/*/mse", bySite, f4, "1",
                   "mean over width and positions 1..T of the squared difference to the "
                   "reference at *"});
    all.push_back({"/sites/*/kurtosis_median", bySite, f4, "1",
                   "population fourth moment over squared variance, not excess at *, median over "
                   "positions 1..T"});
    for (const Statistic& statistic : siteStatistics)
        all.push_back({std::string("/tokens/*/") + statistic.name, byToken, f4, statistic.units,
                       std::string(statistic.definition) + " at *"});
    const std::string exit = " when the final norm and output matrix are applied at *";
    all.push_back({"/early_exit/*/nll", bySite, f4, "nat", "mean NLL" + exit});
    all.push_back(
        {"/early_exit/*/rank", bySite, f4, "1",
         "mean over positions 1..T of the rank of the true token (1: most likely)" + exit});
    all.push_back({"/early_exit/*/entropy", bySite, f4, "nat", "mean entropy" + exit});
    all.push_back({"/early_exit/*/kl_to_final", bySite, f4, "nat",
                   "mean KL(final || here) of the lane's own predictions" + exit});
    for (const Site site : allSites) {
        const std::string name(siteName(site));
        const Names byChannel = {"layer", std::string(channelDimension(site))};
        const std::string over = " of the reference at " + name + " over examples, positions 1..T";
        all.push_back({"/channels/" + name + "/mean", byChannel, f4, "1", "mean" + over});
        all.push_back(
            {"/channels/" + name + "/mean_absolute", byChannel, f4, "1", "mean magnitude" + over});
    }
}

} // namespace quantscope::schema
