#pragma once

#include "core/data/session_data.h"
#include "core/data/session_schema.h"
#include "tests/core/analysis/made_up_study.h"
#include "tests/places.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <stdexcept>

namespace quantscope {

/// tests/data/comparison/comparison.json: two sessions and what an independent script finds.
inline QJsonObject readComparison() {
    QFile file(QString::fromStdString(testing::testData() + "/comparison/comparison.json"));
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("tests/data/comparison/comparison.json is missing");
    return QJsonDocument::fromJson(file.readAll()).object();
}

/// One of its sessions: lanes reference and q, labels "topic".
inline SessionData comparedSession(const QJsonObject& all, const char* side) {
    const QJsonObject made = all[side].toObject();
    const std::size_t examples = numbersOf(made["documents"]).size();
    const std::vector<double> ids = numbersOf(made["token_ids"]);
    const std::size_t positions = ids.size() / examples;
    SessionData data;
    data.attributes = {{attribute::seed, std::to_string(all["seed"].toInt())},
                       {attribute::resamples, std::to_string(all["resamples"].toInt())},
                       {attribute::status, "complete"},
                       {attribute::modelName, "tiny"},
                       {attribute::modelHash, "1111"},
                       {attribute::tokenizerHash, "2222"}};
    auto& arrays = data.arrays;
    arrays["/lane"] = makeSessionText("/lane", {"reference", "q"});
    arrays["/method"] = makeSessionText("/method", {"q"});
    arrays["/example"] = makeSessionIndex("/example", examples);
    arrays["/position"] = makeSessionIndex("/position", positions);
    arrays["/text/token_ids"] = filledArray("/text/token_ids", {examples, positions}, ids);
    arrays["/text/document"] =
        filledArray("/text/document", {examples}, numbersOf(made["documents"]));
    std::vector<std::string> labels;
    for (const auto& label : made["labels"].toArray())
        labels.push_back(label.toString().toStdString());
    arrays["/text/labels/topic"] = makeSessionText("/text/labels/topic", labels);
    std::vector<std::string> pieces = {"<s>"};
    for (std::size_t token = 1; token < 9; ++token)
        pieces.emplace_back(token, static_cast<char>('a' + token));
    arrays["/piece"] = makeSessionIndex("/piece", pieces.size());
    arrays["/text/piece_id"] = filledArray("/text/piece_id", {9}, {0, 1, 2, 3, 4, 5, 6, 7, 8});
    arrays["/text/pieces"] = makeSessionText("/text/pieces", pieces);
    for (const char* name : {"nll", "kl", "kl_reverse", "js"})
        arrays[std::string("/output/") + name] = filledArray(
            std::string("/output/") + name, {2, examples, positions}, numbersOf(made[name]));
    // Bytes have no NaN: what was not measured is the fill value.
    NamedArray agrees = makeSessionArray("/output/top1_agrees", {2, examples, positions});
    const std::vector<double> flags = numbersOf(made["top1_agrees"]);
    for (std::size_t place = 0; place < flags.size(); ++place)
        if (!std::isnan(flags[place]))
            std::get<std::vector<std::uint8_t>>(agrees.values)[place] = flags[place] != 0;
    arrays["/output/top1_agrees"] = std::move(agrees);
    arrays["/examples/nll"] =
        filledArray("/examples/nll", {2, examples}, numbersOf(made["mean_nll"]));
    const auto ofLane = [&](const char* path, const QJsonValue& values) {
        std::vector<double> both(examples, std::nan(""));
        const std::vector<double> own = numbersOf(values);
        both.insert(both.end(), own.begin(), own.end());
        arrays[path] = filledArray(path, {2, examples}, both);
    };
    ofLane("/examples/error", made["error"]);
    ofLane("/examples/kl", made["mean_kl"]);
    arrays["/weights/bits_per_weight"] =
        filledArray("/weights/bits_per_weight", {1}, {*side == 'a' ? 3.25 : 4.5});
    return data;
}

} // namespace quantscope
