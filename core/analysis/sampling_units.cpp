#include "core/analysis/sampling_units.h"

#include "core/data/hash.h"

#include <map>
#include <numeric>
#include <utility>

namespace quantscope {

SamplingUnits::SamplingUnits(std::span<const std::int32_t> documents) : unitOf(documents.size()) {
    std::map<std::int32_t, std::size_t> numbers;
    for (const std::int32_t document : documents)
        numbers.emplace(document, numbers.size());
    byDocument = numbers.size() > 1 || documents.size() <= 1;
    for (std::size_t example = 0; example < documents.size(); ++example)
        unitOf[example] = byDocument ? numbers[documents[example]] : example;
    count = byDocument ? numbers.size() : documents.size();
}

std::vector<std::vector<std::size_t>> SamplingUnits::members() const {
    std::vector<std::vector<std::size_t>> examples(count);
    for (std::size_t example = 0; example < unitOf.size(); ++example)
        examples[unitOf[example]].push_back(example);
    return examples;
}

std::vector<std::size_t> shuffledNumbers(std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    SplitMix random(seed);
    for (std::size_t place = count; place > 1; --place)
        std::swap(numbers[place - 1], numbers[random.below(place)]);
    return numbers;
}

std::vector<std::size_t> foldsOf(const SamplingUnits& units, std::size_t folds,
                                 std::uint64_t seed) {
    const std::vector<std::size_t> order = shuffledNumbers(units.count, seed);
    std::vector<std::size_t> foldOfUnit(units.count);
    for (std::size_t place = 0; place < order.size(); ++place)
        foldOfUnit[order[place]] = place % folds;
    std::vector<std::size_t> fold(units.unitOf.size());
    for (std::size_t example = 0; example < fold.size(); ++example)
        fold[example] = foldOfUnit[units.unitOf[example]];
    return fold;
}

} // namespace quantscope
