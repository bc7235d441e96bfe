#include "core/comparison/gate_tokens.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::size_t longestCondition = 4096;

bool isLetter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           character == '_';
}

bool isDigit(char character) { return character >= '0' && character <= '9'; }

/// A byte as a message shows it: itself where it can be seen.
std::string shownByte(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte > 0x20 && byte < 0x7f ? fmt::format("\"{}\"", character)
                                      : fmt::format("the byte 0x{:02X}", byte);
}

/// A condition for a message: on one line, and no longer than one.
std::string shown(std::string_view condition) {
    constexpr std::size_t longest = 200;
    std::size_t end = std::min(condition.size(), longest);
    while (end < condition.size() && end > 0 && (condition[end] & 0xC0) == 0x80)
        --end; // not inside a character
    std::string text;
    for (const char character : condition.substr(0, end))
        text += static_cast<unsigned char>(character) < 0x20 || character == 0x7f ? ' ' : character;
    return condition.size() > end ? text + "…" : text;
}

class Scanner {
public:
    explicit Scanner(std::string_view condition) : m_text(condition) {}

    GateToken next() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
        GateToken token;
        token.place = m_at + 1;
        if (m_at == m_text.size())
            return token;
        const char first = m_text[m_at];
        const bool fraction = first == '.' && m_at + 1 < m_text.size() && isDigit(m_text[m_at + 1]);
        if (isLetter(first) || (m_afterGroup && (isDigit(first) || first == '.' || first == '-')))
            return word(token);
        if (isDigit(first) || fraction)
            return number(token);
        if (first == '"')
            return quoted(token);
        return sign(token);
    }

private:
    GateToken number(GateToken token) {
        token.kind = GateTokenKind::Number;
        const char* begin = m_text.data() + m_at;
        const char* end = m_text.data() + m_text.size();
        const auto [after, failed] =
            std::from_chars(begin, end, token.number, std::chars_format::general);
        token.text = std::string(begin, after);
        m_at += token.text.size();
        remember(token);
        const bool runsOn = m_at < m_text.size() && (isLetter(m_text[m_at]) || m_text[m_at] == '.');
        if (failed != std::errc() || !std::isfinite(token.number) || runsOn)
            refuseCondition(
                m_text, token.place, "a number that can be represented",
                fmt::format("\"{}{}\"", token.text, runsOn ? std::string(1, m_text[m_at]) : ""));
        return token;
    }

    /// Metrics have a "-" only inside group selectors: "a-b" is one word after "group:" alone.
    GateToken word(GateToken token) {
        token.kind = GateTokenKind::Word;
        const bool selector = m_afterGroup;
        while (m_at < m_text.size() && (isLetter(m_text[m_at]) || isDigit(m_text[m_at]) ||
                                        m_text[m_at] == '.' || (selector && m_text[m_at] == '-')))
            token.text += m_text[m_at++];
        remember(token);
        return token;
    }

    GateToken quoted(GateToken token) {
        token.kind = GateTokenKind::Quoted;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\') {
                ++m_at;
                if (m_at == m_text.size() || (m_text[m_at] != '"' && m_text[m_at] != '\\'))
                    refuseCondition(m_text, m_at, "\\\" or \\\\",
                                    m_at == m_text.size() ? "the end" : shownByte(m_text[m_at]));
            }
            token.text += m_text[m_at];
        }
        if (m_at == m_text.size())
            refuseCondition(m_text, token.place, "a closing \" for this quoted text", "the end");
        ++m_at;
        remember(token);
        return token;
    }

    GateToken sign(GateToken token) {
        token.kind = GateTokenKind::Sign;
        for (const std::string_view two : {"<=", ">=", "==", "!="})
            if (m_text.substr(m_at).starts_with(two))
                token.text = two;
        if (token.text.empty()) {
            const char first = m_text[m_at];
            if (std::string_view("()+-*/:<>").find(first) == std::string_view::npos)
                refuseCondition(m_text, token.place, "a metric, a number or an operator",
                                first == '=' ? "\"=\" (equality is ==)" : shownByte(first));
            token.text = first;
        }
        m_at += token.text.size();
        m_afterGroup = token.text == ":" && m_afterWordGroup;
        m_afterWordGroup = false;
        return token;
    }

    void remember(const GateToken& token) {
        m_afterWordGroup = token.kind == GateTokenKind::Word && token.text == "group";
        m_afterGroup = false;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_afterWordGroup = false; ///< the token before is the word group
    bool m_afterGroup = false;     ///< the tokens before are "group" ":"
};

} // namespace

void refuseCondition(std::string_view condition, std::size_t place, const std::string& expected,
                     const std::string& found) {
    throw Error(ErrorKind::Usage,
                fmt::format("--fail-if \"{}\": at character {}: expected {}, found {}.",
                            shown(condition), place, expected, found));
}

std::vector<GateToken> gateTokens(std::string_view condition) {
    if (condition.size() > longestCondition)
        throw Error(
            ErrorKind::Usage,
            fmt::format("--fail-if \"{}\": a condition may have {} characters; this has {}.",
                        shown(condition), longestCondition, condition.size()));
    Scanner scanner(condition);
    std::vector<GateToken> tokens;
    do
        tokens.push_back(scanner.next());
    while (tokens.back().kind != GateTokenKind::End);
    return tokens;
}

std::string describeToken(const GateToken& token) {
    switch (token.kind) {
    case GateTokenKind::Number:
        return "the number " + token.text;
    case GateTokenKind::Word:
        return "\"" + token.text + "\"";
    case GateTokenKind::Quoted:
        return "a quoted text";
    case GateTokenKind::Sign:
        return "\"" + token.text + "\"";
    case GateTokenKind::End:
        break;
    }
    return "the end";
}

} // namespace quantscope
