// Runs a fuzz target without libFuzzer, with any compiler: over the files of the folders named, and
// then for some seconds over random changes of them. A crash names the input, which is kept.
//
//   replay [--seconds N] [--seed N] FOLDER|FILE...

#include "core/data/hash.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

namespace {

using quantscope::SplitMix;

constexpr std::size_t largestInput = 1 << 20;

std::string current; ///< what the target reads, for the message of a crash

/// Writes the input that crashed; then the signal does what it does.
void onCrash(int signal) {
    const char* name = "crash-input";
    if (std::FILE* file = std::fopen(name, "wb")) {
        std::fwrite(current.data(), 1, current.size(), file);
        std::fclose(file);
    }
    std::fprintf(stderr, "The target ended with signal %d; its input is in %s here.\n", signal,
                 name);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void run(std::string input) {
    current = std::move(input);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current.data()), current.size());
}

/// One small change, as damage and malice make them.
void change(std::string& text, SplitMix& random, const std::vector<std::string>& corpus) {
    constexpr std::array<std::uint64_t, 6> numbers = {0, 1, 0x7f, 0xff, 0x7fffffff, ~0ull};
    const std::size_t at = random.below(std::max<std::size_t>(1, text.size()));
    const std::size_t length = std::min(text.size() - std::min(text.size(), at),
                                        std::size_t(1) << random.below(8));
    switch (random.below(7)) {
    case 0:
        if (!text.empty())
            text[at] ^= static_cast<char>(1u << random.below(8));
        break;
    case 1:
        text.resize(at);
        break;
    case 2:
        text.erase(std::min(at, text.size()), length);
        break;
    case 3:
        text.insert(at, text.substr(at, length));
        break;
    case 4: {
        const std::uint64_t number = numbers[random.below(numbers.size())];
        const std::size_t width = std::size_t(1) << random.below(4);
        if (text.size() >= width)
            std::memcpy(text.data() + std::min(at, text.size() - width), &number, width);
        break;
    }
    case 5:
        text.insert(at, 1, static_cast<char>(random.below(256)));
        break;
    default: { // a piece of another one
        const std::string& other = corpus[random.below(corpus.size())];
        if (!other.empty())
            text.replace(at, length, other.substr(random.below(other.size()), length));
    }
    }
}

} // namespace

int main(int count, char** words) {
    double seconds = 0;
    std::uint64_t seed = 1;
    std::vector<std::string> corpus;
    for (int index = 1; index < count; ++index) {
        const std::string word = words[index];
        if (word == "--seconds" && index + 1 < count) {
            seconds = std::atof(words[++index]);
        } else if (word == "--seed" && index + 1 < count) {
            seed = std::strtoull(words[++index], nullptr, 10);
        } else if (std::filesystem::is_directory(word)) {
            std::vector<std::filesystem::path> files;
            for (const auto& entry : std::filesystem::directory_iterator(word))
                files.push_back(entry.path());
            std::sort(files.begin(), files.end());
            for (const auto& file : files)
                corpus.push_back(contentOf(file));
        } else if (std::filesystem::is_regular_file(word)) {
            corpus.push_back(contentOf(word));
        } else {
            std::fprintf(stderr, "%s is neither a folder nor a file.\n", word.c_str());
            return 2;
        }
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "There is no input; name a folder with some.\n");
        return 2;
    }
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL})
        std::signal(signal, onCrash);
    for (const std::string& input : corpus)
        run(input);
    SplitMix random(seed);
    std::size_t changed = 0;
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < end) {
        std::string input = corpus[random.below(corpus.size())];
        for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes)
            change(input, random, corpus);
        if (input.size() > largestInput)
            continue;
        run(std::move(input));
        ++changed;
    }
    std::printf("%zu files and %zu changes of them (seed %llu): no finding.\n", corpus.size(),
                changed, static_cast<unsigned long long>(seed));
    return 0;
}
