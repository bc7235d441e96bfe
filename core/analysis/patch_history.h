#pragma once

#include "core/data/example_questions.h"
#include "core/data/pages/patch_history.h"
#include "core/data/session_data.h"
#include "core/data/table.h"

#include <vector>

namespace quantscope {

/// The patches that were asked for after the study, in "/later/patches" of a session.
/// @throws Error (Input) where the arrays do not go together or name what the session has not.
std::vector<KeptPatch> keptPatches(const SessionData& session);

/// "/later_patch" and the arrays of "/later/patches", for the session's file or the one beside it.
/// @param positions  the session's: T + 1
SessionData laterPatchesPart(const std::vector<KeptPatch>& patches, std::size_t positions);

/// Puts them in the place of those that a session has.
void replaceLaterPatches(SessionData& session, const std::vector<KeptPatch>& patches);

/// Number that a new run has.
std::int32_t nextPatchRun(const std::vector<KeptPatch>& patches);

/// Run by run, beside what the study itself measured of the same examples.
PatchHistoryValues patchHistoryValues(const SessionData& session,
                                      const std::vector<KeptPatch>& patches);

/// A row a run and example.
Table patchHistoryTable(const SessionData& session);

} // namespace quantscope
