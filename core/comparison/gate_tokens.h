#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

enum class GateTokenKind {
    Number, ///< 0.05, 1e-3
    Word,   ///< letters, digits and "_.-", beginning with a letter or "_"
    Quoted, ///< "any text"
    Sign,   ///< ( ) + - * / : < <= > >= == !=
    End,
};

struct GateToken {
    GateTokenKind kind = GateTokenKind::End;
    std::string text;      ///< of quoted text what is inside
    double number = 0;     ///< of a number
    std::size_t place = 0; ///< of its first character, from 1
};

/// An error in a condition, at a character from 1.
[[noreturn]] void refuseCondition(std::string_view condition, std::size_t place,
                                  const std::string& expected, const std::string& found);

/// @throws Error (Usage) as GateExpression::parse
std::vector<GateToken> gateTokens(std::string_view condition);

/// How a message names a token: the number, "the word kl", "the end".
std::string describeToken(const GateToken& token);

} // namespace quantscope
