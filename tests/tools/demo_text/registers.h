#pragma once

#include "tests/tools/demo_text/grammar.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope::demo {

/// Kinds of text, from those with the most regular words to those with the fewest.
enum class Register { Story, Dialogue, List, Table, Code, Recipe, Places, News, Arithmetic };

const std::vector<Register>& allRegisters();
std::string_view registerName(Register kind);

/// A document of one register, written unit by unit until it has at least `minimumLength` bytes.
/// UTF-8; beyond ASCII only letters.
std::string writeDocument(Register kind, const Grammar& grammar, Random& random,
                          std::size_t minimumLength);

// The writers, one a register.
std::string writeStory(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeDialogue(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeList(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeTable(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeCode(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeRecipe(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writePlaces(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeNews(const Grammar& grammar, Random& random, std::size_t minimumLength);
std::string writeArithmetic(const Grammar& grammar, Random& random, std::size_t minimumLength);

/// A made-up name put together from syllables, so that most of those in held-out text were never
/// seen in training. Some have letters beyond ASCII.
std::string rareName(Random& random);

} // namespace quantscope::demo
