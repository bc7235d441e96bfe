#include "core/analysis/figures.h"
#include "core/analysis/honest_selection.h"
#include "core/analysis/reliability.h"
#include "core/analysis/reports.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

Figure reliabilityBars(const ErrorAgreement& agreement) {
    BarsFigure figure;
    figure.caption = {"How well errors can be measured",
                      "Reliability of e: what its correlation with itself would be, measured again "
                      "on other tokens (halves, Spearman-Brown) or with another draw of "
                      "calibration text. It bounds R², and its root every correlation with e. " +
                          intervalSentence(agreement.resamples),
                      "2r / (1 + r), r = ρ(e on one half, e on the other)", ""};
    figure.valueTitle = "reliability";
    for (const Reliability& lane : agreement.lanes) {
        BarGroup group{lane.lane, {}};
        group.bars.push_back({"odd and even tokens", "odd and even tokens", lane.oddEven});
        group.bars.push_back({"first and second half", "first and second half", lane.firstSecond});
        if (lane.replicated > 0)
            group.bars.push_back({"calibration draws", "calibration draws", lane.replicates, false,
                                  fmt::format("{} other draws", lane.replicated)});
        figure.groups.push_back(std::move(group));
    }
    return {.name = "reliability",
            .body = std::move(figure),
            .reference = 1,
            .roles = {"odd and even tokens", "first and second half", "calibration draws"}};
}

Figure pairMatrix(const SessionView& view, const ErrorAgreement& agreement, const std::string& name,
                  Caption caption, const std::string& valueTitle, Interval PairAgreement::*value) {
    MatrixFigure figure;
    figure.caption = std::move(caption);
    figure.matrix = laneMatrix(view.methodLanes(), "method", "method", valueTitle);
    figure.matrix.diverging = true;
    const auto& lanes = view.methodLanes();
    const auto place = [&](const std::string& lane) {
        return static_cast<std::size_t>(std::find(lanes.begin(), lanes.end(), lane) -
                                        lanes.begin());
    };
    for (const PairAgreement& pair : agreement.pairs) {
        const std::size_t a = place(pair.a);
        const std::size_t b = place(pair.b);
        figure.matrix.values[a * lanes.size() + b] = figure.matrix.values[b * lanes.size() + a] =
            static_cast<float>((pair.*value).value);
    }
    return {.name = name, .body = std::move(figure)};
}

Figure makePairTable(const ErrorAgreement& agreement) {
    TableFigure figure;
    figure.caption = {"Do methods fail on the same inputs?",
                      "Correlation over examples of two methods' errors; corrected: divided by the "
                      "root of both reliabilities; across halves: from tokens that the two do not "
                      "share, whose noise would count as agreement. Jaccard of D_large by chance: "
                      "about .053 for a tenth. " +
                          intervalSentence(agreement.resamples),
                      "ρ(e_a, e_b); ρ / √(reliability_a reliability_b)",
                      paperSource("section 3, tables 1 and 6")};
    figure.columns = {"method",
                      "and",
                      "Pearson",
                      "Spearman",
                      "corrected",
                      "corrected across halves",
                      "Jaccard of D_large"};
    for (const PairAgreement& pair : agreement.pairs)
        figure.rows.push_back({pair.a, pair.b, pair.pearson, pair.spearman, pair.corrected,
                               pair.correctedAcrossHalves, pair.jaccard});
    return {.name = "pairs", .body = std::move(figure)};
}

Figure selectionBars(const std::vector<HonestSelection>& selections, std::size_t resamples) {
    BarsFigure figure;
    figure.caption = {"What of D_large is luck",
                      "Mean error of the chosen set by what it was chosen by (promised) and by "
                      "what it is scored by (found); the shrinkage is found over promised, both "
                      "less the mean of all. " +
                          intervalSentence(resamples) + ", the sets as they are",
                      "(found − mean of all) / (promised − mean of all)", ""};
    figure.valueTitle = "mean error e (nat)";
    for (const HonestSelection& selection : selections) {
        if (selection.set.empty())
            continue;
        const std::string note =
            fmt::format("shrinkage {:.2f} [{:.2f}, {:.2f}], {} examples", selection.shrinkage.value,
                        selection.shrinkage.low, selection.shrinkage.high, selection.set.size());
        figure.groups.push_back({selection.lane + ", by " + selection.chosenBy,
                                 {{"promised", "promised", selection.chosen, false, note},
                                  {"found", "found", selection.scored, false, note}}});
    }
    return {.name = "honest-selection", .body = std::move(figure), .roles = {"found", "promised"}};
}

Figure selectionTable(const std::vector<HonestSelection>& selections, std::size_t resamples) {
    TableFigure figure;
    figure.caption = {"D_large chosen honestly",
                      "The set chosen by one measurement and scored by another. " +
                          intervalSentence(resamples) + ", the sets as they are",
                      "shrinkage = (found − mean of all) / (promised − mean of all)", ""};
    figure.columns = {"method",         "chosen by",   "examples",
                      "promised (nat)", "found (nat)", "shrinkage"};
    for (const HonestSelection& selection : selections)
        if (!selection.set.empty())
            figure.rows.push_back({selection.lane, selection.chosenBy,
                                   static_cast<double>(selection.set.size()), selection.chosen,
                                   selection.scored, selection.shrinkage});
    return {.name = "honest-selection-table", .body = std::move(figure)};
}

} // namespace

Figure pairTable(const SessionView& view, const Resamples& resamples) {
    return makePairTable(errorAgreement(view, resamples));
}

std::vector<Figure> agreementFigures(const SessionView& view) {
    const Resamples resamples = view.resamples();
    const ErrorAgreement agreement = errorAgreement(view, resamples);
    std::vector<HonestSelection> selections;
    for (const std::string& lane : view.methodLanes()) {
        selections.push_back(selectedByOtherMethods(view, lane, resamples));
        selections.push_back(selectedOnOddTokens(view, lane, resamples));
    }
    return {makePairTable(agreement), reliabilityBars(agreement),
            pairMatrix(view, agreement, "corrected-across-halves",
                       {"Agreement corrected for reliability",
                        "Correlation of errors over examples between halves that share no token, "
                        "over the root of both halves' reliability; 1: the same inputs fail, but "
                        "for noise",
                        "(ρ(a odd, b even) + ρ(a even, b odd)) / 2 / √(ρ(a odd, a even) ρ(b odd, b "
                        "even))",
                        ""},
                       "corrected correlation", &PairAgreement::correctedAcrossHalves),
            selectionBars(selections, resamples.count()),
            selectionTable(selections, resamples.count())};
}

} // namespace quantscope
