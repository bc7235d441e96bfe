#include "core/data/error.h"
#include "core/model/tensor_pool.h"

#include <QtTest>
#include <c10/core/Allocator.h>
#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

using namespace quantscope;

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

torch::Tensor bytes(std::int64_t count) { return torch::empty({count}, torch::kUInt8); }

} // namespace

class TestTensorPool : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { poolTensorMemory(ProcessUse::OneStudy); }
    void init() { dropKeptTensors(); }

    void countsWhatLives() {
        const std::uint64_t before = pooledTensors().live;
        torch::Tensor first = bytes(8 * mebibyte);
        const torch::Tensor second = bytes(mebibyte + 1); // a page more
        QCOMPARE(pooledTensors().live - before, std::uint64_t(9 * mebibyte + 4096));
        first.reset();
        QCOMPARE(pooledTensors().live - before, std::uint64_t(mebibyte + 4096));
        const torch::Tensor small = bytes(1000);
        QCOMPARE(pooledTensors().live - before, std::uint64_t(mebibyte + 4096));
    }

    void givesAKeptMappingAgain() {
        bytes(64 * mebibyte); // what was needed once may be kept
        dropKeptTensors();
        torch::Tensor first = bytes(8 * mebibyte);
        const void* const place = first.data_ptr();
        first.reset();
        QCOMPARE(pooledTensors().kept, std::uint64_t(8 * mebibyte));
        const torch::Tensor second = bytes(8 * mebibyte - 5000); // nearly as large
        QCOMPARE(second.data_ptr(), const_cast<void*>(place));
        QCOMPARE(pooledTensors().kept, std::uint64_t(0));
        dropKeptTensors();
        bytes(8 * mebibyte);                            // kept
        const torch::Tensor half = bytes(4 * mebibyte); // would leave half of it unused
        QCOMPARE(pooledTensors().kept, std::uint64_t(8 * mebibyte));
    }

    /// As libraries do that know a tensor by its address alone.
    void takesBackAnAddress() {
        c10::Allocator* const allocator = c10::GetAllocator(c10::DeviceType::CPU);
        const std::uint64_t before = pooledTensors().live;
        for (const std::size_t size : {std::size_t(0), std::size_t(1000), std::size_t(200 << 10),
                                       std::size_t(8 * mebibyte)}) {
            void* const data = allocator->raw_allocate(size);
            std::memset(data, 1, size);
            allocator->raw_deallocate(data);
            QCOMPARE(pooledTensors().live, before);
        }
        QVERIFY(pooledTensors().kept >= std::uint64_t(8 * mebibyte));
        // oneDNN is one of them: it computes this.
        const torch::Tensor x = torch::randn({8, 5, 44});
        QVERIFY(at::allclose(at::gelu(x), x * 0.5 * (1 + at::erf(x / std::sqrt(2.0))), 1e-5, 1e-6));
    }

    /// Live and kept together never pass what lived at once.
    void keepingAddsNothingToThePeak() {
        const std::uint64_t before = pooledTensors().live;
        std::uint64_t mostLive = 0;
        for (std::int64_t size = 65; size <= 104; ++size) {
            const torch::Tensor one = bytes(size * mebibyte); // each larger than any before
            mostLive = std::max(mostLive, pooledTensors().live - before);
            QVERIFY(pooledTensors().live + pooledTensors().kept <= pooledTensors().most);
        }
        QCOMPARE(mostLive, std::uint64_t(104 * mebibyte));
        QVERIFY(pooledTensors().most <= before + std::uint64_t(104 * mebibyte));
    }

    /// The kernel sees it: what is dropped is resident no longer.
    void givesPagesBack() {
        torch::Tensor one = torch::ones({64 * mebibyte}, torch::kUInt8);
        const std::uint64_t with = residentBytes();
        one.reset();
        dropKeptTensors();
        const std::uint64_t without = residentBytes();
        QVERIFY(with > without);
        QVERIFY2(with - without > std::uint64_t(60 * mebibyte),
                 qPrintable(QString::number(with - without)));
    }

    void refusesWhatPassesTheLimit() {
        const ResidentLimit limit(residentBytes() + std::uint64_t(64 * mebibyte));
        const torch::Tensor fits = bytes(16 * mebibyte);
        try {
            bytes(128 * mebibyte);
            QFAIL("It was not refused.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Resources);
            QVERIFY2(QString(error.what()).contains("128 MiB more"), error.what());
        }
        const torch::Tensor stillFits = bytes(16 * mebibyte);
    }

    void worksFromManyThreads() {
        std::vector<std::jthread> threads;
        std::atomic<int> wrong{0};
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([thread, &wrong] {
                for (int round = 0; round < 200; ++round) {
                    const std::int64_t count = mebibyte / 2 + 70000 * ((round + thread) % 7);
                    const torch::Tensor mine = torch::full({count}, thread, torch::kUInt8);
                    wrong += mine.sum().item<std::int64_t>() == count * thread ? 0 : 1;
                }
            });
        threads.clear();
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestTensorPool)
#include "test_tensor_pool.moc"
