#include "tests/tools/demo_text/registers.h"

#include <algorithm>
#include <set>

namespace quantscope::demo {

namespace {

std::string padded(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

} // namespace

std::string writeList(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    std::string text;
    static const std::vector<std::string> titles = {
        "Things to buy on <day>:", "What <owner> packed for <place>:", "Jobs in the <room>:",
        "To do before <month>:", "Animals seen near <place>:"};
    static const std::vector<std::vector<std::string>> items = {
        {"<count> <many:fruit>", "<count> <many:vegetable>", "<food>", "<a:thing> for the <person>",
         "<count> litres of <drink>"},
        {"<a:color> <thing>", "<count> <many:thing>", "<a:tool>", "some <food>",
         "<a:size> <thing>"},
        {"paint the <furniture> <color>", "repair the <furniture>", "clean the <tool>",
         "bring the <thing> to <owner>", "find the <size> <tool>"},
        {"ask the <person> about the <thing>", "write to <girl> <surname>", "return the <tool>",
         "plant <count> <many:vegetable>", "learn <craft> with <boy>"},
        {"<a:color> <animal>", "<count> <many:animal>", "<a:size> <animal> with <a:color> tail",
         "<count> <size> <many:animal>", "nothing (it was <weather>)"}};
    while (text.empty() || text.size() < minimumLength) {
        const std::size_t kind = random.next() % titles.size();
        bindings["owner"] =
            grammar.expand(random.chance(0.5) ? "<girl>" : "<boy>", random, bindings);
        text += (text.empty() ? "" : "\n\n") + grammar.expand(titles[kind], random, bindings);
        const bool numbered = random.chance(0.5);
        const int length = random.between(3, 9);
        std::set<std::string> written;
        for (int i = 1; i <= length; ++i) {
            std::string item;
            do {
                bindings["count"] = std::to_string(random.between(2, 30));
                item = grammar.expand(random.pick(items[kind]), random, bindings);
            } while (!written.insert(item).second);
            text += "\n" + (numbered ? std::to_string(i) + ". " : std::string("- ")) + item;
        }
    }
    return text;
}

/// Rows of numbers with a column that follows from the others: a total, a product, a running sum.
std::string writeTable(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    std::string text;
    while (text.empty() || text.size() < minimumLength) {
        if (!text.empty())
            text += "\n\n";
        const int kind = random.between(0, 3);
        const int rows = random.between(4, 8);
        if (kind == 0) { // price × count = total
            text += "item | price | count | total";
            for (int row = 0; row < rows; ++row) {
                const int price = random.between(2, 12);
                const int count = random.between(1, 12);
                text += "\n" + grammar.expand("<thing>", random, bindings) + " | " +
                        std::to_string(price) + " | " + std::to_string(count) + " | " +
                        std::to_string(price * count);
            }
        } else if (kind == 1) { // running sum
            text += "day | sold | sum";
            int sum = 0;
            const std::vector<std::string>& days = grammar.ways("day");
            for (std::size_t row = 0; row < days.size(); ++row) {
                const int sold = random.between(1, 40);
                sum += sold;
                text +=
                    "\n" + days[row] + " | " + std::to_string(sold) + " | " + std::to_string(sum);
            }
        } else if (kind == 2) { // an arithmetic sequence in three columns
            const int step = random.between(2, 9);
            int value = random.between(1, 60);
            text += "n   value   next";
            for (int row = 1; row <= rows; ++row) {
                text += "\n" + std::to_string(row) + padded(std::to_string(value), 8) +
                        padded(std::to_string(value + step), 7);
                value += step;
            }
        } else { // measurements with their range
            text += "month | low | high | range";
            const std::vector<std::string>& months = grammar.ways("month");
            const std::size_t first = random.next() % months.size();
            for (std::size_t row = 0; row < std::size_t(rows); ++row) {
                const int low = random.between(1, 30);
                const int range = random.between(2, 15);
                text += "\n" + months[(first + row) % months.size()] + " | " + std::to_string(low) +
                        " | " + std::to_string(low + range) + " | " + std::to_string(range);
            }
        }
    }
    return text;
}

std::string writeRecipe(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    std::string text;
    while (text.empty() || text.size() < minimumLength) {
        Bindings bindings;
        const auto refresh = [&] {
            bindings["minutes"] = std::to_string(5 * random.between(1, 12));
            bindings["degrees"] = std::to_string(10 * random.between(15, 24));
            bindings["amount"] = std::to_string(50 * random.between(1, 12));
            bindings["number"] = numberWord(random.between(2, 6));
        };
        refresh();
        if (!text.empty())
            text += "\n\n";
        int step = 1;
        const auto add = [&](const std::string& rule) {
            refresh();
            text += "\n" + std::to_string(step++) + ". " +
                    grammar.expand("<" + rule + ">", random, bindings);
        };
        if (random.chance(0.35)) {
            text += grammar.expand("How to repair <fixtask=fixtask>", random, bindings);
            text += grammar.expand("\nYou need <a:tool=tool>, <amount> grams of paint and time.",
                                   random, bindings);
            grammar.expand("<part=part>", random, bindings);
            const int steps = random.between(4, 7);
            for (int i = 0; i < steps; ++i)
                add("fixstep");
            continue;
        }
        grammar.expand("<main=vegetable><second=fruit><powder=powder><liquid=liquid>", random,
                       bindings);
        if (random.chance(0.4))
            std::swap(bindings["main"], bindings["second"]);
        text += capitalized(grammar.expand("<main> <dish=dishkind>", random, bindings));
        text += grammar.expand("\nIngredients: <amount> grams of <powder>, <number> <many:main>, "
                               "<minutes> grams of <many:second>, some <liquid>.",
                               random, bindings);
        add("cut");
        add("mix");
        if (random.chance(0.6))
            add("mix");
        add("heat");
        if (random.chance(0.7))
            add("season_it");
        add("serve");
    }
    return text;
}

std::string writeArithmetic(const Grammar& grammar, Random& random, std::size_t minimumLength) {
    Bindings bindings;
    std::string text;
    const auto number = [](int value) { return std::to_string(value); };
    while (text.empty() || text.size() < minimumLength) {
        const int a = random.between(1, random.chance(0.5) ? 20 : 99);
        const int b = random.between(1, random.chance(0.5) ? 20 : 99);
        const int factor = random.between(2, 12);
        const int other = random.between(2, 12);
        text += text.empty() ? "" : "\n";
        switch (random.between(0, 8)) {
        case 0:
        case 1:
            text += number(a) + " + " + number(b) + " = " + number(a + b);
            break;
        case 2:
            text += number(std::max(a, b)) + " - " + number(std::min(a, b)) + " = " +
                    number(std::abs(a - b));
            break;
        case 3:
            text += number(factor) + " * " + number(other) + " = " + number(factor * other);
            break;
        case 4:
            text += number(factor * other) + " / " + number(factor) + " = " + number(other);
            break;
        case 5:
            text += number(a) +
                    (a > b   ? " is greater than "
                     : a < b ? " is less than "
                             : " is equal to ") +
                    number(b) + ".";
            break;
        case 6:
            text += "The number " + number(a) + " is " + (a % 2 == 0 ? "even" : "odd") +
                    ". The next one is " + number(a + 1) + ".";
            break;
        case 7:
            bindings["all"] = number(factor * other);
            bindings["each"] = number(factor);
            bindings["children"] = numberWord(other);
            text += grammar.expand("If <children> children have <each> <many:goods=fruit> each, "
                                   "they have <all> <many:goods> in all.",
                                   random, bindings);
            break;
        default: {
            const int step = random.between(1, 12);
            text += "Count by " + number(step) + ":";
            for (int i = 0; i < 6; ++i)
                text += (i == 0 ? " " : ", ") + number(a + i * step);
            break;
        }
        }
    }
    return text;
}

} // namespace quantscope::demo
