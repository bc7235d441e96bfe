#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantization_config.h"
#include "tests/core/checkpoint/fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

/// Where a model directory says how it was quantized, and what is refused of it.
class TestQuantizationConfig : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_models = 0;

    QString makeModel(const QByteArray& moreConfig) {
        const QString folder = m_folder.filePath(QString("model-%1").arg(m_models++));
        QDir().mkpath(folder);
        writeFile(folder + "/config.json", tinyConfig(moreConfig));
        writeFile(folder + "/model.safetensors", safetensors(tinyTensors()));
        return folder;
    }

    static std::optional<QuantizationConfig> read(const QString& folder) {
        return readQuantizationConfig(folder.toStdString());
    }

    void refuse(const QByteArray& config, const std::vector<const char*>& parts) {
        const QString folder = makeModel(config);
        compareError([&] { Checkpoint::open(folder.toStdString()); }, ErrorKind::Input, parts);
    }

private Q_SLOTS:
    void unquantizedModelHasNone() {
        QVERIFY(!read(makeModel({})));
        const QString folder = makeModel("\"quantization_config\":null");
        QVERIFY(!read(folder));
        const auto checkpoint = Checkpoint::open(folder.toStdString());
        QCOMPARE(checkpoint->quantizedFormat(), std::string());
        const ModelSummary summary = summarize(*checkpoint, folder.toStdString());
        QCOMPARE(summary.quantizedFormat, std::string());
        QCOMPARE(summary.bitsPerParameter, 16.0); // all tensors of the fixture are bf16
        QCOMPARE(checkpoint->tensors().front().bitsPerWeight(), 16.0);
    }

    void findsItInConfigAndBesideIt() {
        const auto inConfig = read(makeModel("\"quantization_config\":{\"quant_method\":\"AWQ\"}"));
        QCOMPARE(inConfig->method, std::string("awq"));
        QVERIFY(inConfig->place.ends_with("config.json, in quantization_config"));
        const auto older = read(makeModel("\"compression_config\":{\"ignore\":[]}"));
        QCOMPARE(older->method, std::string("compressed-tensors"));
        const auto unnamed = read(makeModel("\"quantization_config\":{\"load_in_4bit\":true}"));
        QCOMPARE(unnamed->method, std::string("bitsandbytes"));
        for (const auto& [file, method] :
             {std::pair{"quantize_config.json", "gptq"}, {"quant_config.json", "awq"}}) {
            const QString folder = makeModel({});
            writeFile(folder + "/" + file, "{\"bits\":4}");
            const auto beside = read(folder);
            QCOMPARE(beside->method, std::string(method));
            QVERIFY(beside->place.ends_with(file));
            QVERIFY(beside->object.at("bits") == 4);
        }
    }

    void refusesWhatItDoesNotKnow() {
        refuse("\"quantization_config\":{\"bits\":4}", {"config.json", "no quant_method", "gptq"});
        refuse("\"quantization_config\":[]", {"quantization_config", "JSON array", "object"});
        refuse("\"quantization_config\":{\"quant_method\":3}", {"quant_method = 3", "a text"});
        refuse("\"quantization_config\":{\"quant_method\":\"vptq\"}", {"quant_method", "\"vptq\""});
    }
};

QTEST_GUILESS_MAIN(TestQuantizationConfig)
#include "test_quantization_config.moc"
