#include "tests/core/checkpoint/quantized_fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

/// Checkpoints of HQQ. tests/tools/quantized_fixtures/make_hqq.py.
class TestHqqFormat : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_copies = 0;

    const std::string m_up = "model.layers.0.mlp.up_proj";

    FixtureCopy copy(const QString& fixture = "hqq-4bit") {
        return {fixture, m_folder.filePath(QString::number(m_copies++))};
    }

    static float inF16(float value) {
        const std::uint16_t bits = roundToF16(value);
        float wide = 0;
        convertF16({&bits, 1}, {&wide, 1});
        return wide;
    }

private Q_SLOTS:
    void fixtures_data() {
        QTest::addColumn<QString>("format");
        const auto row = [](const char* fixture, const char* format) {
            QTest::newRow(fixture) << QString("HQQ ") + format;
        };
        row("hqq-8bit", "8 bit, group 8");
        row("hqq-6bit", "6 bit, group 40");
        row("hqq-5bit", "5 bit, group 8");
        row("hqq-4bit", "4 bit, group 8");
        row("hqq-3bit", "3 bit, group 8");
        row("hqq-2bit", "2 bit, group 8");
        row("hqq-1bit", "1 bit, group 8");
        row("hqq-4bit-per-row", "4 bit, per row");
        row("hqq-4bit-axis-0", "4 bit, group 8");
        row("hqq-3bit-axis-0", "3 bit, group 8");
        row("hqq-4bit-as-float", "4 bit, group 8");
        row("hqq-4bit-bf16", "4 bit, group 16");
    }

    void fixtures() {
        QFETCH(QString, format);
        const QString fixture = QTest::currentDataTag();
        compareWithTool(fixture);
        compareSomeRows(fixture);
        const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
        QCOMPARE(QString::fromStdString(checkpoint->quantizedFormat()), format);
    }

    /// The same codes, scales and zeros give the tool's f16 values by its own rounding.
    void theToolsF16IsThisRoundedTwice_data() {
        QTest::addColumn<int>("unused");
        for (const char* fixture : {"hqq-8bit", "hqq-5bit", "hqq-4bit", "hqq-3bit", "hqq-2bit",
                                    "hqq-1bit", "hqq-4bit-per-row", "hqq-4bit-as-float"})
            QTest::newRow(fixture) << 0;
    }

    void theToolsF16IsThisRoundedTwice() {
        const QString folder = quantizedFixture(QTest::currentDataTag());
        QFile file(folder + "/expected-f16.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject expected = QJsonDocument::fromJson(file.readAll()).object();
        QCOMPARE(expected.size(), 7);
        const auto checkpoint = Checkpoint::open(folder.toStdString());
        for (const QString& name : expected.keys()) {
            const StoredTensor& stored = *checkpoint->find(name.toStdString() + ".weight");
            const auto packed = checkpoint->packed(stored, 0, stored.shape[0]);
            QVERIFY(packed);
            std::vector<float> values;
            for (std::int64_t row = 0; row < packed->rows; ++row)
                for (std::int64_t column = 0; column < packed->columns; ++column) {
                    const auto at = static_cast<std::size_t>(
                        row * packed->groups +
                        packed->groupIndex[static_cast<std::size_t>(column)]);
                    const auto code = static_cast<float>(
                        packed->codes[static_cast<std::size_t>(row * packed->columns + column)]);
                    values.push_back(inF16(code - packed->zeros[at]) * packed->scales[at]);
                }
            const QByteArray hash =
                QCryptographicHash::hash(bytesIn("float16", values), QCryptographicHash::Sha256);
            QCOMPARE(hash.toHex(), expected[name].toObject()["sha256"].toString().toLatin1());
        }
    }

    void packedWhereGroupsAreColumns() {
        comparePacked("hqq-3bit");
        for (const char* fixture : {"hqq-4bit-axis-0", "hqq-4bit-bf16"}) {
            const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
            QVERIFY(!checkpoint->packed(*checkpoint->find(m_up + ".weight"), 0, 1));
        }
    }

    void namesTheAxis() {
        const auto checkpoint = Checkpoint::open(quantizedFixture("hqq-4bit-axis-0").toStdString());
        QCOMPARE(checkpoint->find(m_up + ".weight")->format,
                 std::string("HQQ 4 bit, group 8, axis 0"));
    }

    void refusesWhatTheConfigurationDoesNotSay() {
        FixtureCopy none = copy();
        none.set("quant_config", QJsonObject());
        none.refuse({"in quantization_config has quant_config = {}", "weight_quant_params"});
        FixtureCopy wrong = copy();
        wrong.set("quant_config", QJsonObject{{"self_attn.q_proj", 4}});
        wrong.refuse({"in quant_config", "has no weight_quant_params"});
        FixtureCopy bits = copy();
        bits.set("quant_config",
                 QJsonObject{{"weight_quant_params", QJsonObject{{"nbits", 1.58}}}});
        bits.refuse({"in weight_quant_params has nbits = 1.58", "from 1 to 8"});
        FixtureCopy key = copy();
        key.set("some_key", 1);
        key.refuse({"some_key = 1", "not understood"});
    }

    void refusesTensorsThatDoNotFit() {
        for (const std::string suffix :
             {".scale", ".zero", ".shape", ".nbits", ".axis", ".packing", ".group_size"}) {
            FixtureCopy missing = copy();
            missing.remove(m_up + suffix);
            missing.refuse({"no tensor", suffix.c_str(), "up_proj.W_q cannot be read without"});
        }
        FixtureCopy lying = copy();
        lying.tensor(m_up + ".shape").bytes[0] = 87;
        lying.refuse({"up_proj.shape", "[87, 40]", "[88, 40]"});
        FixtureCopy codes = copy();
        codes.tensor(m_up + ".W_q").shape = {8, 220};
        codes.refuse({"up_proj.W_q", "[8, 220]", "[220, 8]"});
        FixtureCopy scales = copy();
        scales.tensor(m_up + ".scale").shape = {1, 440};
        scales.refuse({"up_proj.scale", "[1, 440]", "[440, 1]"});
        FixtureCopy bytes = copy("hqq-4bit-as-float");
        bytes.tensor(m_up + ".W_q").bytes.chop(8);
        bytes.tensor(m_up + ".W_q").shape[0] -= 1;
        bytes.refuse({"up_proj.W_q has 1752 bytes", "3520 codes of 4 bits take 1760"});
    }

    void refusesScalarsOutOfRange_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("value");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("axis") << "axis" << 2 << QByteArray("is 2; expected 0 to 1");
        QTest::newRow("nbits") << "nbits" << 9 << QByteArray("is 9; expected 1 to 8");
        QTest::newRow("wide") << "nbits" << 5 << QByteArray("no packing of 5 bits");
        QTest::newRow("zero group") << "group_size" << 0 << QByteArray("is 0; expected 1 to 3520");
        QTest::newRow("group") << "group_size" << 7 << QByteArray("does not divide the 3520");
        QTest::newRow("nested") << "quant_scale" << 1 << QByteArray("is 1; quantized scales");
        QTest::newRow("packing") << "packing" << int('9') << QByteArray("is \"9bit_u8\"");
    }

    void refusesScalarsOutOfRange() {
        QFETCH(QString, name);
        QFETCH(int, value);
        QFETCH(QByteArray, expected);
        FixtureCopy fixture = copy();
        fixture.tensor(m_up + "." + name.toStdString()).bytes[0] = static_cast<char>(value);
        fixture.refuse({"the tensor model.layers.0.mlp.up_proj.", expected});
    }

    void refusesValuesOutOfRange() {
        FixtureCopy code = copy("hqq-5bit"); // a byte a code
        code.tensor(m_up + ".W_q").bytes[43] = 32;
        code.refuse({"up_proj.W_q", "code 32", "row 1, column 3", "the largest of 5 bits is 31"});
        FixtureCopy nan = copy();
        nan.tensor(m_up + ".zero").bytes.replace(2 * 6, 2, QByteArray("\x00\x7e", 2));
        nan.refuse({"up_proj.zero", "nan", "row 6, column 0"});
    }
};

QTEST_GUILESS_MAIN(TestHqqFormat)
#include "test_hqq_format.moc"
