#include "core/data/escapes.h"

#include <array>
#include <utility>

namespace quantscope {

namespace {

constexpr std::array<std::pair<char, char>, 3> pairs = {{{'\n', 'n'}, {'\t', 't'}, {'\\', '\\'}}};

} // namespace

std::string escaped(std::string_view text) {
    std::string typed;
    for (const char sign : text) {
        char written = '\0';
        for (const auto& [meant, letter] : pairs)
            if (sign == meant)
                written = letter;
        typed += written ? std::string{'\\', written} : std::string{sign};
    }
    return typed;
}

std::string unescaped(std::string_view typed) {
    std::string text;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        char meant = '\0';
        if (typed[i] == '\\' && i + 1 < typed.size())
            for (const auto& [sign, letter] : pairs)
                if (typed[i + 1] == letter)
                    meant = sign;
        text += meant ? meant : typed[i];
        i += meant ? 1 : 0;
    }
    return text;
}

} // namespace quantscope
