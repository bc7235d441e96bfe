#include "core/data/error.h"
#include "core/session/session.h"
#include "tests/core/session/example_session.h"
#include "tests/places.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstring>
#include <fstream>
#include <random>
#include <type_traits>

using namespace quantscope;

namespace {

constexpr int pythonMilliseconds = 300000; ///< on a busy machine xarray takes long to load

/// Equal to the bit, so that NaN equals NaN.
template <typename T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

bool sameArray(const NamedArray& a, const NamedArray& b) {
    if (a.dimensions != b.dimensions || a.shape != b.shape || a.units != b.units ||
        a.longName != b.longName || a.values.index() != b.values.index())
        return false;
    return std::visit(
        [&](const auto& values) {
            const auto& others = std::get<std::decay_t<decltype(values)>>(b.values);
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>)
                return values == others;
            else
                return sameBits(values, others);
        },
        a.values);
}

} // namespace

class TestSessionFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(testing::binaryFolder() + "/quantscope-session-check");
    }

    /// Chunks that end at, before and behind the edges of arrays, values that deflate makes smaller
    /// and such that it cannot.
    void everyShapeComesBack_data() {
        QTest::addColumn<QList<int>>("shape");
        QTest::addColumn<bool>("isRandom");
        const QList<QList<int>> shapes = {{1024},      {65536},          {200001},
                                          {7, 40000},  {300, 301},       {5, 6, 7, 90},
                                          {3, 2, 65, 129}, {2, 3, 4, 33, 100}, {1, 1, 1, 20000}};
        for (const QList<int>& shape : shapes)
            for (const bool isRandom : {false, true}) {
                QString name = isRandom ? "random" : "smooth";
                for (const int extent : shape)
                    name += QString(" %1").arg(extent);
                QTest::newRow(qPrintable(name)) << shape << isRandom;
            }
    }

    void everyShapeComesBack() {
        QFETCH(QList<int>, shape);
        QFETCH(bool, isRandom);
        std::vector<std::string> dimensions;
        for (qsizetype axis = 0; axis < shape.size(); ++axis)
            dimensions.push_back("axis" + std::to_string(axis));
        const std::vector<std::size_t> extents(shape.begin(), shape.end());
        std::mt19937 random(7);
        SessionData written;
        const auto fill = [&]<typename T>(const std::string& path, T) {
            NamedArray array = makeArray<T>(dimensions, extents, "1", "made up");
            auto& values = std::get<std::vector<T>>(array.values);
            for (std::size_t i = 0; i < values.size(); ++i)
                if (!isRandom)
                    values[i] = static_cast<T>(i / 100);
                else if constexpr (std::is_integral_v<T>)
                    values[i] = static_cast<T>(random()); // all bits, nothing to deflate
                else
                    values[i] = static_cast<T>(random() % 256) / static_cast<T>(1 + random() % 97);
            written.arrays.emplace(path, std::move(array));
        };
        fill("/made/float", float());
        fill("/made/double", double());
        fill("/made/integer", std::int32_t());
        fill("/made/byte", std::uint8_t());
        const QTemporaryDir folder;
        std::array<std::uintmax_t, 2> sizes{};
        for (const Storage storage : {Storage::Compressed, Storage::Plain}) {
            const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
            writeSession(file, written, storage);
            sizes[storage == Storage::Plain] = std::filesystem::file_size(file);
            const SessionData read = readSession(file);
            for (const auto& [path, array] : written.arrays)
                QVERIFY2(read.find(path) && sameArray(read.require(path), array), path.c_str());
        }
        const bool isLarge = written.require("/made/byte").size() > 4096;
        QVERIFY(isRandom || !isLarge || sizes[0] < sizes[1] / 2);
    }

    void everyArrayComesBack() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        const SessionData written = exampleSession();
        writeSession(file, written);
        const SessionData read = readSession(file);
        QCOMPARE(read.arrays.size(), written.arrays.size());
        for (const auto& [path, array] : written.arrays) {
            QVERIFY2(read.find(path), path.c_str());
            QVERIFY2(sameArray(read.require(path), array), path.c_str());
        }
        for (const auto& [name, value] : written.attributes)
            QCOMPARE(read.attributes.at(name), value);
        QCOMPARE(read.attributes.at("format"), std::string("quantscope-session"));
        QCOMPARE(read.attributes.at("version"), std::string("1"));
        QVERIFY(!std::filesystem::exists(file.string() + ".tmp"));
    }

    void largeArraysAreChunkedAndComeBack() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        const SessionData written = exampleSession(300, 70, 5);
        writeSession(file, written);
        const SessionData read = readSession(file, {.skipGroups = {"/sites/down"}});
        QVERIFY(!read.find("/sites/down/norm"));
        for (const char* path : {"/tokens/down/norm", "/output/nll", "/sites/resid_mid/norm"})
            QVERIFY2(sameArray(read.require(path), written.require(path)), path);
    }

    void slicesAreTheRightOnes() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        const SessionData written = exampleSession(40, 9, 4);
        writeSession(file, written);
        const NamedArray slice = readArray(file, "/tokens/down/norm", {1, 2, 17}, {2, 2, 1});
        QCOMPARE(slice.shape, (std::vector<std::size_t>{2, 2, 1, 9}));
        const NamedArray& whole = written.require("/tokens/down/norm");
        for (std::size_t lane = 0; lane < 2; ++lane)
            for (std::size_t layer = 0; layer < 2; ++layer)
                for (std::size_t position = 0; position < 9; ++position)
                    QCOMPARE(slice.at({lane, layer, 0, position}),
                             whole.at({1 + lane, 2 + layer, 17, position}));
        QVERIFY_THROWS_EXCEPTION(Error, readArray(file, "/tokens/down/norm", {3}, {1}));
        QVERIFY_THROWS_EXCEPTION(Error, readArray(file, "/tokens/up/norm"));
    }

    void textIsMadeStorable() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        SessionData data;
        data.arrays["/lane"] = makeSessionText(
            "/lane", {"", std::string("a\0b", 3), "\xff\xc3", "\xed\xa0\x80", "\xf0\x9f\x98\x80"});
        writeSession(file, data);
        const std::vector<std::string> expected = {"", "a\u2400b", "\uFFFD\uFFFD",
                                                   "\uFFFD\uFFFD\uFFFD", "\U0001F600"};
        QCOMPARE(readSession(file).names("lane"), expected);
    }

    void whatIsNotASessionIsRefused() {
        QTemporaryDir folder;
        const auto path = [&](const char* name) {
            return std::filesystem::path(folder.filePath(name).toStdString());
        };
        const auto refusal = [](const std::filesystem::path& file) -> std::string {
            try {
                readSession(file);
            } catch (const Error& error) {
                return error.kind() == ErrorKind::Input ? error.what() : "another kind of error";
            }
            return "no error";
        };
        const auto verify = [&](const std::filesystem::path& file, const std::string& expected) {
            const std::string message = refusal(file);
            QVERIFY2(message.find(expected) != std::string::npos, message.c_str());
            QVERIFY2(message.find(file.string()) != std::string::npos, message.c_str());
        };
        verify(path("absent.h5"), "There is no session");
        verify(path(""), "not a regular file");
        std::ofstream(path("text.h5")) << "A line of text, and no more.\n";
        verify(path("text.h5"), "not an HDF5 file");
        std::ofstream(path("empty.h5"));
        verify(path("empty.h5"), "not an HDF5 file");

        writeSession(path("whole.h5"), exampleSession());
        std::filesystem::copy_file(path("whole.h5"), path("short.h5"));
        std::filesystem::resize_file(path("short.h5"),
                                     std::filesystem::file_size(path("whole.h5")) / 2);
        verify(path("short.h5"), "damaged or cut off");
    }

    void filesOfOthersAreRefusedByName() {
        QTemporaryDir folder;
        const QString file = folder.filePath("a.h5");
        writeSession(file.toStdString(), exampleSession());
        const auto changed = [&](const char* code) -> std::string {
            const QString copy = folder.filePath("b.h5");
            QFile::remove(copy);
            QFile::copy(file, copy);
            QProcess python;
            python.start("/usr/bin/python3", {"-c",
                                              QString("import h5py, numpy as np, sys\n"
                                                      "f = h5py.File(sys.argv[1], 'a')\n") +
                                                  code,
                                              copy});
            if (!python.waitForFinished(pythonMilliseconds) || python.exitCode() != 0)
                return python.readAllStandardError().toStdString();
            try {
                readSession(copy.toStdString());
            } catch (const Error& error) {
                return error.kind() == ErrorKind::Input ? error.what() : "another kind of error";
            }
            return "no error";
        };
        if (changed("pass") != "no error")
            QSKIP("python3-h5py is not installed");
        const std::vector<std::pair<const char*, const char*>> cases = {
            {"del f.attrs['format']", "not a session"},
            {"f.attrs['format'] = 'something else'", "not a session"},
            {"f.attrs['version'] = 2", "newer quantscope"},
            {"f.attrs['version'] = 'x'", "/@version"},
            {"del f['layer']", "no coordinate /layer"},
            {"del f['lane']; f['lane'] = ['a', 'b']; f['lane'].make_scale('lane')", "/examples"},
            {"del f['examples/error']; f['examples/error'] = np.zeros((3, 6))", "/examples/error"},
            {"f['x'] = np.zeros(3, 'i8')", "/x"},
            {"f['x'] = h5py.ExternalLink('/etc/passwd', '/')", "link to elsewhere"},
            {"f['x'] = h5py.SoftLink('/lane')", "link to elsewhere"},
            {"f.create_dataset('x', (2**40,), 'f4', chunks=(1024,))", "more than a file"},
            {"f.create_dataset('x', (2**60, 2**60), 'f4', chunks=(1, 1024))", "more than a file"},
            {"f.create_group('g'); f['g/g'] = f['g']", "deeper"},
            // What the library would read into room for one name, and for two axes.
            {"f['lane'].attrs['CLASS'] = np.array([b'DIMENSION_SCALE'] * 500)", "/lane"},
            {"f['examples/lane'].attrs['NAME'] = np.array([b'lane'] * 500)", "cannot be read"},
            {"a = f['examples/error'].attrs; r = a['DIMENSION_LIST'][0]\n"
             "many = np.empty(500, object)\n"
             "for i in range(500): many[i] = np.array([r[0]], h5py.ref_dtype)\n"
             "a.create('DIMENSION_LIST', many, dtype=h5py.vlen_dtype(h5py.ref_dtype))",
             "DIMENSION_LIST"},
        };
        for (const auto& [code, expected] : cases) {
            const std::string message = changed(code);
            QVERIFY2(message.find(expected) != std::string::npos,
                     (std::string(code) + " → " + message).c_str());
        }
    }

    void pythonLibrariesOpenIt() {
        QTemporaryDir folder;
        const QString file = folder.filePath("a.qscope.h5");
        writeSession(file.toStdString(), exampleSession());
        QProcess python;
        python.start("/usr/bin/python3",
                     {QString::fromStdString(testing::testData()) + "/session/open_session.py", file});
        QVERIFY(python.waitForFinished(pythonMilliseconds));
        const QByteArray errors = python.readAllStandardError().right(600);
        if (python.exitCode() == 77)
            QSKIP(errors.constData());
        QVERIFY2(python.exitCode() == 0, errors.constData());
        QCOMPARE(python.readAllStandardOutput().trimmed(), QByteArray("opened"));
    }
};

QTEST_GUILESS_MAIN(TestSessionFile)
#include "test_session_file.moc"
