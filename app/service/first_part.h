#pragma once

#include "core/data/session_data.h"

#include <filesystem>
#include <memory>

namespace quantscope {

/// Of a session file of more bytes than `wholeBytes`: its texts, numbers by example and small
/// tables, without what was measured by layer, channel or token. Null for smaller files and for
/// folders, which are opened whole. @throws Error (Input) with the place of the damage.
std::shared_ptr<const SessionData> openFirst(const std::filesystem::path& session,
                                             std::uintmax_t wholeBytes);

/// The same from the size on where reading the whole takes noticeably long.
std::shared_ptr<const SessionData> openFirstPart(const std::filesystem::path& session);

} // namespace quantscope
