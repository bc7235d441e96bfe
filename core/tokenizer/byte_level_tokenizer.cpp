#include "core/tokenizer/byte_level_tokenizer.h"

#include "core/data/error.h"
#include "core/tokenizer/files.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/tokenizer_json.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace quantscope {

namespace {

using nlohmann::json;

constexpr std::uintmax_t largestFile = 64u << 20;
constexpr const char* gpt2End = "<|endoftext|>";

json mergesJson(const std::string& content, const std::string& file) {
    requireUtf8(content, file);
    json merges = json::array();
    for (std::size_t begin = 0; begin < content.size();) {
        const std::size_t end = std::min(content.find('\n', begin), content.size());
        std::string line = content.substr(begin, end - begin);
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        // The first line says which version wrote the file.
        if (!line.empty() && !(begin == 0 && line.starts_with("#version"))) {
            merges.push_back(std::move(line));
        }
        begin = end + 1;
    }
    return merges;
}

/// transformers' class decides what the files themselves do not say.
ByteLevelCuts cutsOf(const TokenizerConfig& config) {
    std::string name = config.tokenizerClass;
    if (name.ends_with("Fast")) {
        name.resize(name.size() - 4);
    }
    ByteLevelCuts cuts;
    cuts.addsPrefixSpace = config.addsPrefixSpace.value_or(false);
    if (name.empty() || name == "GPT2Tokenizer") {
        cuts.cuts = {gpt2Cut};
    } else if (name == "Qwen2Tokenizer") {
        cuts.cuts = {qwenCut};
        cuts.composesCharacters = true;
    } else {
        throw Error(ErrorKind::Input,
                    fmt::format("{} has tokenizer_class = \"{}\", and vocab.json and merges.txt do "
                                "not say how it cuts texts; expected GPT2Tokenizer or "
                                "Qwen2Tokenizer, or a tokenizer.json beside them.",
                                config.file, config.tokenizerClass));
    }
    return cuts;
}

/// Tokens with a role that are pieces of the vocabulary: found in texts before they are cut.
json specialTokensJson(const json& vocabulary, const TokenizerConfig& config) {
    std::vector<std::string> tokens = config.specialTokens;
    if (tokens.empty()) {
        tokens = {gpt2End};
    }
    json added = json::array();
    for (const std::string& token : tokens) {
        const auto id = vocabulary.find(token);
        if (id != vocabulary.end()) {
            added.push_back(
                {{"id", *id}, {"content", token}, {"special", true}, {"normalized", false}});
        }
    }
    return added;
}

} // namespace

json byteLevelSteps(const ByteLevelCuts& cuts) {
    json steps = json::array();
    if (cuts.addsPrefixSpace) {
        // Before the cut, as GPT-2's own pre-tokenizer does it.
        steps.push_back({{"type", "ByteLevel"}, {"add_prefix_space", true}, {"use_regex", true}});
    } else {
        for (const char* cut : cuts.cuts) {
            steps.push_back({{"type", "Split"},
                             {"pattern", {{"Regex", cut}}},
                             {"behavior", "Isolated"},
                             {"invert", false}});
        }
        steps.push_back({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}});
    }
    json content = {{"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", std::move(steps)}}},
                    {"decoder", {{"type", "ByteLevel"}}}};
    if (cuts.composesCharacters) {
        content["normalizer"] = {{"type", cuts.newestUnicode ? newestNfc : "NFC"}};
    }
    return content;
}

json startTemplate(const std::string& token, std::int32_t id) {
    return {{"type", "TemplateProcessing"},
            {"single",
             {{{"SpecialToken", {{"id", token}, {"type_id", 0}}}},
              {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
            {"pair", json::array()},
            {"special_tokens", {{token, {{"id", token}, {"ids", {id}}, {"tokens", {token}}}}}}};
}

std::unique_ptr<Tokenizer> openVocabularyAndMerges(const std::filesystem::path& directory,
                                                   const TokenizerConfig& config) {
    const std::string vocabularyFile = (directory / "vocab.json").string();
    const std::string mergesFile = (directory / "merges.txt").string();
    const std::string vocabularyText = readWholeFile(directory / "vocab.json", largestFile);
    const std::string mergesText = readWholeFile(directory / "merges.txt", largestFile);
    const ByteLevelCuts cuts = cutsOf(config);
    const json vocabulary = parseJson(vocabularyText, vocabularyFile);
    if (!vocabulary.is_object()) {
        JsonPlace(vocabulary, vocabularyFile).fail("an object of pieces and their ids");
    }
    json content = byteLevelSteps(cuts);
    content["added_tokens"] = specialTokensJson(vocabulary, config);
    content["model"] = {
        {"type", "BPE"}, {"vocab", vocabulary}, {"merges", mergesJson(mergesText, mergesFile)}};
    if (config.addsStart.value_or(false)) {
        const std::string start = config.startToken.value_or(gpt2End);
        const auto id = vocabulary.find(start);
        if (id == vocabulary.end() || !id->is_number_integer()) {
            throw Error(ErrorKind::Input,
                        fmt::format("{} asks for a start token, but {} has no piece \"{}\".",
                                    config.file, vocabularyFile, start));
        }
        content["post_processor"] = startTemplate(start, id->get<std::int32_t>());
    }
    return makeTokenizer(content,
                         {vocabularyFile + " with merges.txt (as a tokenizer.json)",
                          "vocab.json, merges.txt",
                          hashContents({vocabularyText, mergesText, config.content})},
                         config);
}

} // namespace quantscope
