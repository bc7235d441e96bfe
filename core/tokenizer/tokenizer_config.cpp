#include "core/tokenizer/tokenizer_config.h"

#include "core/tokenizer/files.h"
#include "core/tokenizer/json_place.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace quantscope {

namespace {

constexpr std::uintmax_t largestConfig = 64u << 20;

/// A token is written as a string or as an object with its content.
std::optional<std::string> readToken(const JsonPlace& place, const std::string& key) {
    const auto token = place.find(key);
    if (!token) {
        return std::nullopt;
    }
    return token->value().is_object() ? token->require("content").text() : token->text();
}

std::vector<AddedToken> readAddedTokensDecoder(const JsonPlace& place) {
    std::vector<AddedToken> tokens;
    if (!place.value().is_object()) {
        place.fail("an object");
    }
    for (const auto& [key, value] : place.value().items()) {
        const JsonPlace entry = place.require(key);
        AddedToken token;
        const auto [end, code] = std::from_chars(key.data(), key.data() + key.size(), token.id);
        if (code != std::errc() || end != key.data() + key.size() || token.id < 0 ||
            token.id > Vocabulary::largestId) {
            entry.complain("the key is no id");
        }
        token.content = entry.require("content").text();
        token.isSpecial = entry.booleanOr("special", false);
        token.isSingleWord = entry.booleanOr("single_word", false);
        token.stripsLeft = entry.booleanOr("lstrip", false);
        token.stripsRight = entry.booleanOr("rstrip", false);
        token.isNormalized = entry.booleanOr("normalized", !token.isSpecial);
        if (!token.content.empty()) {
            tokens.push_back(std::move(token));
        }
    }
    return tokens;
}

/// Every token that has a role, of one of the two files.
void addSpecialTokens(const JsonPlace& place, std::vector<std::string>& tokens) {
    const auto add = [&tokens](const std::string& token) {
        if (!token.empty() && std::find(tokens.begin(), tokens.end(), token) == tokens.end()) {
            tokens.push_back(token);
        }
    };
    for (const char* key : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                            "cls_token", "mask_token"}) {
        if (const auto token = readToken(place, key)) {
            add(*token);
        }
    }
    const auto more = place.find("additional_special_tokens");
    if (more && more->value().is_array()) {
        for (const JsonPlace& token : more->items()) {
            add(token.value().is_object() ? token.require("content").text() : token.text());
        }
    }
}

} // namespace

bool TokenizerConfig::isLlamaType() const {
    constexpr std::array<std::string_view, 4> classes = {"LlamaTokenizer", "CodeLlamaTokenizer",
                                                         "GemmaTokenizer", "CohereTokenizer"};
    for (const std::string_view name : classes) {
        if (tokenizerClass == name || tokenizerClass == std::string(name) + "Fast") {
            return true;
        }
    }
    return false;
}

TokenizerConfig readTokenizerConfig(const std::filesystem::path& directory) {
    TokenizerConfig config;
    const std::filesystem::path path = directory / "tokenizer_config.json";
    config.file = path.string();
    if (std::filesystem::exists(path)) {
        config.content = readWholeFile(path, largestConfig);
        const nlohmann::json json = parseJson(config.content, config.file);
        const JsonPlace place(json, config.file);
        config.tokenizerClass = place.textOr("tokenizer_class", "");
        if (const auto adds = place.find("add_bos_token")) {
            config.addsStart = adds->boolean();
        }
        if (const auto adds = place.find("add_eos_token")) {
            config.addsEnd = adds->boolean();
        }
        config.startToken = readToken(place, "bos_token");
        config.endToken = readToken(place, "eos_token");
        addSpecialTokens(place, config.specialTokens);
        if (const auto adds = place.find("add_prefix_space")) {
            config.addsPrefixSpace = adds->boolean();
        }
        if (const auto tokens = place.find("added_tokens_decoder")) {
            config.addedTokens = readAddedTokensDecoder(*tokens);
        }
    }
    const std::filesystem::path mapPath = directory / "special_tokens_map.json";
    if (std::filesystem::exists(mapPath)) {
        const std::string file = mapPath.string();
        const nlohmann::json json = parseJson(readWholeFile(mapPath, largestConfig), file);
        const JsonPlace place(json, file);
        config.startToken = config.startToken ? config.startToken : readToken(place, "bos_token");
        config.endToken = config.endToken ? config.endToken : readToken(place, "eos_token");
        addSpecialTokens(place, config.specialTokens);
    }
    return config;
}

} // namespace quantscope
