#include "core/data/array_source.h"
#include "core/data/error.h"
#include "core/session/lazy_session.h"
#include "core/session/session.h"
#include "tests/core/session/example_session.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <stop_token>

using namespace quantscope;

namespace {

/// Sizes at which the example session's arrays are as a large session's are at the usual ones.
LazyOptions small() {
    return {.fileBytes = 0, .arrayBytes = 512, .blockBytes = 4096, .checkedBytes = 1u << 20,
            .cacheBytes = 16384};
}

const std::vector<const char*> largeArrays = {"/output/nll", "/output/top1_agrees", "/output/rank",
                                              "/text/token_ids", "/sites/down/norm",
                                              "/tokens/down/norm"};

/// A file that this process did not write, so that it is checked.
std::filesystem::path writeStrange(const QTemporaryDir& folder, const SessionData& session) {
    const std::filesystem::path written = folder.filePath("written.qscope.h5").toStdString();
    const std::filesystem::path strange = folder.filePath("strange.qscope.h5").toStdString();
    writeSession(written, session);
    std::filesystem::copy_file(written, strange);
    return strange;
}

std::vector<double> numbers(const NamedArray& array) { return array.toDoubles(); }

/// Equal, and not measured at the same places.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](double left, double right) {
               return left == right || (std::isnan(left) && std::isnan(right));
           });
}

std::string messageOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what()
                                                : std::string("another kind: ") + error.what();
    }
    return {};
}

/// Writes over the middle of the bytes of one array's chunks, found by its packed beginning.
void damage(const std::filesystem::path& file, std::uintmax_t from, std::uintmax_t count) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(from));
    const std::string noise(count, '\xA5');
    stream.write(noise.data(), static_cast<std::streamsize>(noise.size()));
}

} // namespace

class TestLazySession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(testing::binaryFolder() + "/quantscope-session-check");
    }

    void largeArraysStayInTheFile() {
        QTemporaryDir folder;
        const auto lazy = openLazily(writeStrange(folder, exampleSession(60, 12, 5)), small());
        for (const char* path : largeArrays) {
            const NamedArray* array = findLayout(*lazy, path);
            QVERIFY2(array && isLeftOut(*array), path);
        }
        QVERIFY(!isLeftOut(*findLayout(*lazy, "/weights/sqnr")));
        QVERIFY(!isLeftOut(*findLayout(*lazy, "/text/excerpt")));
        QCOMPARE(lazy->extent("example"), std::size_t(60));
        QCOMPARE(lazy->names("lane").size(), std::size_t(3));
    }

    void slicesAndWholesAreThoseOfTheArrays() {
        QTemporaryDir folder;
        const SessionData written = exampleSession(60, 12, 5);
        const auto lazy = openLazily(writeStrange(folder, written), small());
        for (const char* path : largeArrays) {
            const NamedArray& array = written.require(path);
            const std::vector<double> all = numbers(array);
            // Every slice at one, two … leading indices, its place in the whole written out.
            std::vector<std::vector<std::size_t>> places = {{}};
            for (std::size_t axis = 0; axis < array.shape.size(); ++axis) {
                std::vector<std::vector<std::size_t>> deeper;
                for (const auto& place : places)
                    for (std::size_t index = 0; index < array.shape[axis];
                         index += std::max<std::size_t>(1, array.shape[axis] / 4)) {
                        deeper.push_back(place);
                        deeper.back().push_back(index);
                    }
                places = deeper;
                std::size_t count = 1;
                for (std::size_t rest = axis + 1; rest < array.shape.size(); ++rest)
                    count *= array.shape[rest];
                for (const auto& place : places) {
                    std::size_t begin = 0;
                    for (std::size_t at = 0; at <= axis; ++at)
                        begin = begin * array.shape[at] + place[at];
                    begin *= count;
                    const ArraySource::Block block = sourceOf(*lazy).at(path, place);
                    const std::vector<double> found = numbers(*block.array);
                    QVERIFY(block.begin + count <= found.size());
                    const auto from = found.begin() + static_cast<std::ptrdiff_t>(block.begin);
                    const auto expected = all.begin() + static_cast<std::ptrdiff_t>(begin);
                    QVERIFY2(same({from, from + static_cast<std::ptrdiff_t>(count)},
                                  {expected, expected + static_cast<std::ptrdiff_t>(count)}),
                             path);
                }
            }
            QVERIFY2(same(numbers(lazy->require(path)), all), path);
        }
    }

    void aSlabIsCutOutOfTheArray() {
        QTemporaryDir folder;
        const SessionData written = exampleSession(60, 12, 5);
        const auto lazy = openLazily(writeStrange(folder, written), small());
        const NamedArray& array = written.require("/tokens/down/norm");
        const NamedArray slab = sourceOf(*lazy).slab("/tokens/down/norm", {1, 0, 7}, {1, 5, 2});
        QCOMPARE(slab.shape, (std::vector<std::size_t>{1, 5, 2, 12}));
        for (std::size_t layer = 0; layer < 5; ++layer)
            for (std::size_t example = 0; example < 2; ++example)
                for (std::size_t position = 0; position < 12; ++position)
                    QCOMPARE(slab.at({0, layer, example, position}),
                             array.at({1, layer, example + 7, position}));
    }

    void aSmallFileIsReadWhole() {
        QTemporaryDir folder;
        const auto session = openLazily(writeStrange(folder, exampleSession()));
        const NamedArray* array = findLayout(*session, "/tokens/down/norm");
        QVERIFY(array && !isLeftOut(*array));
    }

    void aStoppedThreadReadsNoFurther() {
        QTemporaryDir folder;
        const auto lazy = openLazily(writeStrange(folder, exampleSession(60, 12, 5)), small());
        std::stop_source newer;
        {
            const ReadingStop reading(newer.get_token());
            sourceOf(*lazy).at("/output/nll", {0});
            newer.request_stop();
            try {
                sourceOf(*lazy).at("/output/rank", {0});
                QFAIL("It read on.");
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Interrupted);
            }
        }
        sourceOf(*lazy).at("/output/rank", {0}); // the next question reads
    }

    void aRemovedOrReplacedFileStaysReadable() {
        QTemporaryDir folder;
        const SessionData written = exampleSession(60, 12, 5);
        const auto file = writeStrange(folder, written);
        const auto lazy = openLazily(file, small());
        std::filesystem::remove(file);
        QVERIFY(same(numbers(lazy->require("/output/nll")), numbers(written.require("/output/nll"))));
        SessionData other = written;
        std::get<std::vector<std::int32_t>>(other.arrays["/output/rank"].values)[3] = 12345;
        writeSession(file, other);
        QVERIFY(
            same(numbers(lazy->require("/output/rank")), numbers(written.require("/output/rank"))));
    }

    void aFileThatIsWrittenToBeneathIsRefused() {
        QTemporaryDir folder;
        const auto file = writeStrange(folder, exampleSession(60, 12, 5));
        const auto lazy = openLazily(file, small());
        damage(file, std::filesystem::file_size(file), 100); // longer than before
        const std::string grown = messageOf([&] { lazy->find("/output/nll"); });
        QVERIFY2(grown.find("written to by another program") != std::string::npos, grown.c_str());
        QVERIFY2(grown.find(file.string()) != std::string::npos, grown.c_str());
        std::filesystem::resize_file(file, 1000);
        const std::string cut = messageOf([&] { lazy->find("/output/rank"); });
        QVERIFY2(cut.find("written to by another program") != std::string::npos, cut.c_str());
    }

    void damageIsFoundWhereItIsRead() {
        QTemporaryDir folder;
        SessionData session = exampleSession(400, 64, 5); // its values do not pack well
        const auto file = writeStrange(folder, session);
        // The largest array takes most of the file: its middle is hit.
        const std::uintmax_t bytes = std::filesystem::file_size(file);
        std::size_t refused = 0;
        damage(file, bytes / 2, 4096);
        const auto lazy = openLazily(file, small());
        for (const char* path : largeArrays) {
            const std::string message = messageOf([&] { lazy->find(path); });
            if (message.empty())
                continue;
            ++refused;
            QVERIFY2(message.find("damaged at") != std::string::npos, message.c_str());
            QVERIFY2(message.find(path) != std::string::npos, message.c_str());
            QVERIFY2(message.find(file.string()) != std::string::npos, message.c_str());
        }
        QCOMPARE(refused, std::size_t(1)); // and the others are read
    }

    void aCopyReadsFromTheSameFile() {
        QTemporaryDir folder;
        const SessionData written = exampleSession(60, 12, 5);
        auto lazy = openLazily(writeStrange(folder, written), small());
        const auto copy = copySession(*lazy);
        const SessionData plain = *lazy;
        lazy.reset();
        QVERIFY(same(numbers(copy->require("/output/nll")), numbers(written.require("/output/nll"))));
        // A plain copy says that it is none, rather than that there is nothing.
        QVERIFY_EXCEPTION_THROWN(plain.find("/output/nll"), Error);
        QVERIFY_EXCEPTION_THROWN(
            writeSession(folder.filePath("plain.qscope.h5").toStdString(), plain), Error);
    }

    void whatIsLeftInTheFileIsSavedToo() {
        QTemporaryDir folder;
        const SessionData written = exampleSession(60, 12, 5);
        const auto file = writeStrange(folder, written);
        const auto lazy = openLazily(file, small());
        writeSession(file, *lazy); // over itself
        const SessionData again = readSession(file);
        QCOMPARE(again.arrays.size(), written.arrays.size());
        for (const char* path : largeArrays) {
            QVERIFY2(same(numbers(again.require(path)), numbers(written.require(path))), path);
            QCOMPARE(again.require(path).dimensions, written.require(path).dimensions);
        }
    }
};

QTEST_GUILESS_MAIN(TestLazySession)
#include "test_lazy_session.moc"
