#include "tests/tools/demo_text/registers.h"

#include "core/data/error.h"

namespace quantscope::demo {

const std::vector<Register>& allRegisters() {
    static const std::vector<Register> registers = {
        Register::Story,  Register::Dialogue, Register::List, Register::Table,     Register::Code,
        Register::Recipe, Register::Places,   Register::News, Register::Arithmetic};
    return registers;
}

std::string_view registerName(Register kind) {
    switch (kind) {
    case Register::Story:
        return "story";
    case Register::Dialogue:
        return "dialogue";
    case Register::List:
        return "list";
    case Register::Table:
        return "table";
    case Register::Code:
        return "code";
    case Register::Recipe:
        return "recipe";
    case Register::Places:
        return "places";
    case Register::News:
        return "news";
    case Register::Arithmetic:
        return "arithmetic";
    }
    throw Error(ErrorKind::Internal, "A register of the demo text has no name.");
}

std::string writeDocument(Register kind, const Grammar& grammar, Random& random,
                          std::size_t minimumLength) {
    switch (kind) {
    case Register::Story:
        return writeStory(grammar, random, minimumLength);
    case Register::Dialogue:
        return writeDialogue(grammar, random, minimumLength);
    case Register::List:
        return writeList(grammar, random, minimumLength);
    case Register::Table:
        return writeTable(grammar, random, minimumLength);
    case Register::Code:
        return writeCode(grammar, random, minimumLength);
    case Register::Recipe:
        return writeRecipe(grammar, random, minimumLength);
    case Register::Places:
        return writePlaces(grammar, random, minimumLength);
    case Register::News:
        return writeNews(grammar, random, minimumLength);
    case Register::Arithmetic:
        return writeArithmetic(grammar, random, minimumLength);
    }
    throw Error(ErrorKind::Internal, "A register of the demo text has no writer.");
}

std::string rareName(Random& random) {
    static const std::vector<std::string> starts = {
        "Ab",  "Bel", "Cor", "Dra",  "El",  "Fen", "Gor", "Hal", "Is",  "Jar", "Kel", "Lo",  "Mor",
        "Nar", "Or",  "Pel", "Quin", "Ras", "Sel", "Tor", "Ul",  "Var", "Wyn", "Xan", "Yor", "Zel",
        "Ö",   "Å",   "Éd",  "Šar",  "Bra", "Chi", "Thu", "Vo",  "Gri", "Ski", "Tza", "Mbe"};
    static const std::vector<std::string> middles = {
        "a",  "e",  "i",  "o",   "u",  "an", "ari", "ed", "el",  "en",  "ik",  "im",  "ona", "or",
        "ug", "ul", "ya", "ött", "ža", "ó",  "ez",  "iv", "amb", "ash", "ith", "oru", "ü",   "ndi"};
    static const std::vector<std::string> ends = {
        "burg", "dal",   "dor", "ford", "gard", "ia",  "ik",  "in", "kov",  "land", "lo",
        "mar",  "mouth", "na",  "ora",  "os",   "rak", "ria", "sk", "stad", "tan",  "th",
        "ton",  "um",    "vik", "wick", "zen",  "ñar", "ły",  "qa", "xis",  "bö"};
    std::string name = random.pick(starts);
    name += random.pick(middles);
    if (random.chance(0.4))
        name += random.pick(middles);
    name += random.pick(ends);
    return name;
}

} // namespace quantscope::demo
