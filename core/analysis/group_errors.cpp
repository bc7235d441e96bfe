#include "core/analysis/group_errors.h"

#include "core/analysis/resampled_sums.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace quantscope {

namespace {

using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr double headNll = 1;
constexpr double tailNll = 4;
constexpr const char* otherLabels = "other labels";

struct Grouping {
    std::string column;
    Texts groupOf; ///< of each example; empty: in none
    Texts order;   ///< of the groups
};

Grouping byLabel(const SessionView& view, const std::string& column) {
    Grouping grouping{column, view.label(column), {}};
    std::map<std::string, std::size_t> counts;
    for (const std::string& label : grouping.groupOf)
        ++counts[label];
    counts.erase(""); // an example without a label is in no group
    for (const auto& [label, count] : counts)
        grouping.order.push_back(label);
    std::stable_sort(
        grouping.order.begin(), grouping.order.end(),
        [&](const std::string& a, const std::string& b) { return counts[a] > counts[b]; });
    if (grouping.order.size() <= mostGroups)
        return grouping;
    for (std::string& label : grouping.groupOf) {
        const auto place = std::find(grouping.order.begin(), grouping.order.end(), label);
        if (place - grouping.order.begin() >= std::ssize(grouping.order) ||
            place - grouping.order.begin() < static_cast<std::ptrdiff_t>(mostGroups))
            continue;
        label = otherLabels;
    }
    grouping.order.resize(mostGroups);
    grouping.order.emplace_back(otherLabels);
    return grouping;
}

Grouping byReferenceNll(const SessionView& view) {
    Grouping grouping{"reference NLL", {}, {"≤ 1", "1 to 4", "≥ 4"}};
    for (const double nll : view.row("/examples/nll", std::string(referenceLane)))
        grouping.groupOf.push_back(std::isnan(nll)  ? ""
                                   : nll <= headNll ? "≤ 1"
                                   : nll >= tailNll ? "≥ 4"
                                                    : "1 to 4");
    return grouping;
}

void addGroups(std::vector<GroupError>& all, const Grouping& grouping, const Numbers& errors,
               const std::vector<std::size_t>& large, const Resamples& resamples) {
    if (grouping.groupOf.size() != errors.size())
        return;
    Numbers isLarge(errors.size(), 0);
    for (const std::size_t example : large)
        isLarge[example] = 1;
    for (const std::string& name : grouping.order) {
        GroupError group;
        group.column = grouping.column;
        group.group = name;
        Numbers own = errors;
        Numbers ownLarge = isLarge;
        for (std::size_t example = 0; example < errors.size(); ++example)
            if (grouping.groupOf[example] == name && !std::isnan(errors[example])) {
                ++group.examples;
            } else {
                own[example] = notMeasured;
                ownLarge[example] = 0;
            }
        if (group.examples == 0)
            continue;
        group.shareOfData =
            static_cast<double>(group.examples) / static_cast<double>(errors.size());
        group.error = meanInterval(own, resamples);
        if (!large.empty())
            group.shareOfLarge = ratioInterval(ownLarge, isLarge, resamples);
        all.push_back(std::move(group));
    }
}

} // namespace

std::vector<GroupError> groupErrors(const SessionView& view, const std::string& lane,
                                    const Resamples& resamples) {
    std::vector<GroupError> groups;
    const Numbers errors = view.row("/examples/error", lane);
    if (errors.empty())
        return groups;
    const std::vector<std::size_t> large = exampleSets(view, lane).large;
    for (const std::string& column : view.labelNames())
        addGroups(groups, byLabel(view, column), errors, large, resamples);
    addGroups(groups, byReferenceNll(view), errors, large, resamples);
    return groups;
}

std::vector<Contrast> setContrasts(const SessionView& view, const std::string& lane,
                                   const Resamples& resamples) {
    std::vector<Contrast> contrasts;
    std::vector<Numbers> values;
    const auto add = [&](const char* quantity, const char* site, std::size_t layer,
                         Numbers byExample) {
        if (std::all_of(byExample.begin(), byExample.end(),
                        [](double value) { return std::isnan(value); }))
            return;
        contrasts.push_back({quantity, site, layer, {}, {}});
        values.push_back(std::move(byExample));
    };
    const std::string reference(referenceLane);
    add("reference NLL", "", 0, view.row("/examples/nll", reference));
    add("error", "", 0, view.row("/examples/error", lane));
    for (const char* site : {"resid_mid", "ln2"})
        for (const char* statistic : {"norm", "kurtosis"})
            for (std::size_t layer = 0; layer < view.layers(); ++layer)
                add(statistic, site, layer, view.row(sitePath(site, statistic), reference, layer));
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        add("relative_error", "resid_mid", layer,
            view.row(sitePath("resid_mid", "relative_error"), lane, layer));
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        add("mse", "down", layer, view.row(sitePath("down", "mse"), lane, layer));

    const ExampleSets sets = exampleSets(view, lane);
    const std::vector<Interval> fromControl =
        differencesOfMeans(values, sets.large, sets.control, resamples);
    const std::vector<Interval> fromMatched =
        differencesOfMeans(values, sets.large, sets.matched, resamples);
    for (std::size_t place = 0; place < contrasts.size(); ++place) {
        contrasts[place].fromControl = fromControl[place];
        contrasts[place].fromMatched = fromMatched[place];
    }
    return contrasts;
}

} // namespace quantscope
