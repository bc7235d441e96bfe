#include "core/study/later_patches.h"

#include "core/analysis/patch_history.h"
#include "core/data/error.h"
#include "core/study/study.h"
#include "core/study/utc_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace quantscope {

namespace {

bool isLater(const std::string& path) {
    return path.starts_with("/later/") || path == "/later_patch";
}

/// What later.h5 has, else the session itself.
std::vector<KeptPatch> currentPatches(const SessionData& session, const StudyFolder& folder) {
    if (!std::filesystem::exists(folder.laterFile()))
        return keptPatches(session);
    SessionData now;
    for (const char* coordinate : {"/example", "/lane"})
        if (const NamedArray* array = session.find(coordinate))
            now.arrays.emplace(coordinate, *array);
    addLater(folder, now);
    return keptPatches(now);
}

void write(const SessionData& session, const StudyFolder& folder,
           const std::vector<KeptPatch>& patches) {
    writeSession(folder.laterFile(), laterPatchesPart(patches, session.extent("position")));
}

} // namespace

void addLater(const StudyFolder& folder, SessionData& session) {
    if (!std::filesystem::exists(folder.laterFile()))
        return;
    SessionData later = readSession(folder.laterFile());
    std::erase_if(later.arrays, [](const auto& entry) { return !isLater(entry.first); });
    std::erase_if(session.arrays, [](const auto& entry) { return isLater(entry.first); });
    session.arrays.merge(later.arrays);
    try {
        keptPatches(session);
    } catch (const Error& error) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: {} Remove the file to open the session without them.",
                                folder.laterFile().string(), error.what()));
    }
}

std::vector<KeptPatch> keepPatches(const SessionData& session, const std::filesystem::path& file,
                                   std::vector<KeptPatch> added) {
    const StudyFolder folder(file);
    std::vector<KeptPatch> all = currentPatches(session, folder);
    const std::int32_t run = nextPatchRun(all);
    const std::string now = utcNow();
    for (KeptPatch& patch : added) {
        patch.run = run;
        patch.created = now;
        all.push_back(std::move(patch));
    }
    write(session, folder, all);
    return all;
}

std::vector<KeptPatch> forgetPatches(const SessionData& session, const std::filesystem::path& file,
                                     const std::vector<std::int32_t>& runs) {
    const StudyFolder folder(file);
    std::vector<KeptPatch> all = currentPatches(session, folder);
    std::erase_if(all, [&](const KeptPatch& patch) {
        return std::find(runs.begin(), runs.end(), patch.run) != runs.end();
    });
    write(session, folder, all);
    return all;
}

void saveSession(const std::filesystem::path& file, const SessionData& data) {
    writeSession(file, data);
    std::error_code ignored; // what is left there only repeats what the session has
    std::filesystem::remove(StudyFolder(file).laterFile(), ignored);
}

} // namespace quantscope
