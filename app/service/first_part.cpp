#include "app/service/first_part.h"

#include "core/data/session_schema.h"
#include "core/session/session.h"

#include <algorithm>
#include <set>

namespace quantscope {

namespace {

constexpr std::uintmax_t noticeableBytes = 64u << 20;

/// Groups at the root with arrays that grow with layers, channels or tokens times examples.
std::vector<std::string> largeGroups() {
    std::set<std::string> groups;
    for (const ArrayDescription& array : sessionArrays()) {
        const bool isLarge = array.dimensions.size() > 2;
        const std::size_t end = array.path.find('/', 1);
        if (isLarge && end != std::string::npos)
            groups.insert(array.path.substr(0, end));
    }
    for (const char* needed : {"/text", "/examples"})
        groups.erase(needed);
    return {groups.begin(), groups.end()};
}

} // namespace

std::shared_ptr<const SessionData> openFirst(const std::filesystem::path& session,
                                             std::uintmax_t wholeBytes) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(session, failed) ||
        std::filesystem::file_size(session, failed) <= wholeBytes || failed)
        return nullptr;
    ReadOptions options;
    options.skipGroups = largeGroups();
    return std::make_shared<const SessionData>(readSession(session, options));
}

std::shared_ptr<const SessionData> openFirstPart(const std::filesystem::path& session) {
    return openFirst(session, noticeableBytes);
}

} // namespace quantscope
