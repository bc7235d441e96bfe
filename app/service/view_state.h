#pragma once

#include "core/data/selection_values.h"
#include "core/data/session_data.h"

namespace quantscope {

/// Where a session keeps the state of the window, as JSON.
inline constexpr const char* viewStatePath = "/view/state";

/// Puts the selection, pins and groups into a session.
void writeViewState(SessionData& session, const SelectionValues& selection);

/// The selection that a session was saved with. Examples that it doesn't have are left out, and so
/// is a state that cannot be read: it holds no result.
SelectionValues readViewState(const SessionData& session);

} // namespace quantscope
