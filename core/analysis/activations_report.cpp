#include "core/analysis/figures.h"
#include "core/analysis/layer_map.h"
#include "core/analysis/magnitude_histograms.h"
#include "core/analysis/reports.h"
#include "core/analysis/set_curves.h"
#include "core/analysis/statistics.h"
#include "core/data/site.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <span>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* outliersSource = "Paglieri et al. 2024, arXiv 2405.20835";
constexpr const char* massiveSource = "Sun et al. 2024, arXiv 2402.17762";
constexpr const char* superWeightSource = "Yu et al. 2024, arXiv 2411.07191";

/// What a site is to a person who knows the modules.
struct SiteTitle {
    Site site;
    const char* title;
};

constexpr std::array siteTitles = {
    SiteTitle{Site::Ln1, "input of q, k, v"}, SiteTitle{Site::OInput, "input of o"},
    SiteTitle{Site::Ln2, "input of gate and up"}, SiteTitle{Site::DownInput, "input of down"},
    SiteTitle{Site::ResidPost, "block output"}};

std::string activationPath(Site site, const std::string& name) {
    return "/activations/" + std::string(siteName(site)) + "/" + name;
}

NamedSet allExamples(const SessionView& view) {
    std::vector<std::size_t> all(view.examples());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return {"all", std::move(all), view};
}

Curve byLayer(const SessionView& view, const NamedSet& set, const std::string& path,
              const std::string& lane, const std::string& name, const std::string& role) {
    std::vector<Interval> values;
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        values.push_back(set.meanOf(view.row(path, lane, layer)));
    return layerCurve(name, role, values);
}

void addCurve(CurveFigure& figure, Curve curve) {
    if (!curve.x.empty())
        figure.curves.push_back(std::move(curve));
}

std::string referenceOnly(const NamedSet& set) {
    return "Full-precision run, mean over " + std::to_string(set.examples().size()) +
           " examples of an example's value over positions 1..T and channels";
}

/// Maxima and median of every site by layer, a figure a site.
std::vector<Figure> maximaByLayer(const SessionView& view, const NamedSet& set) {
    std::vector<Figure> figures;
    for (const auto& [site, title] : siteTitles) {
        CurveFigure figure;
        figure.caption = {std::string("Largest magnitudes: ") + title, referenceOnly(set),
                          "top-k: the k-th largest |x|; median |x|", outliersSource};
        figure.xTitle = "layer";
        figure.yTitle = "|x|";
        const std::pair<const char*, const char*> names[] = {
            {"maximum", "largest"}, {"second", "second"}, {"third", "third"}, {"median", "median"}};
        std::vector<std::string> roles;
        for (const auto& [array, name] : names) {
            roles.emplace_back(name);
            addCurve(figure, byLayer(view, set, activationPath(site, array),
                                     std::string(referenceLane), name, name));
        }
        figures.push_back({.name = "maxima-" + std::string(siteName(site)),
                           .body = std::move(figure),
                           .logarithmic = true,
                           .roles = std::move(roles)});
    }
    return figures;
}

/// One statistic, a line a site.
Figure
bySite(const SessionView& view, const NamedSet& set, const std::string& name, Caption caption,
       const std::string& yTitle, bool logarithmic,
       const std::function<std::vector<double>(const std::string& path, std::size_t layer)>& values,
       const std::string& array) {
    CurveFigure figure;
    figure.caption = std::move(caption);
    figure.xTitle = "layer";
    figure.yTitle = yTitle;
    std::vector<std::string> roles;
    for (const auto& [site, title] : siteTitles) {
        std::vector<Interval> layers;
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            layers.push_back(set.meanOf(values(activationPath(site, array), layer)));
        roles.emplace_back(title);
        addCurve(figure, layerCurve(title, title, layers));
    }
    return {.name = name,
            .body = std::move(figure),
            .logarithmic = logarithmic,
            .roles = std::move(roles)};
}

/// Values [example] of an array [lane, layer, example, last] at one place of the last dimension.
std::vector<double> column(const SessionView& view, const std::string& path, std::size_t lane,
                           std::size_t layer, std::size_t last) {
    const std::vector<double> cells = view.slice(path, {lane, layer});
    if (view.examples() == 0 || cells.size() % view.examples() != 0 || cells.empty())
        return {};
    const std::size_t width = cells.size() / view.examples();
    std::vector<double> values;
    for (std::size_t example = 0; last < width && example < view.examples(); ++example)
        values.push_back(cells[example * width + last]);
    return values;
}

std::vector<double> coordinate(const SessionView& view, const std::string& path) {
    return view.slice(path, {});
}

Figure outlierShares(const SessionView& view, const NamedSet& set, const std::string& name,
                     double wanted) {
    const std::vector<double> sigmas = coordinate(view, "/sigma");
    const auto found = std::find(sigmas.begin(), sigmas.end(), wanted);
    const auto at = static_cast<std::size_t>(found - sigmas.begin());
    return bySite(
        view, set, name,
        {fmt::format("Share of values beyond {:g} σ", wanted),
         referenceOnly(set) + fmt::format("; the table has the other multiples of σ. For a normal "
                                          "distribution {:.2g} lie beyond",
                                          std::erfc(wanted / std::sqrt(2))),
         "share of |x| > kσ, σ the standard deviation over the same values", outliersSource},
        fmt::format("share of |x| > {:g} σ", wanted), true,
        [&](const std::string& path, std::size_t layer) {
            return column(view, path, 0, layer, at);
        },
        "outlier_share");
}

/// The start token against all others, by layer.
Figure firstToken(const SessionView& view) {
    CurveFigure figure;
    figure.caption = {"The first token against the rest",
                      "Full-precision run: the largest |x| of a token, mean over examples, at "
                      "position 0 over the mean of positions 1..T",
                      "max |x₀| / mean over t ≥ 1 of max |x_t|", massiveSource};
    figure.xTitle = "layer";
    figure.yTitle = "first token / rest";
    std::vector<std::string> roles;
    for (const auto& [site, title] : siteTitles) {
        Curve curve;
        curve.name = curve.role = title;
        roles.emplace_back(title);
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            const std::vector<double> values =
                view.slice(activationPath(site, "position_maximum"), {layer});
            if (values.size() < 2 || std::isnan(values.front()))
                continue;
            curve.x.push_back(double(layer));
            curve.y.push_back(values.front() / mean(std::span(values).subspan(1)));
        }
        addCurve(figure, std::move(curve));
    }
    return {.name = "first-token",
            .body = std::move(figure),
            .logarithmic = true,
            .roles = std::move(roles)};
}

/// The first, the middle and the last.
std::vector<std::size_t> someLayers(const SessionView& view) {
    if (view.layers() == 0)
        return {};
    std::vector<std::size_t> layers = {0, view.layers() / 2, view.layers() - 1};
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    return layers;
}

/// Histograms of two or more groups of examples over each other, both axes logarithmic.
void addHistograms(const SessionView& view, const std::vector<NamedSet>& groups,
                   const std::string& suffix, const std::string& whose,
                   const std::vector<std::string>& titles, std::vector<Figure>& figures) {
    if (groups.size() < 2)
        return;
    for (const auto& [site, title] : siteTitles)
        for (const std::size_t layer : someLayers(view)) {
            CurveFigure figure;
            figure.caption = {
                fmt::format("Magnitudes by {}: {}, layer {}", whose, title, layer),
                "Full-precision run: share of values in each bin of magnitude, positions 1..T; two "
                "bins an octave, both axes logarithmic",
                "count of |x| in a bin / count of all", outliersSource};
            figure.xTitle = "log₂ |x|";
            figure.yTitle = "share of values";
            for (std::size_t group = 0; group < groups.size(); ++group) {
                Curve curve = magnitudeHistogram(view, site, layer, groups[group].examples());
                curve.name = titles[group];
                curve.role = groups[group].name();
                addCurve(figure, std::move(curve));
            }
            std::vector<std::string> roles;
            if (suffix != "sets")
                roles = titles;
            figures.push_back(
                {.name = fmt::format("histogram-{}-{}-layer-{}", suffix, siteName(site), layer),
                 .body = std::move(figure),
                 .logarithmic = true,
                 .roles = std::move(roles)});
        }
}

/// Examples by the values of the first label column, the most frequent first.
void addLabelHistograms(const SessionView& view, std::vector<Figure>& figures) {
    constexpr std::size_t mostGroups = 5; ///< that colours tell apart
    for (const std::string& column : view.labelNames()) {
        const std::vector<std::string> labels = view.label(column);
        std::map<std::string, std::vector<std::size_t>> members;
        for (std::size_t example = 0; example < labels.size(); ++example)
            members[labels[example]].push_back(example);
        if (members.size() < 2)
            continue;
        std::vector<std::pair<std::string, std::vector<std::size_t>>> groups(members.begin(),
                                                                             members.end());
        std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
            return a.second.size() > b.second.size();
        });
        groups.resize(std::min(groups.size(), mostGroups));
        std::vector<NamedSet> sets;
        std::vector<std::string> titles;
        for (auto& [label, examples] : groups) {
            titles.push_back(label);
            sets.emplace_back(label, std::move(examples), view);
        }
        addHistograms(view, sets, column, column, titles, figures);
        return;
    }
}

/// What calibration sets bring, over the text that is studied.
void addCalibrationHistograms(const SessionView& view, const NamedSet& all,
                              std::vector<Figure>& figures) {
    const std::vector<std::string> texts = view.texts("/calibration_text");
    std::vector<std::string> names;
    std::vector<std::vector<std::size_t>> draws;
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const std::size_t dash = texts[text].rfind('-');
        const std::string set = dash == std::string::npos ? texts[text] : texts[text].substr(0, dash);
        const auto place = static_cast<std::size_t>(
            std::find(names.begin(), names.end(), set) - names.begin());
        if (place == names.size()) {
            names.push_back(set);
            draws.emplace_back();
        }
        draws[place].push_back(text);
    }
    for (const std::size_t layer : someLayers(view))
        for (const auto& [site, title] : siteTitles) {
            CurveFigure figure;
            figure.caption = {
                fmt::format("Magnitudes by calibration set: {}, layer {}", title, layer),
                "Full-precision run on each set's text, mean over its draws, and dashed on the "
                "text that is studied: share of values in each bin of magnitude, positions 1..T; "
                "two bins an octave, both axes logarithmic",
                "count of |x| in a bin / count of all", outliersSource};
            figure.xTitle = "log₂ |x|";
            figure.yTitle = "share of values";
            std::vector<std::string> roles;
            for (std::size_t set = 0; set < names.size(); ++set) {
                Curve curve = calibrationHistogram(view, site, layer, draws[set]);
                curve.name = curve.role = names[set];
                roles.push_back(names[set]);
                addCurve(figure, std::move(curve));
            }
            if (figure.curves.empty())
                continue;
            Curve studied = magnitudeHistogram(view, site, layer, all.examples());
            studied.name = "studied text";
            studied.role = referenceLane;
            studied.dashed = true;
            addCurve(figure, std::move(studied));
            figures.push_back(
                {.name = fmt::format("histogram-calibration-{}-layer-{}", siteName(site), layer),
                 .body = std::move(figure),
                 .logarithmic = true,
                 .roles = std::move(roles)});
        }
}

/// What is left of the difference of two groups' sizes once the largest values go.
Figure trimmedDifference(const SessionView& view, const std::vector<NamedSet>& sets) {
    CurveFigure figure;
    figure.caption = {"Difference of D_large and D_ctrl without the largest values",
                      "Full-precision run, last layer: root mean square of an example's values "
                      "once the share of largest magnitudes is left out, mean over D_large over "
                      "that over D_ctrl",
                      "mean rms(D_large) / mean rms(D_ctrl)", outliersSource};
    figure.xTitle = "share left out";
    figure.yTitle = "D_large / D_ctrl";
    const std::vector<double> trims = coordinate(view, "/trim");
    std::vector<std::string> roles;
    for (const auto& [site, title] : siteTitles) {
        Curve curve;
        curve.name = curve.role = title;
        roles.emplace_back(title);
        for (std::size_t trim = 0; sets.size() >= 2 && trim < trims.size(); ++trim) {
            const std::vector<double> values =
                column(view, activationPath(site, "trimmed_rms"), 0, view.layers() - 1, trim);
            const double large = mean(valuesAt(values, sets[0].examples()));
            const double control = mean(valuesAt(values, sets[1].examples()));
            if (std::isnan(large / control))
                continue;
            curve.x.push_back(double(trim));
            curve.y.push_back(large / control);
        }
        addCurve(figure, std::move(curve));
    }
    std::vector<std::string> ticks;
    for (const double trim : trims)
        ticks.push_back(fmt::format("{:g} %", std::round(1e6 * trim) / 1e4));
    return {.name = "trimmed-sets",
            .body = std::move(figure),
            .roles = std::move(roles),
            .tickNames = std::move(ticks)};
}

/// The same of a lane's difference to the reference.
Figure trimmedError(const SessionView& view, const NamedSet& set, const std::string& lane) {
    CurveFigure figure;
    figure.caption = {
        "Difference of " + lane + " to the reference without the largest values",
        fmt::format("Mean over {} examples, last layer; the values left out are those "
                    "where the reference's magnitudes are largest",
                    set.examples().size()),
        "‖x~ − x‖ / ‖x‖ over the values that stay", outliersSource};
    figure.xTitle = "share left out";
    figure.yTitle = "‖x~ − x‖ / ‖x‖";
    const std::vector<double> trims = coordinate(view, "/trim");
    const auto index = view.laneIndex(lane);
    std::vector<std::string> roles;
    std::vector<std::string> ticks;
    for (const double trim : trims)
        ticks.push_back(fmt::format("{:g} %", std::round(1e6 * trim) / 1e4));
    for (const auto& [site, title] : siteTitles) {
        Curve curve;
        curve.name = curve.role = title;
        roles.emplace_back(title);
        for (std::size_t trim = 0; index && view.layers() > 0 && trim < trims.size(); ++trim)
            addPoint(curve, double(trim),
                     set.meanOf(column(view, activationPath(site, "trimmed_error"), *index,
                                       view.layers() - 1, trim)));
        finishCurve(curve);
        addCurve(figure, std::move(curve));
    }
    return {.name = "trimmed-error",
            .body = std::move(figure),
            .logarithmic = true,
            .roles = std::move(roles),
            .tickNames = std::move(ticks)};
}

Figure statisticsTable(const SessionView& view, const NamedSet& set, const std::string& lane) {
    TableFigure figure;
    figure.caption = {"Activations by layer and module",
                      "Means over examples of an example's value over positions 1..T and channels, "
                      "of the full-precision run and of " +
                          lane,
                      "top-k: the k-th largest |x|; kurtosis: fourth moment over squared variance",
                      outliersSource};
    figure.columns = {"layer", "at", "lane", "largest", "second", "third", "median", "kurtosis"};
    const std::vector<double> sigmas = coordinate(view, "/sigma");
    for (const double sigma : sigmas)
        figure.columns.push_back(fmt::format("> {:g} σ", sigma));
    std::vector<std::string> lanes = {std::string(referenceLane)};
    if (!lane.empty())
        lanes.push_back(lane);
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        for (const auto& [site, title] : siteTitles)
            for (const std::string& name : lanes) {
                const auto index = view.laneIndex(name);
                const auto meanOf = [&, &site = site](const char* array) {
                    return set.meanOf(view.row(activationPath(site, array), name, layer)).value;
                };
                const double largest = meanOf("maximum");
                if (std::isnan(largest) || !index)
                    continue;
                std::vector<TableCell> row = {double(layer),    std::string(title), name,
                                              largest,          meanOf("second"),   meanOf("third"),
                                              meanOf("median"), meanOf("kurtosis")};
                for (std::size_t sigma = 0; sigma < sigmas.size(); ++sigma)
                    row.emplace_back(mean(
                        column(view, activationPath(site, "outlier_share"), *index, layer, sigma)));
                figure.rows.push_back(std::move(row));
            }
    return {.name = "statistics", .body = std::move(figure)};
}

/// What the instrument of outliers lists, of the reference.
Figure massiveTable(const SessionView& view) {
    TableFigure figure;
    figure.caption = {"Massive activations of the full-precision run",
                      "Values of a block's output above 100 and at least 1000 times the median "
                      "magnitude of their state, position 0 included; the largest few of a layer",
                      "|x| > 100 and |x| ≥ 1000 · median |x|", massiveSource};
    figure.columns = {"layer", "example", "position", "channel", "value"};
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        const auto list = [&](const char* name) {
            return view.slice(std::string("/massive_activations/") + name, {0, layer});
        };
        const std::vector<double> values = list("value"), examples = list("example_index"),
                                  positions = list("position_index"),
                                  channels = list("channel_index");
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!std::isnan(values[i]) && i < examples.size() && i < positions.size() &&
                i < channels.size())
                figure.rows.push_back(
                    {double(layer), examples[i], positions[i], channels[i], values[i]});
    }
    return {.name = "massive", .body = std::move(figure)};
}

Figure superWeightTable(const SessionView& view) {
    TableFigure figure;
    figure.caption = {
        "Candidates of super weights of the full-precision run",
        "Where the largest magnitudes at the input and the output of a down projection name a "
        "column and a row of its matrix. A candidate is one only where leaving it out breaks the "
        "model: see the experiment",
        "W_down[channel of the output's spike, channel of the input's spike]", superWeightSource};
    figure.columns = {"layer", "row", "column", "weight", "output", "input", "in one token"};
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        std::vector<TableCell> row = {double(layer)};
        for (const char* name : {"output_channel", "input_channel", "weight", "output_value",
                                 "input_value", "same_token"})
            for (const double value : view.slice(std::string("/super_weights/") + name, {0, layer}))
                row.emplace_back(value);
        if (row.size() == figure.columns.size()) {
            row.back() = std::string(std::get<double>(row.back()) != 0 ? "yes" : "no");
            figure.rows.push_back(std::move(row));
        }
    }
    return {.name = "super-weights", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> activationFigures(const SessionView& view, const std::string& lane) {
    const NamedSet all = allExamples(view);
    std::vector<Figure> figures = maximaByLayer(view, all);
    figures.push_back(bySite(
        view, all, "kurtosis",
        {"Kurtosis by layer", referenceOnly(all) + "; a normal distribution has 3",
         "mean (x − mean)⁴ / (mean (x − mean)²)²", outliersSource},
        "kurtosis", true,
        [&](const std::string& path, std::size_t layer) { return view.row(path, 0, layer); },
        "kurtosis"));
    figures.push_back(outlierShares(view, all, "outlier-share", 6));
    figures.push_back(firstToken(view));
    for (const auto& [site, title] : siteTitles) {
        const std::string name(siteName(site));
        figures.push_back(layerMap(view, activationPath(site, "channel_maximum"),
                                   "channels-" + name,
                                   {std::string("Largest magnitude of each channel: ") + title,
                                    "Full-precision run, over all examples and positions 1..T",
                                    "max |x_c|", outliersSource},
                                   {"channel", "max |x|", true}));
        figures.push_back(layerMap(
            view, activationPath(site, "position_maximum"), "positions-" + name,
            {std::string("Largest magnitude of each position: ") + title,
             "Full-precision run: the largest |x| of a token, mean over examples; position 0 "
             "is the start token",
             "mean over examples of max over channels |x_t|", massiveSource},
            {"position", "max |x|", true}));
    }
    const std::vector<NamedSet> sets = contrastSets(view, lane);
    std::vector<NamedSet> pair(sets.begin(),
                               sets.begin() + std::min<std::ptrdiff_t>(2, std::ssize(sets)));
    addHistograms(view, pair, "sets", "set", {"D_large", "D_ctrl"}, figures);
    addLabelHistograms(view, figures);
    addCalibrationHistograms(view, all, figures);
    figures.push_back(trimmedDifference(view, pair));
    if (!lane.empty())
        figures.push_back(trimmedError(view, all, lane));
    figures.push_back(statisticsTable(view, all, lane));
    figures.push_back(massiveTable(view));
    figures.push_back(superWeightTable(view));
    return figures;
}

} // namespace quantscope
