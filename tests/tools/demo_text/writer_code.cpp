#include "tests/tools/demo_text/registers.h"

namespace quantscope::demo {

namespace {

const std::vector<std::string> functionVerbs = {"count", "find", "read",  "sum",   "sort", "print",
                                                "join",  "load", "check", "merge", "pick", "split"};
const std::vector<std::string> things = {"items", "lines", "words", "files", "names",
                                         "rows",  "keys",  "users", "parts", "values"};
const std::vector<std::string> scalars = {"total", "count", "result", "size",
                                          "index", "best",  "limit",  "width"};

std::string singular(const std::string& name) { return name.substr(0, name.size() - 1); }

/// One function whose names are used again in its body.
std::string function(const Grammar& grammar, Random& random, Bindings& bindings) {
    const std::string list = random.pick(things);
    const std::string item = singular(list);
    const std::string value = random.pick(scalars);
    const std::string name = random.pick(functionVerbs) + "_" + list;
    const int bound = random.between(0, 99);
    std::string text;
    if (random.chance(0.5))
        text +=
            grammar.expand("# the <adjective> <many:thing> of the <person>\n", random, bindings);
    text += "def " + name + "(" + list + ", " + value + "=" + std::to_string(bound) + "):\n";
    switch (random.between(0, 4)) {
    case 0:
        text += "    for " + item + " in " + list + ":\n        " + value + " += " + item +
                "\n    return " + value + "\n";
        break;
    case 1:
        text += "    for i in range(len(" + list + ")):\n        if " + list + "[i] > " + value +
                ":\n            " + value + " = " + list + "[i]\n    return " + value + "\n";
        break;
    case 2:
        text += "    if not " + list + ":\n        return None\n    return [" + item + " for " +
                item + " in " + list + " if " + item + " != " + value + "]\n";
        break;
    case 3:
        text += "    found = {}\n    for " + item + " in " + list + ":\n        found[" + item +
                "] = found.get(" + item + ", 0) + 1\n    return found\n";
        break;
    default:
        text += "    while " + value + " > 0:\n        " + list + ".append(" + value +
                ")\n        " + value + " -= " + std::to_string(random.between(1, 9)) +
                "\n    return len(" + list + ")\n";
        break;
    }
    const std::string word =
        grammar.expand(random.chance(0.5) ? "<thing>" : "<fruit>", random, bindings);
    switch (random.between(0, 2)) {
    case 0:
        text += "\nprint(" + name + "([" + std::to_string(random.between(0, 99));
        text += ", " + std::to_string(random.between(0, 99));
        text += ", " + std::to_string(random.between(0, 99)) + "]))";
        break;
    case 1:
        text += "\n" + value + " = " + name + "([\"" + word + "\", \"" +
                grammar.expand("<animal>", random, bindings) + "\"])";
        break;
    default:
        text += "\nassert " + name + "([]) == " + std::to_string(bound);
        break;
    }
    return text;
}

/// A settings file with sections.
std::string settings(const Grammar& grammar, Random& random, Bindings& bindings) {
    std::string text = grammar.expand("[<thing>]", random, bindings);
    const int lines = random.between(2, 5);
    for (int i = 0; i < lines; ++i) {
        text += "\n" + random.pick(scalars) + " = ";
        switch (random.between(0, 2)) {
        case 0:
            text += std::to_string(random.between(1, 999));
            break;
        case 1:
            text += grammar.expand("\"<color>\"", random, bindings);
            break;
        default:
            text += random.chance(0.5) ? "true" : "false";
            break;
        }
    }
    return text;
}

} // namespace

std::string writeCode(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    std::string text;
    const bool onlySettings = random.chance(0.2);
    while (text.empty() || text.size() < minimumLength) {
        text += (text.empty() ? "" : "\n\n");
        text += onlySettings ? settings(grammar, random, bindings)
                             : function(grammar, random, bindings);
    }
    return text;
}

} // namespace quantscope::demo
