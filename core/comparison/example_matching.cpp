#include "core/comparison/example_matching.h"

#include "core/data/session_schema.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <optional>
#include <string_view>

namespace quantscope {

namespace {

constexpr std::string_view whiteSpace = " \t\r\n";

/// Token ids of the examples, without padding.
class TokenRows {
public:
    explicit TokenRows(const SessionView& view) {
        const NamedArray* array = view.session().find("/text/token_ids");
        const auto* ids = array ? std::get_if<std::vector<std::int32_t>>(&array->values) : nullptr;
        if (!ids || array->shape.size() != 2 || array->shape[0] != view.examples() ||
            array->size() != ids->size())
            return;
        const std::size_t positions = array->shape[1];
        for (std::size_t example = 0; example < view.examples(); ++example) {
            const auto begin = ids->begin() + static_cast<std::ptrdiff_t>(example * positions);
            std::vector<std::int32_t>& row = m_rows.emplace_back();
            std::copy_if(begin, begin + static_cast<std::ptrdiff_t>(positions),
                         std::back_inserter(row), [](std::int32_t id) { return id >= 0; });
        }
    }

    const std::vector<std::vector<std::int32_t>>& rows() const { return m_rows; }

private:
    std::vector<std::vector<std::int32_t>> m_rows;
};

/// "<0xE2>", which readable pieces have for bytes that are no text on their own.
std::optional<char> byteName(std::string_view text) {
    constexpr std::size_t length = 6;
    if (text.size() < length || !text.starts_with("<0x") || text[length - 1] != '>')
        return std::nullopt;
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data() + 3, text.data() + 5, value, 16);
    if (failed != std::errc() || end != text.data() + 5)
        return std::nullopt;
    return static_cast<char>(value);
}

std::string withBytes(std::string_view piece) {
    std::string text;
    while (!piece.empty()) {
        if (const auto byte = byteName(piece)) {
            text += *byte;
            piece.remove_prefix(6);
        } else {
            text += piece.front();
            piece.remove_prefix(1);
        }
    }
    return text;
}

std::map<std::int32_t, std::string> piecesOf(const SessionView& view) {
    const std::vector<std::int32_t> ids = view.integers("/text/piece_id");
    const std::vector<std::string> pieces = view.texts("/text/pieces");
    std::map<std::int32_t, std::string> all;
    for (std::size_t place = 0; place < std::min(ids.size(), pieces.size()); ++place)
        all.emplace(ids[place], withBytes(pieces[place]));
    return all;
}

bool looksLikeStart(std::string_view piece) {
    return piece.size() > 2 && ((piece.front() == '<' && piece.back() == '>') ||
                                (piece.front() == '[' && piece.back() == ']'));
}

/// Whether position 0 is a start token: the same in all examples, and no word.
bool beginsWithStart(const std::vector<std::vector<std::int32_t>>& rows,
                     const std::map<std::int32_t, std::string>& pieces) {
    if (rows.empty() || rows.front().empty())
        return false;
    const std::int32_t first = rows.front().front();
    const auto piece = pieces.find(first);
    return piece != pieces.end() && looksLikeStart(piece->second) &&
           std::all_of(rows.begin(), rows.end(),
                       [&](const auto& row) { return !row.empty() && row.front() == first; });
}

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(whiteSpace);
    if (begin == std::string::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(whiteSpace) - begin + 1);
}

/// Pairs equal contents, the first of A with the first of B and so on.
template <typename Content>
std::vector<ExamplePair> pairEqual(const std::vector<Content>& a, const std::vector<Content>& b) {
    std::map<Content, std::deque<std::size_t>> places;
    for (std::size_t example = 0; example < b.size(); ++example)
        if (!b[example].empty())
            places[b[example]].push_back(example);
    std::vector<ExamplePair> pairs;
    for (std::size_t example = 0; example < a.size(); ++example) {
        const auto found = places.find(a[example]);
        if (found == places.end() || found->second.empty())
            continue;
        pairs.push_back({example, found->second.front()});
        found->second.pop_front();
    }
    return pairs;
}

} // namespace

std::vector<std::string> exampleTexts(const SessionView& view) {
    const TokenRows tokens(view);
    const std::map<std::int32_t, std::string> pieces = piecesOf(view);
    const std::size_t first = beginsWithStart(tokens.rows(), pieces) ? 1 : 0;
    std::vector<std::string> texts;
    for (const std::vector<std::int32_t>& row : tokens.rows()) {
        std::string& text = texts.emplace_back();
        for (std::size_t position = first; position < row.size(); ++position) {
            const auto piece = pieces.find(row[position]);
            if (piece == pieces.end()) {
                text.clear();
                break;
            }
            text += piece->second;
        }
        text = trimmed(text);
    }
    return texts;
}

std::vector<double> predictedBytes(const SessionView& view) {
    const TokenRows tokens(view);
    const std::map<std::int32_t, std::string> pieces = piecesOf(view);
    std::vector<double> bytes(view.examples(), notMeasured);
    for (std::size_t example = 0; example < tokens.rows().size(); ++example) {
        const std::vector<std::int32_t>& row = tokens.rows()[example];
        double sum = 0;
        for (std::size_t position = 1; position < row.size(); ++position) {
            const auto piece = pieces.find(row[position]);
            sum += piece == pieces.end() ? notMeasured : static_cast<double>(piece->second.size());
        }
        if (sum > 0)
            bytes[example] = sum;
    }
    return bytes;
}

ExampleMatching matchExamples(const SessionView& a, const SessionView& b) {
    ExampleMatching matching;
    const std::string tokenizer = a.attribute(attribute::tokenizerHash);
    const bool sameTokenizer =
        !tokenizer.empty() && tokenizer == b.attribute(attribute::tokenizerHash);
    matching.by = sameTokenizer ? MatchedBy::TokenIds : MatchedBy::Text;
    matching.pairs = sameTokenizer ? pairEqual(TokenRows(a).rows(), TokenRows(b).rows())
                                   : pairEqual(exampleTexts(a), exampleTexts(b));
    matching.unmatchedA = a.examples() - matching.pairs.size();
    matching.unmatchedB = b.examples() - matching.pairs.size();
    return matching;
}

} // namespace quantscope
