#include "core/analysis/bootstrap.h"
#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/statistics.h"
#include "core/data/array_source.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

constexpr double smallModelParameters = 100e6;
constexpr std::size_t worstExamples = 20;
/// ln(scale) beyond what quantization to 2 bits and more leaves: the basis explains the lane badly.
constexpr double largeMisfit = 0.1;

std::string countText(double count) {
    if (count >= 1e9)
        return fmt::format("{:.3g} B", count / 1e9);
    if (count >= 1e6)
        return fmt::format("{:.3g} M", count / 1e6);
    if (count >= 1e4)
        return fmt::format("{:.3g} K", count / 1e3);
    return fmt::format("{:.0f}", count);
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items)
        if (!item.empty())
            text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string modelDetail(const SessionView& view) {
    const auto parameters = view.number(attribute::modelParameters);
    const auto layers = view.number(attribute::layers);
    return joined({view.attribute(attribute::modelFamily),
                   layers ? fmt::format("{:.0f} layers", *layers) : "",
                   parameters ? countText(*parameters) + " parameters" : "",
                   view.attribute(attribute::modelDtype)});
}

std::string textDetail(const SessionView& view, const Resamples& resamples) {
    const auto& tokens = view.tokenCounts();
    const double total = std::accumulate(tokens.begin(), tokens.end(), 0.0);
    return joined(
        {fmt::format("{} examples", view.examples()),
         findLayout(view.session(), "/text/token_ids") ? countText(total) + " predicted tokens" : "",
         view.attribute(attribute::textSource),
         resamples.isByDocument() ? "" : "one document: intervals draw its windows"});
}

std::string statusText(const SessionView& view) {
    const std::string status = view.attribute(attribute::status);
    const auto done = view.number(attribute::blocksDone);
    const auto layers = view.number(attribute::layers);
    if (status == "complete" || !done || !layers)
        return status;
    return fmt::format("{}: {:.0f} of {:.0f} layers", status.empty() ? "partial" : status, *done,
                       *layers);
}

/// exp of the token-weighted mean, interval and all.
Interval perplexity(const std::vector<double>& nll, const SessionView& view,
                    const Resamples& resamples) {
    std::vector<double> sums(nll.size());
    for (std::size_t example = 0; example < nll.size(); ++example)
        sums[example] = nll[example] * view.tokenCounts()[example];
    const Interval logarithm = ratioInterval(sums, view.tokenCounts(), resamples);
    return {std::exp(logarithm.value), std::exp(logarithm.low), std::exp(logarithm.high)};
}

/// Mean over the values of the lane that were measured.
double meanOver(const SessionView& view, const std::string& path, const std::string& lane) {
    const auto index = view.laneIndex(lane);
    return index ? mean(view.slice(path, {*index})) : notMeasured;
}

std::string methodText(const SessionView& view, const std::string& lane) {
    if (lane == referenceLane)
        return "full precision";
    const auto methods = view.texts("/method");
    const auto specs = view.texts("/methods/spec");
    const auto found = std::find(methods.begin(), methods.end(), lane);
    const auto place = static_cast<std::size_t>(found - methods.begin());
    return place < specs.size() ? specs[place] : lane;
}

double activationBits(const SessionView& view, const std::string& lane) {
    const auto methods = view.texts("/method");
    const auto found = std::find(methods.begin(), methods.end(), lane);
    return found == methods.end()
               ? notMeasured
               : mean(view.slice("/weights/activation_bits",
                                 {static_cast<std::size_t>(found - methods.begin())}));
}

/// Imported lanes whose weights contradict the scales found for them.
std::vector<std::string> basisWarnings(const SessionView& view) {
    std::vector<std::string> warnings;
    const auto methods = view.texts("/method");
    const auto modules = view.texts("/module");
    for (std::size_t method = 0; method < methods.size(); ++method) {
        const std::vector<double> misfit = view.slice("/weights/basis_misfit", {method});
        std::size_t worst = 0;
        for (std::size_t at = 0; at < misfit.size(); ++at)
            if (!(misfit[at] <= misfit[worst])) // NaN loses
                worst = std::isnan(misfit[at]) ? worst : at;
        if (misfit.empty() || modules.empty() || !(misfit[worst] > largeMisfit))
            continue;
        warnings.push_back(fmt::format(
            "{}: the scales folded into it do not fit its weights (misfit {:.2g} at the input of "
            "{} in layer {}). Its errors inside blocks may be of the basis rather than of "
            "quantization.",
            methods[method], misfit[worst], modules[worst % modules.size()],
            worst / modules.size()));
    }
    return warnings;
}

/// Lanes that walk behind tokens of their own.
std::vector<std::string> prefixNotes(const SessionView& view) {
    std::vector<std::string> notes;
    const auto methods = view.texts("/method");
    const auto prefixes = view.texts("/methods/prefix");
    for (std::size_t method = 0; method < std::min(methods.size(), prefixes.size()); ++method) {
        if (prefixes[method].empty())
            continue;
        const auto tokens = 1 + std::count(prefixes[method].begin(), prefixes[method].end(), '|');
        notes.push_back(fmt::format(
            "{}: {} ({}) before every text, in full precision; its positions are so many further "
            "back than the other lanes'.",
            methods[method],
            tokens == 1 ? "a token stands" : fmt::format("{} tokens stand", tokens),
            prefixes[method]));
    }
    return notes;
}

OverviewRow makeRow(const SessionView& view, const std::string& lane, const Resamples& resamples) {
    OverviewRow row;
    row.lane = lane;
    row.method = methodText(view, lane);
    row.perplexity = perplexity(view.row("/examples/nll", lane), view, resamples);
    row.bitsPerWeight = bitsPerWeight(view, lane);
    row.activationBits = activationBits(view, lane);
    if (lane == referenceLane)
        return row;
    const std::vector<double> errors = view.row("/examples/error", lane);
    row.meanError = meanInterval(errors, resamples);
    row.meanKl = mean(view.row("/examples/kl", lane));
    row.topAgreement = meanOver(view, "/output/top1_agrees", lane);
    if (view.layers() > 0)
        row.residualCorrelation = pearsonInterval(
            view.row(sitePath("resid_mid", "norm"), std::string(referenceLane), view.layers() - 1),
            errors, resamples);
    return row;
}

std::vector<WorstExample> findWorst(const SessionView& view) {
    std::vector<WorstExample> worst(view.examples());
    for (const std::string& lane : view.methodLanes()) {
        const std::vector<double> errors = view.row("/examples/error", lane);
        for (std::size_t example = 0; example < errors.size(); ++example)
            if (!std::isnan(errors[example]) && !(errors[example] <= worst[example].error))
                worst[example] = {example, lane, errors[example], {}};
    }
    std::erase_if(worst, [](const WorstExample& item) { return std::isnan(item.error); });
    std::stable_sort(worst.begin(), worst.end(), [](const WorstExample& a, const WorstExample& b) {
        return a.error > b.error;
    });
    worst.resize(std::min(worst.size(), worstExamples));
    const std::vector<std::string> excerpts = view.texts("/text/excerpt");
    for (WorstExample& item : worst)
        if (item.example < excerpts.size())
            item.excerpt = excerpts[item.example];
    return worst;
}

CurveFigure errorByRank(const SessionView& view) {
    CurveFigure figure;
    figure.caption = {
        "Errors in order of size", "Error of each example, largest first, for every method",
        "e(x) = NLL(x; quantized) - NLL(x; full precision)", "Chang et al. 2025, section 3"};
    figure.xTitle = "rank of the example";
    figure.yTitle = "error e (nat)";
    for (const std::string& lane : view.methodLanes()) {
        std::vector<double> errors = view.row("/examples/error", lane);
        std::erase_if(errors, [](double error) { return std::isnan(error); });
        if (errors.empty())
            continue;
        std::sort(errors.begin(), errors.end(), std::greater<>());
        Curve curve;
        curve.name = curve.role = lane;
        curve.x.resize(errors.size());
        std::iota(curve.x.begin(), curve.x.end(), 1.0);
        curve.y = std::move(errors);
        figure.curves.push_back(std::move(curve));
    }
    return figure;
}

} // namespace

OverviewValues overviewValues(const SessionData& session) {
    return overviewOf(SessionView(session));
}

OverviewValues overviewOf(const SessionView& view) {
    const Resamples resamples = view.resamples();
    OverviewValues values;
    values.modelName = view.attribute(attribute::modelName);
    values.modelDetail = modelDetail(view);
    values.textDetail = textDetail(view, resamples);
    values.status = statusText(view);
    const auto parameters = view.number(attribute::modelParameters);
    values.smallModel = parameters && *parameters < smallModelParameters;
    values.warnings = basisWarnings(view);
    for (std::string& note : prefixNotes(view))
        values.warnings.push_back(std::move(note));
    for (const std::string& lane : view.lanes())
        values.rows.push_back(makeRow(view, lane, resamples));
    values.worst = findWorst(view);
    values.errorByRank = errorByRank(view);
    return values;
}

} // namespace quantscope
