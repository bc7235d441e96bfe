#include "tests/tools/random_checkpoint/small_tokenizer.h"

#include "core/data/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <string>
#include <vector>

namespace quantscope {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* blank = "\u0120"; // how byte-level vocabularies write the space

/// GPT-2's printable stand-in for each byte: itself where it is printable, else the next free
/// character from U+0100 on.
std::vector<std::string> byteCharacters() {
    std::vector<std::string> characters;
    int free = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) ||
                               (byte >= 0xae && byte <= 0xff);
        const int point = printable ? byte : free++;
        std::string text;
        if (point < 0x80) {
            text.push_back(static_cast<char>(point));
        } else {
            text.push_back(static_cast<char>(0xc0 | (point >> 6)));
            text.push_back(static_cast<char>(0x80 | (point & 0x3f)));
        }
        characters.push_back(text);
    }
    return characters;
}

void addPairs(const std::vector<std::string>& parts, bool blankSecond, std::int64_t size,
              Json& vocabulary, Json& merges, std::vector<std::string>& made) {
    for (const std::string& first : parts)
        for (const std::string& second : parts) {
            if (static_cast<std::int64_t>(vocabulary.size()) == size)
                return;
            if (!blankSecond && second.starts_with(blank))
                continue; // a blank begins a word, as the pre-tokenizer cuts it
            vocabulary.push_back(first + second);
            merges.push_back(first + " " + second);
            made.push_back(first + second);
        }
}

void writeJson(const std::filesystem::path& path, const Json& content) {
    std::ofstream file(path);
    file << content.dump(1) << '\n';
    file.flush();
    if (!file)
        throw Error(ErrorKind::Output, fmt::format("{} cannot be written.", path.string()));
}

Json specialToken(int id, const char* content) {
    return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
            {"rstrip", false}, {"normalized", false}, {"special", true}};
}

/// <s> before a text, and before each of two.
Json startTokenTemplate() {
    const Json start = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
    const auto sequence = [](const char* id, int type) {
        return Json{{"Sequence", {{"id", id}, {"type_id", type}}}};
    };
    const Json secondStart = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 1}}}};
    return {
        {"type", "TemplateProcessing"},
        {"single", Json::array({start, sequence("A", 0)})},
        {"pair", Json::array({start, sequence("A", 0), secondStart, sequence("B", 1)})},
        {"special_tokens",
         {{"<s>", {{"id", "<s>"}, {"ids", Json::array({1})}, {"tokens", Json::array({"<s>"})}}}}}};
}

} // namespace

void writeSmallTokenizer(const std::filesystem::path& directory, std::int64_t vocabularySize) {
    Json pieces = Json::array({"<unk>", "<s>", "</s>"});
    for (const std::string& character : byteCharacters())
        pieces.push_back(character);
    std::vector<std::string> letters = {blank};
    for (char letter = 'a'; letter <= 'z'; ++letter)
        letters.emplace_back(1, letter);
    Json merges = Json::array();
    std::vector<std::string> pairs;
    std::vector<std::string> quadruples;
    addPairs(letters, false, vocabularySize, pieces, merges, pairs);
    addPairs(pairs, false, vocabularySize, pieces, merges, quadruples);
    if (static_cast<std::int64_t>(pieces.size()) != vocabularySize)
        throw Error(ErrorKind::Usage,
                    fmt::format("A vocabulary of {} tokens cannot be made; choose {} to {}.",
                                vocabularySize, smallestVocabulary, pieces.size()));
    Json vocabulary = Json::object();
    // An ordered object searches linearly for a key: fill it as the list of pairs that it is.
    auto& entries = vocabulary.get_ref<Json::object_t&>();
    for (std::size_t id = 0; id < pieces.size(); ++id)
        entries.Container::emplace_back(pieces[id].get<std::string>(), id);
    const Json byteLevel = {{"type", "ByteLevel"},
                            {"add_prefix_space", false},
                            {"trim_offsets", true},
                            {"use_regex", true}};
    writeJson(directory / "tokenizer.json",
              {{"version", "1.0"},
               {"truncation", nullptr},
               {"padding", nullptr},
               {"added_tokens",
                {specialToken(0, "<unk>"), specialToken(1, "<s>"), specialToken(2, "</s>")}},
               {"normalizer", nullptr},
               {"pre_tokenizer", byteLevel},
               {"post_processor", startTokenTemplate()},
               {"decoder", byteLevel},
               {"model",
                {{"type", "BPE"},
                 {"dropout", nullptr},
                 {"unk_token", nullptr},
                 {"continuing_subword_prefix", nullptr},
                 {"end_of_word_suffix", nullptr},
                 {"fuse_unk", false},
                 {"byte_fallback", false},
                 {"ignore_merges", false},
                 {"vocab", vocabulary},
                 {"merges", merges}}}});
    writeJson(directory / "tokenizer_config.json", {{"tokenizer_class", "PreTrainedTokenizerFast"},
                                                    {"add_bos_token", true},
                                                    {"bos_token", "<s>"},
                                                    {"eos_token", "</s>"},
                                                    {"unk_token", "<unk>"}});
}

} // namespace quantscope
