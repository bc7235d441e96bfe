#include "core/comparison/matched_selection.h"

#include <algorithm>
#include <map>
#include <utility>

namespace quantscope {

SelectionValues selectionInB(const SelectionValues& ofA, const ExampleMatching& matching,
                             const SelectionValues& own) {
    std::map<std::size_t, std::size_t> partners;
    for (const ExamplePair& pair : matching.pairs)
        partners.emplace(pair.a, pair.b);
    const auto translated = [&partners](const std::vector<std::size_t>& examples) {
        std::vector<std::size_t> inB;
        for (const std::size_t example : examples)
            if (const auto found = partners.find(example); found != partners.end())
                inB.push_back(found->second);
        std::sort(inB.begin(), inB.end());
        return inB;
    };
    SelectionValues selection;
    if (ofA.primary)
        if (const auto found = partners.find(*ofA.primary); found != partners.end())
            selection.primary = found->second;
    if (selection.primary && matching.by == MatchedBy::TokenIds)
        selection.token = ofA.token; // tokens of other tokenizers are others
    selection.layer = ofA.layer;
    selection.selected = translated(ofA.selected);
    selection.pinned = translated(ofA.pinned);
    selection.pinned.insert(selection.pinned.end(), own.pinned.begin(), own.pinned.end());
    std::sort(selection.pinned.begin(), selection.pinned.end());
    selection.pinned.erase(std::unique(selection.pinned.begin(), selection.pinned.end()),
                           selection.pinned.end());
    for (const ExampleGroup& group : ofA.groups)
        selection.groups.push_back({group.name, translated(group.examples)});
    for (const ExampleGroup& group : own.groups)
        if (std::none_of(selection.groups.begin(), selection.groups.end(),
                         [&](const ExampleGroup& other) { return other.name == group.name; }))
            selection.groups.push_back(group);
    return selection;
}

} // namespace quantscope
