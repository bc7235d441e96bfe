#include "core/analysis/figures.h"
#include "core/analysis/learned_comparison.h"
#include "core/analysis/reports.h"
#include "core/analysis/training_curves.h"
#include "core/data/array_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::size_t mostBlocks = 5; ///< whose curves are told apart; the others are on Weights

double leastOf(const std::vector<double>& losses) {
    double least = notMeasured;
    for (const double loss : losses)
        if (!(least <= loss) && std::isfinite(loss))
            least = loss;
    return least;
}

/// The last blocks of the lane, the one that is being trained among them.
Figure blockLosses(const SessionView& view, const LearnedLane& learned) {
    CurveFigure figure;
    figure.caption = {
        "Loss of blocks while they are trained",
        fmt::format("What {} minimises for a block, by passes over its samples, over the loss "
                    "before training (for LSI and SDE: of the trained base); the last {} blocks. "
                    "The best pass is kept",
                    learned.lane, mostBlocks),
        "L(epoch) / L(0)", ""};
    figure.xTitle = "epoch";
    figure.yTitle = "loss over that before training";
    std::vector<std::string> roles;
    const std::vector<std::vector<double>> losses = trainingLosses(view, learned.method);
    for (std::size_t layer = 0; layer < losses.size(); ++layer) {
        Curve curve;
        curve.name = curve.role = fmt::format("layer {}", layer);
        for (std::size_t epoch = 0; epoch < losses[layer].size(); ++epoch) {
            const double share = losses[layer][epoch] / losses[layer][0];
            if (!std::isfinite(share))
                continue;
            curve.x.push_back(static_cast<double>(epoch));
            curve.y.push_back(share);
        }
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    if (figure.curves.size() > mostBlocks)
        figure.curves.erase(figure.curves.begin(),
                            figure.curves.end() - static_cast<std::ptrdiff_t>(mostBlocks));
    for (const Curve& curve : figure.curves)
        roles.push_back(curve.role);
    return {.name = "block-losses", .body = std::move(figure), .roles = std::move(roles)};
}

/// How far training lowered the loss of every block, all trained lanes.
Figure lossesByLayer(const SessionView& view, const std::vector<LearnedLane>& learned) {
    CurveFigure figure;
    figure.caption = {"What training gained, by layer",
                      "Least loss of a block over that before training, of every method that "
                      "trains. Losses of different methods and horizons are of different errors",
                      "min over epochs of L(epoch) / L(0)", ""};
    figure.xTitle = "layer";
    figure.yTitle = "least loss over that before training";
    for (const LearnedLane& each : learned) {
        const std::vector<std::vector<double>> losses = trainingLosses(view, each.method);
        Curve curve;
        curve.name = curve.role = each.lane;
        for (std::size_t layer = 0; layer < losses.size(); ++layer) {
            const double share = leastOf(losses[layer]) / losses[layer][0];
            if (!std::isfinite(share))
                continue;
            curve.x.push_back(static_cast<double>(layer));
            curve.y.push_back(share);
        }
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = "losses-by-layer", .body = std::move(figure)};
}

Figure errorByLayer(const LearnedLane& learned, const SpreadComparison& spread,
                    const std::string& name, Caption caption) {
    CurveFigure figure;
    figure.caption = std::move(caption);
    figure.xTitle = "layer";
    figure.yTitle = "relative error";
    for (const auto& [lane, byLayer] : {std::pair(learned.lane, &spread.lane.byLayer),
                                        std::pair(learned.base, &spread.base.byLayer)}) {
        if (lane.empty())
            continue;
        Curve curve = layerCurve(lane, lane, *byLayer);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = name, .body = std::move(figure)};
}

std::string comparedWith(const LearnedLane& learned) {
    return learned.base.empty() ? std::string() : ", beside its base " + learned.base;
}

/// Where the trained lane's error is larger and where smaller than its base's: a spread more even
/// over the layers lowers the largest and raises the smallest.
Figure changeByLayer(const LearnedLane& learned, const SpreadComparison& accumulated,
                     const SpreadComparison& local, const Resamples& resamples) {
    CurveFigure figure;
    figure.caption = {
        "What training changes of each layer's error",
        fmt::format("Error of {} over that of its base {}, of the same examples, in per cent; "
                    "below 0 the trained lane's is smaller. {}",
                    learned.lane, learned.base, intervalSentence(resamples.count())),
        "100 (E(layer) / E_base(layer) − 1), E: mean relative error", ""};
    figure.xTitle = "layer";
    figure.yTitle = "change of the error, %";
    std::vector<std::string> roles;
    for (const auto& [name, spread] :
         {std::pair("accumulated", &accumulated), std::pair("local", &local)}) {
        std::vector<Interval> percent;
        for (const Interval& change : spread->changeByLayer)
            percent.push_back({100 * change.value, 100 * change.low, 100 * change.high});
        Curve curve = layerCurve(name, name, percent);
        if (curve.x.empty())
            continue;
        figure.curves.push_back(std::move(curve));
        roles.emplace_back(name);
    }
    return {.name = "change-by-layer",
            .body = std::move(figure),
            .zeroLine = true,
            .roles = std::move(roles)};
}

constexpr const char* entropyFormula = "H = −Σ p ln p / ln L, p = E(layer) / Σ E, L layers";

/// Differences, not the entropies themselves: those are all close to 1.
Figure evennessBars(const std::vector<LearnedComparison>& all, const Resamples& resamples) {
    BarsFigure figure;
    figure.caption = {"Does the error lie more evenly over the layers?",
                      fmt::format("Normalised entropy of the layers' mean relative errors, the "
                                  "trained lane's less its base's; above 0 is more even. {}",
                                  intervalSentence(resamples.count())),
                      entropyFormula, ""};
    figure.valueTitle = "entropy less the base's";
    std::vector<std::string> roles = {"accumulated", "local"};
    for (const LearnedComparison& each : all) {
        BarGroup group{each.learned.lane, {}};
        for (const auto& [name, spread] :
             {std::pair("accumulated", &each.accumulated), std::pair("local", &each.local)})
            if (!std::isnan(spread->entropyDifference.value))
                group.bars.push_back({name, name, spread->entropyDifference});
        if (!group.bars.empty())
            figure.groups.push_back(std::move(group));
    }
    return {.name = "evenness",
            .body = std::move(figure),
            .reference = 0,
            .roles = std::move(roles)};
}

/// One row a trained lane: does it do better than its base, and does its error lie more evenly?
Figure againstBase(const std::vector<LearnedComparison>& all, const Resamples& resamples) {
    TableFigure figure;
    figure.caption = {
        "Trained methods against their bases",
        "Differences are the trained lane's less its base's, of the same examples; NLL below 0 "
        "is better, entropy above 0 and Gini below 0 are more even. " +
            intervalSentence(resamples.count()),
        fmt::format("{}; Gini = Σᵢ Σⱼ |Eᵢ − Eⱼ| / (2 L Σ E)", entropyFormula), ""};
    figure.columns = {"trained",
                      "base",
                      "NLL difference",
                      "entropy, accumulated",
                      "difference",
                      "Gini difference, accumulated",
                      "entropy, local",
                      "difference, local",
                      "Gini difference, local"};
    for (const LearnedComparison& found : all)
        figure.rows.push_back({found.learned.lane, found.learned.base, found.nllDifference,
                               found.accumulated.lane.entropy, found.accumulated.entropyDifference,
                               found.accumulated.giniDifference, found.local.lane.entropy,
                               found.local.entropyDifference, found.local.giniDifference});
    return {.name = "against-base", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> trainingFigures(const SessionView& view, const std::string& lane) {
    const std::vector<LearnedLane> all = learnedLanes(view);
    const std::optional<LearnedLane> learned = learnedLane(view, lane);
    if (!learned)
        return {};
    std::vector<Figure> figures = {blockLosses(view, *learned), lossesByLayer(view, all)};
    if (findLayout(view.session(), accumulatedErrorPath) == nullptr)
        return figures;
    const Resamples resamples = view.resamples();
    const LearnedComparison found = compareWithBase(view, *learned, resamples);
    std::vector<LearnedComparison> comparisons;
    for (const LearnedLane& each : all)
        if (!each.base.empty())
            comparisons.push_back(each.lane == learned->lane
                                      ? found
                                      : compareWithBase(view, each, resamples));
    const SpreadComparison& accumulated = found.accumulated;
    const SpreadComparison& local = found.local;
    const std::string ofLane =
        fmt::format("Mean over the examples, of {}{}. {}", learned->lane, comparedWith(*learned),
                    intervalSentence(resamples.count()));
    figures.push_back(
        errorByLayer(*learned, accumulated, "accumulated-error",
                     {"Error after each layer",
                      "The error that has accumulated in the residual stream. " + ofLane,
                      "‖z~ − z‖ / ‖z‖, z: output of the block", ""}));
    figures.push_back(errorByLayer(
        *learned, local, "local-error",
        {"Error that each layer makes by itself",
         "Each quantized block fed with what the reference's block reads (instrument local). " +
             ofLane,
         "‖block~(x) − block(x)‖ / ‖block(x)‖, x: the reference's input", ""}));
    if (!learned->base.empty())
        figures.push_back(changeByLayer(*learned, accumulated, local, resamples));
    figures.push_back(evennessBars(comparisons, resamples));
    figures.push_back(againstBase(comparisons, resamples));
    return figures;
}

} // namespace quantscope
