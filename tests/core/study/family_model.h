#pragma once

// Random checkpoints of all families (tests/tools/model_fixtures) as models that read text.

#include "tests/places.h"

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace quantscope::testing {

/// The fixture with a tokenizer of fewer pieces than it has rows: letters and a blank.
inline std::string modelWithTokenizer(const QTemporaryDir& folder, const QString& name) {
    namespace fs = std::filesystem;
    const fs::path to = folder.filePath("model").toStdString();
    fs::create_directories(to);
    for (const char* file : {"config.json", "model.safetensors"})
        fs::copy_file(fs::path(testData()) / "models" / name.toStdString() / file, to / file,
                      fs::copy_options::overwrite_existing);
    nlohmann::json pieces = nlohmann::json::array();
    const auto add = [&](const std::string& piece) {
        pieces.push_back(nlohmann::json::array({piece, -1.0 - double(pieces.size())}));
    };
    for (const char* piece : {"<unk>", "<s>", " "})
        add(piece);
    for (char letter = 'a'; letter <= 'z'; ++letter)
        add(std::string(1, letter));
    std::ofstream(to / "tokenizer.json")
        << nlohmann::json{{"model", {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", pieces}}}};
    return to.string();
}

} // namespace quantscope::testing
