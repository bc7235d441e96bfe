#include "views/models/selection.h"

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

void sortUnique(std::vector<std::size_t>& examples) {
    std::sort(examples.begin(), examples.end());
    examples.erase(std::unique(examples.begin(), examples.end()), examples.end());
}

bool sameGroups(const std::vector<ExampleGroup>& left, const std::vector<ExampleGroup>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const ExampleGroup& a, const ExampleGroup& b) {
                          return a.name == b.name && a.examples == b.examples;
                      });
}

} // namespace

Selection::Selection(QObject* parent) : QObject(parent) {}

bool Selection::isPinned(std::size_t example) const {
    return std::binary_search(m_values.pinned.begin(), m_values.pinned.end(), example);
}

void Selection::setPrimary(std::optional<std::size_t> example) {
    if (example == m_values.primary)
        return;
    m_values.primary = example;
    const bool hadToken = m_values.token.has_value();
    m_values.token.reset();
    Q_EMIT primaryChanged();
    if (hadToken)
        Q_EMIT tokenChanged();
}

void Selection::setSelected(std::vector<std::size_t> examples) {
    sortUnique(examples);
    if (examples == m_values.selected)
        return;
    m_values.selected = std::move(examples);
    Q_EMIT selectionChanged();
}

void Selection::setPinned(std::vector<std::size_t> examples) {
    sortUnique(examples);
    if (examples == m_values.pinned)
        return;
    m_values.pinned = std::move(examples);
    Q_EMIT selectionChanged();
}

void Selection::setExamplePinned(std::size_t example, bool pinned) {
    std::vector<std::size_t> examples = m_values.pinned;
    if (pinned)
        examples.push_back(example);
    else
        std::erase(examples, example);
    setPinned(std::move(examples));
}

void Selection::setToken(std::optional<std::size_t> position) {
    if (position == m_values.token)
        return;
    m_values.token = position;
    Q_EMIT tokenChanged();
}

void Selection::setLayer(std::optional<std::size_t> layer) {
    if (layer == m_values.layer)
        return;
    m_values.layer = layer;
    Q_EMIT layerChanged();
}

void Selection::setGroups(std::vector<ExampleGroup> groups) {
    for (ExampleGroup& group : groups)
        sortUnique(group.examples);
    if (sameGroups(groups, m_values.groups))
        return;
    m_values.groups = std::move(groups);
    Q_EMIT groupsChanged();
}

void Selection::setGroup(const std::string& name, std::vector<std::size_t> examples) {
    std::vector<ExampleGroup> groups = m_values.groups;
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const ExampleGroup& group) { return group.name == name; });
    if (found != groups.end())
        found->examples = std::move(examples);
    else
        groups.push_back({name, std::move(examples)});
    setGroups(std::move(groups));
}

void Selection::removeGroup(const std::string& name) {
    std::vector<ExampleGroup> groups = m_values.groups;
    std::erase_if(groups, [&](const ExampleGroup& group) { return group.name == name; });
    setGroups(std::move(groups));
}

void Selection::restore(const SelectionValues& values) {
    setPrimary(values.primary);
    setSelected(values.selected);
    setPinned(values.pinned);
    setLayer(values.layer);
    setGroups(values.groups);
    setToken(values.token);
}

} // namespace quantscope
