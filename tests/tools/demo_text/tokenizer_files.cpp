#include "core/data/error.h"
#include "tests/tools/demo_text/byte_pair_encoding.h"

#include <nlohmann/json.hpp>

#include <array>
#include <fstream>

namespace quantscope::demo {

namespace {

using Json = nlohmann::ordered_json;

std::string utf8(int codePoint) {
    if (codePoint < 0x80)
        return std::string(1, char(codePoint));
    return {char(0xC0 | (codePoint >> 6)), char(0x80 | (codePoint & 0x3F))};
}

/// How tokenizer.json shows each byte: printable Latin-1 as itself, the others from U+0100 on.
std::array<std::string, 256> visibleBytes() {
    std::array<std::string, 256> names;
    int next = 256;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) ||
                               (byte >= 174 && byte <= 255);
        names[std::size_t(byte)] = utf8(printable ? byte : next++);
    }
    return names;
}

void write(const std::filesystem::path& path, const Json& json) {
    std::ofstream file(path, std::ios::binary);
    file << json.dump(1) << "\n";
    if (!file.flush())
        throw Error(ErrorKind::Output, path.string() + " could not be written.");
}

Json special(const char* content, std::int32_t id) {
    return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
            {"rstrip", false}, {"normalized", false}, {"special", true}};
}

} // namespace

void BytePairEncoding::save(const std::filesystem::path& folder) const {
    const std::array<std::string, 256> visible = visibleBytes();
    const auto shown = [&](std::int32_t id) {
        std::string text;
        for (const char byte : m_pieces[std::size_t(id)])
            text += visible[static_cast<unsigned char>(byte)];
        return text;
    };
    Json vocabulary = Json::object();
    for (std::int32_t id = 0; id < vocabularySize(); ++id)
        vocabulary[id <= endToken ? m_pieces[std::size_t(id)] : shown(id)] = id;
    Json merges = Json::array();
    for (const Pair& pair : m_merges)
        merges.push_back(shown(pair.first) + " " + shown(pair.second));
    const Json byteLevel = {{"type", "ByteLevel"},
                            {"add_prefix_space", false},
                            {"trim_offsets", true},
                            {"use_regex", true}};
    const auto sequence = [](const char* id, int type) {
        return Json{{"Sequence", {{"id", id}, {"type_id", type}}}};
    };
    const auto start = [](int type) {
        return Json{{"SpecialToken", {{"id", "<s>"}, {"type_id", type}}}};
    };
    const Json tokenizer = {
        {"version", "1.0"},
        {"truncation", nullptr},
        {"padding", nullptr},
        {"added_tokens", Json::array({special("<s>", startToken), special("</s>", endToken)})},
        {"normalizer", nullptr},
        {"pre_tokenizer",
         {{"type", "Sequence"},
          {"pretokenizers",
           Json::array({Json{{"type", "Digits"}, {"individual_digits", true}}, byteLevel})}}},
        {"post_processor",
         {{"type", "TemplateProcessing"},
          {"single", Json::array({start(0), sequence("A", 0)})},
          {"pair", Json::array({start(0), sequence("A", 0), start(1), sequence("B", 1)})},
          {"special_tokens",
           {{"<s>",
             {{"id", "<s>"},
              {"ids", Json::array({startToken})},
              {"tokens", Json::array({"<s>"})}}}}}}},
        {"decoder", byteLevel},
        {"model",
         {{"type", "BPE"},
          {"dropout", nullptr},
          {"unk_token", nullptr},
          {"continuing_subword_prefix", nullptr},
          {"end_of_word_suffix", nullptr},
          {"fuse_unk", false},
          {"byte_fallback", false},
          {"vocab", vocabulary},
          {"merges", merges}}}};
    std::filesystem::create_directories(folder);
    write(folder / "tokenizer.json", tokenizer);
    write(folder / "tokenizer_config.json", {{"tokenizer_class", "PreTrainedTokenizerFast"},
                                             {"bos_token", "<s>"},
                                             {"eos_token", "</s>"},
                                             {"clean_up_tokenization_spaces", false},
                                             {"model_max_length", 512}});
}

BytePairEncoding BytePairEncoding::load(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "tokenizer.json";
    std::ifstream file(path, std::ios::binary);
    const Json tokenizer = Json::parse(file, nullptr, false);
    if (tokenizer.is_discarded() || !tokenizer.contains("model"))
        throw Error(ErrorKind::Input, path.string() + " is not a tokenizer; write it with "
                                                      "demo_text first.");
    const Json& vocabulary = tokenizer["model"]["vocab"];
    BytePairEncoding encoding;
    for (const std::string merge : tokenizer["model"]["merges"]) {
        const std::size_t space = merge.find(' ');
        encoding.addMerge({vocabulary.at(merge.substr(0, space)).get<std::int32_t>(),
                           vocabulary.at(merge.substr(space + 1)).get<std::int32_t>()});
    }
    return encoding;
}

} // namespace quantscope::demo
