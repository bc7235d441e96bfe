// GGUF files written by PyPI's gguf (tests/tools/gguf_fixtures): every type against what
// gguf.quants makes of it, and whole models against the directories that they were made of.

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf_header.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/same_model.h"
#include "core/data/error.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <thread>

using namespace quantscope;

namespace {

const std::filesystem::path data = testing::testData();
const std::filesystem::path models = data / "gguf" / "models";

std::vector<float> readAll(const Checkpoint& checkpoint, const StoredTensor& tensor) {
    std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
    checkpoint.read(tensor, 0, extentOf(tensor).rows, values);
    return values;
}

/// Largest deviation that rounding to the type allows, relative to the largest magnitude of a row.
double roundingOf(const std::string& type) {
    if (type == "F16")
        return std::ldexp(1, -11);
    if (type == "BF16")
        return std::ldexp(1, -9);
    if (type == "Q8_0") // half a step of 1/127, and the scale's own rounding to f16 on 127 steps
        return 0.5 / 127 + 127 * std::ldexp(1, -11) / 127;
    return 0;
}

} // namespace

class TestGgufCheckpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// f32 arithmetic in the same order gives the same bits: no tolerance.
    void numbersOfEveryType() {
        const FileHandle file(data / "gguf" / "types.gguf");
        const GgufHeader header = readGgufHeader(file);
        const SafetensorsFile expected(data / "gguf" / "types.safetensors");
        QCOMPARE(header.tensors.size(), std::size_t(15));
        QCOMPARE(expected.tensors().size(), header.tensors.size());
        for (const GgufTensor& tensor : header.tensors) {
            QCOMPARE(tensor.name, std::string(tensor.type->name));
            const std::vector<float> golden =
                expected.readAll<float>(expected.require(tensor.name));
            std::vector<std::byte> bytes(tensor.bytes);
            file.readAt(tensor.fileOffset, bytes);
            std::vector<float> values(golden.size());
            QCOMPARE(tensor.bytes / tensor.type->blockBytes * tensor.type->blockSize,
                     values.size());
            tensor.type->dequantize(bytes.data(), bytes.size() / tensor.type->blockBytes,
                                    values.data());
            QVERIFY2(std::memcmp(values.data(), golden.data(), 4 * golden.size()) == 0,
                     tensor.name.c_str());
        }
    }

    void agreesWithTheDirectory_data() {
        QTest::addColumn<QString>("type");
        for (const char* name : {"llama_plain", "llama_bias", "llama_rope_yarn",
                                 "llama_rope_llama3", "mistral_sliding", "qwen2", "qwen3"})
            QTest::newRow(name) << "F32";
        // F16 and BF16 as the directories have them: equal.
        QTest::newRow("llama_f16") << "F32";
        QTest::newRow("llama_bf16") << "F32";
        QTest::newRow("llama_rope_linear") << "F16";
        QTest::newRow("llama_tied") << "Q8_0";
    }

    void agreesWithTheDirectory() {
        QFETCH(QString, type);
        const std::string name = QTest::currentDataTag();
        const auto gguf = Checkpoint::open(models / (name + ".gguf"));
        const auto directory = Checkpoint::open(data / "models" / name);
        QCOMPARE(gguf->tensors().size(), directory->tensors().size());
        const double rounding = roundingOf(type.toStdString());
        for (const StoredTensor& tensor : directory->tensors()) {
            const StoredTensor* same = gguf->find(tensor.name);
            QVERIFY2(same, tensor.name.c_str());
            QCOMPARE(same->shape, tensor.shape);
            const std::vector<float> expected = readAll(*directory, tensor);
            const std::vector<float> values = readAll(*gguf, *same);
            double largest = 0;
            double deviation = 0;
            for (std::size_t i = 0; i < values.size(); ++i) {
                largest = std::max(largest, std::abs(double(expected[i])));
                deviation = std::max(deviation, std::abs(double(values[i]) - expected[i]));
            }
            QVERIFY2(deviation <= rounding * largest, tensor.name.c_str());
            if (rounding > 0 && same->type != StoredType::F32)
                QVERIFY2(deviation > 0, "nothing was rounded");
        }
        QVERIFY(!gguf->find("model.layers.0.attention"));
    }

    void agreesInConfiguration_data() {
        QTest::addColumn<int>("unused");
        for (const char* name :
             {"llama_plain", "llama_f16", "llama_bf16", "llama_bias", "llama_tied",
              "llama_rope_linear", "llama_rope_yarn", "mistral_sliding", "qwen2", "qwen3"})
            QTest::newRow(name) << 0;
    }

    void agreesInConfiguration() {
        const std::string name = QTest::currentDataTag();
        const ModelConfig gguf = Checkpoint::open(models / (name + ".gguf"))->config();
        const ModelConfig directory = Checkpoint::open(data / "models" / name)->config();
        QCOMPARE(gguf.family, directory.family);
        QCOMPARE(gguf.hiddenSize, directory.hiddenSize);
        QCOMPARE(gguf.intermediateSize, directory.intermediateSize);
        QCOMPARE(gguf.layers, directory.layers);
        QCOMPARE(gguf.heads, directory.heads);
        QCOMPARE(gguf.keyValueHeads, directory.keyValueHeads);
        QCOMPARE(gguf.headDimension, directory.headDimension);
        QCOMPARE(gguf.vocabularySize, directory.vocabularySize);
        QCOMPARE(gguf.maxPositions, directory.maxPositions);
        QVERIFY(gguf.normEpsilon == directory.normEpsilon); // not as 1e-5 rounded to f32
        QVERIFY(gguf.ropeTheta == directory.ropeTheta);
        QCOMPARE(gguf.ropeScaling.kind, directory.ropeScaling.kind);
        QVERIFY(gguf.ropeScaling.factor == directory.ropeScaling.factor);
        if (gguf.ropeScaling.kind == RopeScaling::Kind::Yarn) {
            QCOMPARE(gguf.ropeScaling.originalMaxPositions,
                     directory.ropeScaling.originalMaxPositions);
            QVERIFY(gguf.ropeScaling.betaFast == directory.ropeScaling.betaFast);
            QVERIFY(gguf.ropeScaling.betaSlow == directory.ropeScaling.betaSlow);
        }
        QCOMPARE(gguf.tiedEmbeddings, directory.tiedEmbeddings);
        QCOMPARE(gguf.attentionBias, directory.attentionBias);
        QCOMPARE(gguf.outputBias, directory.outputBias);
        QCOMPARE(gguf.mlpBias, directory.mlpBias);
        QVERIFY(gguf.queryKeyNorm == directory.queryKeyNorm);
        QCOMPARE(gguf.slidingWindow, directory.slidingWindow);
    }

    /// The directory has llama3's parameters, the file the factors that follow from them.
    void isTheModelItWasMadeOf() {
        const std::int64_t positions = 24;
        for (const std::string name : {"llama_plain", "llama_rope_llama3", "llama_rope_yarn",
                                       "mistral_sliding", "qwen2", "qwen3"}) {
            const ModelConfig directory = Checkpoint::open(data / "models" / name)->config();
            ModelConfig gguf = Checkpoint::open(models / (name + ".gguf"))->config();
            requireSameModel(directory, name, gguf, name, positions);
            if (gguf.ropeScaling.kind == RopeScaling::Kind::Factors) {
                gguf.ropeScaling.frequencyFactors.back() *= 1.001;
                try {
                    requireSameModel(directory, name, gguf, name, positions);
                    QFAIL("another frequency was accepted");
                } catch (const Error& error) {
                    QVERIFY2(QByteArray(error.what()).contains("rotary frequency 7"), error.what());
                }
            }
        }
    }

    /// Any rows, also within a head of the interleaved q.
    void readsSomeRows() {
        const auto checkpoint = Checkpoint::open(models / "llama_plain.gguf");
        for (const char* name :
             {"model.layers.1.self_attn.q_proj.weight", "model.layers.1.mlp.up_proj.weight"}) {
            const StoredTensor& tensor = *checkpoint->find(name);
            const std::vector<float> all = readAll(*checkpoint, tensor);
            const auto columns = static_cast<std::size_t>(tensor.shape[1]);
            std::vector<float> some(5 * columns);
            checkpoint->read(tensor, 3, 5, some);
            QVERIFY(std::equal(some.begin(), some.end(),
                               all.begin() + static_cast<std::ptrdiff_t>(3 * columns)));
            checkpoint->read(tensor, tensor.shape[0], 0, {});
            QVERIFY_EXCEPTION_THROWN(checkpoint->read(tensor, 30, 3, some), Error);
        }
    }

    void readsFromSeveralThreads() {
        const auto checkpoint = Checkpoint::open(models / "llama_bias.gguf");
        std::vector<std::vector<float>> expected;
        for (const StoredTensor& tensor : checkpoint->tensors())
            expected.push_back(readAll(*checkpoint, tensor));
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (std::size_t i = 0; i < expected.size(); ++i)
                    if (readAll(*checkpoint, checkpoint->tensors()[i]) != expected[i])
                        ++wrong;
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }

    void saysHowItIsStored() {
        const auto checkpoint = Checkpoint::open(models / "llama_tied.gguf");
        // 32 columns are a block, the down projection's 20 are not.
        QCOMPARE(checkpoint->quantizedFormat(), std::string("GGUF Q8_0"));
        const StoredTensor& q = *checkpoint->find("model.layers.0.self_attn.q_proj.weight");
        QCOMPARE(q.type, StoredType::Quantized);
        QCOMPARE(q.format, std::string("GGUF Q8_0"));
        QCOMPARE(q.bitsPerWeight(), 8.5);
        QCOMPARE(checkpoint->find("model.layers.0.mlp.down_proj.weight")->type, StoredType::F32);
        QCOMPARE(Checkpoint::open(models / "llama_bf16.gguf")->quantizedFormat(), std::string());
        const ModelSummary summary = summarize(*checkpoint, models / "llama_tied.gguf");
        QCOMPARE(summary.quantizedFormat, std::string("GGUF Q8_0"));
        QCOMPARE(summary.family, std::string("llama"));
    }

    void hashesTellFilesApart() {
        const std::string hash = Checkpoint::open(models / "llama_plain.gguf")->contentHash();
        QCOMPARE(hash.size(), std::size_t(32));
        QCOMPARE(Checkpoint::open(models / "llama_plain.gguf")->contentHash(), hash);
        QVERIFY(Checkpoint::open(models / "llama_bias.gguf")->contentHash() != hash);
        QTemporaryDir folder;
        const QString copy = folder.filePath("copy.gguf");
        QVERIFY(QFile::copy(QString::fromStdString((models / "llama_plain.gguf").string()), copy));
        QFile file(copy);
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(file.size() - 1000); // a number of the last tensor
        char byte = 0;
        QVERIFY(file.peek(&byte, 1) == 1);
        byte = static_cast<char>(byte ^ 1);
        QCOMPARE(file.write(&byte, 1), qint64(1));
        file.close();
        QVERIFY(Checkpoint::open(copy.toStdString())->contentHash() != hash);
    }
};

QTEST_GUILESS_MAIN(TestGgufCheckpoint)
#include "test_gguf_checkpoint.moc"
