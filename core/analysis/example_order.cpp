#include "core/analysis/example_order.h"

#include "core/analysis/set_curves.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

/// Largest first, so that what breaks most stands at the left; not measured last.
std::vector<std::size_t> sortedExamples(const SessionView& view, const std::string& sortBy) {
    std::vector<std::size_t> order(view.examples());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (sortBy.empty())
        return order;
    for (const ExampleColumn& column : exampleColumns(view))
        if (column.name == sortBy)
            std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
                const double first = column.values[a];
                const double second = column.values[b];
                return !std::isnan(first) && (std::isnan(second) || first > second);
            });
    return order;
}

/// Kinds of examples and which of them each example is of.
struct Grouping {
    std::string title;
    std::vector<ColumnGroup> groups; ///< their places are not known yet
    std::vector<std::size_t> groupOf;
};

/// All examples in a last group, until they are put elsewhere.
Grouping inNone(const SessionView& view, const std::string& title,
                std::vector<ColumnGroup> groups) {
    Grouping grouping{title, std::move(groups), {}};
    grouping.groupOf.assign(view.examples(), grouping.groups.size());
    grouping.groups.push_back({.name = "other examples"});
    return grouping;
}

void put(Grouping& grouping, const std::vector<std::size_t>& examples, std::size_t group) {
    const std::size_t none = grouping.groups.size() - 1;
    for (const std::size_t example : examples)
        if (example < grouping.groupOf.size() && grouping.groupOf[example] == none)
            grouping.groupOf[example] = group;
}

Grouping bySets(const SessionView& view, const std::string& lane) {
    const ExampleSets sets = exampleSets(view, view.methodLane(lane));
    Grouping grouping = inNone(view, "set",
                               {{.name = setTitle("d_large"), .role = "d_large"},
                                {.name = setTitle("d_ctrl"), .role = "d_ctrl"}});
    put(grouping, sets.large, 0);
    put(grouping, sets.control, 1);
    // Between the two: an example of neither has an error between those of both.
    std::swap(grouping.groups[1], grouping.groups[2]);
    for (std::size_t& group : grouping.groupOf)
        group = group == 0 ? 0 : 3 - group;
    return grouping;
}

Grouping byGroups(const SessionView& view, const std::vector<ExampleGroup>& named) {
    std::vector<ColumnGroup> groups;
    for (const ExampleGroup& group : named)
        groups.push_back({.name = group.name});
    Grouping grouping = inNone(view, "group", std::move(groups));
    for (std::size_t group = 0; group < named.size(); ++group)
        put(grouping, named[group].examples, group);
    return grouping;
}

Grouping byLabel(const SessionView& view, const std::string& name) {
    const std::vector<std::string> labels = view.label(name);
    if (labels.size() != view.examples())
        return {};
    std::vector<std::string> kinds;
    for (const std::string& label : labels)
        if (!label.empty())
            kinds.push_back(label);
    std::sort(kinds.begin(), kinds.end());
    kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    const auto numberOf = [&](const std::string& label) {
        return static_cast<std::size_t>(std::lower_bound(kinds.begin(), kinds.end(), label) -
                                        kinds.begin());
    };
    Grouping grouping{name, {}, {}};
    std::vector<std::size_t> placeOf(kinds.size(), kinds.size()); // as the text first names them
    for (const std::string& label : labels) {
        if (label.empty() || placeOf[numberOf(label)] < kinds.size())
            continue;
        placeOf[numberOf(label)] = grouping.groups.size();
        grouping.groups.push_back({.name = label});
    }
    grouping.groups.push_back({.name = "no " + name});
    for (const std::string& label : labels)
        grouping.groupOf.push_back(label.empty() ? kinds.size() : placeOf[numberOf(label)]);
    return grouping;
}

Grouping groupingOf(const SessionView& view, const ResidualsRequest& request) {
    if (request.groupBy == groupBySets)
        return bySets(view, request.lane);
    if (request.groupBy == groupByGroups)
        return byGroups(view, request.groups);
    if (request.groupBy.starts_with(groupByLabelPrefix))
        return byLabel(view, request.groupBy.substr(std::string(groupByLabelPrefix).size()));
    return {};
}

} // namespace

ExampleOrder orderedExamples(const SessionView& view, const ResidualsRequest& request) {
    ExampleOrder order;
    order.examples = sortedExamples(view, request.sortBy);
    Grouping grouping = groupingOf(view, request);
    const std::string sorted =
        request.sortBy.empty() ? "" : "by " + request.sortBy + ", largest first";
    if (grouping.groupOf.empty()) {
        order.title = sorted.empty() ? "example" : "example, " + sorted;
        return order;
    }
    order.groups.title = grouping.title;
    order.title =
        "example, grouped by " + grouping.title + (sorted.empty() ? "" : ", then " + sorted);
    std::stable_sort(
        order.examples.begin(), order.examples.end(),
        [&](std::size_t a, std::size_t b) { return grouping.groupOf[a] < grouping.groupOf[b]; });
    for (const std::size_t group : grouping.groupOf)
        ++grouping.groups[group].count;
    std::size_t first = 0;
    for (ColumnGroup& group : grouping.groups) {
        group.first = first;
        first += group.count;
        if (group.count > 0)
            order.groups.groups.push_back(std::move(group));
    }
    return order;
}

} // namespace quantscope
