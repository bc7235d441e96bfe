#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "tests/core/checkpoint/fixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <csignal>
#include <numeric>
#include <sys/resource.h>

using namespace quantscope;
using namespace quantscope::test;

class TestSafetensorsWriter : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path path(const char* name) const {
        return m_folder.filePath(name).toStdString();
    }

private Q_SLOTS:
    /// The file is taken apart by hand here, with Qt's JSON.
    void writesTheFormat() {
        const std::vector<std::int32_t> codes = {1, -2, 3};
        const std::vector<std::uint8_t> bytes = {7, 8, 9, 10, 11};
        SafetensorsWriter writer(
            path("a.safetensors"),
            {{"codes", "I32", {3}}, {"empty", "F32", {0, 4}}, {"bytes", "U8", {5, 1}}});
        writer.writeTensor<std::int32_t>("codes", codes);
        writer.writeTensor<float>("empty", {});
        writer.writeTensor<std::uint8_t>("bytes", bytes);
        QVERIFY(!QFile::exists(m_folder.filePath("a.safetensors")));
        writer.finish();
        QFile file(m_folder.filePath("a.safetensors"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        const auto length =
            static_cast<unsigned char>(content[0]) + 256 * static_cast<unsigned char>(content[1]);
        QCOMPARE(content.mid(2, 6), QByteArray(6, '\0'));
        QCOMPARE(length % 8, 0);
        const QJsonObject header = QJsonDocument::fromJson(content.mid(8, length)).object();
        QCOMPARE(header["__metadata__"].toObject()["format"].toString(), QString("pt"));
        QCOMPARE(header["codes"].toObject()["dtype"].toString(), QString("I32"));
        QCOMPARE(header["bytes"].toObject()["shape"].toArray(), (QJsonArray{5, 1}));
        QCOMPARE(header["bytes"].toObject()["data_offsets"].toArray(), (QJsonArray{12, 17}));
        QCOMPARE(content.mid(8 + length),
                 QByteArray("\1\0\0\0\xfe\xff\xff\xff\3\0\0\0\7\x8\x9\xa\xb", 17));
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files), QStringList("a.safetensors"));
    }

    void streamsManyPiecesAcrossTheBuffer() {
        std::vector<float> values(700'001);
        std::iota(values.begin(), values.end(), 0.0f);
        SafetensorsWriter writer(path("b.safetensors"),
                                 {{"v", "F32", {static_cast<std::int64_t>(values.size())}}}, {});
        const auto bytes = std::as_bytes(std::span(values));
        for (std::size_t done = 0, step = 1; done < bytes.size(); step = step * 3 + 1) {
            const std::size_t count = std::min(step, bytes.size() - done);
            writer.write(bytes.subspan(done, count));
            done += count;
        }
        writer.finish();
        const SafetensorsFile file(path("b.safetensors"));
        QVERIFY(file.metadata().empty());
        QCOMPARE(file.readAll<float>(file.require("v")), values);
    }

    void replacesOnlyWhenFinished() {
        for (const std::uint8_t value : {1, 2}) {
            SafetensorsWriter writer(path("c.safetensors"), {{"v", "U8", {1}}});
            const std::vector<std::uint8_t> values = {value};
            writer.writeTensor<std::uint8_t>("v", values);
            if (value == 1)
                writer.finish();
        }
        const SafetensorsFile file(path("c.safetensors"));
        QCOMPARE(file.readAll<std::uint8_t>(file.require("v")).front(), std::uint8_t{1});
        QVERIFY(!QFile::exists(m_folder.filePath("c.safetensors.part")));
    }

    void misuseIsCaught() {
        const std::vector<float> two = {1, 2};
        const auto writer = [&](std::vector<SafetensorsEntry> entries) {
            return std::make_unique<SafetensorsWriter>(path("d.safetensors"), std::move(entries));
        };
        compareError([&] { writer({{"v", "F5", {1}}}); }, ErrorKind::Internal, {"v", "F5"});
        compareError([&] { writer({{"v", "F32", {-1}}}); }, ErrorKind::Internal, {"v", "-1"});
        compareError(
            [&] {
                writer({{"v", "F32", {1}}, {"v", "F32", {1}}});
            },
            ErrorKind::Internal, {"twice"});
        const auto entries = std::vector<SafetensorsEntry>{{"v", "F32", {2}}, {"w", "F32", {2}}};
        compareError([&] { writer(entries)->writeTensor<float>("w", two); }, ErrorKind::Internal,
                     {"w", "not the next one"});
        compareError([&] { writer(entries)->finish(); }, ErrorKind::Internal, {"0 of 16 bytes"});
        compareError(
            [&] {
                writer({{"v", "F32", {1}}})->write(std::as_bytes(std::span(two)));
            },
            ErrorKind::Internal, {"More bytes"});
    }

    void placesThatCannotBeWritten() {
        compareError([&] { SafetensorsWriter(path("none/a.safetensors"), {}); }, ErrorKind::Output,
                     {"none/a.safetensors", "No such file"});
        QDir(m_folder.path()).mkdir("taken");
        QDir(m_folder.path()).mkdir("taken/inside"); // a folder that a rename cannot replace
        compareError([&] { SafetensorsWriter(path("taken"), {}).finish(); }, ErrorKind::Output,
                     {"taken", "cannot be written"});
        QVERIFY(!QFile::exists(m_folder.filePath("taken.part")));
    }

    /// A limit on file sizes stands for the full disk: write(2) fails in the middle.
    void aDiskThatIsFull() {
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{2 << 20, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const std::vector<float> values(1 << 20);
        const Error error = errorOf([&] {
            SafetensorsWriter writer(path("e.safetensors"), {{"v", "F32", {1 << 20}}});
            writer.writeTensor<float>("v", values);
            writer.finish();
        });
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY2(error.kind() == ErrorKind::Output, error.what());
        QVERIFY(QByteArray(error.what()).contains("e.safetensors cannot be written"));
        QVERIFY(!QFile::exists(m_folder.filePath("e.safetensors")));
        QVERIFY(!QFile::exists(m_folder.filePath("e.safetensors.part")));
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsWriter)
#include "test_safetensors_writer.moc"
