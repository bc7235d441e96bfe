#pragma once

#include <cstdint>

namespace quantscope {

/// Asks the machine for as much memory as work is going to take, and gives it back: a limit
/// (ulimit -v, a machine that promises no more than it has) is then a sentence before the work
/// begins. Libraries that meet it in the middle crash, or ask again for ever.
/// @param bytes  that the work itself holds
/// @param threads  each has a buffer for products, a stack and a heap of its own
/// @throws Error (Resources)
void requireRoom(std::uint64_t bytes, int threads);

/// What the process takes beside the study's own data: what is resident now, that is the program,
/// the pages of its libraries, the text and its windows; and what libraries will still ask for when
/// they first compute. Measured, since libraries and processors differ; in steps of 32 MiB, so that
/// the same study is planned alike when it is resumed.
std::uint64_t processBytes(int threads);

} // namespace quantscope
