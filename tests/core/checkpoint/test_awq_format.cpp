#include "tests/core/checkpoint/quantized_fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

/// Checkpoints of AutoAWQ. tests/tools/quantized_fixtures/make_awq.py.
class TestAwqFormat : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_copies = 0;

    FixtureCopy copy() { return {"awq-gemm", m_folder.filePath(QString::number(m_copies++))}; }

private Q_SLOTS:
    void fixtures_data() {
        QTest::addColumn<QString>("format");
        QTest::newRow("awq-gemm") << "AWQ 4 bit, group 8";
        QTest::newRow("awq-gemm-per-row") << "AWQ 4 bit, per row";
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

    void readsAutoAwqsOwnFile() {
        const QString folder = m_folder.filePath("own");
        QDir().mkpath(folder);
        QFile::copy(quantizedFixture("awq-gemm/model.safetensors"), folder + "/model.safetensors");
        QFile config(quantizedFixture("awq-gemm/config.json"));
        QVERIFY(config.open(QIODevice::ReadOnly));
        QJsonObject object = QJsonDocument::fromJson(config.readAll()).object();
        object.remove("quantization_config");
        writeFile(folder + "/config.json", QJsonDocument(object).toJson());
        writeFile(folder + "/quant_config.json",
                  "{\"zero_point\":true,\"q_group_size\":8,\"w_bit\":4,\"version\":\"GEMM\"}");
        const std::string name = "model.layers.0.mlp.down_proj.weight";
        const auto own = Checkpoint::open(folder.toStdString());
        const auto usual = Checkpoint::open(quantizedFixture("awq-gemm").toStdString());
        QCOMPARE(own->quantizedFormat(), usual->quantizedFormat());
        QCOMPARE(readWhole(*own, name), readWhole(*usual, name));
        const std::string before = own->contentHash();
        writeFile(folder + "/quant_config.json",
                  "{\"zero_point\":true,\"q_group_size\":8,\"w_bit\":4,\"version\":\"gemm\"}");
        QVERIFY(own->contentHash() != before);
    }

    void refusesOtherVersions() {
        for (const char* version : {"gemv", "gemv_fast", "marlin", "llm-awq"}) {
            FixtureCopy fixture = copy();
            fixture.set("version", version);
            fixture.refuse({"in quantization_config has version", version, "gemm"});
        }
        FixtureCopy bits = copy();
        bits.set("bits", 3);
        bits.refuse({"bits = 3", "expected 4"});
        FixtureCopy key = copy();
        key.set("some_key", 1);
        key.refuse({"some_key = 1", "not understood"});
    }

    void refusesTensorsThatDoNotFit() {
        const std::string up = "model.layers.0.mlp.up_proj";
        FixtureCopy zeros = copy();
        zeros.remove(up + ".qzeros");
        zeros.refuse({"no tensor model.layers.0.mlp.up_proj.qzeros", "qweight"});
        FixtureCopy codes = copy();
        codes.tensor(up + ".qweight").shape = {12, 32};
        codes.refuse({"up_proj.qweight", "[12, 32]", "[32, 12]"});
        FixtureCopy infinite = copy();
        infinite.tensor(up + ".scales").bytes.replace(2 * 96, 2, QByteArray("\x00\xfc", 2));
        infinite.refuse({"up_proj.scales", "-inf", "row 1, column 0"});
        FixtureCopy size = copy();
        size.set("group_size", 16);
        size.refuse({"qzeros", "has the shape"});
    }
};

QTEST_GUILESS_MAIN(TestAwqFormat)
#include "test_awq_format.moc"
