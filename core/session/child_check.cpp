#include "core/session/child_check.h"

#include "core/session/hdf5.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tuple>
#include <unistd.h>

extern char** environ;

namespace quantscope {

namespace {

constexpr const char* checkerName = "quantscope-session-check";
constexpr double bytesPerSecond = 10e6; ///< slower than any disk: a bound, not an estimate

using Identity = std::tuple<dev_t, ino_t, off_t, std::int64_t, std::int64_t>;

struct Shared {
    std::mutex mutex;
    std::filesystem::path checker;
    std::map<std::string, Identity> trusted; ///< by path
};

Shared& shared() {
    static Shared instance;
    return instance;
}

std::optional<Identity> identify(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) < 0)
        return std::nullopt;
    constexpr std::int64_t nano = 1000000000;
    return Identity{status.st_dev, status.st_ino, status.st_size,
                    status.st_mtim.tv_sec * nano + status.st_mtim.tv_nsec,
                    status.st_ctim.tv_sec * nano + status.st_ctim.tv_nsec};
}

/// @param name  that the file is known by
bool isTrusted(const std::filesystem::path& file, const std::string& name) {
    const auto identity = identify(file);
    const std::lock_guard lock(shared().mutex);
    const auto found = shared().trusted.find(name);
    return identity && found != shared().trusted.end() && found->second == *identity;
}

void trust(const std::filesystem::path& file, const std::string& name) {
    if (const auto identity = identify(file)) {
        const std::lock_guard lock(shared().mutex);
        shared().trusted[name] = *identity;
    }
}

std::optional<std::filesystem::path> findChecker() {
    {
        const std::lock_guard lock(shared().mutex);
        if (!shared().checker.empty())
            return shared().checker;
    }
    std::error_code failed;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
    const std::filesystem::path folder = self.parent_path();
    for (const auto& candidate : {folder / checkerName, folder / ".." / "bin" / checkerName,
                                  folder / ".." / "libexec" / "quantscope" / checkerName})
        if (!failed && ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
    return std::nullopt;
}

/// A pipe that closes itself.
struct Pipe {
    std::array<int, 2> ends = {-1, -1};

    Pipe() {
        if (::pipe2(ends.data(), O_CLOEXEC) < 0)
            throw Error(ErrorKind::Resources,
                        fmt::format("A pipe could not be made: {}.", std::strerror(errno)));
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        closeEnd(0);
        closeEnd(1);
    }
    void closeEnd(std::size_t end) {
        if (ends[end] >= 0)
            ::close(ends[end]);
        ends[end] = -1;
    }
};

pid_t spawnChecker(const std::filesystem::path& checker, const std::filesystem::path& file,
                   const CheckedPart& part, std::uint64_t memory, double seconds, Pipe& pipe) {
    std::vector<std::string> words = {checker.string(), "--seconds", fmt::format("{:.0f}", seconds),
                                      "--bytes", std::to_string(memory)};
    const auto add = [&words](const char* option, const std::string& value) {
        words.emplace_back(option);
        words.push_back(value);
    };
    for (const std::string& group : part.skipGroups)
        add("--skip", group);
    if (part.largestArray > 0)
        add("--largest", std::to_string(part.largestArray));
    if (!part.shownName.empty())
        add("--name", part.shownName);
    if (part.only) {
        add("--only", part.only->path);
        for (const std::size_t first : part.only->first)
            add("--first", std::to_string(first));
        for (const std::size_t count : part.only->count)
            add("--count", std::to_string(count));
    }
    words.emplace_back("--");
    words.push_back(file.string());
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = -1;
    const int reason =
        ::posix_spawn(&child, checker.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (reason != 0)
        throw Error(ErrorKind::Resources,
                    fmt::format("The program {}, which checks sessions before they are read, could "
                                "not be started: {}. Install it beside the running program.",
                                checker.string(), std::strerror(reason)));
    return child;
}

void writeLine(int descriptor, const std::string& line) {
    const std::string text = line + "\n";
    // A reader that is gone kills the child, which is as it should be.
    [[maybe_unused]] const ssize_t written = ::write(descriptor, text.data(), text.size());
}

/// Address space that this process holds already: a fork begins with it.
std::uint64_t addressSpace() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// The same work in a fork, where the program is not installed. HDF5's lock is held meanwhile, so
/// that the child does not find the library in the middle of another thread's call.
pid_t forkChecker(const std::filesystem::path& file, const CheckedPart& part, std::uint64_t memory,
                  double seconds, Pipe& pipe) {
    const hdf5::Lock lock;
    const pid_t child = ::fork();
    if (child < 0)
        throw Error(ErrorKind::Resources,
                    fmt::format("A process that checks the session could not be started: {}.",
                                std::strerror(errno)));
    if (child > 0)
        return child;
    hdf5::dropLockAfterFork();
    const int output = pipe.ends[1];
    limitProcess(seconds, addressSpace() + memory);
    try {
        checkSession(file, part,
                     [output](const std::string& place) { writeLine(output, "at " + place); });
        writeLine(output, "ok");
        ::_exit(0);
    } catch (const Error& error) {
        writeLine(output, (error.kind() == ErrorKind::Input ? "error " : "unable ") +
                              std::string(error.what()));
    } catch (const std::exception& error) { // of this process, which is not made for it
        writeLine(output, std::string("unable ") + error.what());
    }
    ::_exit(3);
}

struct Outcome {
    int status = 0;
    bool timedOut = false;
    std::string place; ///< read last
    std::string error;  ///< sentence of the child about the session
    std::string unable; ///< about itself: it could not check
    bool passed = false;
};

/// Takes the lines of the child; the last one may still be cut off.
void takeLines(std::string& buffer, Outcome& outcome) {
    std::size_t begin = 0;
    for (std::size_t end = buffer.find('\n'); end != std::string::npos;
         end = buffer.find('\n', begin)) {
        const std::string line = buffer.substr(begin, end - begin);
        if (line.starts_with("at "))
            outcome.place = line.substr(3);
        else if (line.starts_with("error "))
            outcome.error = line.substr(6);
        else if (line.starts_with("unable "))
            outcome.unable = line.substr(7);
        else if (line == "ok")
            outcome.passed = true;
        begin = end + 1;
    }
    buffer.erase(0, begin);
}

Outcome waitFor(pid_t child, int descriptor, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
    Outcome outcome;
    std::string buffer;
    std::array<char, 4096> bytes{};
    for (;;) {
        const double left = std::chrono::duration<double>(deadline - Clock::now()).count();
        pollfd waiting{descriptor, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, std::max(0, static_cast<int>(left * 1000)));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0) {
            outcome.timedOut = true;
            ::kill(child, SIGKILL);
            break;
        }
        const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        buffer.append(bytes.data(), static_cast<std::size_t>(count));
        takeLines(buffer, outcome);
        if (buffer.size() > (1u << 20)) // no line of ours is that long
            buffer.clear();
    }
    while (::waitpid(child, &outcome.status, 0) < 0 && errno == EINTR) {
    }
    return outcome;
}

} // namespace

void setSessionChecker(const std::filesystem::path& program) {
    const std::lock_guard lock(shared().mutex);
    shared().checker = program;
}

void trustFile(const std::filesystem::path& file) { trust(file, file.string()); }

void limitProcess(double seconds, std::uint64_t bytes) {
    const auto whole = static_cast<rlim_t>(std::ceil(std::max(1.0, seconds)));
    const rlimit time{whole, whole + 1};
    ::setrlimit(RLIMIT_CPU, &time);
#if !defined(__SANITIZE_ADDRESS__) // which reserves terabytes of address space
    const rlimit memory{bytes, bytes};
    ::setrlimit(RLIMIT_AS, &memory);
#else
    (void)bytes;
#endif
    const rlimit noDump{0, 0};
    ::setrlimit(RLIMIT_CORE, &noDump);
}

void checkInChildProcess(const std::filesystem::path& file, const ReadOptions& options) {
    checkPartInChildProcess(file, CheckedPart{.skipGroups = options.skipGroups}, options);
}

void checkPartInChildProcess(const std::filesystem::path& file, const CheckedPart& part,
                             const ReadOptions& limits) {
    const std::string name = part.shownName.empty() ? file.string() : part.shownName;
    if (!limits.checkInChildProcess || isTrusted(file, name))
        return;
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(file, failed);
    if (failed)
        return; // the reader says what is wrong with a file that is not there
    const double seconds = limits.checkSeconds + static_cast<double>(size) / bytesPerSecond;
    Pipe pipe;
    const auto checker = findChecker();
    const pid_t child = checker
                            ? spawnChecker(*checker, file, part, limits.checkBytes, seconds, pipe)
                            : forkChecker(file, part, limits.checkBytes, seconds, pipe);
    pipe.closeEnd(1);
    // Four times as long on the clock: the machine may be busy with other work.
    const Outcome outcome = waitFor(child, pipe.ends[0], 4 * seconds + 5);
    if (outcome.passed && WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0) {
        if (part.skipGroups.empty() && part.largestArray == 0 && !part.only)
            trust(file, name);
        return;
    }
    if (!outcome.error.empty())
        throw Error(ErrorKind::Input, outcome.error);
    const std::string place = outcome.place.empty() ? "its beginning" : outcome.place;
    const bool tooLong =
        outcome.timedOut || (WIFSIGNALED(outcome.status) && (WTERMSIG(outcome.status) == SIGXCPU ||
                                                             WTERMSIG(outcome.status) == SIGKILL));
    const std::string how =
        !outcome.unable.empty() ? outcome.unable
        : tooLong ? fmt::format("reading it took longer than {:.0f} s", seconds)
        : WIFSIGNALED(outcome.status)
            ? fmt::format("reading it crashed ({})", ::strsignal(WTERMSIG(outcome.status)))
            : fmt::format("the program that checks it ended with code {}",
                          WEXITSTATUS(outcome.status));
    if (!checker)
        throw Error(ErrorKind::Resources,
                    fmt::format("The program {}, which checks sessions before they are read, is "
                                "not installed beside the running program, and checking {} "
                                "without it did not end well at {}: {}. Whether the session is "
                                "damaged is not known; put the program there and try again.",
                                checkerName, name, place, how));
    throw Error(ErrorKind::Input,
                fmt::format("The session {} is damaged at {}: {}. Restore it from a copy, or run "
                            "the study again.",
                            name, place, how));
}

} // namespace quantscope
