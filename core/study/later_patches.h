#pragma once

#include "core/data/example_questions.h"
#include "core/data/session_data.h"
#include "core/session/session.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace quantscope {

/// Puts what waits in later.h5 of a study's folder into its session, in the place of what the
/// session itself has under "/later". @throws Error (Input) where the file is damaged.
void addLater(const StudyFolder& folder, SessionData& session);

/// Adds patches to later.h5 as one run, made now. Other programs may have added some since the
/// session was opened: theirs stay.
/// @return  all that are kept, the new ones last. @throws Error (Output).
std::vector<KeptPatch> keepPatches(const SessionData& session, const std::filesystem::path& file,
                                   std::vector<KeptPatch> added);

/// Leaves runs out of later.h5. @return what is kept
std::vector<KeptPatch> forgetPatches(const SessionData& session, const std::filesystem::path& file,
                                     const std::vector<std::int32_t>& runs);

} // namespace quantscope
