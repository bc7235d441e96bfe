#include "core/data/array_source.h"

#include "core/data/error.h"

#include <map>
#include <mutex>
#include <utility>

namespace quantscope {

namespace {

/// Which sessions have a source. A SessionData is a plain value that every layer makes and copies;
/// that a few of them stand for a file is nobody's business but of those who read them.
struct Sources {
    std::mutex mutex;
    std::map<const SessionData*, std::shared_ptr<const ArraySource>> all;
};

Sources& sources() {
    static Sources instance;
    return instance;
}

std::shared_ptr<const ArraySource> findSource(const SessionData& session) {
    const std::lock_guard lock(sources().mutex);
    const auto found = sources().all.find(&session);
    return found == sources().all.end() ? nullptr : found->second;
}

/// Keeps a session's source as long as the session is there.
struct Sourced {
    SessionData session;

    Sourced(SessionData data, std::shared_ptr<const ArraySource> source)
        : session(std::move(data)) {
        const std::lock_guard lock(sources().mutex);
        sources().all[&session] = std::move(source);
    }
    Sourced(const Sourced&) = delete;
    Sourced& operator=(const Sourced&) = delete;
    ~Sourced() {
        const std::lock_guard lock(sources().mutex);
        sources().all.erase(&session);
    }
};

} // namespace

std::shared_ptr<SessionData> makeSourcedSession(SessionData session,
                                                std::shared_ptr<const ArraySource> source) {
    const auto sourced = std::make_shared<Sourced>(std::move(session), std::move(source));
    return {sourced, &sourced->session};
}

std::shared_ptr<SessionData> copySession(const SessionData& session) {
    if (auto source = findSource(session))
        return makeSourcedSession(session, std::move(source));
    return std::make_shared<SessionData>(session);
}

bool isLeftOut(const NamedArray& array) {
    return array.size() > 0 &&
           std::visit([](const auto& values) { return values.empty(); }, array.values);
}

const NamedArray* findLayout(const SessionData& session, const std::string& path) {
    const auto found = session.arrays.find(path);
    return found == session.arrays.end() ? nullptr : &found->second;
}

const ArraySource& sourceOf(const SessionData& session) {
    // The session keeps it: the reference lives as long as that.
    if (const auto source = findSource(session))
        return *source;
    throw Error(ErrorKind::Internal, "A copy of a session lacks the values that lie in its file.");
}

} // namespace quantscope
