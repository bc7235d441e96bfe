#pragma once

#include "core/data/session_data.h"

#include <string>

namespace quantscope {

/// A session or a part of one as the processes of a study hand it to each other. For this program
/// alone, between processes of one version: nothing that is kept.
std::string toBytes(const SessionData& data);

/// @throws Error (Internal) where the bytes are not such
SessionData sessionFromBytes(const std::string& bytes);

} // namespace quantscope
