#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace quantscope {

namespace {

std::vector<std::uint8_t> flags(const std::vector<std::size_t>& examples, std::size_t count) {
    std::vector<std::uint8_t> result(count, 0);
    for (const std::size_t example : examples)
        result[example] = 1;
    return result;
}

} // namespace

ExamplesValues examplesValues(const SessionData& session) {
    const SessionView view(session);
    ExamplesValues values;
    values.excerpts = view.texts("/text/excerpt");
    values.excerpts.resize(view.examples());
    for (const double tokens : view.tokenCounts())
        values.tokens.push_back(static_cast<std::int64_t>(tokens));
    values.columns = exampleColumns(view);
    for (const std::string& name : view.labelNames())
        if (auto label = view.label(name); !label.empty())
            values.labels.push_back({name, std::move(label)});
    const ExampleSets sets = exampleSets(view, view.methodLane({}));
    values.large = flags(sets.large, view.examples());
    values.control = flags(sets.control, view.examples());
    return values;
}

ExampleDetail exampleDetail(const SessionData& session, std::size_t example,
                            const std::string& lane) {
    const SessionView view(session);
    ExampleDetail detail;
    detail.example = example;
    detail.lanes = view.methodLanes();
    detail.lane = view.methodLane(lane);
    if (example >= view.examples())
        return detail;
    const auto reference = view.laneIndex("reference");
    const auto compared = view.laneIndex(detail.lane);
    const auto byToken = [&](const char* path, std::optional<std::size_t> index) {
        return index ? view.slice(path, {*index, example}) : std::vector<double>{};
    };
    const auto byExample = [&](const char* path, std::optional<std::size_t> index) {
        const std::vector<double> row = index ? view.row(path, *index) : std::vector<double>{};
        return row.empty() ? notMeasured : row[example];
    };
    detail.error = byExample("/examples/error", compared);
    detail.nllReference = byExample("/examples/nll", reference);
    for (const std::string& name : view.labelNames())
        if (const auto label = view.label(name); !label.empty())
            detail.labels.push_back(name + ": " + label[example]);

    const auto pieceIds = view.integers("/text/piece_id");
    const auto pieces = view.texts("/text/pieces");
    std::map<std::int32_t, std::string> pieceOf;
    for (std::size_t row = 0; row < std::min(pieceIds.size(), pieces.size()); ++row)
        pieceOf[pieceIds[row]] = pieces[row];

    const auto ids = view.slice("/text/token_ids", {example});
    const auto nllReference = byToken("/output/nll", reference);
    const auto nllLane = byToken("/output/nll", compared);
    const auto kl = byToken("/output/kl", compared);
    const auto rankReference = byToken("/output/rank", reference);
    const auto rankLane = byToken("/output/rank", compared);
    const auto agrees = byToken("/output/top1_agrees", compared);
    const auto valueAt = [](const std::vector<double>& values, std::size_t position) {
        return position < values.size() ? values[position] : notMeasured;
    };
    const auto rankAt = [&](const std::vector<double>& values, std::size_t position) {
        const double rank = valueAt(values, position);
        return std::isnan(rank) ? std::int64_t{-1} : static_cast<std::int64_t>(rank);
    };
    for (std::size_t position = 0; position < ids.size() && !std::isnan(ids[position]);
         ++position) {
        const auto id = static_cast<std::int32_t>(ids[position]);
        const auto piece = pieceOf.find(id);
        TokenDetail token;
        token.piece = piece == pieceOf.end() ? fmt::format("#{}", id) : piece->second;
        token.nllReference = valueAt(nllReference, position);
        token.nllLane = valueAt(nllLane, position);
        token.kl = valueAt(kl, position);
        token.rankReference = rankAt(rankReference, position);
        token.rankLane = rankAt(rankLane, position);
        token.topAgrees = valueAt(agrees, position) != 0; // not measured counts as agreement
        detail.tokens.push_back(std::move(token));
    }
    return detail;
}

} // namespace quantscope
