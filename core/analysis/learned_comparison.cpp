#include "core/analysis/learned_comparison.h"

#include "core/analysis/table_rows.h"

#include <cmath>

namespace quantscope {

LearnedComparison compareWithBase(const SessionView& view, const LearnedLane& learned,
                                  const Resamples& resamples) {
    LearnedComparison comparison{
        learned,
        {},
        compareSpread(view, accumulatedErrorPath, learned.lane, learned.base, resamples),
        compareSpread(view, localErrorPath, learned.lane, learned.base, resamples)};
    std::vector<double> change = view.row("/examples/nll", learned.lane);
    const std::vector<double> base = view.row("/examples/nll", learned.base);
    if (change.empty() || change.size() != base.size())
        return comparison;
    for (std::size_t example = 0; example < change.size(); ++example)
        change[example] -= base[example];
    comparison.nllDifference = meanInterval(change, resamples);
    return comparison;
}

Table learnedTable(const SessionView& view) {
    using namespace table_columns;
    TableRows rows({{"trained", text},
                    {"base", text},
                    {"quantity", text},
                    {"value", number},
                    {"low", number},
                    {"high", number}});
    const Resamples resamples = view.resamples();
    for (const LearnedLane& learned : learnedLanes(view)) {
        if (learned.base.empty())
            continue;
        const LearnedComparison comparison = compareWithBase(view, learned, resamples);
        const auto add = [&](const std::string& quantity, const Interval& interval) {
            if (!std::isnan(interval.value))
                rows.add(learned.lane, learned.base, quantity, interval.value, interval.low,
                         interval.high);
        };
        add("nll_difference", comparison.nllDifference);
        for (const auto& [name, spread] : {std::pair("accumulated", &comparison.accumulated),
                                           std::pair("local", &comparison.local)}) {
            const std::string prefix = std::string(name) + "_";
            add(prefix + "entropy", spread->lane.entropy);
            add(prefix + "entropy_of_base", spread->base.entropy);
            add(prefix + "entropy_difference", spread->entropyDifference);
            add(prefix + "gini", spread->lane.gini);
            add(prefix + "gini_of_base", spread->base.gini);
            add(prefix + "gini_difference", spread->giniDifference);
        }
    }
    return rows.take();
}

} // namespace quantscope
