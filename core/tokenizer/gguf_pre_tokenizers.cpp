#include "core/tokenizer/gguf_pre_tokenizers.h"

#include "core/tokenizer/byte_level_tokenizer.h"

#include <algorithm>

namespace quantscope {

namespace {

constexpr const char* tekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* punctuation = R"([\p{P}\$\+<=>\^~\|]+)";
constexpr const char* digit = R"(\p{N})";

const std::vector<GgufPreTokenizer>& preTokenizers() {
    static const std::vector<GgufPreTokenizer> known = {
        {.name = "default", .cuts = {punctuation, gpt2Cut, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
        {.name = "gpt-2", .cuts = {gpt2Cut}},
        {.name = "llama-bpe", .cuts = {llama3Cut}, .ignoresMerges = true, .addsStart = true},
        {.name = "llama3", .cuts = {llama3Cut}, .ignoresMerges = true, .addsStart = true},
        {.name = "llama-v3", .cuts = {llama3Cut}, .ignoresMerges = true, .addsStart = true},
        {.name = "qwen2", .cuts = {qwenCut}, .composesCharacters = true},
        {.name = "refact", .cuts = {digit, gpt2Cut}},
        {.name = "smollm", .cuts = {digit, gpt2Cut}},
        {.name = "starcoder", .cuts = {digit, gpt2Cut}},
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
