#include "tests/core/checkpoint/quantized_fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

/// Checkpoints of AutoGPTQ and GPTQModel. tests/tools/quantized_fixtures/make_gptq.py.
class TestGptqFormat : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_copies = 0;

    FixtureCopy copy(const QString& fixture = "gptq-4bit") {
        return {fixture, m_folder.filePath(QString::number(m_copies++))};
    }

private Q_SLOTS:
    void fixtures_data() {
        QTest::addColumn<QString>("format");
        const auto row = [](const char* fixture, const char* format) {
            QTest::newRow(fixture) << QString(format);
        };
        row("gptq-2bit", "GPTQ 2 bit, group 40");
        row("gptq-3bit", "GPTQ 3 bit, group 40");
        row("gptq-4bit", "GPTQ 4 bit, group 40");
        row("gptq-8bit", "GPTQ 8 bit, group 40");
        row("gptq-4bit-act-order", "GPTQ 4 bit, group 40, act order");
        row("gptq-3bit-act-order", "GPTQ 3 bit, group 16, act order");
        row("gptq-4bit-symmetric-per-row", "GPTQ 4 bit, per row");
        row("gptq-v2-3bit", "GPTQ 3 bit, group 32");
        row("gptq-v2-8bit", "GPTQ 8 bit, group 32");
        row("gptq-dynamic", "GPTQ 4 bit, group 32");
    }

    void fixtures() {
        QFETCH(QString, format);
        const QString fixture = QTest::currentDataTag();
        compareWithTool(fixture);
        compareSomeRows(fixture);
        comparePacked(fixture);
        const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
        QCOMPARE(QString::fromStdString(checkpoint->quantizedFormat()), format);
        QCOMPARE(QString::fromStdString(summarize(*checkpoint, "").dtype), format + "; rest f16");
    }

    void countsTheBitsOfStorage() {
        const auto checkpoint = Checkpoint::open(quantizedFixture("gptq-4bit").toStdString());
        const StoredTensor& down = *checkpoint->find("model.layers.0.mlp.down_proj.weight");
        QCOMPARE(down.shape, (std::vector<std::int64_t>{32, 96}));
        // Codes of 96 columns; f16 scales and 4 bit zeros of three groups; an i32 for each column.
        QCOMPARE(down.bitsPerWeight(), (32.0 * 96 * 4 + 32 * 3 * (16 + 4) + 96 * 32) / (32 * 96));
        QCOMPARE(checkpoint->find("lm_head.weight")->bitsPerWeight(), 16.0);
    }

    void namesTheSchemeOfEachMatrix() {
        const auto checkpoint = Checkpoint::open(quantizedFixture("gptq-dynamic").toStdString());
        QCOMPARE(checkpoint->find("model.layers.0.mlp.down_proj.weight")->format,
                 std::string("GPTQ 8 bit, group 32"));
        QCOMPARE(checkpoint->find("model.layers.0.self_attn.o_proj.weight")->format,
                 std::string("GPTQ 3 bit, group 32"));
        QCOMPARE(checkpoint->find("model.norm.weight")->format, std::string());
    }

    void groupsWithoutAnIndexFollowOneAnother() {
        FixtureCopy fixture = copy();
        for (const QString& name : expectedOf(quantizedFixture("gptq-4bit")).keys())
            fixture.remove(name.toStdString() + ".g_idx");
        fixture.readAll();
        fixture.set("desc_act", true);
        fixture.refuse({"no tensor model.layers.0.", "g_idx", "cannot be read without"});
    }

    void takesABiasOfZerosAndRefusesAnother() {
        FixtureCopy fixture = copy();
        fixture.tensors.push_back({"model.layers.0.mlp.up_proj.bias", {96}, QByteArray(192, 0)});
        fixture.readAll();
        fixture.tensors.back().bytes[7] = 0x3f;
        fixture.refuse({"model.layers.0.mlp.up_proj.bias", "no place in the model"});
    }

    void refusesWhatTheConfigurationDoesNotSay_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* key, const QJsonValue& value, const char* expected) {
            QTest::addRow("%s %d", key, int(value.type()))
                << QString(key) << value << QByteArray(expected);
        };
        row("bits", 5, "2, 3, 4 or 8");
        row("bits", "four", "a whole number");
        row("bits", QJsonValue::Null, "has no bits");
        row("group_size", 0, "-1 (a whole row)");
        row("group_size", 1e30, "a whole number");
        row("checkpoint_format", "marlin", "gptq or gptq_v2");
        row("is_marlin_format", true, "not understood");
        row("pack_dtype", "int16", "int32");
        row("rotation", "hadamard", "not understood");
        row("desc_act", 1, "true or false");
        row("dynamic", 3, "an object");
    }

    void refusesWhatTheConfigurationDoesNotSay() {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QByteArray, expected);
        FixtureCopy fixture = copy();
        fixture.set(key, value);
        fixture.refuse({"config.json, in quantization_config", qPrintable(key), expected});
    }

    void refusesTensorsThatDoNotFit() {
        const std::string up = "model.layers.0.mlp.up_proj";
        FixtureCopy missing = copy();
        missing.remove(up + ".scales");
        missing.refuse({"no tensor model.layers.0.mlp.up_proj.scales", "qweight"});
        missing.remove(up + ".qweight");
        missing.refuse(
            {"no tensor model.layers.0.mlp.up_proj.weight", "nor one quantized as GPTQ"});
        FixtureCopy both = copy();
        both.tensors.push_back({up + ".weight", {96, 32}, QByteArray(96 * 32 * 2, 0)});
        both.refuse({up.c_str(), "stands beside", "expected one of them"});
        FixtureCopy shape = copy();
        shape.tensor(up + ".scales").shape = {96, 1};
        shape.refuse({"up_proj.scales", "[96, 1]", "96 rows and 32 columns", "[1, 96]"});
        FixtureCopy codes = copy();
        codes.tensor(up + ".qweight").shape = {2, 192};
        codes.refuse({"up_proj.qweight", "[2, 192]", "[4, 96]"});
        FixtureCopy dtype = copy();
        dtype.tensor(up + ".qzeros").dtype = "F32";
        dtype.refuse({"up_proj.qzeros", "dtype F32", "expected I32"});
        FixtureCopy bits = copy();
        bits.set("bits", 8);
        bits.refuse({"qweight", "has the shape"});
    }

    void refusesValuesOutOfRange() {
        const std::string down = "model.layers.0.mlp.down_proj";
        FixtureCopy group = copy();
        group.tensor(down + ".g_idx").bytes[4 * 7] = 3; // groups 0 to 2
        group.refuse({"down_proj.g_idx", "column 7", "group 3", "expected 0 to 2"});
        FixtureCopy negative = copy();
        negative.tensor(down + ".g_idx").bytes.replace(0, 4, "\xff\xff\xff\xff");
        negative.refuse({"down_proj.g_idx", "column 0", "group -1"});
        FixtureCopy nan = copy();
        nan.tensor(down + ".scales").bytes.replace(2 * (32 + 5), 2, QByteArray("\x00\x7e", 2));
        nan.refuse({"model.safetensors", "down_proj.scales", "nan", "row 1, column 5"});
    }

    void refusesACheckpointWithoutQuantizedMatrices() {
        FixtureCopy fixture = copy();
        fixture.tensors = tinyTensors();
        const QString folder = m_folder.filePath("plain");
        QDir().mkpath(folder);
        writeFile(folder + "/config.json",
                  tinyConfig("\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4}"));
        writeFile(folder + "/model.safetensors", safetensors(tinyTensors()));
        compareError([&] { Checkpoint::open(folder.toStdString()); }, ErrorKind::Input,
                     {"said to be quantized (GPTQ 4 bit, per row)", "none of its matrices"});
    }
};

QTEST_GUILESS_MAIN(TestGptqFormat)
#include "test_gptq_format.moc"
