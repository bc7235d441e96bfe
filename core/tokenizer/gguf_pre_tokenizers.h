#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// What a name in tokenizer.ggml.pre stands for: llama.cpp gives one to each way in which known
/// models cut texts into words.
struct GgufPreTokenizer {
    std::string_view name;
    std::vector<const char*> cuts;   ///< regular expressions; each cuts what the one before left
    bool composesCharacters = false; ///< texts are brought into the form NFC first
    bool ignoresMerges = false;      ///< a word that is a token is that token
    bool addsStart = false;          ///< a start token, unless the file says otherwise
};

/// Nothing (nullptr) for a name that is not known.
const GgufPreTokenizer* findGgufPreTokenizer(std::string_view name);

/// Their names for a message: "default, gpt-2, …".
std::string ggufPreTokenizerNames();

} // namespace quantscope
