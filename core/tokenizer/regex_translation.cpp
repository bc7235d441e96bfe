#include "core/data/error.h"
#include "core/tokenizer/regex.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

// Oniguruma's \s is White_Space; PCRE2's also has U+180E, so it is written out.
constexpr std::string_view spaceMembers =
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"
    "\\x{205f}\\x{3000}";
constexpr std::string_view notSpaceMembers =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
    "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-"
    "\\x{10ffff}";
// Oniguruma's \w has marks, which PCRE2's has not, and outside of classes ² ³ ¹ ¼ ½ ¾.
constexpr std::string_view wordMembers = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
constexpr std::string_view loneWordMembers =
    "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{b2}\\x{b3}\\x{b9}\\x{bc}-\\x{be}";

constexpr std::array<std::string_view, 40> generalCategories = {
    "Any", "C",  "Cc", "Cf", "Cn", "Co", "Cs", "L",  "L&", "Ll", "Lm", "Lo",        "Lt", "Lu",
    "M",   "Mc", "Me", "Mn", "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd", "Pe",        "Pf", "Pi",
    "Po",  "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs", "Alphabetic"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 40> longNames = {{
    {"letter", "L"},
    {"casedletter", "L&"},
    {"uppercaseletter", "Lu"},
    {"lowercaseletter", "Ll"},
    {"titlecaseletter", "Lt"},
    {"modifierletter", "Lm"},
    {"otherletter", "Lo"},
    {"mark", "M"},
    {"nonspacingmark", "Mn"},
    {"spacingmark", "Mc"},
    {"enclosingmark", "Me"},
    {"number", "N"},
    {"decimalnumber", "Nd"},
    {"letternumber", "Nl"},
    {"othernumber", "No"},
    {"punctuation", "P"},
    {"connectorpunctuation", "Pc"},
    {"dashpunctuation", "Pd"},
    {"openpunctuation", "Ps"},
    {"closepunctuation", "Pe"},
    {"initialpunctuation", "Pi"},
    {"finalpunctuation", "Pf"},
    {"otherpunctuation", "Po"},
    {"symbol", "S"},
    {"mathsymbol", "Sm"},
    {"currencysymbol", "Sc"},
    {"modifiersymbol", "Sk"},
    {"othersymbol", "So"},
    {"separator", "Z"},
    {"spaceseparator", "Zs"},
    {"lineseparator", "Zl"},
    {"paragraphseparator", "Zp"},
    {"other", "C"},
    {"control", "Cc"},
    {"format", "Cf"},
    {"surrogate", "Cs"},
    {"privateuse", "Co"},
    {"unassigned", "Cn"},
    {"any", "Any"},
    {"alphabetic", "Alphabetic"},
}};

/// Names are compared without case, spaces, underscores and hyphens.
std::string plainName(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c != ' ' && c != '_' && c != '-') {
            plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
    }
    return plain;
}

std::string propertyName(std::string_view name) {
    const std::string plain = plainName(name);
    for (const std::string_view category : generalCategories) {
        if (plain == plainName(category)) {
            return std::string(category);
        }
    }
    for (const auto& [longName, category] : longNames) {
        if (plain == longName) {
            return std::string(category);
        }
    }
    return "sc:" + std::string(name); // a script; PCRE2's default would add script extensions
}

class Translator {
public:
    Translator(const std::string& pattern, const std::string& place)
        : m_pattern(pattern)
        , m_place(place) {}

    std::string translate() {
        while (m_position < m_pattern.size()) {
            const char c = m_pattern[m_position];
            if (c == '\\') {
                escape(false);
            } else if (c == '[') {
                characterClass();
            } else if (c == '(' && peek(1) == '?') {
                group();
            } else if (c == '}' && peek(1) == '+') {
                refuse("\"}+\" (repeating an interval)");
            } else {
                take(1);
            }
        }
        return std::move(m_result);
    }

private:
    char peek(std::size_t ahead) const {
        return m_position + ahead < m_pattern.size() ? m_pattern[m_position + ahead] : '\0';
    }

    void take(std::size_t count) {
        m_result.append(m_pattern, m_position, count);
        m_position += count;
    }

    [[noreturn]] void refuse(const std::string& construct) const {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the regular expression {} uses {} at byte {}, which is not "
                                "supported.",
                                m_place, m_pattern, construct, m_position));
    }

    void group() {
        take(2);
        if (peek(0) == '#') { // a comment
            while (m_position < m_pattern.size() && peek(0) != ')') {
                take(1);
            }
            return;
        }
        // Ruby's option m lets the dot match a line feed, which PCRE2 calls s.
        while (std::string_view("imx-").find(peek(0)) != std::string_view::npos &&
               peek(0) != '\0') {
            if (peek(0) == 'x') {
                refuse("the option x (extended form)");
            }
            m_result += peek(0) == 'm' ? 's' : peek(0);
            ++m_position;
        }
    }

    void characterClass() {
        take(1);
        const bool isNegated = peek(0) == '^';
        if (isNegated) {
            take(1);
        }
        if (peek(0) == ']') {
            m_result += "\\]";
            ++m_position;
        }
        std::size_t depth = 1;
        while (m_position < m_pattern.size()) {
            const char c = m_pattern[m_position];
            if (c == '\\') {
                escape(true);
            } else if (c == '&' && peek(1) == '&') {
                refuse("\"&&\" (the intersection of character classes)");
            } else if (c == '[' && peek(1) == ':') {
                refuse("a POSIX bracket");
            } else if (c == '[') {
                if (peek(1) == '^' || peek(1) == ']') {
                    refuse("a negated character class inside another");
                }
                ++depth; // the union of nested classes is the class of all their members
                ++m_position;
            } else if (c == ']') {
                --depth;
                if (depth == 0) {
                    take(1);
                    return;
                }
                ++m_position;
            } else {
                take(1);
            }
        }
    }

    void property() {
        const bool isNegated = peek(1) == 'P';
        if (peek(2) != '{') {
            refuse("a property without braces");
        }
        const std::size_t end = m_pattern.find('}', m_position);
        if (end == std::string::npos) {
            refuse("a property without its end");
        }
        std::string_view name =
            std::string_view(m_pattern).substr(m_position + 3, end - m_position - 3);
        const bool hasCaret = name.starts_with('^');
        name.remove_prefix(hasCaret ? 1 : 0);
        m_result += isNegated != hasCaret ? "\\P{" : "\\p{";
        m_result += propertyName(name);
        m_result += '}';
        m_position = end + 1;
    }

    /// Adds a set of characters; `members` as they stand inside a class.
    void addSet(std::string_view members, bool isNegated, bool inClass) {
        if (inClass) {
            if (isNegated) {
                refuse("a negated set inside a character class");
            }
            m_result += members;
        } else {
            m_result += isNegated ? "[^" : "[";
            m_result += members;
            m_result += ']';
        }
        m_position += 2;
    }

    void escape(bool inClass) {
        const char kind = peek(1);
        switch (kind) {
        case '\0':
            refuse("a backslash at its end");
        case 's':
            return addSet(spaceMembers, false, inClass);
        case 'S':
            return addSet(notSpaceMembers, false, inClass);
        case 'w':
        case 'W':
            return addSet(inClass ? wordMembers : loneWordMembers, kind == 'W', inClass);
        case 'h':
        case 'H':
            return addSet("0-9a-fA-F", kind == 'H', inClass);
        case 'p':
        case 'P':
            return property();
        case 'b':
            if (!inClass) {
                m_result +=
                    fmt::format("(?:(?<=[{0}])(?![{0}])|(?<![{0}])(?=[{0}]))", loneWordMembers);
                m_position += 2;
                return;
            }
            break;
        case 'B':
            m_result += fmt::format("(?:(?<=[{0}])(?=[{0}])|(?<![{0}])(?![{0}]))", loneWordMembers);
            m_position += 2;
            return;
        case 'u':
            if (m_position + 6 > m_pattern.size()) {
                refuse("\\u without four digits");
            }
            m_result += "\\x{" + m_pattern.substr(m_position + 2, 4) + "}";
            m_position += 6;
            return;
        default:
            break;
        }
        take(1 + characterLength(m_pattern, m_position + 1));
    }

    const std::string& m_pattern;
    const std::string& m_place;
    std::size_t m_position = 0;
    std::string m_result;
};

} // namespace

std::string translateOniguruma(const std::string& pattern, const std::string& place) {
    return Translator(pattern, place).translate();
}

} // namespace quantscope
