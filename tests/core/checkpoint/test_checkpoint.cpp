#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/model_tensors.h"
#include "tests/core/checkpoint/fixture.h"
#include "tests/places.h"

#include <QTemporaryDir>

#include <atomic>
#include <limits>
#include <thread>

using namespace quantscope;
using namespace quantscope::test;

class TestCheckpoint : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_models = 0;

    QString makeModel(const QByteArray& config, const std::vector<Tensor>& tensors) {
        const QString folder = m_folder.filePath(QString("model-%1").arg(m_models++));
        QDir().mkpath(folder);
        writeFile(folder + "/config.json", config);
        if (!tensors.empty())
            writeFile(folder + "/model.safetensors", safetensors(tensors));
        return folder;
    }

    static std::unique_ptr<Checkpoint> open(const QString& folder) {
        return Checkpoint::open(folder.toStdString());
    }

    void refuse(const QString& folder, const std::vector<const char*>& parts) {
        compareError([&] { open(folder); }, ErrorKind::Input, parts);
    }

    /// Two shards: the embedding in the first, everything else in the second.
    QString makeSharded(const QByteArray& index = {}) {
        const QString folder = makeModel(tinyConfig(), {});
        std::vector<Tensor> tensors = tinyTensors();
        const std::vector<Tensor> rest(tensors.begin() + 1, tensors.end());
        writeFile(folder + "/one.safetensors", safetensors({tensors.front()}));
        writeFile(folder + "/two.safetensors", safetensors(rest));
        QByteArray map;
        for (std::size_t i = 0; i < tensors.size(); ++i)
            map += (i ? ",\"" : "\"") + QByteArray::fromStdString(tensors[i].name) + "\":\"" +
                   (i ? "two" : "one") + ".safetensors\"";
        writeFile(folder + "/model.safetensors.index.json",
                  index.isEmpty() ? "{\"weight_map\":{" + map + "}}" : index);
        return folder;
    }

private Q_SLOTS:
    void readsEveryTensorWithItsValues() {
        const auto checkpoint = open(makeModel(tinyConfig(), tinyTensors()));
        const std::vector<Tensor> expected = tinyTensors();
        QCOMPARE(checkpoint->tensors().size(), expected.size());
        for (const Tensor& tensor : expected) {
            const StoredTensor* found = checkpoint->find(tensor.name);
            QVERIFY2(found, tensor.name.c_str());
            QCOMPARE(found->shape, tensor.shape);
            QVERIFY(found->type == StoredType::BF16);
            const std::int64_t rows = tensor.shape.size() == 1 ? 1 : tensor.shape[0];
            std::vector<float> values(static_cast<std::size_t>(found->elements()));
            checkpoint->read(*found, 0, rows, values);
            for (std::size_t i = 0; i < values.size(); ++i)
                QCOMPARE(values[i], countingValue(static_cast<std::int64_t>(i)));
        }
        QVERIFY(!checkpoint->find("model.layers.2.input_layernorm.weight"));
    }

    void readsSomeRows() {
        const auto checkpoint = open(makeModel(tinyConfig(), tinyTensors()));
        const StoredTensor& gate = *checkpoint->find("model.layers.1.mlp.gate_proj.weight");
        std::vector<float> rows(8);
        checkpoint->read(gate, 3, 2, rows);
        for (std::size_t i = 0; i < rows.size(); ++i)
            QCOMPARE(rows[i], countingValue(static_cast<std::int64_t>(3 * 4 + i)));
        rows.resize(4);
        const auto outside = [&] { checkpoint->read(gate, 6, 1, rows); };
        compareError(outside, ErrorKind::Internal, {"mlp.gate_proj.weight", "6 rows of 4"});
        const auto wrongLength = [&] { checkpoint->read(gate, 0, 2, rows); };
        compareError(wrongLength, ErrorKind::Internal, {"into 4 values"});
    }

    void readsTheThreeTypesAlike() {
        const QByteArray f32("\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x3f\x00\x00\x00\x00",
                             16);
        const QByteArray f16("\x00\x3c\x00\xc0\x00\x38\x00\x00", 8);
        const QByteArray bf16("\x80\x3f\x00\xc0\x00\x3f\x00\x00", 8);
        for (const auto& [dtype, bytes] : {std::pair{"F32", f32}, {"F16", f16}, {"BF16", bf16}}) {
            std::vector<Tensor> tensors = tinyTensors();
            Tensor& norm = tensorNamed(tensors, "model.norm.weight");
            norm.dtype = dtype;
            norm.bytes = bytes;
            const auto checkpoint = open(makeModel(tinyConfig(), tensors));
            std::vector<float> values(4);
            checkpoint->read(*checkpoint->find("model.norm.weight"), 0, 1, values);
            QCOMPARE(values, (std::vector<float>{1, -2, 0.5, 0}));
        }
    }

    void namesThePlaceOfANan() {
        const QByteArray nan("\xc0\x7f", 2);
        std::vector<Tensor> tensors = tinyTensors();
        tensorNamed(tensors, "model.layers.1.mlp.down_proj.weight").bytes.replace(2 * 15, 2, nan);
        tensorNamed(tensors, "model.norm.weight")
            .bytes.replace(2 * 3, 2, QByteArray("\x80\xff", 2));
        const auto checkpoint = open(makeModel(tinyConfig(), tensors));
        const StoredTensor& down = *checkpoint->find("model.layers.1.mlp.down_proj.weight");
        std::vector<float> values(12);
        checkpoint->read(down, 0, 2, values); // the rows before it are fine
        compareError(
            [&] { checkpoint->read(down, 1, 2, values); }, ErrorKind::Input,
            {"model.safetensors", "model.layers.1.mlp.down_proj.weight", "nan", "row 2, column 3"});
        const StoredTensor& norm = *checkpoint->find("model.norm.weight");
        values.resize(4);
        compareError([&] { checkpoint->read(norm, 0, 1, values); }, ErrorKind::Input,
                     {"model.norm.weight", "-inf", "index 3"});
    }

    void findsANanBehindTheFirstMebibyte() {
        constexpr std::int64_t vocabulary = 300'000; // × 4 columns: several staging buffers
        std::vector<Tensor> tensors = tinyTensors(false);
        Tensor& embedding = tensors.front();
        embedding.shape = {vocabulary, 4};
        embedding.bytes = countingBf16(vocabulary * 4);
        embedding.bytes.replace(2 * (299'999 * 4 + 1), 2, QByteArray("\x80\x7f", 2));
        QByteArray config = tinyConfig("\"tie_word_embeddings\":true");
        config.replace("\"vocab_size\":5", "\"vocab_size\":300000");
        const auto checkpoint = open(makeModel(config, tensors));
        std::vector<float> values(vocabulary * 4);
        const StoredTensor& stored = checkpoint->tensors().front();
        compareError([&] { checkpoint->read(stored, 0, vocabulary, values); }, ErrorKind::Input,
                     {"inf", "row 299999, column 1"});
    }

    void noticesAFileCutShortLater() {
        const QString folder = makeModel(tinyConfig(), tinyTensors());
        const auto checkpoint = open(folder);
        QFile::resize(folder + "/model.safetensors",
                      QFileInfo(folder + "/model.safetensors").size() - 10);
        std::vector<float> values(20);
        compareError([&] { checkpoint->read(*checkpoint->find("lm_head.weight"), 0, 5, values); },
                     ErrorKind::Input, {"model.safetensors", "truncated"});
    }

    void tiedOutputMatrix() {
        const QByteArray tied = tinyConfig("\"tie_word_embeddings\":true");
        const auto plain = open(makeModel(tied, tinyTensors(false)));
        QVERIFY(!plain->find("lm_head.weight"));
        // A copy of the embedding is tolerated and not counted; another matrix is not.
        const auto doubled = open(makeModel(tied, tinyTensors(true)));
        QVERIFY(!doubled->find("lm_head.weight"));
        QCOMPARE(doubled->tensors().size(), plain->tensors().size());
        std::vector<Tensor> different = tinyTensors(true);
        different.back().bytes[6] = 0x11;
        refuse(makeModel(tied, different),
               {"model.safetensors", "lm_head.weight", "tie_word_embeddings"});
        refuse(makeModel(tinyConfig(), tinyTensors(false)),
               {"no tensor lm_head.weight", "[5, 4]", "tie_word_embeddings"});
    }

    void summaryCountsTiedParametersOnce() {
        const QString folder = makeModel(tinyConfig("\"tie_word_embeddings\":true"), tinyTensors());
        const ModelSummary summary = summarize(*open(folder), folder.toStdString());
        // embedding 20, final norm 4, and per layer 4 + 16 + 8 + 8 + 16 + 4 + 24 + 24 + 24
        QCOMPARE(summary.parameters, std::uint64_t{20 + 4 + 2 * 128});
        QCOMPARE(summary.family, std::string("llama"));
        QCOMPARE(summary.dtype, std::string("bf16"));
        QCOMPARE(summary.layers, 2);
        QCOMPARE(summary.vocabularySize, 5);
    }

    void missingWrongAndSuperfluousTensors() {
        std::vector<Tensor> tensors = tinyTensors();
        tensors.erase(tensors.begin() + 3);
        refuse(makeModel(tinyConfig(), tensors),
               {"no tensor model.layers.0.self_attn.k_proj.weight", "[2, 4]"});
        tensors = tinyTensors();
        tensorNamed(tensors, "model.layers.0.mlp.up_proj.weight").shape = {4, 6};
        refuse(makeModel(tinyConfig(), tensors),
               {"model.safetensors", "model.layers.0.mlp.up_proj.weight", "[4, 6]", "[6, 4]"});
        tensors = tinyTensors();
        tensors.push_back(tinyTensor("model.layers.0.self_attn.q_proj.bias", {4}));
        refuse(makeModel(tinyConfig(), tensors), {"self_attn.q_proj.bias", "no place"});
        tensors.back() = tinyTensor("model.layers.0.self_attn.rotary_emb.inv_freq", {1});
        QVERIFY(open(makeModel(tinyConfig(), tensors)));
        tensors = tinyTensors();
        Tensor& norm = tensorNamed(tensors, "model.norm.weight");
        norm.dtype = "I16";
        refuse(makeModel(tinyConfig(), tensors), {"model.norm.weight", "I16", "F32, F16 or BF16"});
    }

    void biasesAndNormsAreAskedFor() {
        refuse(makeModel(tinyConfig("\"attention_bias\":true"), tinyTensors()),
               {"no tensor model.layers.0.self_attn.q_proj.bias", "[4]"});
        refuse(makeModel(tinyConfig("\"mlp_bias\":true"), tinyTensors()),
               {"no tensor model.layers.0.mlp.gate_proj.bias", "[6]"});
        QByteArray qwen = tinyConfig("\"head_dim\":2").replace("llama", "qwen3");
        refuse(makeModel(qwen, tinyTensors()),
               {"no tensor model.layers.0.self_attn.q_norm.weight", "[2]"});
        qwen = tinyConfig().replace("llama", "qwen2");
        refuse(makeModel(qwen, tinyTensors()), {"no tensor model.layers.0.self_attn.q_proj.bias"});
    }

    void shardedCheckpoint() {
        const QString folder = makeSharded();
        const auto sharded = open(folder);
        const auto single = open(makeModel(tinyConfig(), tinyTensors()));
        QCOMPARE(sharded->tensors().size(), single->tensors().size());
        QCOMPARE(sharded->contentHash(), single->contentHash());
        QFile::remove(folder + "/two.safetensors");
        refuse(folder, {"two.safetensors", "missing", "index.json"});
    }

    void hostileIndex_data() {
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QString>("part");
        const auto mapping = [](const QByteArray& shard) {
            return "{\"weight_map\":{\"model.embed_tokens.weight\":" + shard + "}}";
        };
        QTest::newRow("above") << mapping("\"../one.safetensors\"") << "the same directory";
        QTest::newRow("absolute") << mapping("\"/etc/passwd\"") << "the same directory";
        QTest::newRow("below") << mapping("\"a/b.safetensors\"") << "the same directory";
        QTest::newRow("dots") << mapping("\"..\"") << "the same directory";
        QTest::newRow("empty name") << mapping("\"\"") << "the same directory";
        QTest::newRow("nul") << mapping("\"one.safetensors\\u0000\"") << "the same directory";
        QTest::newRow("number") << mapping("3") << "the same directory";
        QTest::newRow("long name") << mapping("\"" + QByteArray(5000, 'x') + "\"") << "is missing";
        QTest::newRow("wrong shard") << mapping("\"two.safetensors\"") << "no such tensor";
        QTest::newRow("no map") << QByteArray("{\"metadata\":{}}") << "no weight_map";
        QTest::newRow("empty map") << QByteArray("{\"weight_map\":{}}") << "no weight_map";
        QTest::newRow("list") << QByteArray("[]") << "expected an object";
        QTest::newRow("cut") << mapping("\"one.safetens").chopped(4) << "not valid JSON";
        QTest::newRow("deep") << QByteArray(100000, '[') << "nested deeper";
        QTest::newRow("twice") << QByteArray("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}")
                               << "twice";
    }

    void hostileIndex() {
        QFETCH(QByteArray, index);
        QFETCH(QString, part);
        refuse(makeSharded(index), {"model.safetensors.index.json", qPrintable(part)});
    }

    void tensorInTwoShards() {
        const QString folder = makeSharded();
        writeFile(folder + "/one.safetensors",
                  safetensors({tinyTensor("model.embed_tokens.weight", {5, 4}),
                               tinyTensor("model.norm.weight", {4})}));
        refuse(folder, {"model.norm.weight", "stands in both", "one.safetensors"});
    }

    void linksAreFollowed() {
        const QString folder = makeModel(tinyConfig(), {});
        QDir().mkpath(folder + "/blobs");
        writeFile(folder + "/blobs/1234", safetensors(tinyTensors()));
        QVERIFY(QFile::link("blobs/1234", folder + "/model.safetensors"));
        QVERIFY(open(folder));
        QFile::remove(folder + "/blobs/1234");
        refuse(folder, {"model.safetensors", "cannot be opened"});
    }

    void directoriesThatAreNoModel() {
        refuse(m_folder.filePath("nowhere"), {"nowhere", "neither a directory nor a GGUF file"});
        const QString empty = makeModel(tinyConfig(), {});
        refuse(empty, {"neither model.safetensors nor"});
        writeFile(empty + "/pytorch_model.bin", "x");
        refuse(empty, {"pickled weights", "pytorch_model.bin", "save_pretrained"});
        const QString gguf = makeModel(tinyConfig(), {});
        writeFile(gguf + "/model-q4.gguf", "GGUF");
        refuse(gguf, {"model-q4.gguf"});
        const QString folder = makeModel(tinyConfig(), {});
        QDir().mkpath(folder + "/model.safetensors");
        refuse(folder, {"model.safetensors", "not a regular file"});
        const QString noConfig = makeModel(tinyConfig(), tinyTensors());
        QFile::remove(noConfig + "/config.json");
        refuse(noConfig, {"config.json", "cannot be opened"});
    }

    void hashTellsContentsApart() {
        const auto hash = [&](const QByteArray& config, std::vector<Tensor> tensors) {
            return open(makeModel(config, tensors))->contentHash();
        };
        const std::string first = hash(tinyConfig(), tinyTensors());
        QCOMPARE(first.size(), std::size_t{32});
        QCOMPARE(hash(tinyConfig(), tinyTensors()), first);
        QVERIFY(hash(tinyConfig("\"rope_theta\":5e5"), tinyTensors()) != first);
        std::vector<Tensor> changed = tinyTensors();
        changed.back().bytes[0] = 0x55;
        QVERIFY(hash(tinyConfig(), changed) != first);
    }

    void readsFromSeveralThreads() {
        const auto checkpoint = open(makeModel(tinyConfig(), tinyTensors()));
        std::atomic<int> wrong = 0;
        const auto readAll = [&] {
            for (int i = 0; i < 200; ++i)
                for (const StoredTensor& tensor : checkpoint->tensors()) {
                    std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
                    checkpoint->read(tensor, 0, tensor.shape.size() < 2 ? 1 : tensor.shape[0],
                                     values);
                    for (std::size_t k = 0; k < values.size(); ++k)
                        wrong += values[k] != countingValue(static_cast<std::int64_t>(k));
                }
        };
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back(readAll);
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }

    void realModel() {
        const QString folder = QString::fromStdString(testing::sharedData() + "/stories260K");
        if (!QFile::exists(folder + "/config.json"))
            QSKIP("the real model stories260K is not on this machine");
        const auto checkpoint = open(folder);
        const ModelConfig& config = checkpoint->config();
        QCOMPARE(config.layers, 5);
        QCOMPARE(config.headDimension, 8);
        QVERIFY(config.tiedEmbeddings);
        QCOMPARE(config.normEpsilon, 1e-5);
        // 512·64 + 64 + 5 · (2·64 + 64·64·2 + 32·64·2 + 3·172·64)
        QCOMPARE(summarize(*checkpoint, folder.toStdString()).parameters,
                 std::uint64_t{32768 + 64 + 5 * (128 + 8192 + 4096 + 33024)});
        for (const StoredTensor& tensor : checkpoint->tensors()) {
            std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
            checkpoint->read(tensor, 0, tensor.shape.size() < 2 ? 1 : tensor.shape[0], values);
        }
    }
};

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "test_checkpoint.moc"
