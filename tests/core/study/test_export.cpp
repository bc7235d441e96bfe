// Quantized checkpoints in published formats: written from the demo model, read back by the readers
// of foreign checkpoints, which were checked against the formats' own tools.

#include "core/checkpoint/number_conversion.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/data/error.h"
#include "core/data/job.h"
#include "core/data/session_schema.h"
#include "core/quant/packed_storage.h"
#include "core/study/export_checkpoint.h"
#include "core/study/quantize_model.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>

#include "model_copy.h"

using namespace quantscope;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";

float throughF16(float value) {
    const std::uint16_t half = nearestF16(value);
    float rounded = 0;
    convertF16(std::span(&half, 1), std::span(&rounded, 1));
    return rounded;
}

torch::Tensor readTensor(const Checkpoint& checkpoint, const std::string& name) {
    const StoredTensor* stored = checkpoint.find(name);
    if (!stored)
        return {};
    torch::Tensor values = torch::empty(stored->shape);
    checkpoint.read(*stored, 0, extentOf(*stored).rows,
                    {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
    return values;
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QMap<QString, QString> m_plain; ///< folder of dequantized weights by method
    int m_exported = 0;

    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    QuantizeOptions options(const std::string& method, const std::string& format,
                            const QString& output) const {
        QuantizeOptions options;
        options.modelPath = demo + "/model";
        options.method = parseMethodSpec(method);
        options.calibration.source = TextSource{};
        options.calibration.source->path = demo + "/calibration.jsonl";
        options.calibration.source->format = TextFormat::Jsonl;
        options.calibration.examples = 4;
        options.tokens = 32;
        options.resources.threads = 1; // the same codes every time
        options.format = format;
        options.output = path(output);
        return options;
    }

    static void make(const QuantizeOptions& options) {
        Job job;
        quantizeModel(options, job);
    }

    static QString refusal(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return "nothing was refused";
    }

    /// Every matrix of an exported checkpoint holds the codes of the folder that `quantize` leaves
    /// beside dequantized weights.
    static void compareCodes(const Checkpoint& exported, const std::filesystem::path& codes,
                             ScaleType scales) {
        for (std::int64_t layer = 0; layer < exported.config().layers; ++layer) {
            const QuantizedBlock block = loadPackedBlock(
                codes /
                QString("block-%1.safetensors").arg(layer, 3, 10, QChar('0')).toStdString());
            for (const auto& [module, linear] : block.linears) {
                const StoredTensor* stored =
                    exported.find(blockTensorName(layer, module, "weight"));
                const auto packed = exported.packed(*stored, 0, stored->shape[0]);
                QVERIFY(packed.has_value());
                QCOMPARE(packed->bits, linear.bits);
                const auto same = [](const auto& values, const torch::Tensor& tensor) {
                    using Value = std::decay_t<decltype(values[0])>;
                    const torch::Tensor plain = tensor.contiguous();
                    return values.size() == static_cast<std::size_t>(plain.numel()) &&
                           std::equal(values.begin(), values.end(), plain.data_ptr<Value>());
                };
                QVERIFY(same(packed->codes, linear.codes));
                QVERIFY(same(packed->zeros, linear.zeros));
                torch::Tensor expected = linear.scales.clone();
                if (scales == ScaleType::F16)
                    for (std::int64_t i = 0; i < expected.numel(); ++i)
                        expected.data_ptr<float>()[i] = throughF16(expected.data_ptr<float>()[i]);
                QVERIFY(same(packed->scales, expected));
                if (linear.groupIndex.defined())
                    QVERIFY(same(packed->groupIndex, linear.groupIndex));
            }
        }
    }

private Q_SLOTS:
    void readsBackBitForBit_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("scales");
        const QStringList methods = {
            "rtn:bits=4,group=32", "rtn:bits=3,group=64,grid=symmetric",
            "rtn:bits=8,group=-1", "gptq:bits=3,group=32,act_order=true,static_groups=true",
            "awq:bits=4,group=32",
        };
        for (const QString& method : methods)
            for (const QString format : {"gptq_v2", "compressed-tensors"})
                QTest::newRow(qPrintable(method + " as " + format)) << method << format << "f16";
        QTest::newRow("zeros less one") << "rtn:bits=3,group=64,grid=symmetric"
                                        << "gptq"
                                        << "f16";
        QTest::newRow("order of columns") << "gptq:bits=3,group=32,act_order=true"
                                          << "gptq_v2"
                                          << "f16";
        QTest::newRow("exact scales") << "awq:bits=4,group=32"
                                      << "compressed-tensors"
                                      << "f32";
        QTest::newRow("5 bits") << "rtn:bits=5,group=32"
                                << "compressed-tensors"
                                << "f16";
    }

    void readsBackBitForBit() {
        QFETCH(QString, method);
        QFETCH(QString, format);
        QFETCH(QString, scales);
        if (!m_plain.contains(method)) {
            m_plain[method] = QString("plain-%1").arg(m_plain.size());
            make(options(method.toStdString(), "f32", m_plain[method]));
        }
        const QString plain = m_plain[method];
        const QString output = QString("exported-%1").arg(m_exported++);
        QuantizeOptions exporting = options(method.toStdString(), format.toStdString(), output);
        exporting.scales = scales == "f16" ? ScaleType::F16 : ScaleType::F32;
        make(exporting);
        const auto exported = Checkpoint::open(path(output));
        const std::filesystem::path codes =
            std::filesystem::directory_iterator(path(plain) + "/codes")->path();
        compareCodes(*exported, codes, exporting.scales);

        const auto parent = Checkpoint::open(demo + "/model");
        const auto dequantized = Checkpoint::open(path(plain));
        for (const StoredTensor& stored : parent->tensors()) {
            const torch::Tensor wanted = readTensor(*dequantized, stored.name);
            const torch::Tensor found = readTensor(*exported, stored.name);
            const bool isMatrix = exported->find(stored.name)->type == StoredType::Quantized;
            QCOMPARE(isMatrix, stored.name.find("proj") != std::string::npos);
            if (isMatrix && scales == "f16")
                QVERIFY2(at::allclose(found, wanted, 1.0 / 2048, 0), stored.name.c_str());
            else
                QVERIFY2(at::equal(found, wanted), stored.name.c_str());
        }
        QVERIFY(QFile::exists(m_folder.filePath(output + "/tokenizer.json")));
        QVERIFY(!QFile::exists(m_folder.filePath(output + "/codes")));
        QVERIFY(!QFile::exists(m_folder.filePath(output + ".unfinished")));
    }

    void refusesWhatAFormatCannotHold_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("levels") << "nf:bits=4,block=64"
                                << "gptq" << QStringList{"nf", "uniform grid", "--format f32"};
        QTest::newRow("bits") << "rtn:bits=5,group=32"
                              << "gptq" << QStringList{"5 bits", "2, 3, 4 or 8"};
        QTest::newRow("shorter last group")
            << "rtn:bits=4,group=100"
            << "compressed-tensors" << QStringList{"groups of 100", "option group"};
        QTest::newRow("zero point 0")
            << "rtn:bits=2,group=8"
            << "gptq" << QStringList{"zero point of 0", "from 1 to 4", "gptq_v2"};
        QTest::newRow("zero point outside")
            << "rtn:bits=2,group=8,grid=asymmetric-wide"
            << "compressed-tensors" << QStringList{"zero point of ", "from 0 to 3", "option grid"};
        QTest::newRow("broken zero points") << "hqq:bits=4,group=32"
                                            << "gptq_v2" << QStringList{"whole ones"};
        QTest::newRow("order of columns")
            << "gptq:bits=4,group=32,act_order=true"
            << "compressed-tensors" << QStringList{"act_order", "static_groups=true"};
        QTest::newRow("unknown") << "rtn"
                                 << "exl2" << QStringList{"exl2", "compressed-tensors"};
    }

    void refusesWhatAFormatCannotHold() {
        QFETCH(QString, method);
        QFETCH(QString, format);
        QFETCH(QStringList, parts);
        const QString message =
            refusal([&] { make(options(method.toStdString(), format.toStdString(), "refused")); });
        for (const QString& part : parts)
            QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY(!QFile::exists(m_folder.filePath("refused")));
        QVERIFY(!QFile::exists(m_folder.filePath("refused.unfinished")));
    }

    /// A method that looks at no text says so; one that does says which, in f32 as well.
    void dequantizedFoldersSayWhatMadeThem() {
        for (const auto& [method, calibrates] :
             {std::pair("rtn:bits=4,group=32", false), std::pair("gptq:bits=4,group=32", true)}) {
            const QString output = QString("origin-%1").arg(method);
            make(options(method, "f32", output));
            const nlohmann::json origin =
                nlohmann::json::parse(std::ifstream(path(output) + "/quantscope.json"));
            QCOMPARE(origin.at("calibration").is_null(), !calibrates);
            if (calibrates)
                QCOMPARE(origin.at("calibration").at("examples").get<int>(), 4);
            const SafetensorsFile tensors(path(output) + "/model.safetensors");
            QVERIFY(nlohmann::json::parse(tensors.metadata().at("quantscope")) == origin);
        }
    }

    void replacesCheckpointsAlone() {
        const QuantizeOptions first = options("rtn:bits=4,group=32", "gptq_v2", "taken");
        make(first);
        QVERIFY(refusal([&] { make(first); }).contains("--force"));
        QuantizeOptions again = options("rtn:bits=8,group=32", "gptq_v2", "taken");
        again.replace = true;
        make(again);
        QVERIFY(Checkpoint::open(path("taken"))->quantizedFormat().find("8 bit") !=
                std::string::npos);
        QVERIFY(!QFile::exists(m_folder.filePath("taken.replaced")));
        QDir(m_folder.path()).mkdir("notes");
        again.output = path("notes");
        QVERIFY(refusal([&] { make(again); }).contains("no checkpoint"));
        QVERIFY(QDir(m_folder.filePath("notes")).exists());
    }

    /// From the codes of a study: as a lane of another study the checkpoint is the method's twin.
    void exportsWhatAStudyKept() {
        StudyPlan plan;
        plan.modelPath = demo + "/model";
        plan.text.path = demo + "/text.jsonl";
        plan.text.format = TextFormat::Jsonl;
        plan.windows.tokens = 32;
        plan.windows.examples = 4;
        plan.resources.threads = 1;
        plan.methods = {parseMethodSpec("rtn:bits=8,group=32,name=other"),
                        parseMethodSpec("gptq:bits=3,group=32,act_order=true,name=here")};
        plan.calibration.source = TextSource{};
        plan.calibration.source->path = demo + "/calibration.jsonl";
        plan.calibration.source->format = TextFormat::Jsonl;
        plan.calibration.examples = 4;
        plan.output = path("study.qscope.h5");
        Job job;
        runStudy(plan, job);
        SessionExport exporting;
        exporting.session = plan.output;
        exporting.lane = "here";
        exporting.format = "gptq_v2";
        exporting.scales = ScaleType::F32;
        exporting.output = path("from-study");
        exportFromSession(exporting, job);
        plan.methods.erase(plan.methods.begin());
        plan.imported = {{path("from-study"), "there"}};
        plan.output = path("twins.qscope.h5");
        runStudy(plan, job);
        const auto session = openSession(plan.output);
        const std::vector<double> nll = session->require("/examples/nll").toDoubles(); // [3, 4]
        QVERIFY(std::equal(nll.begin() + 4, nll.begin() + 8, nll.begin() + 8));
        const NamedArray& bits = session->require("/weights/bits");
        // 3 bits a code; a scale in f32 and a zero for 32; the group of each of 128 columns, which
        // 128 rows share.
        const double expected = 3 + 35.0 / 32 + 32.0 / 128;
        QVERIFY(std::abs(bits.at({1, 0, 0}) - expected) < 1e-9);

        // The folder says what made it, in its description and in the file of its tensors.
        const auto hash = session->require("/methods/calibration_hash").strings().at(0);
        const nlohmann::json beside =
            nlohmann::json::parse(std::ifstream(path("from-study") + "/quantscope.json"));
        const SafetensorsFile tensors(path("from-study") + "/model.safetensors");
        for (const nlohmann::json& origin :
             {beside, nlohmann::json::parse(tensors.metadata().at("quantscope"))}) {
            QCOMPARE(origin.at("method").get<std::string>(), std::string("gptq"));
            QCOMPARE(origin.at("options").at("act_order").get<std::string>(), std::string("true"));
            const nlohmann::json& text = origin.at("calibration");
            QVERIFY(text.at("source").get<std::string>().ends_with("calibration.jsonl"));
            QCOMPARE(text.at("seed").get<int>(), 0);
            QCOMPARE(text.at("examples").get<int>(), 4);
            QCOMPARE(text.at("tokens").get<int>(), 32);
            QCOMPARE(text.at("hash").get<std::string>(), hash);
            QCOMPARE(origin.at("model_hash").get<std::string>(),
                     session->attributes.at(attribute::modelHash));
        }
        QCOMPARE(tensors.metadata().at("format"), std::string("pt"));

        exporting.output = path("no");
        exporting.lane = "nobody";
        QVERIFY(refusal([&] { exportFromSession(exporting, job); }).contains("nobody"));
        exporting.lane = "other";
        exporting.modelPath = path("from-study");
        QVERIFY(refusal([&] { exportFromSession(exporting, job); }).contains("--model"));
        QVERIFY(!QFile::exists(m_folder.filePath("no")));
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "test_export.moc"
