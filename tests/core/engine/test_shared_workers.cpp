// How two threads share workers: never more than there are, the present work never without.

#include "core/engine/shared_workers.h"
#include "core/engine/workers.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <dlfcn.h>
#include <future>
#include <thread>

using namespace quantscope;
using Side = SharedWorkers::Side;

namespace {

/// How many are inside at a time.
class Crowd {
public:
    void enter() {
        const int now = ++m_now;
        for (int most = m_most; now > most && !m_most.compare_exchange_weak(most, now);) {
        }
    }
    void leave() { --m_now; }
    int most() const { return m_most; }

private:
    std::atomic<int> m_now = 0;
    std::atomic<int> m_most = 0;
};

/// Pieces of work of one side.
struct Pieces {
    std::int64_t count = 0;
    std::chrono::milliseconds each{};
    Crowd crowd = {};
    std::atomic<std::int64_t> done = 0;

    void work(SharedWorkers& workers, Side side, Crowd& all) {
        const SharedWorkers::Use use(workers, side);
        parallelFor(count, 8, {}, [&](int, std::int64_t) {
            crowd.enter();
            all.enter();
            std::this_thread::sleep_for(each);
            all.leave();
            crowd.leave();
            ++done;
        });
    }
};

/// The number that the library itself says; 0 where it is another library.
int openBlasThreads() {
    const auto get = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
    return get ? get() : 0;
}

} // namespace

class TestSharedWorkers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverMoreThanThereAre() {
        using namespace std::chrono_literals;
        SharedWorkers workers(4);
        Crowd all;
        Pieces present{.count = 300, .each = 1ms};
        Pieces ahead{.count = 6, .each = 20ms};
        const SharedWorkers::Use here(workers, Side::Present); // as long as the test looks
        std::atomic<std::int64_t> presentDone = 0;
        auto beside = std::async(std::launch::async, [&] {
            ahead.work(workers, Side::Ahead, all);
            presentDone = present.done.load();
        });
        present.work(workers, Side::Present, all);
        beside.get();
        QCOMPARE(present.done.load(), present.count);
        QCOMPARE(ahead.done.load(), ahead.count);
        QVERIFY2(all.most() <= 4, qPrintable(QString::number(all.most())));
        QVERIFY2(ahead.crowd.most() <= 2, qPrintable(QString::number(ahead.crowd.most())));
        QVERIFY(presentDone > 0 && presentDone < present.count); // beside, not before or after
    }

    void eitherHasAllAlone_data() {
        QTest::addColumn<bool>("isAhead");
        QTest::newRow("present") << false;
        QTest::newRow("ahead") << true;
    }
    void eitherHasAllAlone() {
        QFETCH(bool, isAhead);
        using namespace std::chrono_literals;
        SharedWorkers workers(3);
        Crowd all;
        Pieces pieces{.count = 9, .each = 20ms};
        pieces.work(workers, isAhead ? Side::Ahead : Side::Present, all);
        QCOMPARE(all.most(), 3);
    }

    void nestedWorkTakesNoFurtherWorkers() {
        SharedWorkers workers(1);
        const SharedWorkers::Use use(workers, Side::Present);
        std::atomic<int> done = 0;
        parallelFor(4, 2, {}, [&](int, std::int64_t) {
            parallelFor(3, 2, {}, [&](int, std::int64_t) { ++done; });
        });
        QCOMPARE(done.load(), 12);
    }

    void whatThrowsGivesItsWorkerBack() {
        SharedWorkers workers(1);
        const SharedWorkers::Use use(workers, Side::Present);
        const auto fail = [](int, std::int64_t) { throw std::runtime_error("failed"); };
        QVERIFY_EXCEPTION_THROWN(parallelFor(3, 2, {}, fail), std::runtime_error);
        int done = 0;
        parallelFor(1, 1, {}, [&](int, std::int64_t) { ++done; });
        QCOMPARE(done, 1);
    }

    /// Whatever else runs meanwhile asks for.
    void productsStaySingleThreaded() {
        if (openBlasThreads() == 0)
            QSKIP("libtorch multiplies with another library than OpenBLAS");
        setProductThreads(2);
        QCOMPARE(openBlasThreads(), 2);
        {
            const SingleThreadedBlas products(2);
            QCOMPARE(openBlasThreads(), 1);
            parallelFor(2, 2, {}, [](int, std::int64_t) {});
            QCOMPARE(openBlasThreads(), 1);
            setProductThreads(2);
            QCOMPARE(openBlasThreads(), 1);
        }
        QCOMPARE(openBlasThreads(), 2);
    }
};

QTEST_GUILESS_MAIN(TestSharedWorkers)
#include "test_shared_workers.moc"
