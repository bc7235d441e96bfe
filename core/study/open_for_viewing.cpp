#include "core/study/open_for_viewing.h"

#include "core/session/lazy_session.h"
#include "core/study/later_patches.h"
#include "core/study/study.h"

namespace quantscope {

std::shared_ptr<const SessionData> openForViewing(const std::filesystem::path& session) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(session, failed))
        return openSession(session);
    std::shared_ptr<SessionData> data = openLazily(session);
    addLater(StudyFolder(session), *data);
    return data;
}

} // namespace quantscope
