#pragma once

#include "core/tokenizer/tokenizer.h"

#include <string>
#include <vector>

namespace quantscope::fuzz {

/// Takes texts through a tokenizer that was opened, there and back.
inline void useTokenizer(const Tokenizer& tokenizer) {
    const std::vector<std::string> texts = {
        "", "a cat and a dog", "  Äpfel, 漢字 and \U0001F642\n\t12345 isn't\r\n\n",
        std::string(300, 'a'), "<s>the</s> \xE2\x96\x81 <0x41>"};
    for (const std::string& text : texts)
        for (const bool special : {true, false}) {
            const std::vector<std::int32_t> ids = tokenizer.encode(text, special);
            tokenizer.decode(ids, special);
        }
    const std::int32_t size = tokenizer.vocabularySize();
    std::vector<std::int32_t> ids = {-1, 0, size - 1, size, 0x7fffffff};
    for (std::int32_t id = 0; id < std::min(size, 300); ++id)
        ids.push_back(id);
    for (const std::int32_t id : ids)
        tokenizer.piece(id);
    tokenizer.decode(ids, true);
    tokenizer.startToken();
    tokenizer.description();
}

} // namespace quantscope::fuzz
