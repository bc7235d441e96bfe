#include "core/study/study_sets.h"

#include "core/analysis/sets.h"
#include "core/data/session_schema.h"

#include <algorithm>
#include <span>
#include <utility>

namespace quantscope {

SessionData chooseSets(const StudyPlan& plan, const SessionData& scores,
                       const TokenWindows& windows) {
    const auto examples = static_cast<std::size_t>(windows.examples());
    const std::size_t lanes = scores.require("/examples/error").shape[0];
    const std::size_t quantized = quantizedLanes(plan).size();
    const std::vector<double> errors = scores.require("/examples/error").toDoubles();
    const std::vector<double> nll = scores.require("/examples/nll").toDoubles();
    const std::vector<std::int32_t> documents(windows.documents.begin(), windows.documents.end());
    const std::vector<std::int32_t> offsets(windows.offsets.begin(), windows.offsets.end());
    std::vector<std::size_t> excluded;
    if (plan.windows.deduplication == Deduplication::Paper)
        for (std::size_t i = 0; i < examples; ++i)
            if (windows.nearDuplicate[i])
                excluded.push_back(i);
    SessionData sets;
    for (const char* path : {"/sets/d_large", "/sets/d_ctrl", "/sets/d_matched"}) {
        NamedArray array = makeSessionArray(path, {lanes, examples});
        array.values = std::vector<std::uint8_t>(lanes * examples, 0);
        sets.arrays.emplace(path, std::move(array));
    }
    const auto mark = [&](const char* path, std::size_t lane,
                          const std::vector<std::size_t>& members) {
        auto& values = std::get<std::vector<std::uint8_t>>(sets.arrays.at(path).values);
        for (const std::size_t example : members)
            values[lane * examples + example] = 1;
    };
    const std::span<const double> reference(nll.data(), examples);
    for (std::size_t lane = 1; lane <= quantized; ++lane) {
        const std::span<const double> error(errors.data() + lane * examples, examples);
        const std::vector<std::size_t> large =
            largeSet(error, plan.instruments.setFraction, excluded);
        mark("/sets/d_large", lane, large);
        mark("/sets/d_ctrl", lane,
             controlSet(error, documents, offsets, plan.seed, large.size(),
                        plan.instruments.controlShare));
        mark("/sets/d_matched", lane,
             matchedSet(error, large, reference,
                        windows.labels.empty() ? std::span<const std::string>{}
                                               : std::span<const std::string>(windows.labels[0]),
                        plan.instruments.controlShare));
    }
    return sets;
}

std::vector<std::size_t> unionOfSets(const SessionData& sets, std::size_t lane) {
    std::vector<std::size_t> members;
    const std::size_t examples = sets.require("/sets/d_large").shape[1];
    for (std::size_t example = 0; example < examples; ++example)
        if (std::any_of(sets.arrays.begin(), sets.arrays.end(), [&](const auto& entry) {
                return entry.second.at({lane, example}) == 1;
            }))
            members.push_back(example);
    return members;
}

} // namespace quantscope
