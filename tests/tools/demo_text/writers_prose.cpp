#include "tests/tools/demo_text/registers.h"

#include <array>

namespace quantscope::demo {

namespace {

struct Pronouns {
    const char* subject;
    const char* object;
    const char* possessive;
};

/// Names a character under `name`, with its kind and its pronouns under the given keys.
void bindCharacter(const Grammar& grammar, Random& random, Bindings& bindings,
                   const std::string& name, const std::array<std::string, 3>& pronounKeys) {
    static const Pronouns she{"she", "her", "her"};
    static const Pronouns he{"he", "him", "his"};
    static const Pronouns it{"it", "it", "its"};
    const int kind = random.between(0, 2);
    const Pronouns& pronouns = kind == 0 ? she : kind == 1 ? he : it;
    Bindings none;
    if (kind == 2) {
        const std::string animal = grammar.expand("<animal>", random, none);
        bindings[name] =
            random.chance(0.5) ? "the " + animal : grammar.expand("<girl>", random, none);
        bindings[name + "kind"] = animal;
    } else {
        bindings[name] = grammar.expand(kind == 0 ? "<girl>" : "<boy>", random, none);
        bindings[name + "kind"] = kind == 0 ? "girl" : "boy";
    }
    bindings[pronounKeys[0]] = pronouns.subject;
    bindings[pronounKeys[1]] = pronouns.object;
    bindings[pronounKeys[2]] = pronouns.possessive;
}

/// "gave two of her five apples to Tom and had three left": the numbers add up.
std::string countingScene(const Grammar& grammar, Random& random, Bindings& bindings) {
    const int all = random.between(3, 12);
    const int given = random.between(1, all - 1);
    bindings["some"] = numberWord(all);
    bindings["given"] = numberWord(given);
    bindings["left"] = numberWord(all - given);
    bindings["more"] = numberWord(all + given);
    static const std::vector<std::string> ways = {
        "<hero> had <some> <many:goods=fruit>. <cap:he> gave <given> to <friend> and had <left> "
        "left.",
        "There were <some> <many:goods=animal> in the <room>. <given> of them went away, so <left> "
        "stayed.",
        "<hero> counted the <many:goods=otherthing>: <some>. <friend> brought <given> more, and "
        "then "
        "there were <more>."};
    return grammar.expand(random.pick(ways), random, bindings);
}

std::string sentence(const Grammar& grammar, Random& random, Bindings& bindings,
                     const std::string& rule) {
    bindings["number"] = numberWord(random.between(2, 12));
    bindings["beast"] =
        grammar.expand(random.chance(0.5) ? "<person>" : "<animal>", random, bindings);
    if (rule == "scene") {
        if (random.chance(0.2))
            return countingScene(grammar, random, bindings);
    }
    return grammar.expand("<" + rule + ">", random, bindings);
}

/// A letter at the start of a sentence is upper case, whatever was put there.
std::string withCapitals(std::string text) {
    bool start = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (start && letter >= 'a' && letter <= 'z')
            text[i] = char(letter - 'a' + 'A');
        if (letter != ' ' && letter != '\n' && letter != '"' && letter != '(')
            start = letter == '.' && (i + 1 == text.size() || text[i + 1] == ' ');
        if (letter == '\n')
            start = true;
    }
    return text;
}

} // namespace

std::string writeStory(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    bindCharacter(grammar, random, bindings, "hero", {"he", "him", "his"});
    do
        bindCharacter(grammar, random, bindings, "friend", {"fhe", "fhim", "fhis"});
    while (bindings["friend"] == bindings["hero"]);
    grammar.expand("<thing=thing><spot=place>", random, bindings);
    std::string text;
    const auto add = [&](const std::string& rule) {
        text += (text.empty() || text.back() == '\n' ? "" : " ") +
                sentence(grammar, random, bindings, rule);
    };
    add("opening");
    if (random.chance(0.7))
        add("habit");
    add("friendopening");
    text += "\n";
    add("problem");
    add("reaction");
    // The end takes about 250 bytes.
    do {
        if (random.chance(0.25))
            text += "\n";
        add("scene");
    } while (text.size() + 250 < minimumLength);
    add("found");
    add("ending");
    if (random.chance(0.6))
        add("moral");
    while (text.size() < minimumLength)
        add("after");
    return withCapitals(text);
}

std::string writeDialogue(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    std::string text;
    while (text.empty() || text.size() < minimumLength) {
        const bool women = random.chance(0.5);
        std::string first = grammar.expand(women ? "<girl>" : "<boy>", random, bindings);
        std::string second =
            grammar.expand(random.chance(0.5) ? "<girl>" : "<boy>", random, bindings);
        if (first == second)
            continue;
        bindings["hero"] = first;
        bindings["friend"] = second;
        bindings["town"] = rareName(random);
        grammar.expand("<thing=thing><spot=place>", random, bindings);
        if (!text.empty())
            text += "\n";
        bool heroSpeaks = true;
        const auto say = [&](const std::string& rule) {
            bindings["number"] = numberWord(random.between(2, 20));
            bindings["hour"] = std::to_string(random.between(6, 21));
            bindings["hour"] +=
                random.chance(0.5) ? " o'clock" : ":" + std::to_string(15 * random.between(1, 3));
            bindings["other"] = heroSpeaks ? second : first;
            text += (heroSpeaks ? first : second) + ": " +
                    capitalized(grammar.expand("<" + rule + ">", random, bindings)) + "\n";
            heroSpeaks = !heroSpeaks;
        };
        static const std::vector<std::string> answers = {"reply_seen", "reply_price", "reply_time",
                                                         "reply_plan"};
        say("greeting");
        say("greetback");
        const int turns = random.between(2, 5);
        for (int turn = 0; turn < turns; ++turn) {
            // An answer suits its question, and each third line is a remark.
            const std::size_t way = random.next() % answers.size();
            static const std::vector<std::string> questions = {
                "Have you seen my <thing>?", "How much does the <thing> cost?",
                "When does the train to <town> leave?", "Do you want to come to <spot> on <day>?"};
            if (random.chance(0.75)) {
                bindings["question"] = grammar.expand(questions[way], random, bindings);
                say("question");
                say(answers[way]);
            } else {
                bindings.erase("question");
                say("ask");
            }
            if (random.chance(0.6))
                say("remark");
            if (random.chance(0.12))
                text += grammar.expand("<aside>", random, bindings) + "\n";
        }
        say("farewell");
    }
    text.pop_back();
    return text;
}

std::string writeNews(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    std::string text;
    while (text.empty() || text.size() < minimumLength) {
        bindings = {{"town", rareName(random)},
                    {"town2", rareName(random)},
                    {"region", rareName(random)},
                    {"region2", rareName(random)}};
        bindings["leader"] = grammar.expand(
            random.chance(0.5) ? "<girl> <surname>" : "<boy> <surname>", random, bindings);
        bindings["year"] = std::to_string(random.between(1900, 2024));
        bindings["dayofmonth"] = std::to_string(random.between(1, 28));
        text += text.empty() ? "" : "\n\n";
        text += grammar.expand("<newsopen>", random, bindings);
        std::vector<std::string> facts = grammar.ways("news");
        const int sentences = random.between(4, 8);
        for (int i = 0; i < sentences; ++i) {
            const int low = random.between(2, 90);
            bindings["low"] = std::to_string(low);
            bindings["high"] = std::to_string(low + random.between(1, 40));
            bindings["count"] = std::to_string(random.between(5, 95));
            bindings["people"] = std::to_string(random.between(2, 99)) + "00";
            bindings["age"] = std::to_string(random.between(25, 84));
            bindings["number"] = numberWord(random.between(2, 12));
            text += ' ';
            const std::size_t which = random.next() % facts.size(); // each once
            text += grammar.expand(facts[which], random, bindings);
            facts.erase(facts.begin() + std::ptrdiff_t(which));
        }
    }
    return text;
}

std::string writePlaces(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    std::string text;
    while (text.empty() || text.size() < minimumLength) {
        Bindings bindings = {{"town", rareName(random)},   {"town2", rareName(random)},
                             {"region", rareName(random)}, {"region2", rareName(random)},
                             {"river", rareName(random)},  {"pass", rareName(random)}};
        bindings["leader"] = rareName(random) + " ";
        bindings["leader"] += rareName(random);
        text += text.empty() ? "" : "\n\n";
        std::vector<std::string> facts = grammar.ways("townfact");
        const int sentences = random.between(4, 8);
        for (int i = 0; i < sentences; ++i) {
            bindings["year"] = std::to_string(random.between(1100, 1990));
            bindings["count"] = std::to_string(random.between(7, 480));
            bindings["people"] = std::to_string(random.between(1, 98));
            bindings["people"] += random.chance(0.5) ? "00" : "000";
            bindings["number"] = numberWord(random.between(2, 12));
            // Each fact once, the one that introduces the place first.
            const std::size_t which = i == 0 ? 0 : random.next() % facts.size();
            text += i == 0 ? "" : " ";
            text += grammar.expand(facts[which], random, bindings);
            facts.erase(facts.begin() + std::ptrdiff_t(which));
        }
    }
    return text;
}

} // namespace quantscope::demo
