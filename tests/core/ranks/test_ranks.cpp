// What ranks exchange, and how they fail together.

#include "tests/core/ranks/thread_ranks.h"

#include <QtTest>

using namespace quantscope;
using namespace quantscope::testing;

class TestRanks : public QObject {
    Q_OBJECT

    /// What each of three ranks ends with where some fail of their own.
    static std::vector<Error> failing(const std::vector<std::optional<Error>>& own) {
        std::vector<std::optional<Error>> ends(own.size());
        onThreads(int(own.size()), [&](Ranks& ranks) {
            const auto place = std::size_t(ranks.rank());
            try {
                ranks.meet();
                if (own[place])
                    throw *own[place];
                ranks.meet();
            } catch (const Error& error) {
                ends[place] = ranks.failTogether(error);
            }
        });
        std::vector<Error> all;
        for (const std::optional<Error>& end : ends)
            all.push_back(end.value_or(Error(ErrorKind::Internal, "no error")));
        return all;
    }

private Q_SLOTS:
    void exchange() {
        std::vector<std::string> told(3);
        std::vector<std::vector<std::string>> gathered(3);
        std::vector<std::vector<std::string>> exchanged(3);
        onThreads(3, [&](Ranks& ranks) {
            const auto place = std::size_t(ranks.rank());
            told[place] = std::string("of ") + std::to_string(ranks.rank());
            ranks.broadcast(told[place], 1);
            // With a zero byte, empty, and long.
            const std::vector<std::string> own = {std::string("a\0b", 3), "",
                                                  std::string(100000, 'x')};
            gathered[place] = ranks.gather(own[place]);
            exchanged[place] = ranks.exchange(own[place]);
            ranks.meet();
        });
        const std::vector<std::string> all = {std::string("a\0b", 3), "", std::string(100000, 'x')};
        for (std::size_t rank = 0; rank < 3; ++rank) {
            QCOMPARE(told[rank], std::string("of 1"));
            QVERIFY(exchanged[rank] == all);
            QVERIFY(gathered[rank] == (rank == 0 ? all : std::vector<std::string>{}));
        }
    }

    void aloneNothingIsExchanged() {
        Ranks& alone = aloneRanks();
        QVERIFY(alone.isAlone() && alone.isFirst());
        std::string bytes = "own";
        alone.broadcast(bytes);
        QCOMPARE(bytes, std::string("own"));
        QVERIFY(alone.gather("own") == std::vector<std::string>{"own"});
        QVERIFY(alone.exchange("own") == std::vector<std::string>{"own"});
        const Error error(ErrorKind::Output, "A full disk.");
        QCOMPARE(std::string(alone.failTogether(error).what()), std::string("A full disk."));
        QVERIFY(!alone.otherHasFailed());
    }

    /// All end with the failure of one, and are told where it was.
    void oneFails() {
        for (const Error& end : failing({{}, {}, Error(ErrorKind::Input, "No such file.")})) {
            QCOMPARE(end.kind(), ErrorKind::Input);
            QCOMPARE(std::string(end.what()),
                     std::string("Rank 2 of 3, on machine-2: No such file."));
        }
    }

    /// Of several failures the lowest rank's, and a stop only where there is nothing else.
    void severalFail() {
        const Error stop(ErrorKind::Interrupted, "Stopped.");
        const Error disk(ErrorKind::Output, "A full disk.");
        const Error memory(ErrorKind::Resources, "No memory.");
        for (const Error& end : failing({stop, memory, disk}))
            QCOMPARE(std::string(end.what()), std::string("Rank 1 of 3, on machine-1: No memory."));
        for (const Error& end : failing({{}, stop, stop})) {
            QCOMPARE(end.kind(), ErrorKind::Interrupted);
            QCOMPARE(std::string(end.what()), std::string("Stopped."));
        }
        for (const Error& end : failing({disk, disk, disk})) // the place says nothing then
            QCOMPARE(std::string(end.what()), std::string("A full disk."));
    }

    /// A rank that computes learns that another waits for it to end.
    void othersLearnOfAFailure() {
        std::atomic<int> learned{0};
        onThreads(2, [&](Ranks& ranks) {
            try {
                ranks.meet();
                if (ranks.isFirst())
                    throw Error(ErrorKind::Output, "A full disk.");
                while (!ranks.otherHasFailed())
                    std::this_thread::yield();
                ++learned;
                throw Error(ErrorKind::Interrupted, "Stopped.");
            } catch (const Error& error) {
                if (ranks.failTogether(error).kind() == ErrorKind::Output)
                    ++learned;
            }
        });
        QCOMPARE(learned.load(), 3);
    }
};

QTEST_GUILESS_MAIN(TestRanks)
#include "test_ranks.moc"
