#pragma once

#include "core/data/session_data.h"

#include <filesystem>
#include <memory>

namespace quantscope {

/// As openSession, but of a large file the values of large arrays stay there until they are looked
/// at; see openLazily.
std::shared_ptr<const SessionData> openForViewing(const std::filesystem::path& session);

} // namespace quantscope
