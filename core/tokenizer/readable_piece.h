#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quantscope {

/// A vocabulary's piece as a person reads it: byte-level alphabets and "▁" undone, bytes that are
/// no UTF-8 on their own as <0xE2>.
std::string readablePiece(std::string_view piece, bool isByteLevel);

/// What stands for an id without a piece.
std::string unusedPiece(std::int32_t id);

} // namespace quantscope
