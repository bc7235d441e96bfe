#include "tests/core/checkpoint/quantized_fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

/// Checkpoints of bitsandbytes. tests/tools/quantized_fixtures/make_bitsandbytes.py.
class TestBitsandbytesFormat : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_copies = 0;

    const std::string m_up = "model.layers.0.mlp.up_proj.weight";
    const std::string m_state = m_up + ".quant_state.bitsandbytes__nf4";

    FixtureCopy copy(const QString& fixture = "bnb-nf4-double") {
        return {fixture, m_folder.filePath(QString::number(m_copies++))};
    }

    /// The JSON beside a matrix with one key changed.
    void setState(FixtureCopy& fixture, const QString& key, const QJsonValue& value) {
        Tensor& state = fixture.tensor(m_state);
        QJsonObject object = QJsonDocument::fromJson(state.bytes).object();
        object[key] = value;
        state.bytes = QJsonDocument(object).toJson(QJsonDocument::Compact);
        state.shape = {state.bytes.size()};
    }

private Q_SLOTS:
    void fixtures_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("matrixFormat");
        const auto row = [](const char* fixture, const char* format, const char* matrixFormat) {
            QTest::newRow(fixture)
                << QString("bitsandbytes ") + format << QString("bitsandbytes ") + matrixFormat;
        };
        row("bnb-nf4", "NF4", "NF4, block 64");
        row("bnb-nf4-double", "NF4, double quantization", "NF4, block 64, double quantization");
        row("bnb-nf4-f32", "NF4", "NF4, block 32");
        row("bnb-fp4", "FP4", "FP4, block 128");
        row("bnb-fp4-double-f32", "FP4, double quantization", "FP4, block 64, double quantization");
        row("bnb-nf4-bf16-storage", "NF4", "NF4, block 64");
        row("bnb-nf4-odd", "NF4", "NF4, block 64");
    }

    void fixtures() {
        QFETCH(QString, format);
        QFETCH(QString, matrixFormat);
        const QString fixture = QTest::currentDataTag();
        compareWithTool(fixture);
        compareSomeRows(fixture);
        const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
        QCOMPARE(QString::fromStdString(checkpoint->quantizedFormat()), format);
        const StoredTensor& up = *checkpoint->find(m_up);
        QCOMPARE(QString::fromStdString(up.format), matrixFormat);
        QVERIFY(!checkpoint->packed(up, 0, 1)); // levels, not uniform codes
    }

    void countsTheBitsOfStorage() {
        const auto checkpoint = Checkpoint::open(quantizedFixture("bnb-nf4").toStdString());
        const StoredTensor& up = *checkpoint->find(m_up);
        // 90 · 30 codes, 43 scales and 16 levels in f32, and a JSON object of some hundred bytes.
        const double fixedBits = 90 * 30 * 4 + (43 + 16) * 32;
        QVERIFY(up.bitsPerWeight() * 90 * 30 > fixedBits);
        QVERIFY(up.bitsPerWeight() * 90 * 30 < fixedBits + 8 * 200);
    }

    void refusesWhatTheConfigurationDoesNotSay() {
        FixtureCopy eight = copy();
        eight.set("load_in_8bit", true);
        eight.refuse({"load_in_8bit = true", "LLM.int8()", "activations"});
        FixtureCopy none = copy();
        none.set("load_in_4bit", false);
        none.set("_load_in_4bit", false);
        none.refuse({"load_in_4bit = false", "expected true"});
        FixtureCopy type = copy();
        type.set("bnb_4bit_quant_type", "int4");
        type.refuse({"bnb_4bit_quant_type = \"int4\"", "nf4 or fp4"});
        FixtureCopy key = copy();
        key.set("some_key", 1);
        key.refuse({"some_key = 1", "not understood"});
    }

    void refusesAStateThatDoesNotFit_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* key, const QJsonValue& value, const char* expected) {
            QTest::addRow("%s %d", key, int(value.type()))
                << QString(key) << value << QByteArray(expected);
        };
        row("quant_type", "int4", "nf4 or fp4");
        row("quant_type", "fp4", "its name ends with");
        row("blocksize", 48, "a power of two");
        row("blocksize", 1e18, "from 32 to 4096");
        row("shape", QJsonArray{90, 31}, "[90, 30]");
        row("dtype", "int8", "float16, bfloat16 or float32");
        row("nested_blocksize", QJsonValue::Null, "has no nested_blocksize");
        row("nested_dtype", "float16", "float32");
        row("nested_offset", "much", "a number");
        row("some_key", 1, "not understood");
    }

    void refusesAStateThatDoesNotFit() {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QByteArray, expected);
        FixtureCopy fixture = copy();
        setState(fixture, key, value);
        fixture.refuse({"up_proj.weight.quant_state", qPrintable(key), expected});
    }

    void refusesTensorsThatDoNotFit() {
        for (const std::string suffix :
             {".absmax", ".quant_map", ".nested_quant_map", ".quant_state.bitsandbytes__nf4"}) {
            FixtureCopy missing = copy();
            missing.remove(m_up + suffix);
            missing.refuse({"no tensor", suffix.c_str(), "up_proj.weight cannot be read without"});
        }
        FixtureCopy nested = copy();
        nested.remove(m_up + ".nested_absmax");
        nested.refuse({"up_proj.weight", "nested"});
        FixtureCopy codes = copy();
        codes.tensor(m_up).shape[0] -= 1;
        codes.tensor(m_up).bytes.chop(1);
        codes.refuse({"up_proj.weight has 1349 bytes", "2700 codes", "take 1350"});
        FixtureCopy scales = copy();
        scales.tensor(m_up + ".absmax").shape[0] -= 1;
        scales.tensor(m_up + ".absmax").bytes.chop(1);
        scales.refuse({"up_proj.weight.absmax", "[42]", "[43]"});
        FixtureCopy json = copy();
        json.tensor(m_state).bytes[0] = '[';
        json.refuse({"quant_state.bitsandbytes__nf4", "not valid JSON"});
        FixtureCopy deep = copy();
        deep.tensor(m_state).bytes = QByteArray(60000, '[');
        deep.tensor(m_state).shape = {60000};
        deep.refuse({"quant_state.bitsandbytes__nf4", "nested deeper"});
    }

    void refusesValuesOutOfRange() {
        FixtureCopy nan = copy("bnb-nf4");
        nan.tensor(m_up + ".absmax").bytes.replace(4 * 7, 4, QByteArray("\x00\x00\xc0\x7f", 4));
        nan.refuse({"up_proj.weight.absmax", "nan", "row 0, column 7"});
        FixtureCopy map = copy();
        map.tensor(m_up + ".nested_quant_map")
            .bytes.replace(4 * 255, 4, QByteArray("\x00\x00\x80\x7f", 4));
        map.refuse({"nested_quant_map", "inf", "column 255"});
        FixtureCopy large = copy("bnb-nf4");
        for (const char* part : {".absmax", ".quant_map"})
            for (int i = 0; i < 16; ++i)
                large.tensor(m_up + part).bytes.replace(4 * i, 4, "\xff\xff\x7f\x7f");
        large.refuse({"the tensor model.layers.0.mlp.up_proj.weight holds inf", "row 0"});
    }
};

QTEST_GUILESS_MAIN(TestBitsandbytesFormat)
#include "test_bitsandbytes_format.moc"
