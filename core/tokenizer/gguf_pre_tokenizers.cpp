#include "core/tokenizer/gguf_pre_tokenizers.h"

#include <algorithm>

namespace quantscope {

namespace {

constexpr const char* gpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

constexpr const char* llama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* qwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* tekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* punctuation = R"([\p{P}\$\+<=>\^~\|]+)";
constexpr const char* digit = R"(\p{N})";

const std::vector<GgufPreTokenizer>& preTokenizers() {
    static const std::vector<GgufPreTokenizer> known = {
        {.name = "default", .cuts = {punctuation, gpt2, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
        {.name = "gpt-2", .cuts = {gpt2}},
        {.name = "llama-bpe", .cuts = {llama3}, .ignoresMerges = true, .addsStart = true},
        {.name = "llama3", .cuts = {llama3}, .ignoresMerges = true, .addsStart = true},
        {.name = "llama-v3", .cuts = {llama3}, .ignoresMerges = true, .addsStart = true},
        {.name = "qwen2", .cuts = {qwen2}, .composesCharacters = true},
        {.name = "refact", .cuts = {digit, gpt2}},
        {.name = "smollm", .cuts = {digit, gpt2}},
        {.name = "starcoder", .cuts = {digit, gpt2}},
        {.name = "tekken", .cuts = {tekken}, .ignoresMerges = true, .addsStart = true},
    };
    return known;
}

} // namespace

const GgufPreTokenizer* findGgufPreTokenizer(std::string_view name) {
    const auto& known = preTokenizers();
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const GgufPreTokenizer& p) { return p.name == name; });
    return found == known.end() ? nullptr : &*found;
}

std::string ggufPreTokenizerNames() {
    std::string names;
    for (const GgufPreTokenizer& preTokenizer : preTokenizers()) {
        names += names.empty() ? "" : ", ";
        names += preTokenizer.name;
    }
    return names;
}

} // namespace quantscope
