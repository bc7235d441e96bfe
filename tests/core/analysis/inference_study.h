#pragma once

#include "tests/core/analysis/made_up_study.h"

#include <utility>

namespace quantscope {

/// tests/data/analysis/inference.json as a session: lanes reference, a, b and c; a and b differ in
/// the draw of calibration text alone.
inline SessionData inferenceSession(const QJsonObject& study) {
    const std::vector<double> lengths = numbersOf(study["lengths"]);
    const std::size_t examples = lengths.size();
    const std::vector<double> nll = numbersOf(study["nll"]);
    const std::size_t positions = nll.size() / 4 / examples;
    const std::size_t layers = numbersOf(study["norm"]).size() / examples;
    SessionData data;
    data.attributes = {{"seed", std::to_string(study["seed"].toInt())},
                       {"status", "complete"},
                       {"layers", std::to_string(layers)}};
    auto& arrays = data.arrays;
    const auto put = [&](const std::string& path, std::vector<std::size_t> shape,
                         const std::vector<double>& numbers) {
        arrays[path] = filledArray(path, std::move(shape), numbers);
    };
    arrays["/lane"] = makeSessionText("/lane", {"reference", "a", "b", "c"});
    arrays["/method"] = makeSessionText("/method", {"a", "b", "c"});
    arrays["/methods/spec"] = makeSessionText("/methods/spec", {"gptq:bits=3,calibration_seed=1",
                                                                "gptq:bits=3,calibration_seed=2",
                                                                "gptq:bits=4,calibration_seed=1"});
    arrays["/example"] = makeSessionIndex("/example", examples);
    arrays["/position"] = makeSessionIndex("/position", positions);
    arrays["/layer"] = makeSessionIndex("/layer", layers);

    const std::vector<double> documents = numbersOf(study["documents"]);
    std::vector<double> ids, offsets;
    for (std::size_t example = 0; example < examples; ++example) {
        for (std::size_t position = 0; position < positions; ++position)
            ids.push_back(static_cast<double>(position) < lengths[example] ? 1 : -1);
        const auto end = documents.begin() + static_cast<std::ptrdiff_t>(example);
        offsets.push_back(5.0 * double(std::count(documents.begin(), end, *end)));
    }
    put("/text/token_ids", {examples, positions}, ids);
    put("/text/document", {examples}, documents);
    put("/text/offset", {examples}, offsets);
    std::vector<std::string> labels;
    for (const auto& label : study["labels"].toArray())
        labels.push_back(label.toString().toStdString());
    arrays["/text/labels/kind"] = makeSessionText("/text/labels/kind", labels);

    put("/output/nll", {4, examples, positions}, nll);
    put("/output/kl", {4, examples, positions}, numbersOf(study["kl"]));
    put("/output/top1_agrees", {4, examples, positions}, numbersOf(study["same"]));
    // Means of the values as the session keeps them, in single precision.
    const std::vector<double> kept = arrays["/output/nll"].toDoubles();
    std::vector<double> means, errors;
    for (std::size_t row = 0; row < 4 * examples; ++row) {
        double sum = 0;
        const auto length = static_cast<std::size_t>(lengths[row % examples]);
        for (std::size_t position = 1; position < length; ++position)
            sum += kept[row * positions + position];
        means.push_back(sum / static_cast<double>(length - 1));
        errors.push_back(means.back() - means[row % examples]);
    }
    put("/examples/nll", {4, examples}, means);
    put("/examples/error", {4, examples}, errors);

    // The reference's statistics, and what compares lanes with it the same for every method.
    const auto putSite = [&](const std::string& path, const char* name, bool comparesLanes) {
        const std::vector<double> block = numbersOf(study[name]);
        std::vector<double> all;
        for (std::size_t lane = 0; lane < 4; ++lane)
            for (const double value : block)
                all.push_back((lane > 0) == comparesLanes ? value : std::nan(""));
        put(path, {4, layers, examples}, all);
    };
    putSite("/sites/resid_mid/norm", "norm", false);
    putSite("/sites/resid_mid/kurtosis", "kurtosis", false);
    putSite("/sites/ln2/norm", "after", false);
    putSite("/sites/resid_mid/relative_error", "drift", true);
    putSite("/sites/down/mse", "mse", true);
    return data;
}

} // namespace quantscope
