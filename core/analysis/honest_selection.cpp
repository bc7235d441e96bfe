#include "core/analysis/honest_selection.h"

#include "core/analysis/reliability.h"
#include "core/analysis/resampled_sums.h"
#include "core/analysis/sets.h"
#include "core/analysis/statistics.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

using Numbers = std::vector<double>;

double fraction(const SessionView& view) {
    return view.number(attribute::setFraction).value_or(.1);
}

/// Columns of values and of ones over the examples of a set that have a value.
void addSetColumns(std::vector<Numbers>& columns, const Numbers& values,
                   const std::vector<std::size_t>& set, std::size_t examples) {
    Numbers sum(examples, 0), count(examples, 0);
    for (const std::size_t example : set)
        if (!std::isnan(values[example])) {
            sum[example] = values[example];
            count[example] = 1;
        }
    columns.push_back(std::move(sum));
    columns.push_back(std::move(count));
}

/// @param chosenSet  whose mean of `chosenBy` is what choosing promised
void score(HonestSelection& selection, const Numbers& chosenBy,
           const std::vector<std::size_t>& chosenSet, const Numbers& scoredBy,
           const Resamples& resamples) {
    std::vector<std::size_t> everyone;
    for (std::size_t example = 0; example < chosenBy.size(); ++example)
        everyone.push_back(example);
    std::vector<Numbers> columns;
    addSetColumns(columns, chosenBy, chosenSet, resamples.examples());
    addSetColumns(columns, scoredBy, selection.set, resamples.examples());
    addSetColumns(columns, chosenBy, everyone, resamples.examples());
    addSetColumns(columns, scoredBy, everyone, resamples.examples());
    const ResampledSums sums(resamples, columns);
    using Sums = std::span<const double>;
    const auto meanAt = [](Sums sum, std::size_t place) {
        return sum[2 * place + 1] > 0 ? sum[2 * place] / sum[2 * place + 1] : notMeasured;
    };
    selection.chosen = sums.interval([&](Sums sum) { return meanAt(sum, 0); });
    selection.scored = sums.interval([&](Sums sum) { return meanAt(sum, 1); });
    selection.all = sums.interval([&](Sums sum) { return meanAt(sum, 3); });
    selection.shrinkage = sums.interval([&](Sums sum) {
        const double promised = meanAt(sum, 0) - meanAt(sum, 2);
        return promised == 0 ? notMeasured : (meanAt(sum, 1) - meanAt(sum, 3)) / promised;
    });
}

} // namespace

HonestSelection selectedByOtherMethods(const SessionView& view, const std::string& lane,
                                       const Resamples& resamples) {
    HonestSelection selection;
    selection.lane = lane;
    selection.chosenBy = "other methods' mean rank";
    const Numbers own = view.row("/examples/error", lane);
    Numbers ranks(view.examples(), 0);
    std::size_t others = 0;
    for (const std::string& other : view.methodLanes()) {
        const Numbers errors = view.row("/examples/error", other);
        if (other == lane || errors.empty())
            continue;
        const Numbers ofOther = averageRanks(errors);
        for (std::size_t example = 0; example < ranks.size(); ++example)
            ranks[example] += ofOther[example];
        ++others;
    }
    if (lane == referenceLane || own.empty() || others == 0)
        return selection;
    for (double& rank : ranks)
        rank /= static_cast<double>(others);
    selection.set = largeSet(ranks, fraction(view));
    score(selection, own, largeSet(own, fraction(view)), own, resamples);
    return selection;
}

HonestSelection selectedOnOddTokens(const SessionView& view, const std::string& lane,
                                    const Resamples& resamples) {
    HonestSelection selection;
    selection.lane = lane;
    selection.chosenBy = "odd tokens, scored on even";
    const Numbers odd = halfErrors(view, lane, TokenHalf::Odd);
    const Numbers even = halfErrors(view, lane, TokenHalf::Even);
    if (lane == referenceLane || odd.empty() || even.empty())
        return selection;
    selection.set = largeSet(odd, fraction(view));
    score(selection, odd, selection.set, even, resamples);
    return selection;
}

} // namespace quantscope
