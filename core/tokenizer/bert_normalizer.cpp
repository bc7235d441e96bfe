#include "core/tokenizer/bert_normalizer.h"

#include "core/tokenizer/unicode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace quantscope {

namespace {

/// The blocks that the library takes for ideographs. One of them begins at 2B920 there, not at
/// 2B820, and ids depend on it.
bool isIdeograph(char32_t codePoint) {
    constexpr std::array<std::pair<char32_t, char32_t>, 7> blocks = {{{0x3400, 0x4DBF},
                                                                      {0x4E00, 0x9FFF},
                                                                      {0xF900, 0xFAFF},
                                                                      {0x20000, 0x2A6DF},
                                                                      {0x2A700, 0x2B81F},
                                                                      {0x2B920, 0x2CEAF},
                                                                      {0x2F800, 0x2FA1F}}};
    return std::any_of(blocks.begin(), blocks.end(), [codePoint](const auto& block) {
        return codePoint >= block.first && codePoint <= block.second;
    });
}

/// Every character of a text by a function that adds what becomes of it.
template <typename Rewrite>
std::string rewritten(std::string_view text, const Rewrite& rewrite) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t position = 0; position < text.size();) {
        rewrite(nextCodePoint(text, position), result);
    }
    return result;
}

void clean(char32_t codePoint, std::string& result) {
    constexpr char32_t replacement = 0xFFFD;
    const bool isLine = codePoint == U'\t' || codePoint == U'\n' || codePoint == U'\r';
    if (codePoint == 0 || codePoint == replacement || (!isLine && isOther(codePoint))) {
        return;
    }
    appendUtf8(result, isLine || isWhiteSpace(codePoint) ? U' ' : codePoint);
}

void space(char32_t codePoint, std::string& result) {
    const bool isSpaced = isIdeograph(codePoint);
    result += isSpaced ? " " : "";
    appendUtf8(result, codePoint);
    result += isSpaced ? " " : "";
}

void stripMark(char32_t codePoint, std::string& result) {
    if (!isNonSpacingMark(codePoint)) {
        appendUtf8(result, codePoint);
    }
}

} // namespace

BertNormalizer::BertNormalizer(const JsonPlace& place) {
    place.onlyKeys({"type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase"});
    cleansText = place.booleanOr("clean_text", true);
    spacesChinese = place.booleanOr("handle_chinese_chars", true);
    lowersCase = place.booleanOr("lowercase", true);
    stripsAccents = place.booleanOr("strip_accents", lowersCase);
}

std::string BertNormalizer::normalize(std::string_view text) const {
    std::string result(text);
    if (cleansText) {
        result = rewritten(result, clean);
    }
    if (spacesChinese) {
        result = rewritten(result, space);
    }
    if (stripsAccents) {
        result = rewritten(normalizeUnicode(result, NormalForm::Nfd), stripMark);
    }
    return lowersCase ? lowerCase(result) : result;
}

} // namespace quantscope
