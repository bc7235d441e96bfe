#include "core/tokenizer/unicode.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

namespace quantscope {

namespace {

/// Length of the well-formed sequence at `position`, 0 when there is none; `badLength` is then the
/// maximal subpart (at least one byte).
std::size_t sequenceLength(std::string_view text, std::size_t position, std::size_t& badLength) {
    const auto byte = [&](std::size_t k) {
        return position + k < text.size() ? static_cast<unsigned char>(text[position + k]) : 0u;
    };
    const unsigned lead = byte(0);
    badLength = 1;
    if (lead < 0x80) {
        return 1;
    }
    std::size_t length = 0;
    unsigned low = 0x80, high = 0xBF; // allowed range of the second byte
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return 0;
    }
    for (std::size_t k = 1; k < length; ++k) {
        if (byte(k) < low || byte(k) > high) {
            badLength = k;
            return 0;
        }
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

constexpr char32_t sharadaSandhiMark = 0x111C9; // punctuation until Unicode 11

bool isKnownTo(std::uint8_t unicodeVersion, char32_t codePoint) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(codePoint), age);
    return age[0] <= unicodeVersion;
}

void requireIcu(UErrorCode status) {
    if (U_FAILURE(status)) {
        throw Error(ErrorKind::Internal,
                    fmt::format("ICU cannot normalize Unicode: {}.", u_errorName(status)));
    }
}

/// The reference library normalizes by the tables of Unicode 9: later characters stay as they are.
const icu::UnicodeSet& normalizedCharacters() {
    static const icu::UnicodeSet characters = [] {
        UErrorCode status = U_ZERO_ERROR;
        icu::UnicodeSet set(icu::UnicodeString("[:Age=9.0:]"), status);
        requireIcu(status);
        set.freeze();
        return set;
    }();
    return characters;
}

const icu::Normalizer2& normalizerOf(NormalForm form) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = nullptr;
    switch (form) {
    case NormalForm::Nfc:
    case NormalForm::NfcOfNewest:
        normalizer = icu::Normalizer2::getNFCInstance(status);
        break;
    case NormalForm::Nfd:
        normalizer = icu::Normalizer2::getNFDInstance(status);
        break;
    case NormalForm::Nfkc:
        normalizer = icu::Normalizer2::getNFKCInstance(status);
        break;
    case NormalForm::Nfkd:
        normalizer = icu::Normalizer2::getNFKDInstance(status);
        break;
    }
    requireIcu(status);
    return *normalizer;
}

} // namespace

std::optional<std::size_t> findInvalidUtf8(std::string_view text) {
    std::size_t position = 0;
    while (position < text.size()) {
        std::size_t badLength = 0;
        const std::size_t length = sequenceLength(text, position, badLength);
        if (length == 0) {
            return position;
        }
        position += length;
    }
    return std::nullopt;
}

void requireUtf8(std::string_view text, const std::string& what) {
    if (const auto offset = findInvalidUtf8(text)) {
        throw Error(ErrorKind::Input,
                    fmt::format("{} is not UTF-8: byte 0x{:02X} at byte offset {} begins no valid "
                                "sequence. Convert it to UTF-8.",
                                what, static_cast<unsigned char>(text[*offset]), *offset));
    }
}

std::size_t characterLength(std::string_view text, std::size_t position) {
    const auto lead = static_cast<unsigned char>(text[position]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return std::min(length, text.size() - position);
}

char32_t nextCodePoint(std::string_view text, std::size_t& position) {
    const std::size_t length = characterLength(text, position);
    const auto lead = static_cast<unsigned char>(text[position]);
    char32_t codePoint = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
        codePoint = (codePoint << 6) | (static_cast<unsigned char>(text[position + k]) & 0x3Fu);
    }
    position += length;
    return codePoint;
}

char32_t previousCodePoint(std::string_view text, std::size_t& position) {
    --position;
    while (position > 0 && (static_cast<unsigned char>(text[position]) & 0xC0) == 0x80) {
        --position;
    }
    std::size_t forward = position;
    return nextCodePoint(text, forward);
}

void appendUtf8(std::string& text, char32_t codePoint) {
    char bytes[4];
    std::int32_t length = 0;
    UBool isError = false;
    U8_APPEND(bytes, length, 4, static_cast<UChar32>(codePoint), isError);
    if (isError) {
        text += "\xEF\xBF\xBD";
        return;
    }
    text.append(bytes, static_cast<std::size_t>(length));
}

std::string replaceInvalidUtf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    std::size_t position = 0;
    while (position < bytes.size()) {
        std::size_t badLength = 0;
        const std::size_t length = sequenceLength(bytes, position, badLength);
        if (length == 0) {
            text += "\xEF\xBF\xBD";
            position += badLength;
        } else {
            text.append(bytes, position, length);
            position += length;
        }
    }
    return text;
}

std::string normalizeUnicode(std::string_view text, NormalForm form) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw Error(ErrorKind::Input,
                    fmt::format("A text of {} bytes is too long to normalize at once (at most 2 "
                                "GiB). Split it into documents.",
                                text.size()));
    }
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    UErrorCode status = U_ZERO_ERROR;
    const icu::FilteredNormalizer2 filtered(normalizerOf(form), normalizedCharacters());
    const icu::Normalizer2& normalizer =
        form == NormalForm::NfcOfNewest ? normalizerOf(form) : filtered;
    normalizer.normalizeUTF8(0,
                             icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())),
                             sink, nullptr, status);
    requireIcu(status);
    return result;
}

std::string lowerCase(std::string_view text) {
    constexpr char32_t capitalIWithDot = 0x130; // the one unconditional mapping to two characters
    std::string result;
    result.reserve(text.size());
    for (std::size_t position = 0; position < text.size();) {
        const char32_t codePoint = nextCodePoint(text, position);
        if (codePoint == capitalIWithDot) {
            result += "i\xCC\x87";
        } else {
            appendUtf8(result, static_cast<char32_t>(u_tolower(static_cast<UChar32>(codePoint))));
        }
    }
    return result;
}

std::string titleCase(std::string_view text) {
    std::string result;
    for (std::size_t position = 0; position < text.size();) {
        const char32_t codePoint = nextCodePoint(text, position);
        appendUtf8(result, static_cast<char32_t>(u_totitle(static_cast<UChar32>(codePoint))));
    }
    return result;
}

bool isWhiteSpace(char32_t codePoint) { return u_isUWhiteSpace(static_cast<UChar32>(codePoint)); }

bool isNumeric(char32_t codePoint) {
    return (U_GET_GC_MASK(static_cast<UChar32>(codePoint)) & U_GC_N_MASK) != 0;
}

bool isMark(char32_t codePoint) {
    // Marks of Unicode 9 that have become letters since, and the reverse.
    constexpr char32_t vedicArdhavisarga = 0x1CF2, vedicRotatedArdhavisarga = 0x1CF3;
    if (codePoint == vedicArdhavisarga || codePoint == vedicRotatedArdhavisarga) {
        return true;
    }
    return (U_GET_GC_MASK(static_cast<UChar32>(codePoint)) & U_GC_M_MASK) != 0 &&
           isKnownTo(9, codePoint) && codePoint != sharadaSandhiMark;
}

bool isNonSpacingMark(char32_t codePoint) {
    constexpr char32_t hanunooPamudpod = 0x1734; // has become a spacing mark since Unicode 8
    return (u_charType(static_cast<UChar32>(codePoint)) == U_NON_SPACING_MARK &&
            isKnownTo(8, codePoint)) ||
           codePoint == hanunooPamudpod;
}

bool isOther(char32_t codePoint) {
    constexpr std::uint32_t mask = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK;
    return (U_GET_GC_MASK(static_cast<UChar32>(codePoint)) & mask) != 0 && isKnownTo(8, codePoint);
}

std::vector<std::size_t> graphemeEnds(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    requireIcu(status);
    UText* opened =
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
    requireIcu(status);
    const std::unique_ptr<UText, UText* (*)(UText*)> source(opened, utext_close);
    breaks->setText(source.get(), status);
    requireIcu(status);
    std::vector<std::size_t> ends;
    for (std::int32_t end = breaks->next(); end != icu::BreakIterator::DONE; end = breaks->next()) {
        ends.push_back(static_cast<std::size_t>(end));
    }
    return ends;
}

bool isPunctuation(char32_t codePoint) {
    if (codePoint < 0x80) {
        return (codePoint > 0x20 && codePoint < 0x30) || (codePoint > 0x39 && codePoint < 0x41) ||
               (codePoint > 0x5A && codePoint < 0x61) || (codePoint > 0x7A && codePoint < 0x7F);
    }
    // These two have become a symbol and a mark since.
    constexpr char32_t canadianSyllabicsChi = 0x166D;
    return ((U_GET_GC_MASK(static_cast<UChar32>(codePoint)) & U_GC_P_MASK) != 0 &&
            isKnownTo(8, codePoint)) ||
           codePoint == canadianSyllabicsChi || codePoint == sharadaSandhiMark;
}

bool isWordCharacter(char32_t codePoint) {
    const auto c = static_cast<UChar32>(codePoint);
    return u_isUAlphabetic(c) ||
           (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 ||
           u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL);
}

} // namespace quantscope
