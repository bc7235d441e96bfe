#include "core/checkpoint/safetensors_file.h"
#include "tests/core/checkpoint/fixture.h"

#include <QTemporaryDir>

#include <sys/stat.h>

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// {"NAME": …} for one tensor.
QByteArray entry(const char* name, const char* dtype, const char* shape, const char* offsets) {
    return QByteArray("\"") + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
}

} // namespace

class TestSafetensorsHeader : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString makeFile(const QByteArray& content) {
        const QString path = m_folder.filePath("x.safetensors");
        writeFile(path, content);
        return path;
    }

    void refuse(const QByteArray& content, const std::vector<const char*>& parts) {
        const QString path = makeFile(content);
        std::vector<const char*> all = parts;
        all.push_back("x.safetensors");
        compareError([&] { SafetensorsFile{path.toStdString()}; }, ErrorKind::Input, all);
    }

private Q_SLOTS:
    void readsEveryDtype() {
        // Written out of order; tensors() gives them in the order of their bytes.
        const QByteArray header = "{" + entry("wide", "I64", "[2]", "[4,20]") + "," +
                                  entry("byte", "U8", "[2,2]", "[0,4]") + "," +
                                  entry("none", "F32", "[3,0]", "[20,20]") + "," +
                                  entry("scalar", "I32", "[]", "[20,24]") +
                                  ",\"__metadata__\":{\"format\":\"pt\",\"a\":\"b\"}}   ";
        const QByteArray data = QByteArray("\x01\x02\x03\xff", 4) +
                                littleEndian64(0xfffffffffffffffeull) + littleEndian64(1ull << 40) +
                                QByteArray("\x78\x56\x34\x12", 4);
        const SafetensorsFile file(makeFile(rawSafetensors(header, data)).toStdString());
        QCOMPARE(file.tensors().size(), std::size_t{4});
        QCOMPARE(file.tensors().front().name, std::string("byte"));
        QCOMPARE(file.metadata().at("a"), std::string("b"));
        QCOMPARE(file.readAll<std::uint8_t>(file.require("byte")),
                 (std::vector<std::uint8_t>{1, 2, 3, 255}));
        QCOMPARE(file.readAll<std::int64_t>(file.require("wide")),
                 (std::vector<std::int64_t>{-2, std::int64_t{1} << 40}));
        QCOMPARE(file.readAll<std::int32_t>(file.require("scalar")),
                 (std::vector<std::int32_t>{0x12345678}));
        QCOMPARE(file.require("scalar").elements(), 1);
        QCOMPARE(file.require("none").elements(), 0);
        QVERIFY(file.readAll<float>(file.require("none")).empty());
        QVERIFY(!file.find("absent"));
        compareError([&] { file.require("absent"); }, ErrorKind::Input, {"no tensor absent"});
        std::vector<std::byte> two(2);
        compareError([&] { file.readBytes(file.require("byte"), 3, two); }, ErrorKind::Internal,
                     {"byte"});
    }

    void truncated() {
        const QByteArray whole =
            rawSafetensors("{" + entry("a", "F32", "[2]", "[0,8]") + "}", QByteArray("12345678"));
        QVERIFY(SafetensorsFile(makeFile(whole).toStdString()).find("a"));
        // Every shorter file is refused, wherever it was cut.
        for (qsizetype length = 0; length < whole.size(); ++length)
            refuse(whole.first(length), {});
        refuse(whole.chopped(1), {"tensor a", "truncated"});
        refuse(whole.first(4), {"4 bytes"});
        refuse({}, {"0 bytes"});
    }

    void lyingLength() {
        refuse(littleEndian64(~0ull) + "{}", {"18446744073709551615", "whole file has 10"});
        refuse(littleEndian64(1ull << 63) + "{}", {"9223372036854775808"});
        refuse(littleEndian64(3) + "{}", {"header has 3 bytes"});
        refuse(littleEndian64(1) + "{}", {"not valid JSON"});
        refuse(littleEndian64(0) + "{}", {"brace"});
    }

    /// A sparse file that really has as many bytes as its header claims.
    void headerBeyondTheFormatsBound() {
        const QString path = makeFile(littleEndian64(100'000'001) + "{}");
        QVERIFY(QFile::resize(path, 200'000'000));
        compareError([&] { SafetensorsFile{path.toStdString()}; }, ErrorKind::Input,
                     {"100000001", "the format allows 100000000"});
    }

    void hostileHeader_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const QByteArray& header, const QByteArray& data,
                            const char* part) { QTest::newRow(name) << header << data << part; };
        const auto one = [](const char* dtype, const char* shape, const char* offsets) {
            return "{" + entry("a", dtype, shape, offsets) + "}";
        };
        const auto two = [](const char* first, const char* second) {
            return "{" + entry("a", "U8", "[4]", first) + "," + entry("b", "U8", "[4]", second) +
                   "}";
        };
        const QByteArray eight = "12345678";
        row("overlap", two("[0,4]", "[2,6]"), eight, "a and b overlap at byte 2");
        row("same place", two("[0,4]", "[0,4]"), "1234", "overlap at byte 0");
        row("hole", two("[0,4]", "[5,9]"), eight + "9", "no tensor covers bytes 4 to 5");
        row("hole in front", two("[1,5]", "[5,9]"), eight + "9", "no tensor covers bytes 0 to 1");
        row("bytes behind", two("[0,4]", "[4,8]"), eight + "9", "describes 8 bytes of data");
        row("past the end", two("[0,4]", "[4,8]"), "1234567", "the tensor b should lie");
        row("offsets near 2^63", one("U8", "[1]", "[9223372036854775806,9223372036854775807]"),
            eight, "the tensor a should lie");
        row("offset beyond 2^63", one("U8", "[1]", "[9223372036854775808,9223372036854775809]"),
            eight, "overflows");
        row("offset beyond 2^64", one("U8", "[1]", "[0,18446744073709551616]"), eight,
            "the number 18446744073709551616");
        row("product overflows to the right size", one("F32", "[4611686018427387904,4,1]", "[0,0]"),
            "", "overflows");
        row("product overflows beside zero", one("U8", "[4611686018427387904,8,0]", "[0,0]"), "",
            "overflows");
        row("size lies", one("F32", "[3]", "[0,8]"), eight, "which takes 12 bytes, 8 bytes");
        row("backwards", one("U8", "[4]", "[8,4]"), eight, "from byte 8 to byte 4");
        row("negative extent", one("U8", "[-8]", "[0,8]"), eight, "a negative number");
        row("negative offset", one("U8", "[8]", "[-8,0]"), eight, "a negative number");
        row("fractional", one("U8", "[8.5]", "[0,8]"), eight, "the number 8.5");
        row("exponent", one("U8", "[8e0]", "[0,8]"), eight, "the number 8e0");
        row("text for a number", one("U8", "[\"8\"]", "[0,8]"), eight, "a text");
        row("null shape", one("U8", "null", "[0,8]"), eight, "null");
        row("true shape", one("U8", "[true]", "[0,8]"), eight, "a truth value");
        row("nested shape", one("U8", "[[8]]", "[0,8]"), eight, "a list");
        row("object in shape", one("U8", "[{}]", "[0,8]"), eight, "an object");
        row("three offsets", one("U8", "[8]", "[0,8,8]"), eight, "more than two data_offsets");
        row("one offset", one("U8", "[8]", "[0]"), eight, "no complete dtype");
        row("17 dimensions", one("U8", "[8,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,8]"), eight,
            "more than 16 dimensions");
        row("unknown dtype", one("F4", "[8]", "[0,8]"), eight, "the dtype F4");
        row("empty dtype", one("", "[8]", "[0,8]"), eight, "the dtype ,");
        row("same name twice",
            "{" + entry("a", "U8", "[4]", "[0,4]") + "," + entry("a", "U8", "[4]", "[4,8]") + "}",
            eight, "names the tensor a twice");
        row("same key twice", "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", eight, "dtype twice");
        row("unknown key", "{\"a\":{\"strides\":[1]}}", eight, "unknown key strides");
        row("no offsets", "{\"a\":{\"dtype\":\"U8\",\"shape\":[8]}}", eight, "no complete dtype");
        row("empty description", "{\"a\":{}}", eight, "no complete dtype");
        row("no description", "{\"a\":3}", eight, "a number");
        row("two metadata", "{\"__metadata__\":{},\"__metadata__\":{}}", "", "two __metadata__");
        row("metadata number", "{\"__metadata__\":{\"a\":1}}", "", "a number");
        row("metadata nested", "{\"__metadata__\":{\"a\":{}}}", "", "an object");
        row("metadata list", "{\"__metadata__\":[]}", "", "a list");
        row("list", "[]", "", "brace");
        row("cut JSON", "{\"a\":{", "", "not valid JSON");
        row("text behind", "{} x", "", "not valid JSON");
        row("broken UTF-8", "{\"\xff\":{}}", "", "not valid JSON");
        row("deep", "{\"a\":" + QByteArray(1000000, '['), "", "a list");
        row("deep objects", QByteArray("{\"a\":").repeated(100000), "", "unknown key a");
    }

    void hostileHeader() {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, data);
        QFETCH(QString, part);
        refuse(rawSafetensors(header, data), {part.toUtf8().constData()});
    }

    /// Whatever single byte of the header is changed, the file is read or refused with a sentence.
    void flippedBytes() {
        const QByteArray whole = rawSafetensors("{" + entry("a", "U8", "[4]", "[0,4]") + "," +
                                                    entry("b", "BF16", "[2,1]", "[4,8]") +
                                                    ",\"__metadata__\":{\"format\":\"pt\"}}",
                                                "12345678");
        int refused = 0;
        for (qsizetype place = 0; place < whole.size() - 8; ++place)
            for (const unsigned char flip : {0x01, 0x02, 0x10, 0x20, 0x80, 0xff}) {
                QByteArray changed = whole;
                changed[place] =
                    static_cast<char>(static_cast<unsigned char>(changed[place]) ^ flip);
                const QString path = makeFile(changed);
                const Error error = errorOf([&] {
                    const SafetensorsFile file(path.toStdString());
                    for (const SafetensorsTensor& tensor : file.tensors())
                        file.readAll<std::uint8_t>(tensor);
                });
                const QByteArray message = error.what();
                if (message.isEmpty())
                    continue;
                ++refused;
                QVERIFY2(error.kind() == ErrorKind::Input, message.constData());
                QVERIFY2(message.contains("x.safetensors") && message.endsWith('.'),
                         message.constData());
            }
        QVERIFY(refused > 100);
    }

    void pipesAreNotWaitedFor() {
        const QString path = m_folder.filePath("pipe.safetensors");
        QCOMPARE(::mkfifo(qPrintable(path), 0600), 0);
        compareError([&] { SafetensorsFile{path.toStdString()}; }, ErrorKind::Input,
                     {"pipe.safetensors", "not a regular file"});
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsHeader)
#include "test_safetensors_header.moc"
