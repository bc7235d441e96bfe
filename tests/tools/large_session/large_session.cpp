#include "tests/tools/large_session/large_session.h"

#include "core/data/session_data.h"
#include "core/data/session_schema.h"
#include "core/session/session_writer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace quantscope {

namespace {

constexpr double setFraction = 0.1;

/// What all arrays are made from.
struct Study {
    std::vector<std::string> lanes = {"reference"};
    std::vector<double> size;               ///< of each example's residual stream
    std::vector<std::vector<double>> error; ///< [lane][example]
};

Study makeStudy(const LargeSessionOptions& options, std::mt19937& random) {
    Study study;
    for (std::size_t method = 0; method < options.methods; ++method)
        study.lanes.push_back("method-" + std::to_string(method + 1));
    std::normal_distribution<double> normal;
    for (std::size_t example = 0; example < options.examples; ++example)
        study.size.push_back(std::exp(0.3 * normal(random)));
    study.error.assign(study.lanes.size(), std::vector<double>(options.examples, 0));
    for (std::size_t lane = 1; lane < study.lanes.size(); ++lane)
        for (std::size_t example = 0; example < options.examples; ++example)
            study.error[lane][example] =
                0.1 * static_cast<double>(lane) / study.size[example] + 0.03 * normal(random);
    return study;
}

template <typename T>
std::vector<T>& valuesOf(NamedArray& array) {
    return std::get<std::vector<T>>(array.values);
}

void addSet(SessionWriter& writer, const Study& study, const char* path, bool largest) {
    const std::size_t examples = study.size.size();
    NamedArray flags = makeSessionArray(path, {study.lanes.size(), examples});
    auto& values = valuesOf<std::uint8_t>(flags);
    const auto count = static_cast<std::size_t>(setFraction * static_cast<double>(examples));
    for (std::size_t lane = 1; lane < study.lanes.size(); ++lane) {
        std::vector<std::size_t> order(examples);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return study.error[lane][a] > study.error[lane][b];
        });
        if (!largest)
            std::reverse(order.begin(), order.end());
        for (std::size_t place = 0; place < examples; ++place)
            values[lane * examples + order[place]] = place < count ? 1 : 0;
    }
    writer.writeArray(path, flags);
}

void addExamples(SessionWriter& writer, const Study& study, const LargeSessionOptions& options,
                 std::mt19937& random) {
    std::normal_distribution<double> normal;
    NamedArray nll = makeSessionArray("/examples/nll", {study.lanes.size(), options.examples});
    NamedArray error = makeSessionArray("/examples/error", {study.lanes.size(), options.examples});
    NamedArray divergence =
        makeSessionArray("/examples/kl", {study.lanes.size(), options.examples});
    for (std::size_t example = 0; example < options.examples; ++example) {
        const double loss = 2.5 + 0.4 * normal(random);
        for (std::size_t lane = 0; lane < study.lanes.size(); ++lane) {
            const std::size_t at = lane * options.examples + example;
            valuesOf<double>(nll)[at] = loss + study.error[lane][example];
            valuesOf<double>(error)[at] = study.error[lane][example];
            valuesOf<double>(divergence)[at] = std::abs(study.error[lane][example]) / 2;
        }
    }
    writer.writeArray("/examples/nll", nll);
    writer.writeArray("/examples/error", error);
    writer.writeArray("/examples/kl", divergence);
    addSet(writer, study, "/sets/d_large", true);
    addSet(writer, study, "/sets/d_ctrl", false);
}

void addText(SessionWriter& writer, const LargeSessionOptions& options, std::mt19937& random) {
    constexpr int pieces = 50;
    std::uniform_int_distribution<int> piece(0, pieces - 1);
    NamedArray ids = makeSessionArray("/text/token_ids", {options.examples, options.positions});
    for (std::int32_t& id : valuesOf<std::int32_t>(ids))
        id = piece(random);
    writer.writeArray("/text/token_ids", ids);
    std::vector<std::string> excerpts, names;
    NamedArray pieceIds = makeSessionArray("/text/piece_id", {std::size_t{pieces}});
    std::iota(valuesOf<std::int32_t>(pieceIds).begin(), valuesOf<std::int32_t>(pieceIds).end(), 0);
    for (int i = 0; i < pieces; ++i)
        names.push_back(" word" + std::to_string(i));
    for (std::size_t example = 0; example < options.examples; ++example)
        excerpts.push_back("example " + std::to_string(example) + " of a session made up of " +
                           "numbers");
    NamedArray document = makeSessionArray("/text/document", {options.examples});
    NamedArray offset = makeSessionArray("/text/offset", {options.examples});
    std::iota(valuesOf<std::int32_t>(document).begin(), valuesOf<std::int32_t>(document).end(), 0);
    std::fill(valuesOf<std::int32_t>(offset).begin(), valuesOf<std::int32_t>(offset).end(), 0);
    writer.writeArray("/text/document", document);
    writer.writeArray("/text/offset", offset);
    writer.writeArray("/text/excerpt", makeSessionText("/text/excerpt", excerpts));
    writer.writeArray("/text/pieces", makeSessionText("/text/pieces", names));
    writer.writeArray("/text/piece_id", pieceIds);
}

void addSite(SessionWriter& writer, const Study& study, const LargeSessionOptions& options,
             const std::string& path, std::mt19937& random) {
    std::uniform_real_distribution<float> noise(0.95F, 1.05F);
    NamedArray array =
        makeSessionArray(path, {study.lanes.size(), options.layers, options.examples});
    auto& values = valuesOf<float>(array);
    std::size_t at = 0;
    for (std::size_t lane = 0; lane < study.lanes.size(); ++lane)
        for (std::size_t layer = 0; layer < options.layers; ++layer)
            for (std::size_t example = 0; example < options.examples; ++example)
                values[at++] = static_cast<float>(study.size[example]) *
                               (1.0F + static_cast<float>(layer)) * noise(random);
    writer.writeArray(path, array);
}

} // namespace

void writeLargeSession(const std::filesystem::path& file, const LargeSessionOptions& options) {
    std::mt19937 random(options.seed);
    const Study study = makeStudy(options, random);
    SessionWriter writer(file, file.string());
    writer.writeAttributes({{attribute::format, "quantscope-session"},
                            {attribute::version, "1"},
                            {attribute::status, "complete"},
                            {attribute::seed, std::to_string(options.seed)},
                            {attribute::layers, std::to_string(options.layers)},
                            {attribute::blocksDone, std::to_string(options.layers)},
                            {attribute::pairMethod, study.lanes[1]},
                            {attribute::modelName, "made up"},
                            {attribute::modelFamily, "llama"},
                            {attribute::modelParameters, "70000000000"}});
    writer.addDimension("lane", makeSessionText("/lane", study.lanes));
    writer.addDimension(
        "method", makeSessionText("/method", {study.lanes.begin() + 1, study.lanes.end()}));
    writer.addDimension("example", makeSessionIndex("/example", options.examples));
    writer.addDimension("layer", makeSessionIndex("/layer", options.layers));
    writer.addDimension("position", makeSessionIndex("/position", options.positions));
    addExamples(writer, study, options, random);
    addText(writer, options, random);
    for (const std::string& site : options.sites)
        for (const std::string& statistic : options.statistics)
            addSite(writer, study, options, sitePath(site, statistic), random);
    writer.close();
}

} // namespace quantscope
