#include "core/checkpoint/rotary_frequencies.h"
#include "core/model/block.h"

#include <cmath>
#include <vector>

namespace quantscope {

namespace {

struct Table {
    torch::Tensor cosine;
    torch::Tensor sine;
};

/// Both dimensions of a pair hold its cosine and sine.
Table makeTable(const std::vector<double>& frequencies, double magnitude, bool interleaved,
                std::int64_t tokens) {
    const auto half = static_cast<std::int64_t>(frequencies.size());
    Table table{torch::empty({tokens, 2 * half}), torch::empty({tokens, 2 * half})};
    auto cosine = table.cosine.accessor<float, 2>();
    auto sine = table.sine.accessor<float, 2>();
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t i = 0; i < half; ++i) {
            const double angle = double(t) * frequencies[static_cast<std::size_t>(i)];
            const std::int64_t first = interleaved ? 2 * i : i;
            const std::int64_t second = interleaved ? 2 * i + 1 : i + half;
            cosine[t][first] = cosine[t][second] = float(std::cos(angle) * magnitude);
            sine[t][first] = sine[t][second] = float(std::sin(angle) * magnitude);
        }
    }
    return table;
}

} // namespace

RotaryTables RotaryTables::of(const ModelConfig& config, std::int64_t layer) const {
    const bool slides =
        slidingCosine.defined() && config.slidingWindow.at(static_cast<std::size_t>(layer)) > 0;
    return {slides ? slidingCosine : cosine, slides ? slidingSine : sine, {}, {}};
}

RotaryTables makeRotaryTables(const ModelConfig& config, std::int64_t tokens) {
    if (config.learnedPositions > 0)
        return {};
    RotaryTables tables;
    const Table common = makeTable(rotaryFrequencies(config, tokens), rotaryMagnitude(config),
                                   config.rotaryInterleaved, tokens);
    tables.cosine = common.cosine;
    tables.sine = common.sine;
    if (config.slidingTheta) {
        const Table sliding =
            makeTable(slidingFrequencies(config), 1, config.rotaryInterleaved, tokens);
        tables.slidingCosine = sliding.cosine;
        tables.slidingSine = sliding.sine;
    }
    return tables;
}

} // namespace quantscope
