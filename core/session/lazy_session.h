#pragma once

#include "core/data/session_data.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>

namespace quantscope {

/// From which sizes on values are read when they are looked at.
struct LazyOptions {
    std::uint64_t fileBytes = 32u << 20;   ///< smaller files are read whole
    std::size_t arrayBytes = 1u << 20;     ///< and so are smaller arrays of larger files, and text
    std::size_t blockBytes = 4u << 20;     ///< neighbours read along with a slice, at most
    std::size_t checkedBytes = 64u << 20;  ///< smaller arrays are checked whole, larger by slices
    std::size_t cacheBytes = 64u << 20;    ///< blocks kept
};

/// Opens a session: its structure and small arrays are checked and read now, large arrays by the
/// slice when they are asked for, each checked before as readSession does it. What was opened
/// stays readable when another file takes its name or it is removed; a file whose content changes
/// beneath is refused with a sentence.
/// @throws Error (Input) with the place of the damage.
std::shared_ptr<SessionData> openLazily(const std::filesystem::path& file, const LazyOptions& options = {});

/// While one lives, what its thread reads of lazy sessions ends with Error (Interrupted) as soon
/// as the token is asked to stop.
class ReadingStop {
public:
    explicit ReadingStop(std::stop_token token);
    ReadingStop(const ReadingStop&) = delete;
    ReadingStop& operator=(const ReadingStop&) = delete;
    ~ReadingStop();

private:
    std::stop_token m_outer;
};

} // namespace quantscope
