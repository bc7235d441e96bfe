#include "core/tokenizer/sentencepiece_normalizer.h"

#include "core/data/error.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::string_view spaceSymbol = "\xE2\x96\x81";

std::uint32_t littleEndian(std::string_view bytes, std::size_t position) {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[position + k]))
                 << (8 * k);
    }
    return value;
}

// The fields of a double-array unit.
bool hasLeaf(std::uint32_t unit) { return ((unit >> 8) & 1) != 0; }
std::uint32_t leafValue(std::uint32_t unit) { return unit & 0x7FFFFFFFu; }
std::uint32_t label(std::uint32_t unit) { return unit & 0x800000FFu; }
std::uint32_t childOffset(std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200u) >> 6); }

} // namespace

CharacterMap::CharacterMap(std::string_view blob, const std::string& file) {
    if (blob.empty()) {
        return;
    }
    const std::size_t trieSize = blob.size() < 4 ? 0 : littleEndian(blob, 0);
    if (trieSize == 0 || trieSize % 4 != 0 || trieSize > blob.size() - 4) {
        throw Error(
            ErrorKind::Input,
            fmt::format("{}: the precompiled character map of {} bytes is damaged (its trie "
                        "claims {} bytes).",
                        file, blob.size(), trieSize));
    }
    m_units.reserve(trieSize / 4);
    for (std::size_t position = 4; position < 4 + trieSize; position += 4) {
        m_units.push_back(littleEndian(blob, position));
    }
    m_replacements.assign(blob.begin() + static_cast<std::ptrdiff_t>(4 + trieSize), blob.end());
}

template <typename Visit>
void CharacterMap::visitPrefixes(std::string_view text, const Visit& visit) const {
    if (m_units.empty()) {
        return;
    }
    std::size_t node = childOffset(m_units[0]);
    for (std::size_t k = 0; k < text.size(); ++k) {
        const auto byte = static_cast<unsigned char>(text[k]);
        node ^= byte;
        if (node >= m_units.size() || label(m_units[node]) != byte) {
            break;
        }
        const std::uint32_t unit = m_units[node];
        node ^= childOffset(unit);
        if (hasLeaf(unit) && node < m_units.size()) {
            const std::size_t begin = leafValue(m_units[node]);
            if (begin <= m_replacements.size()) {
                const std::size_t end =
                    std::min(m_replacements.find('\0', begin), m_replacements.size());
                if (!visit(Match{k + 1,
                                 std::string_view(m_replacements).substr(begin, end - begin)})) {
                    return;
                }
            }
        }
    }
}

CharacterMap::Match CharacterMap::longestPrefix(std::string_view text) const {
    Match best;
    visitPrefixes(text, [&best](const Match& match) {
        best = match;
        return true;
    });
    return best;
}

CharacterMap::Match CharacterMap::shortestPrefix(std::string_view text) const {
    Match best;
    visitPrefixes(text, [&best](const Match& match) {
        best = match;
        return false;
    });
    return best;
}

SentencePieceNormalizer::SentencePieceNormalizer(const SentencePieceModel& model,
                                                 const std::string& file)
    : m_options(model.normalizer)
    , m_treatsSpaceAsSuffix(model.treatsSpaceAsSuffix)
    , m_map(model.normalizer.characterMap, file)
    , m_denormalization(model.denormalizer.characterMap, file) {
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
        if (model.pieces[id].type == SentencePieceModel::PieceType::UserDefined) {
            m_userDefined.add(model.pieces[id].text, id);
        }
    }
}

std::pair<std::size_t, std::string_view>
SentencePieceNormalizer::normalizePrefix(std::string_view text) const {
    if (const std::size_t length = m_userDefined.longestAt(text, 0).length) {
        return {length, text.substr(0, length)};
    }
    if (const CharacterMap::Match match = m_map.longestPrefix(text); match.length > 0) {
        return {match.length, match.replacement};
    }
    const std::size_t length = characterLength(text, 0);
    return {length, text.substr(0, length)};
}

std::string SentencePieceNormalizer::normalize(std::string_view text) const {
    std::string result;
    const std::string_view space = m_options.escapesSpaces ? spaceSymbol : " ";
    if (m_options.removesExtraSpaces) {
        while (!text.empty()) {
            const auto [length, replacement] = normalizePrefix(text);
            if (replacement != " ") {
                break;
            }
            text.remove_prefix(length);
        }
    }
    if (text.empty()) {
        return result;
    }
    result.reserve(text.size() + text.size() / 2);
    if (m_options.addsDummyPrefix && !m_treatsSpaceAsSuffix) {
        result += space;
    }
    bool isAfterSpace = m_options.removesExtraSpaces;
    while (!text.empty()) {
        auto [length, replacement] = normalizePrefix(text);
        while (isAfterSpace && replacement.starts_with(' ')) {
            replacement.remove_prefix(1);
        }
        for (const char c : replacement) {
            if (c == ' ') {
                result += space;
            } else {
                result += c;
            }
        }
        if (!replacement.empty()) {
            isAfterSpace = m_options.removesExtraSpaces && replacement.ends_with(' ');
        }
        text.remove_prefix(length);
    }
    if (m_options.removesExtraSpaces) {
        while (result.ends_with(space)) {
            result.erase(result.size() - space.size());
        }
    }
    if (m_options.addsDummyPrefix && m_treatsSpaceAsSuffix) {
        result += space;
    }
    return result;
}

std::string SentencePieceNormalizer::denormalize(std::string_view text) const {
    std::string result;
    while (!text.empty()) {
        const CharacterMap::Match match = m_denormalization.longestPrefix(text);
        const std::size_t length = match.length > 0 ? match.length : characterLength(text, 0);
        result += match.length > 0 ? match.replacement : text.substr(0, length);
        text.remove_prefix(length);
    }
    return result;
}

} // namespace quantscope
