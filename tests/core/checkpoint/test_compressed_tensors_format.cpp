#include "tests/core/checkpoint/quantized_fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

/// Checkpoints of compressed-tensors. tests/tools/quantized_fixtures/make_compressed_tensors.py.
class TestCompressedTensorsFormat : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_copies = 0;

    FixtureCopy copy(const QString& fixture = "ct-3bit-asymmetric") {
        return {fixture, m_folder.filePath(QString::number(m_copies++))};
    }

    /// A key of the weights of the only config group.
    void setWeights(FixtureCopy& fixture, const QString& key, const QJsonValue& value) {
        QJsonObject groups = fixture.quantization()["config_groups"].toObject();
        QJsonObject group = groups["group_0"].toObject();
        QJsonObject weights = group["weights"].toObject();
        weights[key] = value;
        group["weights"] = weights;
        groups["group_0"] = group;
        fixture.set("config_groups", groups);
    }

private Q_SLOTS:
    void fixtures_data() {
        QTest::addColumn<QString>("format");
        const auto row = [](const char* fixture, const char* format) {
            QTest::newRow(fixture) << QString("compressed-tensors ") + format;
        };
        row("ct-2bit-channel", "2 bit, per row");
        row("ct-3bit-asymmetric", "3 bit, group 8");
        row("ct-4bit", "4 bit, group 8");
        row("ct-4bit-act-order", "4 bit, group 8, act order");
        row("ct-5bit-tensor", "5 bit, per tensor");
        row("ct-6bit", "6 bit, per row");
        row("ct-7bit", "7 bit, group 4");
        row("ct-8bit", "8 bit, group 8");
        row("ct-mixed", "4 bit, group 8");
        row("ct-dense-3bit-asymmetric", "3 bit, group 8");
        row("ct-dense-5bit-channel", "5 bit, per row");
        row("ct-dense-6bit", "6 bit, group 20");
        row("ct-dense-7bit-tensor", "7 bit, per tensor");
    }

    void fixtures() {
        QFETCH(QString, format);
        const QString fixture = QTest::currentDataTag();
        compareWithTool(fixture);
        compareSomeRows(fixture);
        comparePacked(fixture);
        const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
        QCOMPARE(QString::fromStdString(checkpoint->quantizedFormat()), format);
    }

    void namesTheSchemeOfEachMatrix() {
        const auto checkpoint = Checkpoint::open(quantizedFixture("ct-mixed").toStdString());
        QCOMPARE(checkpoint->find("model.layers.0.mlp.down_proj.weight")->format,
                 std::string("compressed-tensors 8 bit, per row"));
    }

    void anIndexThatWasNeverSetIsNone() {
        FixtureCopy fixture = copy();
        fixture.tensors.push_back(
            {"model.layers.0.mlp.up_proj.weight_g_idx", {40}, QByteArray(160, '\xff'), "I32"});
        fixture.readAll();
    }

    void refusesWordsThatTwoVersionsReadDifferently() {
        FixtureCopy fixture = copy(); // 40 columns of 3 bits: four words by either way
        fixture.set("version", QJsonValue::Null);
        fixture.refuse({"weight_packed", "more than one way of packing", "version"});
        fixture.set("version", "recent");
        fixture.refuse({"version = \"recent\"", "0.12.2"});
    }

    void refusesWhatTheConfigurationDoesNotSay_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* key, const QJsonValue& value, const char* expected) {
            QTest::addRow("%s", key) << QString(key) << value << QByteArray(expected);
        };
        row("format", "float-quantized", "pack-quantized");
        row("kv_cache_scheme", QJsonObject{{"num_bits", 8}}, "caches");
        row("transform_config", QJsonObject{{"config_groups", 1}}, "transforms");
        row("sparsity_config", QJsonObject{{"format", "sparse-24-bitmask"}}, "sparse");
        row("config_groups", QJsonObject(), "an object of groups");
        row("some_key", 1, "not understood");
    }

    void refusesWhatTheConfigurationDoesNotSay() {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QByteArray, expected);
        FixtureCopy fixture = copy();
        fixture.set(key, value);
        fixture.refuse({"in quantization_config", qPrintable(key), expected});
    }

    void refusesWeightsItDoesNotRead_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* key, const QJsonValue& value, const char* expected) {
            QTest::addRow("%s", key) << QString(key) << value << QByteArray(expected);
        };
        row("num_bits", 9, "from 1 to 8");
        row("type", "float", "int");
        row("strategy", "block", "group, channel or tensor");
        row("actorder", "sometimes", "group, weight or static");
        row("dynamic", true, "fixed scales");
        row("group_size", -1, "a number of columns");
        row("some_key", 1, "not understood");
    }

    void refusesWeightsItDoesNotRead() {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QByteArray, expected);
        FixtureCopy fixture = copy();
        setWeights(fixture, key, value);
        fixture.refuse({"in config_groups, in group_0, in weights", qPrintable(key), expected});
    }

    void refusesQuantizedActivations() {
        FixtureCopy fixture = copy();
        QJsonObject groups = fixture.quantization()["config_groups"].toObject();
        QJsonObject group = groups["group_0"].toObject();
        group["input_activations"] = QJsonObject{{"num_bits", 8}};
        groups["group_0"] = group;
        fixture.set("config_groups", groups);
        fixture.refuse({"input_activations", "activations are not computed"});
    }

    void refusesTensorsThatDoNotFit() {
        const std::string up = "model.layers.0.mlp.up_proj";
        for (const std::string suffix : {"weight_scale", "weight_zero_point", "weight_shape"}) {
            FixtureCopy missing = copy();
            missing.remove(up + "." + suffix);
            missing.refuse({"no tensor", suffix.c_str(), "up_proj.weight_packed"});
        }
        FixtureCopy lying = copy();
        lying.tensor(up + ".weight_shape").bytes[8] = 41;
        lying.refuse({"up_proj.weight_shape", "[88, 41]", "[88, 40]"});
        FixtureCopy bits = copy();
        setWeights(bits, "num_bits", 4);
        bits.refuse({"weight_packed", "has the shape", "asks for"});
        FixtureCopy scale = copy();
        scale.tensor(up + ".weight_scale").shape = {5, 88};
        scale.refuse({"up_proj.weight_scale", "[5, 88]", "[88, 5]"});
        FixtureCopy symmetric = copy();
        setWeights(symmetric, "symmetric", true);
        symmetric.refuse({"weight_zero_point", "symmetric = true"});
    }

    void refusesValuesOutOfRange() {
        const std::string up = "model.layers.0.mlp.up_proj";
        FixtureCopy nan = copy();
        nan.tensor(up + ".weight_scale").bytes.replace(2 * 7, 2, QByteArray("\xc0\x7f", 2));
        nan.refuse({"up_proj.weight_scale", "nan", "row 1, column 2"});
        FixtureCopy group = copy("ct-4bit-act-order");
        group.tensor(up + ".weight_g_idx").bytes[4 * 3] = 5;
        group.refuse({"up_proj.weight_g_idx", "column 3", "group 5", "0 to 4"});
        FixtureCopy empty = copy("ct-4bit-act-order");
        empty.tensor(up + ".weight_g_idx").bytes.fill(0);
        empty.refuse({"up_proj.weight_g_idx", "no column into group 1 of 5"});
    }
};

QTEST_GUILESS_MAIN(TestCompressedTensorsFormat)
#include "test_compressed_tensors_format.moc"
