#include "core/comparison/matched_selection.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

void sortUnique(std::vector<std::size_t>& examples) {
    std::sort(examples.begin(), examples.end());
    examples.erase(std::unique(examples.begin(), examples.end()), examples.end());
}

bool has(const std::vector<std::size_t>& examples, std::size_t example) {
    return std::find(examples.begin(), examples.end(), example) != examples.end();
}

/// Examples of A by what they are in B.
class Partners {
public:
    explicit Partners(const ExampleMatching& matching) {
        for (const ExamplePair& pair : matching.pairs) {
            m_inB.emplace(pair.a, pair.b);
            m_matchedB.emplace(pair.b, pair.a);
        }
    }
    std::optional<std::size_t> of(std::optional<std::size_t> example) const {
        const auto found = example ? m_inB.find(*example) : m_inB.end();
        return found == m_inB.end() ? std::nullopt : std::optional(found->second);
    }
    /// Those that B has, in ascending order.
    std::vector<std::size_t> of(const std::vector<std::size_t>& examples) const {
        std::vector<std::size_t> inB;
        for (const std::size_t example : examples)
            if (const auto partner = of(std::optional(example)))
                inB.push_back(*partner);
        std::sort(inB.begin(), inB.end());
        return inB;
    }
    bool isMatchedInB(std::size_t example) const { return m_matchedB.contains(example); }

private:
    std::map<std::size_t, std::size_t> m_inB;
    std::map<std::size_t, std::size_t> m_matchedB;
};

const ExampleGroup* groupNamed(const std::vector<ExampleGroup>& groups, const std::string& name) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const ExampleGroup& group) { return group.name == name; });
    return found == groups.end() ? nullptr : &*found;
}

void followPins(const SelectionValues& before, const SelectionValues& after,
                const Partners& partners, SelectionValues& other) {
    for (const std::size_t pin : after.pinned)
        if (const auto partner = partners.of(std::optional(pin));
            partner && !has(before.pinned, pin))
            other.pinned.push_back(*partner);
    for (const std::size_t pin : before.pinned)
        if (const auto partner = partners.of(std::optional(pin));
            partner && !has(after.pinned, pin))
            std::erase(other.pinned, *partner);
    sortUnique(other.pinned);
}

void followGroups(const SelectionValues& before, const SelectionValues& after,
                  const Partners& partners, SelectionValues& other) {
    for (const ExampleGroup& group : before.groups)
        if (!groupNamed(after.groups, group.name))
            std::erase_if(other.groups, [&](const ExampleGroup& own) {
                return own.name == group.name;
            });
    for (const ExampleGroup& group : after.groups) {
        const ExampleGroup* old = groupNamed(before.groups, group.name);
        if (old && *old == group)
            continue;
        ExampleGroup followed{group.name, partners.of(group.examples)};
        if (const ExampleGroup* own = groupNamed(other.groups, group.name))
            for (const std::size_t example : own->examples)
                if (!partners.isMatchedInB(example)) // what A does not know, A does not decide
                    followed.examples.push_back(example);
        sortUnique(followed.examples);
        std::erase_if(other.groups,
                      [&](const ExampleGroup& own) { return own.name == group.name; });
        other.groups.push_back(std::move(followed));
    }
}

} // namespace

SelectionValues selectionInB(const SelectionValues& ofA, const ExampleMatching& matching,
                             const SelectionValues& own) {
    const Partners partners(matching);
    SelectionValues selection;
    selection.primary = partners.of(ofA.primary);
    if (selection.primary && matching.by == MatchedBy::TokenIds)
        selection.token = ofA.token; // tokens of other tokenizers are others
    selection.layer = ofA.layer;
    selection.selected = partners.of(ofA.selected);
    selection.pinned = partners.of(ofA.pinned);
    selection.pinned.insert(selection.pinned.end(), own.pinned.begin(), own.pinned.end());
    sortUnique(selection.pinned);
    for (const ExampleGroup& group : ofA.groups)
        selection.groups.push_back({group.name, partners.of(group.examples)});
    for (const ExampleGroup& group : own.groups)
        if (!groupNamed(selection.groups, group.name))
            selection.groups.push_back(group);
    return selection;
}

ExampleMatching exchanged(const ExampleMatching& matching) {
    ExampleMatching result = matching;
    for (ExamplePair& pair : result.pairs)
        std::swap(pair.a, pair.b);
    std::swap(result.unmatchedA, result.unmatchedB);
    return result;
}

SelectionValues followSelection(const SelectionValues& before, const SelectionValues& after,
                                const ExampleMatching& matching, SelectionValues other) {
    const Partners partners(matching);
    if (after.primary != before.primary) {
        other.primary = partners.of(after.primary);
        other.token.reset();
    }
    if (after.primary != before.primary || after.token != before.token)
        other.token = other.primary && other.primary == partners.of(after.primary) &&
                              matching.by == MatchedBy::TokenIds
                          ? after.token
                          : std::nullopt; // tokens of other tokenizers are others
    if (after.layer != before.layer)
        other.layer = after.layer;
    if (after.selected != before.selected)
        other.selected = partners.of(after.selected);
    followPins(before, after, partners, other);
    followGroups(before, after, partners, other);
    return other;
}

} // namespace quantscope
