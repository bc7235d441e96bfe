#include "core/analysis/paper_tables.h"

#include "core/analysis/figures.h"
#include "core/analysis/pages.h"
#include "core/analysis/paper_figures.h"
#include "core/analysis/reliability.h"
#include "core/analysis/set_curves.h"
#include "core/analysis/statistics.h"
#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

constexpr std::size_t outliersOfLayer = 5;

Interval setPerplexity(const SessionView& view, const NamedSet& set,
                       const std::vector<double>& nll) {
    std::vector<double> sums;
    for (const std::size_t example : set.examples())
        sums.push_back(nll[example] * view.tokenCounts()[example]);
    const Interval logarithm =
        ratioInterval(sums, valuesAt(view.tokenCounts(), set.examples()), set.resamples());
    return {std::exp(logarithm.value), std::exp(logarithm.low), std::exp(logarithm.high)};
}

/// The registry's name of a lane's method; empty where its spec cannot be read.
std::string methodOf(const SessionView& view, const std::string& lane) {
    const std::vector<std::string> methods = view.texts("/method");
    const std::vector<std::string> specs = view.texts("/methods/spec");
    const auto place =
        static_cast<std::size_t>(std::find(methods.begin(), methods.end(), lane) - methods.begin());
    if (place >= specs.size())
        return {};
    try {
        return parseMethodSpec(specs[place]).method;
    } catch (const Error&) {
        return {}; // an imported lane says in words what it is
    }
}

bool restoresWeights(const PatchRow& row) {
    return row.kind.find("weight") != std::string::npos ||
           row.kind.find("restore") != std::string::npos;
}

} // namespace

Figure patchTable(const SessionView& view, PatchTableRows which) {
    TableFigure figure;
    const bool ofWeights = which == PatchTableRows::Weights;
    figure.caption = {
        ofWeights ? "What restored weights recover" : "What patched outputs recover",
        (ofWeights ? std::string("Weights of the quantized model put back to 16 bit")
                   : std::string("Outputs of one kind of module replaced by the donor's")) +
            ", perplexity on each set and share of the damage undone (never clipped; unstable "
            "where the damage is not told from zero). " +
            intervalSentence(view.resampleCount()),
        "(NLL_quantized − NLL_patched) / (NLL_quantized − NLL_full), means over the set",
        paperSource(ofWeights ? "section 5" : "table 4")};
    figure.columns = {"base", "donor",     "kind",    "layers",    "set",   "examples",
                      "full", "quantized", "patched", "recovered", "stable"};
    for (const std::string& lane : patchingOf(view, {}).lanes)
        for (const PatchRow& row : patchingOf(view, lane).rows)
            if (restoresWeights(row) == ofWeights && row.examples > 0)
                figure.rows.push_back({row.baseLane, row.donorLane, row.kind, row.layers,
                                       setTitle(row.set), static_cast<double>(row.examples),
                                       row.perplexityFull, row.perplexityBase,
                                       row.perplexityPatched, row.recovered,
                                       std::string(row.unstable ? "no" : "yes")});
    return {.name = ofWeights ? "restored-weights" : "patching", .body = std::move(figure)};
}

Figure perplexityTable(const SessionView& view) {
    TableFigure figure;
    const std::string pair = view.methodLane({});
    figure.caption = {"Perplexities",
                      "Exponential of the token-weighted mean loss, of all examples and of the "
                      "sets of " +
                          pair + ". " + intervalSentence(view.resampleCount()),
                      "exp(Σ T NLL / Σ T)", paperSource("table 5")};
    std::vector<std::size_t> everyone(view.examples());
    std::iota(everyone.begin(), everyone.end(), std::size_t{0});
    std::vector<NamedSet> sets = {NamedSet("all", std::move(everyone), view)};
    for (NamedSet& set : contrastSets(view, pair))
        sets.push_back(std::move(set));
    figure.columns = {"lane", "bits per weight"};
    for (const NamedSet& set : sets)
        figure.columns.push_back(setTitle(set.name()));
    for (const OverviewRow& row : overviewOf(view).rows) {
        const std::vector<double> nll = view.row("/examples/nll", row.lane);
        if (nll.empty() || std::isnan(row.perplexity.value))
            continue;
        std::vector<TableCell> cells = {row.lane, row.bitsPerWeight};
        for (const NamedSet& set : sets)
            cells.emplace_back(setPerplexity(view, set, nll));
        figure.rows.push_back(std::move(cells));
    }
    return {.name = "perplexities", .body = std::move(figure)};
}

Figure variantTable(const SessionView& view, const std::string& method,
                    const Resamples& resamples) {
    TableFigure figure;
    figure.caption = {"Variants of one method",
                      "Correlation over examples between the errors of lanes that run " + method +
                          " with different options. " + intervalSentence(resamples.count()),
                      "ρ(e(·; a), e(·; b))", paperSource("table 7")};
    figure.columns = {"variant", "and", "Pearson", "Spearman", "corrected across halves"};
    for (const PairAgreement& pair : errorAgreement(view, resamples).pairs)
        if (methodOf(view, pair.a) == method && methodOf(view, pair.b) == method)
            figure.rows.push_back(
                {pair.a, pair.b, pair.pearson, pair.spearman, pair.correctedAcrossHalves});
    return {.name = "variants-" + method, .body = std::move(figure)};
}

std::vector<OutlierDimension> outlierDimensions(const SessionView& view) {
    std::vector<OutlierDimension> all;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        const std::vector<double> size = view.slice("/channels/resid_mid/mean_absolute", {layer});
        std::vector<double> gamma = view.slice("/model/ln2_gamma", {layer});
        for (double& value : gamma)
            value = std::abs(value);
        if (size.empty() || size.size() != gamma.size() || std::isnan(size.front()))
            continue;
        std::vector<std::size_t> order(size.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return size[a] > size[b]; });
        order.resize(std::min(order.size(), outliersOfLayer));
        for (const std::size_t dimension : order)
            all.push_back({layer, dimension, size[dimension], gamma[dimension],
                           1 + static_cast<std::size_t>(
                                   std::count_if(gamma.begin(), gamma.end(), [&](double other) {
                                       return other < gamma[dimension];
                                   }))});
    }
    return all;
}

Figure gammaTable(const SessionView& view) {
    TableFigure figure;
    figure.caption = {"Norm weights at outlier dimensions",
                      "The five dimensions of each layer with the largest mean |r| over data and "
                      "positions 1..T, in that order, and the weight of the norm before the MLP "
                      "there; rank 1 is the smallest |γ|",
                      "rank of |γ_i| = 1 + number of strictly smaller |γ|", paperSource("table 8")};
    figure.columns = {"layer", "dimension", "mean |r|", "|γ|", "rank", "median |γ|", "largest |γ|"};
    for (const OutlierDimension& one : outlierDimensions(view)) {
        std::vector<double> gamma = view.slice("/model/ln2_gamma", {one.layer});
        for (double& value : gamma)
            value = std::abs(value);
        figure.rows.push_back({static_cast<double>(one.layer), static_cast<double>(one.dimension),
                               one.meanAbsolute, one.gamma, static_cast<double>(one.rank),
                               quantile(gamma, .5), quantile(gamma, 1)});
    }
    return {.name = "gamma", .body = std::move(figure)};
}

} // namespace quantscope
