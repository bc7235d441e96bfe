#include "core/tokenizer/gguf_vocabulary.h"

#include "core/data/error.h"
#include "core/data/shown_text.h"
#include "core/tokenizer/unicode.h"
#include "core/tokenizer/vocabulary.h"

#include <fmt/format.h>

#include <unordered_map>

namespace quantscope {

namespace {

using TokenType = GgufVocabulary::TokenType;

constexpr const char* tokensKey = "tokenizer.ggml.tokens";
constexpr const char* typesKey = "tokenizer.ggml.token_type";

[[noreturn]] void fail(const GgufMetadata& metadata, const std::string& sentence) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}.", metadata.file(), shownText(sentence)));
}

void checkTokens(const GgufMetadata& metadata, const std::vector<std::string_view>& tokens) {
    if (tokens.empty() || tokens.size() > static_cast<std::size_t>(Vocabulary::largestId)) {
        fail(metadata, fmt::format("{} has {} tokens; expected 1 to {}", tokensKey, tokens.size(),
                                   Vocabulary::largestId));
    }
    std::unordered_map<std::string_view, std::size_t> ids;
    for (std::size_t id = 0; id < tokens.size(); ++id) {
        if (tokens[id].empty() || findInvalidUtf8(tokens[id])) {
            fail(metadata, fmt::format("the token {} in {} is {}", id, tokensKey,
                                       tokens[id].empty() ? "empty" : "no UTF-8"));
        }
        const auto [first, isNew] = ids.try_emplace(tokens[id], id);
        if (!isNew) {
            fail(metadata, fmt::format("the tokens {} and {} in {} are the same, \"{}\"",
                                       first->second, id, tokensKey, tokens[id]));
        }
    }
}

std::vector<TokenType> readTypes(const GgufMetadata& metadata, std::size_t count) {
    const auto numbers = metadata.integers(typesKey);
    if (!numbers) {
        return std::vector<TokenType>(count, TokenType::Normal);
    }
    if (numbers->size() != count) {
        fail(metadata,
             fmt::format("{} has {} types for {} tokens", typesKey, numbers->size(), count));
    }
    std::vector<TokenType> types;
    for (std::size_t id = 0; id < count; ++id) {
        const std::int64_t number = (*numbers)[id];
        if (number < static_cast<std::int64_t>(TokenType::Normal) ||
            number > static_cast<std::int64_t>(TokenType::Byte)) {
            fail(metadata, fmt::format("{} gives the token {} the type {}; expected 1 to 6",
                                       typesKey, id, number));
        }
        types.push_back(static_cast<TokenType>(number));
    }
    return types;
}

} // namespace

GgufVocabulary readGgufVocabulary(const GgufMetadata& metadata) {
    GgufVocabulary vocabulary;
    const auto tokens = metadata.texts(tokensKey);
    if (!tokens) {
        fail(metadata, fmt::format("there is no {}, so the file has no vocabulary", tokensKey));
    }
    checkTokens(metadata, *tokens);
    vocabulary.tokens = *tokens;
    vocabulary.types = readTypes(metadata, tokens->size());
    const auto last = static_cast<std::int64_t>(tokens->size()) - 1;
    const auto readId = [&](const char* key) -> std::optional<std::int32_t> {
        const auto id = metadata.integer(key, 0, last);
        return id ? std::optional(static_cast<std::int32_t>(*id)) : std::nullopt;
    };
    vocabulary.start = readId("tokenizer.ggml.bos_token_id");
    vocabulary.end = readId("tokenizer.ggml.eos_token_id");
    vocabulary.addsStart = metadata.boolean("tokenizer.ggml.add_bos_token");
    vocabulary.addsEnd = metadata.boolean("tokenizer.ggml.add_eos_token");
    if (metadata.boolean("tokenizer.ggml.add_sep_token").value_or(false)) {
        metadata.refuse("tokenizer.ggml.add_sep_token", "false");
    }
    return vocabulary;
}

} // namespace quantscope
