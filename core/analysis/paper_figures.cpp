#include "core/analysis/paper_figures.h"

#include "core/analysis/figures.h"
#include "core/analysis/pages.h"
#include "core/analysis/paper_tables.h"
#include "core/analysis/question_answering.h"
#include "core/analysis/questions_report.h"
#include "core/analysis/reliability.h"
#include "core/analysis/reports.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace quantscope {

namespace {

using Figures = std::vector<Figure>;

std::string slug(const std::string& text) {
    std::string safe;
    for (const char sign : text)
        safe += std::isalnum(static_cast<unsigned char>(sign)) ? sign : '-';
    return safe;
}

std::size_t lastLayer(const SessionView& view) { return view.layers() > 0 ? view.layers() - 1 : 0; }

Figure withSource(CurveFigure figure, const std::string& name, const std::string& where) {
    figure.caption.source = paperSource(where);
    return {.name = name, .body = std::move(figure)};
}

Figures normByLayer(const SessionView& view) {
    return {withSource(residualsValues(view.session(), {}).byLayer, "norm-by-layer", "figure 1a")};
}

Figures densities(const SessionView& view, bool before) {
    ResidualsRequest request;
    request.densityLayer = lastLayer(view);
    const ResidualsValues values = residualsValues(view.session(), request);
    Figure figure = withSource(before ? values.densityBefore : values.densityAfter,
                               before ? "density-norm-r" : "density-norm-h",
                               before ? "figure 1b" : "figure 1c");
    figure.filled = true;
    return {figure};
}

Figures earlyExit(const SessionView& view, const std::vector<std::string>& lanes, bool upperHalf) {
    Figures figures;
    for (const std::string& lane : lanes) {
        const EarlyExitValues values = earlyExitValues(view.session(), lane);
        figures.push_back(withSource(
            upperHalf ? values.statistics.front().upperHalf : values.statistics.front().allLayers,
            fmt::format("early-exit-{}", slug(lane)), upperHalf ? "figure 2" : "figures 12 to 15"));
        figures.back().tickNames = values.ticks;
    }
    return figures;
}

/// Means over tokens, as published, and medians.
Figures kurtosisByLayer(const SessionView& view, const char* site, const std::string& where) {
    Figures figures;
    for (const char* statistic : {"kurtosis", "kurtosis_median"}) {
        ResidualsRequest request;
        request.site = site;
        request.statistic = statistic;
        figures.push_back(withSource(residualsValues(view.session(), request).byLayer,
                                     fmt::format("{}-{}", statistic, site), where));
        figures.back().logarithmic = true;
    }
    return figures;
}

Figure scatter(const SessionView& view, const std::string& lane, ExampleColumn x, ExampleColumn y,
               const std::string& name, const std::string& definition, const std::string& where) {
    const ExampleSets sets = exampleSets(view, lane);
    ScatterFigureValues figure;
    figure.caption = {"Loss of the reference and error of " + lane, definition,
                      "e(x) = NLL(x; quantized) − NLL(x; full precision)", paperSource(where)};
    figure.statistics = scatterStatistics(x, y, view.session());
    figure.x = std::move(x);
    figure.y = std::move(y);
    figure.large = sets.large;
    figure.control = sets.control;
    return {.name = name, .body = std::move(figure)};
}

/// NLL and error share a term; the second picture takes them from different tokens.
Figures lossAgainstError(const SessionView& view, const std::vector<std::string>& lanes,
                         const std::string& where) {
    Figures figures;
    const std::string reference(referenceLane);
    for (const std::string& lane : lanes) {
        const std::vector<double> errors = view.row("/examples/error", lane);
        if (errors.empty())
            continue;
        figures.push_back(
            scatter(view, lane, {"nll_reference", "nat", view.row("/examples/nll", reference)},
                    {"error[" + lane + "]", "nat", errors}, "loss-and-error-" + slug(lane),
                    "One point an example. The two share the reference's loss, so that part of the "
                    "relation is made by construction",
                    where));
        std::vector<double> held = halfNll(view, reference, TokenHalf::Even);
        if (std::vector<double> odd = halfErrors(view, lane, TokenHalf::Odd);
            !held.empty() && !odd.empty())
            figures.push_back(scatter(
                view, lane, {"nll_reference[even tokens]", "nat", std::move(held)},
                {"error[" + lane + ", odd tokens]", "nat", std::move(odd)},
                "loss-and-error-held-out-" + slug(lane),
                "One point an example; the loss is of its even tokens, the error of its odd ones, "
                "so that they share no term",
                where));
    }
    return figures;
}

Figures pairs(const SessionView& view) {
    const ErrorsValues errors = errorsValues(view.session());
    MatrixFigure matrix;
    matrix.caption = {"Do methods fail on the same inputs?",
                      "Correlation over examples between the errors of every two methods",
                      "ρ(e(·; a), e(·; b))", paperSource("tables 1 and 6")};
    matrix.matrix = errors.pearson;
    if (view.methodLanes().size() < 2)
        return {};
    return {{.name = "pair-correlations", .body = std::move(matrix)},
            pairTable(view, view.resamples())};
}

std::vector<std::string> othersThan(const std::vector<std::string>& lanes,
                                    const std::string& lane) {
    std::vector<std::string> others = lanes;
    std::erase(others, lane);
    return others;
}

/// An entry of the set before it is tried.
struct Entry {
    const char* id;
    const char* title;
    std::function<Figures()> make;
    const char* missing; ///< said where nothing could be made
};

constexpr const char* noNorms =
    "The session has no norms by layer: they are kept by every study that runs to its end.";
constexpr const char* noErrors =
    "The session has no errors yet: let the study run to its end, with at least one method.";
constexpr const char* noEarlyExit =
    "Early exit was off: run the study with --early-exit (in the window: Instruments, Early exit).";
constexpr const char* noPatching =
    "Patching was off: run the study with --patch down,gate,up,attn (in the window: Instruments, "
    "Patching).";
constexpr const char* noQuestions =
    "Questions with a popularity were not asked: run the study with --questions FILE, a JSONL of "
    "questions with accepted answers and a popularity (in the window: Questions).";

} // namespace

std::vector<PaperFigure> paperFigures(const SessionView& view) {
    const std::string pair = view.methodLane({});
    const std::vector<std::string>& lanes = view.methodLanes();
    const Resamples resamples = view.resamples();
    const std::vector<Entry> entries = {
        {"F1a", "Mean norm of the residual by layer, D_large and controls",
         [&] { return normByLayer(view); }, noNorms},
        {"F1b", "Density of norm(r) at the last layer", [&] { return densities(view, true); },
         noNorms},
        {"F1c", "Density of norm(h) at the last layer", [&] { return densities(view, false); },
         noNorms},
        {"F2", "Early exit in the upper half, four runs",
         [&] { return earlyExit(view, {pair}, true); }, noEarlyExit},
        {"F3", "What D_large is about", [&] { return Figures{groupShares(view, pair, resamples)}; },
         "The text has no labels: name columns of a JSONL, CSV or TSV file with --label-field."},
        {"F4", "Loss of the reference against the error",
         [&] { return lossAgainstError(view, {pair}, "figure 4"); }, noErrors},
        {"F5", "Accuracy drop by popularity",
         [&] { return Figures{popularityDrop(view, pair, questionResamples(view))}; }, noQuestions},
        {"F6", "Kurtosis of r by layer",
         [&] { return kurtosisByLayer(view, "resid_mid", "figure 6"); }, noNorms},
        {"F7", "Kurtosis of h by layer", [&] { return kurtosisByLayer(view, "ln2", "figure 7"); },
         noNorms},
        {"F8-F11", "Correlation of the residual norm with the error by layer",
         [&] {
             return Figures{correlationByLayer(view, "resid_mid", "norm", resamples),
                            correlationByLayer(view, "ln2", "norm", resamples)};
         },
         noNorms},
        {"F12-F15", "Early exit over all layers, every method",
         [&] { return earlyExit(view, lanes, false); }, noEarlyExit},
        {"F16", "Loss of the reference against the error, other methods",
         [&] { return lossAgainstError(view, othersThan(lanes, pair), "figure 16"); },
         "The study has one method: run it with more, each a --method."},
        {"F17-F19", "Accuracy drop by popularity, other methods",
         [&] {
             Figures figures;
             for (const std::string& lane : othersThan(lanes, pair))
                 figures.push_back(popularityDrop(view, lane, questionResamples(view)));
             return figures;
         },
         noQuestions},
        {"T1, T6", "Correlation of errors between methods", [&] { return pairs(view); },
         "The study has one method: run it with more, each a --method."},
        {"T2", "Correlation of the last layer's residual norm with the error",
         [&] { return Figures{lastLayerTable(view, resamples)}; }, noNorms},
        {"T3", "Late weights restored to 16 bit",
         [&] { return Figures{patchTable(view, PatchTableRows::Weights)}; },
         "Restoring weights was off: choose it among the patches of the study."},
        {"T4", "Patching the outputs of modules",
         [&] { return Figures{patchTable(view, PatchTableRows::Activations)}; }, noPatching},
        {"T5", "Perplexities", [&] { return Figures{perplexityTable(view)}; }, noErrors},
        {"T7", "Correlation of errors between variants of GPTQ",
         [&] { return Figures{variantTable(view, "gptq", resamples)}; },
         "The study has fewer than two variants of GPTQ: give several, such as --method "
         "gptq:bits=3,damping=.01,name=A --method gptq:bits=3,damping=.02,name=B."},
        {"T8", "Norm weights at outlier dimensions", [&] { return Figures{gammaTable(view)}; },
         "The session has no mean |r| of single dimensions: run the study with this version."},
    };
    std::vector<PaperFigure> all;
    for (const Entry& entry : entries) {
        PaperFigure figure{entry.id, entry.title, entry.make(), {}};
        std::erase_if(figure.figures, [](const Figure& one) { return !hasContent(one); });
        if (figure.figures.empty())
            figure.missing = entry.missing;
        all.push_back(std::move(figure));
    }
    return all;
}

} // namespace quantscope
