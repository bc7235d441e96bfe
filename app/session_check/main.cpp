// Reads a session from beginning to end, so that a damaged file crashes or hangs this program and
// not the one that wants to show it. Started by core/session; the lines on standard output are
// "at PLACE" before each place, then "ok" or "error SENTENCE".

#include "core/data/error.h"
#include "core/session/child_check.h"
#include "core/session/session.h"

#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

struct Options {
    double seconds = 60;
    std::uint64_t bytes = 2ull << 30;
    quantscope::CheckedPart part;
    std::string file;
};

std::uint64_t readNumber(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size())
        throw quantscope::Error(quantscope::ErrorKind::Usage,
                                "\"" + std::string(text) + "\" is not a whole number.");
    return value;
}

Options readOptions(int count, char** words) {
    Options options;
    for (int index = 1; index < count; ++index) {
        const std::string_view word = words[index];
        const bool hasValue = index + 1 < count;
        if (word == "--seconds" && hasValue)
            options.seconds = static_cast<double>(readNumber(words[++index]));
        else if (word == "--bytes" && hasValue)
            options.bytes = readNumber(words[++index]);
        else if (word == "--skip" && hasValue)
            options.part.skipGroups.emplace_back(words[++index]);
        else if (word == "--largest" && hasValue)
            options.part.largestArray = readNumber(words[++index]);
        else if (word == "--name" && hasValue)
            options.part.shownName = words[++index];
        else if (word == "--only" && hasValue)
            options.part.only = quantscope::SliceOfArray{words[++index], {}, {}};
        else if (word == "--first" && hasValue && options.part.only)
            options.part.only->first.push_back(readNumber(words[++index]));
        else if (word == "--count" && hasValue && options.part.only)
            options.part.only->count.push_back(readNumber(words[++index]));
        else if (word == "--" && index + 2 == count)
            options.file = words[++index];
        else
            throw quantscope::Error(
                quantscope::ErrorKind::Usage,
                "Usage: quantscope-session-check [--seconds N] [--bytes N] [--skip GROUP]... "
                "[--largest BYTES] [--only ARRAY [--first N]... [--count N]...] [--name SHOWN] -- "
                "FILE. It reads a session and says whether it is whole.");
    }
    if (options.file.empty())
        throw quantscope::Error(quantscope::ErrorKind::Usage, "No session was named.");
    return options;
}

/// Each line is written at once: what comes after it may crash.
void say(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

} // namespace

int main(int count, char** words) {
    int code = 0;
    try {
        const Options options = readOptions(count, words);
        quantscope::limitProcess(options.seconds, options.bytes);
        quantscope::checkSession(options.file, options.part,
                                 [](const std::string& place) { say("at " + place); });
        say("ok");
    } catch (const quantscope::Error& error) {
        say(std::string("error ") + error.what());
        code = error.exitCode();
    } catch (const std::exception& error) {
        say(std::string("error The session is damaged: reading it failed with ") + error.what() +
            ".");
        code = static_cast<int>(quantscope::ErrorKind::Input);
    }
    // Nothing is cleaned up: after damage that could crash, and the answer is given.
    ::_exit(code);
}
