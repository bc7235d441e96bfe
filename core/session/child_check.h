#pragma once

#include "core/session/session.h"

namespace quantscope {

/// Has a child process read the session before this one does; see ReadOptions. A file that this
/// process wrote, or that passed before and has not changed, is not read again.
/// @throws Error (Input) naming the place where the child found damage, crashed or hung.
void checkInChildProcess(const std::filesystem::path& file, const ReadOptions& options);

/// Remembers a file that this process has just written.
void trustFile(const std::filesystem::path& file);

/// The limits a child sets itself: processor time and address space.
void limitProcess(double seconds, std::uint64_t bytes);

} // namespace quantscope
