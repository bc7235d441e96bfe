#include "core/dataset/questions.h"
#include "core/tokenizer/unicode.h"

#include <algorithm>
#include <cctype>

namespace quantscope {

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// As Python's str.capitalize: the first letter large, the others small.
std::string capitalized(const std::string& text) {
    if (text.empty())
        return {};
    const std::size_t first = characterLength(text, 0);
    return titleCase(text.substr(0, first)) + lowerCase(text.substr(first));
}

bool isAsciiPunctuation(char sign) {
    return static_cast<unsigned char>(sign) < 0x80 &&
           std::ispunct(static_cast<unsigned char>(sign)) != 0;
}

} // namespace

std::string normalizedAnswer(const std::string& text) {
    std::string kept = lowerCase(text);
    std::erase_if(kept, isAsciiPunctuation);
    std::string result;
    std::string word; // letters and digits that stand together
    bool isGap = false;
    const auto put = [&](std::string_view part) {
        result += isGap && !result.empty() ? " " : "";
        result += part;
        isGap = false;
    };
    const auto endWord = [&] {
        const bool isArticle = word == "a" || word == "an" || word == "the";
        if (isArticle)
            isGap = true;
        else if (!word.empty())
            put(word);
        word.clear();
    };
    for (std::size_t at = 0; at < kept.size();) {
        const std::size_t begin = at;
        const char32_t sign = nextCodePoint(kept, at);
        if (isWordCharacter(sign)) {
            word.append(kept, begin, at - begin);
            continue;
        }
        endWord();
        if (isWhiteSpace(sign))
            isGap = true;
        else
            put(std::string_view(kept).substr(begin, at - begin));
    }
    endWord();
    return result;
}

bool matchesAnswer(AnswerCriterion criterion, const std::string& prediction,
                   const std::vector<std::string>& accepted) {
    if (criterion == AnswerCriterion::Exact) {
        const std::string normal = normalizedAnswer(prediction);
        return std::any_of(accepted.begin(), accepted.end(), [&](const std::string& answer) {
            return normalizedAnswer(answer) == normal;
        });
    }
    return std::any_of(accepted.begin(), accepted.end(), [&](const std::string& answer) {
        return contains(prediction, answer) || contains(prediction, lowerCase(answer)) ||
               contains(prediction, capitalized(answer));
    });
}

} // namespace quantscope
