// Foreign sessions are read by a child process first. Whatever is done to the bytes of a good one,
// the opener gives a session or a sentence that names the file and the place: it neither crashes nor
// hangs nor takes much memory. Some hundred files in every run; 10,000 with
// `ctest --preset soak -R damaged`.

#include "core/data/error.h"
#include "core/data/hash.h"
#include "core/session/session.h"
#include "tests/core/session/example_session.h"
#include "tests/places.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <sys/resource.h>
#include <thread>
#include <vector>

using namespace quantscope;

namespace {

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

enum class Damage { Bits, CutOff, Overwritten, Swapped, Zeroed, Numbers };

constexpr std::array<const char*, 6> damageNames = {"flipped bits",   "cut off", "overwritten",
                                                    "swapped blocks", "zeroed",  "false numbers"};

/// Blocks are of some bytes to a few KiB, as disks, transfers and careless programs spoil them.
std::size_t blockLength(SplitMix& random, std::size_t size) {
    return std::min(size / 2, std::size_t(1) << random.below(13));
}

std::string damaged(std::string content, Damage damage, SplitMix& random) {
    const std::size_t size = content.size();
    const std::size_t length = blockLength(random, size);
    const std::size_t at = random.below(size - length);
    switch (damage) {
    case Damage::Bits:
        for (std::uint64_t flips = 1 + random.below(8); flips > 0; --flips)
            content[random.below(size)] ^= static_cast<char>(1u << random.below(8));
        break;
    case Damage::CutOff:
        content.resize(random.below(size));
        break;
    case Damage::Overwritten:
        for (std::size_t i = 0; i < length; ++i)
            content[at + i] = static_cast<char>(random.below(256));
        break;
    case Damage::Swapped: {
        const std::size_t other = random.below(size - length);
        const std::string block = content.substr(at, length);
        content.replace(at, length, content.substr(other, length));
        content.replace(other, length, block);
        break;
    }
    case Damage::Zeroed:
        std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(at), length, '\0');
        break;
    case Damage::Numbers: { // a length or an address that lies
        constexpr std::array<std::uint64_t, 6> numbers = {
            0, 1, 0xffff, 0x7fffffff, 0x7fffffffffffffff, ~0ull};
        const std::uint64_t number = numbers[random.below(numbers.size())];
        const std::size_t width = std::size_t(1) << random.below(4);
        std::memcpy(content.data() + random.below(size - width), &number, width);
        break;
    }
    }
    return content;
}

/// How a file fared.
enum class Fate { Read, Refused, ChildCrashed, ChildStopped };

struct Finding {
    Fate fate = Fate::Read;
    std::string wrong; ///< what must not be; empty
};

Finding open(const std::filesystem::path& file, const ReadOptions& options) {
    try {
        const SessionData session = readSession(file, options);
        for (const auto& [path, array] : session.arrays)
            if (array.size() > (64u << 20))
                return {Fate::Read, path + " is far larger than the file"};
        return {};
    } catch (const Error& error) {
        const std::string sentence = error.what();
        if (error.kind() != ErrorKind::Input)
            return {Fate::Refused, "of another kind: " + sentence};
        if (sentence.find(file.filename().string()) == std::string::npos ||
            !sentence.ends_with('.'))
            return {Fate::Refused, "no sentence about the file: " + sentence};
        if (sentence.find("reading it crashed") != std::string::npos)
            return {Fate::ChildCrashed, {}};
        if (sentence.find("took longer") != std::string::npos)
            return {Fate::ChildStopped, {}};
        return {Fate::Refused, {}};
    } catch (const std::exception& error) {
        return {Fate::Refused, std::string("no Error but ") + error.what()};
    }
}

std::uint64_t largestResidentBytes(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

} // namespace

class TestDamagedSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(testing::binaryFolder() + "/quantscope-session-check");
    }

    void openerSurvives() {
        bool isNumber = false;
        const int asked = qEnvironmentVariableIntValue("QUANTSCOPE_SOAK_FILES", &isNumber);
        const int files = isNumber ? asked : 300;
        const int askedSeed = qEnvironmentVariableIntValue("QUANTSCOPE_SOAK_SEED", &isNumber);
        const auto seed = isNumber ? static_cast<std::uint64_t>(askedSeed) : std::random_device{}();
        qInfo("QUANTSCOPE_SOAK_SEED=%llu", static_cast<unsigned long long>(seed));

        const QTemporaryDir folder;
        const std::filesystem::path whole = folder.filePath("whole.h5").toStdString();
        writeSession(whole, exampleSession());
        const std::string content = contentOf(whole);
        constexpr std::uint64_t checkBytes = 512ull << 20;
        const ReadOptions options{.checkSeconds = 2, .checkBytes = checkBytes};

        std::atomic<int> next = 0;
        std::atomic<int> wrong = 0;
        std::array<std::array<std::atomic<int>, 4>, damageNames.size()> fates{};
        const auto work = [&](int worker) {
            const std::filesystem::path file =
                folder.filePath("damaged-" + QString::number(worker) + ".h5").toStdString();
            for (int number = next++; number < files; number = next++) {
                // Of the seed and the number alone, so that one file can be made again.
                SplitMix random(mixBits(seed) + static_cast<std::uint64_t>(number));
                const auto kind = static_cast<std::size_t>(number) % damageNames.size();
                std::ofstream(file, std::ios::binary)
                    << damaged(content, static_cast<Damage>(kind), random);
                QElapsedTimer clock;
                clock.start();
                Finding finding = open(file, options);
                // Four times the child's processor time and a bit, on a machine with other work.
                if (finding.wrong.empty() && clock.elapsed() > 30000)
                    finding.wrong = "it took " + std::to_string(clock.elapsed()) + " ms";
                ++fates[kind][static_cast<std::size_t>(finding.fate)];
                if (!finding.wrong.empty()) {
                    ++wrong;
                    qWarning("file %d (%s): %s", number, damageNames[kind], finding.wrong.c_str());
                }
            }
        };
        {
            std::vector<std::jthread> workers;
            for (int worker = 0; worker < 2; ++worker)
                workers.emplace_back(work, worker);
        }

        int read = 0;
        for (std::size_t kind = 0; kind < damageNames.size(); ++kind) {
            qInfo("%-14s %5d read, %5d refused, %4d crashed the child, %4d stopped for time",
                  damageNames[kind], fates[kind][0].load(), fates[kind][1].load(),
                  fates[kind][2].load(), fates[kind][3].load());
            read += fates[kind][0];
        }
        qInfo("most memory: opener %llu MiB, a child %llu MiB",
              static_cast<unsigned long long>(largestResidentBytes(RUSAGE_SELF) >> 20),
              static_cast<unsigned long long>(largestResidentBytes(RUSAGE_CHILDREN) >> 20));
        QCOMPARE(wrong.load(), 0);
        QVERIFY(read > 0 && 5 * read < 4 * files); // or the file was no session, or the damage none
#if !defined(__SANITIZE_ADDRESS__) // under which the child's memory has no limit
        QVERIFY(largestResidentBytes(RUSAGE_CHILDREN) <= checkBytes);
#endif
        QVERIFY(largestResidentBytes(RUSAGE_SELF) < (1ull << 30));
    }
};

QTEST_GUILESS_MAIN(TestDamagedSessions)
#include "test_damaged_sessions.moc"
