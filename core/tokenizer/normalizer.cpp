#include "core/tokenizer/normalizer.h"

#include "core/tokenizer/base64.h"
#include "core/tokenizer/bert_normalizer.h"
#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/pattern.h"
#include "core/tokenizer/sentencepiece_normalizer.h"
#include "core/tokenizer/unicode.h"

#include <functional>
#include <utility>

namespace quantscope {

namespace {

/// Every normalizer without state of its own kind: a function on the text.
class FunctionNormalizer : public Normalizer {
public:
    explicit FunctionNormalizer(std::function<void(TextPiece&)> function)
        : m_function(std::move(function)) {}

    void normalize(TextPiece& piece) const override { m_function(piece); }

private:
    std::function<void(TextPiece&)> m_function;
};

std::unique_ptr<Normalizer> fromFunction(std::function<void(TextPiece&)> function) {
    return std::make_unique<FunctionNormalizer>(std::move(function));
}

std::unique_ptr<Normalizer> unicodeForm(NormalForm form) {
    return fromFunction(
        [form](TextPiece& piece) { piece.text = normalizeUnicode(piece.text, form); });
}

void strip(TextPiece& piece, bool isLeft, bool isRight) {
    std::string& text = piece.text;
    if (isRight) {
        std::size_t end = text.size();
        while (end > 0) {
            std::size_t before = end;
            if (!isWhiteSpace(previousCodePoint(text, before))) {
                break;
            }
            end = before;
        }
        text.resize(end);
    }
    if (isLeft) {
        std::size_t begin = 0;
        while (begin < text.size()) {
            std::size_t after = begin;
            if (!isWhiteSpace(nextCodePoint(text, after))) {
                break;
            }
            begin = after;
        }
        text.erase(0, begin);
        piece.isTextStart = piece.isTextStart && begin == 0;
    }
}

void stripAccents(TextPiece& piece) {
    std::string result;
    for (std::size_t position = 0; position < piece.text.size();) {
        const char32_t codePoint = nextCodePoint(piece.text, position);
        if (!isMark(codePoint)) {
            appendUtf8(result, codePoint);
        }
    }
    piece.text = std::move(result);
}

/// SentencePiece's character map as the library applies it: to every grapheme of fewer than six
/// bytes as a whole, else to its characters one by one; a match at the beginning replaces all of
/// what was looked at, and of several the shortest counts.
std::unique_ptr<Normalizer> precompiled(const JsonPlace& place) {
    const auto text = place.find("precompiled_charsmap");
    const auto blob = text ? fromBase64(text->text()) : std::optional(std::string());
    if (!blob) {
        text->fail("a character map in base64");
    }
    if (blob->empty()) {
        return fromFunction([](TextPiece&) {});
    }
    const auto map = std::make_shared<const CharacterMap>(*blob, place.where());
    return fromFunction([map](TextPiece& piece) {
        constexpr std::size_t longestWhole = 5; // bytes
        const std::string_view all = piece.text;
        std::string result;
        std::size_t begin = 0;
        for (const std::size_t end : graphemeEnds(all)) {
            const std::string_view grapheme = all.substr(begin, end - begin);
            begin = end;
            if (grapheme.size() <= longestWhole) {
                if (const auto match = map->shortestPrefix(grapheme); match.length > 0) {
                    result += match.replacement;
                    continue;
                }
            }
            for (std::size_t k = 0; k < grapheme.size();) {
                const std::string_view character = grapheme.substr(k, characterLength(grapheme, k));
                const auto match = map->shortestPrefix(character);
                result += match.length > 0 ? match.replacement : character;
                k += character.size();
            }
        }
        piece.text = std::move(result);
    });
}

std::unique_ptr<Normalizer> sequence(const JsonPlace& place, int depth) {
    std::vector<std::shared_ptr<const Normalizer>> steps;
    for (const JsonPlace& step : place.require("normalizers").items()) {
        steps.push_back(makeNormalizer(step, depth + 1));
    }
    return fromFunction([steps](TextPiece& piece) {
        for (const auto& step : steps) {
            step->normalize(piece);
        }
    });
}

} // namespace

std::unique_ptr<Normalizer> makeNormalizer(const JsonPlace& place, int depth) {
    if (depth > deepestNesting) {
        place.complain("normalizers are nested too deep");
    }
    const JsonPlace type = place.require("type");
    const std::string name = type.text();
    if (name == "Sequence") {
        place.onlyKeys({"type", "normalizers"});
        return sequence(place, depth);
    }
    if (name == "Prepend") {
        place.onlyKeys({"type", "prepend"});
        const std::string prefix = place.require("prepend").text();
        return fromFunction([prefix](TextPiece& piece) {
            if (!piece.text.empty()) {
                piece.text.insert(0, prefix);
            }
        });
    }
    if (name == "Replace") {
        place.onlyKeys({"type", "pattern", "content"});
        const Pattern pattern(place.require("pattern"));
        const std::string content = place.require("content").text();
        return fromFunction([pattern, content](TextPiece& piece) {
            piece.text = pattern.replaceAll(piece.text, content);
        });
    }
    if (name == "Strip") {
        place.onlyKeys({"type", "strip_left", "strip_right"});
        const bool isLeft = place.booleanOr("strip_left", true);
        const bool isRight = place.booleanOr("strip_right", true);
        return fromFunction([isLeft, isRight](TextPiece& piece) { strip(piece, isLeft, isRight); });
    }
    if (name == "BertNormalizer") {
        const BertNormalizer bert(place);
        return fromFunction([bert](TextPiece& piece) { piece.text = bert.normalize(piece.text); });
    }
    if (name == "Precompiled") {
        place.onlyKeys({"type", "precompiled_charsmap"});
        return precompiled(place);
    }
    place.onlyKeys({"type"});
    if (name == newestNfc) {
        return unicodeForm(NormalForm::NfcOfNewest);
    }
    if (name == "NFC") {
        return unicodeForm(NormalForm::Nfc);
    }
    if (name == "NFD") {
        return unicodeForm(NormalForm::Nfd);
    }
    if (name == "NFKC") {
        return unicodeForm(NormalForm::Nfkc);
    }
    if (name == "NFKD") {
        return unicodeForm(NormalForm::Nfkd);
    }
    if (name == "Lowercase") {
        return fromFunction([](TextPiece& piece) { piece.text = lowerCase(piece.text); });
    }
    if (name == "StripAccents") {
        return fromFunction(stripAccents);
    }
    if (name == "ByteLevel") {
        return fromFunction([](TextPiece& piece) { piece.text = toByteLevel(piece.text); });
    }
    type.fail("a normalizer among Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, "
              "Strip, StripAccents, ByteLevel, BertNormalizer, Precompiled");
}

} // namespace quantscope
