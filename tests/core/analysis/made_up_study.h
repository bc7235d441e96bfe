#pragma once

#include "core/data/session_data.h"
#include "core/data/session_schema.h"
#include "tests/places.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace quantscope {

/// tests/data/analysis/NAME: a study and what an independent script finds in it.
inline QJsonObject readStudy(const QString& name = "study.json") {
    QFile file(QString::fromStdString(testing::testData()) + "/analysis/" + name);
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("a file of tests/data/analysis is missing");
    return QJsonDocument::fromJson(file.readAll()).object();
}

/// All numbers of nested lists, null as NaN.
inline std::vector<double> numbersOf(const QJsonValue& value) {
    if (value.isNull())
        return {std::nan("")};
    if (!value.isArray())
        return {value.toDouble()};
    std::vector<double> all;
    for (const auto& item : value.toArray()) {
        const std::vector<double> inner = numbersOf(item);
        all.insert(all.end(), inner.begin(), inner.end());
    }
    return all;
}

inline std::vector<std::size_t> indicesOf(const QJsonValue& value) {
    const std::vector<double> numbers = numbersOf(value);
    return {numbers.begin(), numbers.end()};
}

inline NamedArray filledArray(const std::string& path, std::vector<std::size_t> shape,
                              const std::vector<double>& numbers) {
    NamedArray array = makeSessionArray(path, std::move(shape));
    std::visit(
        [&](auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if (values.size() != numbers.size())
                throw std::runtime_error("a made-up array has the wrong size");
            if constexpr (!std::is_same_v<T, std::string>)
                for (std::size_t index = 0; index < values.size(); ++index)
                    values[index] = static_cast<T>(numbers[index]);
        },
        array.values);
    return array;
}

/// The study as a session: lanes reference, a and b; a is patched and has early exits.
inline SessionData studySession(const QJsonObject& study) {
    const std::vector<std::string> lanes = {"reference", "a", "b"};
    const std::vector<double> lengths = numbersOf(study["lengths"]);
    const std::size_t examples = lengths.size();
    const std::size_t positions = numbersOf(study["token_nll"]).size() / 3 / examples;
    const std::size_t layers = numbersOf(study["norm"]).size() / examples;
    SessionData data;
    data.attributes = {{"seed", std::to_string(study["seed"].toInt())},
                       {"status", "partial"},
                       {"blocks_done", "2"},
                       {"layers", std::to_string(layers)},
                       {attribute::modelParameters, "262144"},
                       {attribute::modelFamily, "llama"}};
    auto& arrays = data.arrays;
    arrays["/lane"] = makeSessionText("/lane", lanes);
    arrays["/method"] = makeSessionText("/method", {"a", "b"});
    arrays["/methods/spec"] = makeSessionText("/methods/spec", {"rtn:bits=3", "nf4"});
    arrays["/module"] = makeSessionText("/module", {"q", "down"});
    arrays["/example"] = makeSessionIndex("/example", examples);
    arrays["/position"] = makeSessionIndex("/position", positions);
    arrays["/layer"] = makeSessionIndex("/layer", layers);
    arrays["/patch"] = makeSessionIndex("/patch", 2);
    arrays["/piece"] = makeSessionIndex("/piece", 2);

    std::vector<double> ids;
    for (const double length : lengths)
        for (std::size_t position = 0; position < positions; ++position)
            ids.push_back(static_cast<double>(position) < length ? double(position) : -1);
    arrays["/text/token_ids"] = filledArray("/text/token_ids", {examples, positions}, ids);
    arrays["/text/piece_id"] = filledArray("/text/piece_id", {2}, {1, 2});
    arrays["/text/pieces"] = makeSessionText("/text/pieces", {" one", ", \"two\""});
    arrays["/text/document"] =
        filledArray("/text/document", {examples}, numbersOf(study["documents"]));
    arrays["/text/offset"] = filledArray("/text/offset", {examples}, numbersOf(study["offsets"]));
    std::vector<std::string> labels;
    for (const auto& label : study["labels"].toArray())
        labels.push_back(label.toString().toStdString());
    arrays["/text/labels/kind"] = makeSessionText("/text/labels/kind", labels);

    arrays["/output/nll"] =
        filledArray("/output/nll", {3, examples, positions}, numbersOf(study["token_nll"]));
    arrays["/examples/nll"] = filledArray("/examples/nll", {3, examples}, numbersOf(study["nll"]));
    arrays["/examples/error"] =
        filledArray("/examples/error", {3, examples}, numbersOf(study["error"]));
    // Of the reference alone: statistics of the other lanes were not measured.
    NamedArray norm = makeSessionArray("/sites/resid_mid/norm", {3, layers, examples});
    const std::vector<double> norms = numbersOf(study["norm"]);
    std::copy(norms.begin(), norms.end(), std::get<std::vector<float>>(norm.values).begin());
    arrays["/sites/resid_mid/norm"] = norm;
    arrays["/early_exit/resid_mid/nll"] =
        filledArray("/early_exit/resid_mid/nll", {3, layers, examples}, numbersOf(study["exits"]));
    arrays["/early_exit/resid_post/nll"] = arrays["/early_exit/resid_mid/nll"];

    arrays["/patches/base_lane"] = makeSessionText("/patches/base_lane", {"a", "a"});
    arrays["/patches/donor_lane"] =
        makeSessionText("/patches/donor_lane", {"reference", "reference"});
    arrays["/patches/kind"] = makeSessionText("/patches/kind", {"down", "up"});
    arrays["/patches/layers"] = makeSessionText("/patches/layers", {"upper-half", "1"});
    std::vector<double> patched = numbersOf(study["patched"]);
    const std::vector<double> once = patched;
    patched.insert(patched.end(), once.begin(), once.end());
    arrays["/patches/nll"] = filledArray("/patches/nll", {2, examples}, patched);
    std::vector<double> weights(2 * layers * 2);
    for (std::size_t index = 0; index < weights.size(); ++index)
        weights[index] = 0.01 * static_cast<double>(index);
    arrays["/weights/relative_error"] =
        filledArray("/weights/relative_error", {2, layers, 2}, weights);
    // Lane a trains in three epochs, of which the last diverged in the last layer.
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    arrays["/epoch"] = makeSessionIndex("/epoch", 4);
    NamedArray losses = makeSessionArray("/training/loss", {2, layers, 4});
    for (std::size_t layer = 0; layer < layers; ++layer)
        for (std::size_t epoch = 0; epoch < 4; ++epoch)
            std::get<std::vector<double>>(losses.values)[layer * 4 + epoch] =
                layer + 1 == layers && epoch == 3 ? none : double(layer + 1) / double(1 << epoch);
    arrays["/training/loss"] = losses;
    arrays["/training/end_to_end_nll"] = filledArray(
        "/training/end_to_end_nll", {2, 4}, {2.5, 2.25, none, none, none, none, none, none});
    arrays["/weights/bits_per_weight"] = filledArray("/weights/bits_per_weight", {2}, {3.25, 4.5});
    return data;
}

} // namespace quantscope
