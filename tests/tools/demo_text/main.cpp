#include "core/data/error.h"
#include "tests/tools/demo_text/byte_pair_encoding.h"
#include "tests/tools/demo_text/registers.h"
#include "tests/tools/demo_text/seeds.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

using namespace quantscope;
using namespace quantscope::demo;

constexpr std::int32_t vocabularySize = 1536;
constexpr std::size_t minimumTokens = 150;
constexpr int studyDocuments = 396;       // 44 of each register
constexpr int calibrationDocuments = 108; // 12 of each register

std::vector<std::string> tokenizerTexts(const Grammar& grammar) {
    Random random(tokenizerSeed);
    std::vector<std::string> texts;
    for (int i = 0; i < 4500; ++i)
        texts.push_back(writeDocument(random.pick(allRegisters()), grammar, random, 700));
    return texts;
}

/// The shortest document of the seed with enough tokens to fill a window.
std::string fullDocument(Register kind, const Grammar& grammar, std::uint64_t seed,
                         BytePairEncoding& encoding) {
    for (std::size_t length = 250;; length += 40) {
        Random random(seed);
        std::string text = writeDocument(kind, grammar, random, length);
        if (encoding.encode(text).size() >= minimumTokens)
            return text;
    }
}

void writeDocuments(const std::filesystem::path& path, int count, std::uint64_t firstSeed,
                    const Grammar& grammar, BytePairEncoding& encoding) {
    std::ofstream file(path, std::ios::binary);
    for (int i = 0; i < count; ++i) {
        const Register kind = allRegisters()[std::size_t(i) % allRegisters().size()];
        const std::uint64_t seed = firstSeed + std::uint64_t(i);
        nlohmann::ordered_json line;
        line["id"] = i;
        line["register"] = registerName(kind);
        line["text"] = fullDocument(kind, grammar, seed, encoding);
        file << line.dump() << "\n";
    }
    if (!file.flush())
        throw Error(ErrorKind::Output, path.string() + " could not be written.");
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "Usage: demo_text FOLDER\nWrites FOLDER/text.jsonl, FOLDER/calibration.jsonl "
                     "and FOLDER/model/tokenizer.json.\n";
        return int(ErrorKind::Usage);
    }
    try {
        const std::filesystem::path folder = arguments[1];
        const Grammar grammar = demoGrammar();
        BytePairEncoding encoding =
            BytePairEncoding::train(tokenizerTexts(grammar), vocabularySize);
        encoding.save(folder / "model");
        writeDocuments(folder / "text.jsonl", studyDocuments, studySeed, grammar, encoding);
        writeDocuments(folder / "calibration.jsonl", calibrationDocuments, calibrationSeed, grammar,
                       encoding);
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return int(ErrorKind::Internal);
    }
}
