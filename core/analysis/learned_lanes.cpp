#include "core/analysis/learned_lanes.h"

#include "core/data/error.h"
#include "core/data/method_spec.h"

#include <algorithm>
#include <map>
#include <set>

namespace quantscope {

namespace {

using Options = std::map<std::string, std::string>;

/// A method's options with the bits and groups that it has where nothing is said.
Options withDefaults(const MethodSpec& spec) {
    const std::set<std::string> wholeRows = {"duquant", "prefixquant"};
    Options options = spec.options;
    options.emplace("bits", "4");
    options.emplace("group", wholeRows.contains(spec.method) ? "-1" : "128");
    return options;
}

bool trains(const MethodSpec& spec) {
    const std::set<std::string> trained = {"omniquant", "efficientqat", "lsi", "sde"};
    return trained.contains(spec.method);
}

MethodSpec baseOf(const MethodSpec& spec) {
    MethodSpec base;
    base.method = "rtn";
    if (spec.method == "lsi" || spec.method == "sde") {
        const auto value = [&spec](const char* name, const char* otherwise) {
            const auto found = spec.options.find(name);
            return found == spec.options.end() ? std::string(otherwise) : found->second;
        };
        base.method = value("base", "omniquant");
        std::string further = value("base_options", "none");
        if (further != "none") {
            std::replace(further.begin(), further.end(), '/', ',');
            base.options = parseMethodSpec(base.method + ":" + further).options;
        }
    }
    const Options own = withDefaults(spec);
    for (const char* shared : {"bits", "group"})
        base.options[shared] = own.at(shared);
    return base;
}

bool sharesGrid(const Options& a, const Options& b) {
    return a.at("bits") == b.at("bits") && a.at("group") == b.at("group");
}

} // namespace

std::vector<LearnedLane> learnedLanes(const SessionView& view) {
    const std::vector<std::string> lanes = view.texts("/method");
    const std::vector<std::string> texts = view.texts("/methods/spec");
    std::vector<MethodSpec> specs;
    for (std::size_t i = 0; i < std::min(lanes.size(), texts.size()); ++i)
        try {
            specs.push_back(parseMethodSpec(texts[i]));
        } catch (const Error&) {
            specs.emplace_back(); // an imported checkpoint is no method of this program
        }
    std::vector<LearnedLane> learned;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (!trains(specs[i]))
            continue;
        LearnedLane& found = learned.emplace_back(LearnedLane{lanes[i], i, {}});
        const MethodSpec base = baseOf(specs[i]);
        for (std::size_t j = 0; j < specs.size(); ++j) {
            if (j == i || specs[j].method != base.method)
                continue;
            const Options options = withDefaults(specs[j]);
            if (options == base.options) {
                found.base = lanes[j];
                break;
            }
            if (found.base.empty() && sharesGrid(options, base.options))
                found.base = lanes[j];
        }
    }
    return learned;
}

std::optional<LearnedLane> learnedLane(const SessionView& view, const std::string& lane) {
    const std::vector<LearnedLane> all = learnedLanes(view);
    if (all.empty())
        return std::nullopt;
    for (const LearnedLane& each : all)
        if (each.lane == lane)
            return each;
    // Rather one that is held against another trained lane than the first at all.
    for (const LearnedLane& each : all)
        for (const LearnedLane& other : all)
            if (each.base == other.lane)
                return each;
    return all.front();
}

} // namespace quantscope
