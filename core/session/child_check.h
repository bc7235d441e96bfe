#pragma once

#include "core/session/session.h"

#include <functional>
#include <optional>

namespace quantscope {

/// A slice along the first dimensions of an array; see readArray. Without a count: all of it.
struct SliceOfArray {
    std::string path;
    std::vector<std::size_t> first;
    std::vector<std::size_t> count;
};

/// What of a session is to be checked: all, or less.
struct CheckedPart {
    std::vector<std::string> skipGroups;
    /// Arrays of more bytes are looked at without their values; 0: none is too large.
    std::size_t largestArray = 0;
    std::optional<SliceOfArray> only; ///< and nothing else
    std::string shownName;            ///< of the file in messages; empty: its path
};

/// Reads a part of a session, a slice at a time, so that damage shows; what the child process does.
/// @param trace  told of each place before it is read. @throws Error (Input).
void checkSession(const std::filesystem::path& file, const CheckedPart& part,
                  const std::function<void(const std::string&)>& trace);

/// Has a child process read the session before this one does; see ReadOptions. A file that this
/// process wrote, or that passed before and has not changed, is not read again.
/// @throws Error (Input) naming the place where the child found damage, crashed or hung.
void checkInChildProcess(const std::filesystem::path& file, const ReadOptions& options);

/// The same of a part of the session.
void checkPartInChildProcess(const std::filesystem::path& file, const CheckedPart& part,
                             const ReadOptions& limits = {});

/// Remembers a file that this process has just written.
void trustFile(const std::filesystem::path& file);

/// The limits a child sets itself: processor time and address space.
void limitProcess(double seconds, std::uint64_t bytes);

} // namespace quantscope
