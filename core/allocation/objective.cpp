#include "core/allocation/objective.h"

#include "core/analysis/sets.h"
#include "core/analysis/statistics.h"
#include "core/data/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

namespace quantscope {

namespace {

constexpr std::string_view groupPrefix = "group:";

/// What a matrix' output is folded with: the input of this kind of matrix.
std::optional<Module> readerOf(Module module) {
    if (module == Module::V)
        return Module::O;
    if (module == Module::Up)
        return Module::Down;
    return std::nullopt;
}

std::vector<std::size_t> groupExamples(const SensitivityView& view, const std::string& group) {
    const std::size_t equals = group.find('=');
    std::set<std::string> known;
    for (const std::string& column : view.labelNames()) {
        std::string value = group;
        if (equals != std::string::npos && group.substr(0, equals) == column)
            value = group.substr(equals + 1);
        const std::vector<std::string> labels = view.label(column);
        std::vector<std::size_t> examples;
        for (std::size_t example = 0; example < labels.size(); ++example)
            if (labels[example] == value)
                examples.push_back(example);
        if (!examples.empty())
            return examples;
        known.insert(labels.begin(), labels.end());
    }
    if (known.empty())
        throw Error(ErrorKind::Usage,
                    fmt::format("The objective group:{} needs examples with labels; name their "
                                "column with --label-field.",
                                group));
    throw Error(ErrorKind::Usage, fmt::format("No calibration example has the label {}; there are "
                                              "{}.",
                                              group, fmt::join(known, ", ")));
}

void addConflicts(const SensitivityView& view, std::size_t first, AllocationProblem& problem) {
    const std::size_t candidates = problem.candidates();
    for (std::size_t a = first; a < problem.matrices.size(); ++a)
        for (std::size_t b = first; b < problem.matrices.size(); ++b) {
            const std::size_t moduleA = problem.matrices[a].module;
            const std::size_t moduleB = problem.matrices[b].module;
            const bool sharesInput =
                a != b && inputSite(allModules[moduleA]) == inputSite(allModules[moduleB]);
            const bool isRead = readerOf(allModules[moduleA]) == allModules[moduleB];
            for (std::size_t choice = 0; choice < candidates; ++choice) {
                AllocationConflict conflict{a, choice, b, {}};
                for (std::size_t other = 0; other < candidates; ++other)
                    if ((sharesInput && other != choice && view.folds(choice, moduleA)) ||
                        (isRead && other != choice && !view.rescalable(choice) &&
                         (view.folds(other, moduleB) || view.folds(choice, moduleB))))
                        conflict.excluded.push_back(other);
                if (!conflict.excluded.empty())
                    problem.conflicts.push_back(std::move(conflict));
            }
        }
}

} // namespace

AllocationObjective parseAllocationObjective(std::string_view text) {
    if (text == "mean-kl")
        return {};
    if (text == "worst-decile")
        return {AllocationObjective::Kind::WorstDecile, {}};
    if (text.starts_with(groupPrefix) && text.size() > groupPrefix.size())
        return {AllocationObjective::Kind::Group, std::string(text.substr(groupPrefix.size()))};
    throw Error(ErrorKind::Usage, fmt::format("There is no objective \"{}\"; there are mean-kl, "
                                              "worst-decile and group:LABEL.",
                                              text));
}

std::string toString(const AllocationObjective& objective) {
    switch (objective.kind) {
    case AllocationObjective::Kind::MeanKl:
        return "mean-kl";
    case AllocationObjective::Kind::WorstDecile:
        return "worst-decile";
    case AllocationObjective::Kind::Group:
        break;
    }
    return std::string(groupPrefix) + objective.group;
}

std::vector<std::size_t> objectiveExamples(const SensitivityView& view,
                                           const AllocationObjective& objective) {
    std::vector<std::size_t> all(view.examples());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (objective.kind == AllocationObjective::Kind::MeanKl)
        return all;
    if (objective.kind == AllocationObjective::Kind::Group)
        return groupExamples(view, objective.group);
    std::vector<double> sum(view.examples());
    for (std::size_t candidate = 0; candidate < view.candidates().size(); ++candidate) {
        const std::vector<double> kl = view.wholeKl(candidate);
        std::transform(kl.begin(), kl.end(), sum.begin(), sum.begin(), std::plus<>());
    }
    std::vector<std::size_t> worst = largeSet(sum, 0.1);
    if (worst.empty())
        worst = {static_cast<std::size_t>(std::max_element(sum.begin(), sum.end()) - sum.begin())};
    return worst;
}

std::vector<std::string> possibleObjectives(const SensitivityView& view) {
    std::vector<std::string> objectives = {"mean-kl", "worst-decile"};
    const std::vector<std::string> columns = view.labelNames();
    for (const std::string& column : columns) {
        const std::vector<std::string> labels = view.label(column);
        for (const std::string& label : std::set<std::string>(labels.begin(), labels.end()))
            if (!label.empty())
                objectives.push_back(std::string(groupPrefix) +
                                     (columns.size() > 1 ? column + "=" : "") + label);
    }
    return objectives;
}

std::vector<std::size_t> candidatesNamed(const SensitivityView& view,
                                         const std::vector<std::string>& names) {
    std::vector<std::size_t> chosen;
    const std::vector<std::string>& all = view.candidates();
    for (const std::string& name : names) {
        const auto found = std::find(all.begin(), all.end(), name);
        if (found == all.end())
            throw Error(ErrorKind::Usage,
                        fmt::format("The session has no candidate {}; it has {}.", name,
                                    fmt::join(all, ", ")));
        chosen.push_back(static_cast<std::size_t>(found - all.begin()));
    }
    if (chosen.empty()) {
        chosen.resize(all.size());
        std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    }
    return chosen;
}

std::string_view costModelName(CostModel model) {
    constexpr std::string_view names[] = {"quantized", "restored", "both"};
    return names[static_cast<std::size_t>(model)];
}

AllocationProblem makeAllocationProblem(const SensitivityView& view,
                                        const AllocationObjective& objective, CostModel costs,
                                        const std::vector<Module>& protect) {
    if (!view.measured())
        throw Error(ErrorKind::Input, "The session has no sensitivity of single matrices; make one "
                                      "with `sensitivity` or `allocate`.");
    const std::vector<std::size_t> examples = objectiveExamples(view, objective);
    AllocationProblem problem;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        const std::size_t first = problem.matrices.size();
        for (std::size_t module = 0; module < view.modules(); ++module) {
            if (!view.hasMatrix(layer, module))
                continue;
            AllocationMatrix matrix{layer, module, view.elements(layer, module), {}, {}};
            for (std::size_t candidate = 0; candidate < view.candidates().size(); ++candidate) {
                const SensitivityView::Matrix at{candidate, layer, module};
                const double quantized = objectiveValue(view.costKl(at), examples);
                const double restored = objectiveValue(view.gainKl(at), examples);
                const double cost = costs == CostModel::Quantized  ? quantized
                                    : costs == CostModel::Restored ? restored
                                                                   : (quantized + restored) / 2;
                matrix.choices.push_back(
                    {view.bits(candidate, layer, module) * matrix.elements, cost});
            }
            if (std::find(protect.begin(), protect.end(), allModules[module]) != protect.end())
                matrix.fixed = mostBits(matrix);
            problem.matrices.push_back(std::move(matrix));
        }
        addConflicts(view, first, problem);
    }
    return problem;
}

double objectiveValue(std::span<const double> klByExample,
                      const std::vector<std::size_t>& examples) {
    double sum = 0;
    for (const std::size_t example : examples)
        sum += example < klByExample.size() ? klByExample[example] : notMeasured;
    return examples.empty() ? notMeasured : sum / static_cast<double>(examples.size());
}

} // namespace quantscope
