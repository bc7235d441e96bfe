#include "tests/tools/demo_text/grammar.h"

#include "core/data/error.h"
#include "tests/tools/demo_text/rules.h"

#include <array>

namespace quantscope::demo {

namespace {

bool isVowel(char letter) {
    return std::string_view("aeiouAEIOU").find(letter) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::string_view takeUntil(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view head = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return head;
}

} // namespace

std::string capitalized(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = char(text[0] - 'a' + 'A');
    return text;
}

std::string plural(const std::string& noun) {
    static const std::map<std::string, std::string> irregular = {
        {"mouse", "mice"},      {"goose", "geese"},     {"child", "children"}, {"sheep", "sheep"},
        {"fish", "fish"},       {"leaf", "leaves"},     {"loaf", "loaves"},    {"knife", "knives"},
        {"potato", "potatoes"}, {"tomato", "tomatoes"}, {"deer", "deer"},      {"wolf", "wolves"}};
    if (const auto found = irregular.find(noun); found != irregular.end())
        return found->second;
    const char last = noun.back();
    const char before = noun.size() > 1 ? noun[noun.size() - 2] : 'a';
    if (last == 'y' && !isVowel(before))
        return noun.substr(0, noun.size() - 1) + "ies";
    if (last == 's' || last == 'x' || (last == 'h' && (before == 'c' || before == 's')))
        return noun + "es";
    return noun + "s";
}

std::string numberWord(int number) {
    static const std::array<const char*, 21> words = {
        "no",       "one",     "two",     "three",     "four",     "five",     "six",
        "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
    return number >= 0 && number <= 20 ? words[std::size_t(number)] : std::to_string(number);
}

Grammar::Grammar(std::string_view rules) {
    while (!rules.empty()) {
        std::string_view line = takeUntil(rules, '\n');
        if (trimmed(line).empty())
            continue;
        const std::string name(trimmed(takeUntil(line, ':')));
        while (!line.empty())
            m_rules[name].emplace_back(trimmed(takeUntil(line, '|')));
    }
}

const std::vector<std::string>& Grammar::ways(const std::string& rule) const {
    const auto found = m_rules.find(rule);
    if (found == m_rules.end())
        throw Error(ErrorKind::Internal, "The text grammar has no rule '" + rule + "'.");
    return found->second;
}

std::string Grammar::expand(std::string_view text, Random& random, Bindings& bindings) const {
    std::string out;
    while (!text.empty()) {
        const char letter = text.front();
        text.remove_prefix(1);
        if (letter == '<')
            out += expandPlaceholder(takeUntil(text, '>'), random, bindings);
        else
            out += letter == '~' ? '\n' : letter;
    }
    return out;
}

std::string Grammar::expandPlaceholder(std::string_view placeholder, Random& random,
                                       Bindings& bindings) const {
    if (const std::size_t colon = placeholder.find(':'); colon != std::string_view::npos) {
        const std::string_view change = placeholder.substr(0, colon);
        const std::string word = expandPlaceholder(placeholder.substr(colon + 1), random, bindings);
        if (change == "a")
            return (isVowel(word[0]) ? "an " : "a ") + word;
        if (change == "many")
            return plural(word);
        return capitalized(word);
    }
    if (const std::size_t equals = placeholder.find('='); equals != std::string_view::npos) {
        const std::string value =
            expandPlaceholder(placeholder.substr(equals + 1), random, bindings);
        bindings[std::string(placeholder.substr(0, equals))] = value;
        return value;
    }
    const std::string name(placeholder);
    if (const auto bound = bindings.find(name); bound != bindings.end())
        return bound->second;
    return expand(random.pick(ways(name)), random, bindings);
}

Grammar demoGrammar() {
    return Grammar(std::string(wordRules()) + "\n" + std::string(storyRules()) + "\n" +
                   std::string(dialogueRules()) + "\n" + std::string(kitchenRules()) + "\n" +
                   std::string(reportRules()));
}

} // namespace quantscope::demo
