#include "app/service/thread_niceness.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace quantscope {

namespace {

/// Priorities are advice: where they cannot be set, everything runs as before.
void makeNice(id_t thread, int niceness) {
    errno = 0;
    const int now = ::getpriority(PRIO_PROCESS, thread);
    if (errno == 0 && now < niceness)
        ::setpriority(PRIO_PROCESS, thread, niceness);
}

} // namespace

void makeThisThreadNice(int niceness) { makeNice(static_cast<id_t>(::gettid()), niceness); }

void makeOtherThreadsNice(int niceness) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", failed)) {
        const std::string name = entry.path().filename().string();
        id_t thread = 0;
        std::from_chars(name.data(), name.data() + name.size(), thread);
        if (thread != 0 && thread != static_cast<id_t>(::gettid()))
            makeNice(thread, niceness);
    }
}

} // namespace quantscope
