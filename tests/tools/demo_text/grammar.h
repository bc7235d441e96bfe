#pragma once

#include "tests/tools/demo_text/random.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope::demo {

/// What a text remembers while it is written: who the hero is, which place, which thing.
using Bindings = std::map<std::string, std::string>;

/// Templates with nested choices. A rule is one line, `name: one way | another way`; inside a
/// template `<name>` stands for a binding of that name or else for a random way of the rule.
/// `<who=name>` also remembers what was written as `who`. `<a:…>` puts "a" or "an" before it,
/// `<many:…>` makes the plural, `<cap:…>` an upper-case first letter. `~` is a new line.
class Grammar {
public:
    explicit Grammar(std::string_view rules);

    /// @throws Error (Internal) for a name that is neither bound nor a rule.
    std::string expand(std::string_view text, Random& random, Bindings& bindings) const;

    /// The ways of one rule, unexpanded.
    const std::vector<std::string>& ways(const std::string& rule) const;

private:
    std::string expandPlaceholder(std::string_view placeholder, Random& random,
                                  Bindings& bindings) const;

    std::map<std::string, std::vector<std::string>> m_rules;
};

std::string capitalized(std::string text);
std::string plural(const std::string& noun);
/// Zero to twenty as words, above as digits.
std::string numberWord(int number);

/// The grammar of all registers, built once by the caller.
Grammar demoGrammar();

} // namespace quantscope::demo
