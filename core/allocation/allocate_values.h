#pragma once

#include "core/data/pages/allocate.h"
#include "core/data/session_data.h"

#include <stop_token>

namespace quantscope {

/// Solves for the budget asked for, from the sensitivities of a session. Runs in any thread.
/// @throws Error (Interrupted) once a stop is asked for; what cannot be had is clamped to what can.
AllocateValues allocateValues(const SessionData& session, const AllocateRequest& request,
                              std::stop_token stop = {});

} // namespace quantscope
