#include "core/checkpoint/same_model.h"
#include "tests/core/checkpoint/fixture.h"

#include <QTemporaryDir>

#include <functional>

using namespace quantscope;
using namespace quantscope::test;

namespace {

using Change = std::function<void(ModelConfig&)>;

ModelConfig someConfig() {
    ModelConfig config;
    config.hiddenSize = 64;
    config.intermediateSize = 172;
    config.layers = 5;
    config.heads = 8;
    config.keyValueHeads = 4;
    config.headDimension = 8;
    config.vocabularySize = 512;
    config.maxPositions = 512;
    config.normEpsilon = 1e-5;
    config.ropeScaling.kind = RopeScaling::Kind::Llama3;
    config.ropeScaling.factor = 8;
    config.ropeScaling.originalMaxPositions = 128;
    config.slidingWindow.assign(5, 64);
    return config;
}

} // namespace

class TestSameModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesAnotherModel_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("parent");
        QTest::addColumn<QByteArray>("lane");
        const auto row = [](const char* key, const char* parent, const char* lane, Change change) {
            QTest::newRow(key) << change << QByteArray(key) << QByteArray(parent)
                               << QByteArray(lane);
        };
        row("hidden_size", "64", "128", [](ModelConfig& c) { c.hiddenSize = 128; });
        row("intermediate_size", "172", "173", [](ModelConfig& c) { c.intermediateSize = 173; });
        row("num_hidden_layers", "5", "6", [](ModelConfig& c) { c.layers = 6; });
        row("num_attention_heads", "8", "4", [](ModelConfig& c) { c.heads = 4; });
        row("num_key_value_heads", "4", "8", [](ModelConfig& c) { c.keyValueHeads = 8; });
        row("head_dim", "8", "16", [](ModelConfig& c) { c.headDimension = 16; });
        row("rms_norm_eps", "1e-05", "1e-06", [](ModelConfig& c) { c.normEpsilon = 1e-6; });
        row("norms of queries and keys", "none", "each head",
            [](ModelConfig& c) { c.queryKeyNorm = QueryKeyNorm::Head; });
        row("activation", "silu", "gelu", [](ModelConfig& c) { c.activation = Activation::Gelu; });
        row("order of attention and MLP", "one after the other", "parallel",
            [](ModelConfig& c) { c.order = BlockOrder::Parallel; });
        row("scale of logits", "1", "0.0625", [](ModelConfig& c) { c.logitScale = 0.0625; });
        row("rope_theta", "10000", "500000", [](ModelConfig& c) { c.ropeTheta = 5e5; });
        row("rope_scaling", "llama3", "linear",
            [](ModelConfig& c) { c.ropeScaling.kind = RopeScaling::Kind::Linear; });
        row("rope_scaling.factor", "8", "32", [](ModelConfig& c) { c.ropeScaling.factor = 32; });
        row("rope_scaling.original_max_position_embeddings", "128", "256",
            [](ModelConfig& c) { c.ropeScaling.originalMaxPositions = 256; });
        row("rope_scaling.low_freq_factor", "1", "2",
            [](ModelConfig& c) { c.ropeScaling.lowFrequencyFactor = 2; });
        row("sliding_window", "0", "32", [](ModelConfig& c) { c.slidingWindow[3] = 32; });
    }

    void refusesAnotherModel() {
        QFETCH(Change, change);
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, parent);
        QFETCH(QByteArray, lane);
        ModelConfig other = someConfig();
        change(other);
        const QByteArray found = key + " = " + lane;
        const QByteArray wanted = "the model /parent has " + parent;
        // Windows of 64 are longer than the 40 positions that are walked.
        compareError([&] { requireSameModel(someConfig(), "/parent", other, "/lane", 40); },
                     ErrorKind::Input, {"The lane /lane", found.constData(), wanted.constData()});
    }

    void acceptsWhatDoesNotChangeTheMaths() {
        ModelConfig other = someConfig();
        other.family = Family::Mistral;
        other.normEpsilon = double(1e-5f);
        other.ropeTheta = double(10000.0f * (1 + 1e-7f));
        other.vocabularySize = 576;
        other.tiedEmbeddings = true;
        other.slidingWindow.assign(5, 0); // as GGUF has it
        other.maxPositions = 4096;
        other.dtype = "float16";
        requireSameModel(someConfig(), "/parent", other, "/lane", 64);
        QVERIFY_EXCEPTION_THROWN(requireSameModel(someConfig(), "/parent", other, "/lane", 65),
                                 Error);
    }

    void comparesOutputMatrices() {
        QTemporaryDir folder;
        const auto make = [&](const char* name, std::vector<Tensor> tensors,
                              const QByteArray& more = {}) {
            const QString path = folder.filePath(name);
            QDir().mkpath(path);
            writeFile(path + "/config.json", tinyConfig(more));
            writeFile(path + "/model.safetensors", safetensors(tensors));
            return Checkpoint::open(path.toStdString());
        };
        const auto plain = make("plain", tinyTensors());
        std::vector<Tensor> changed = tinyTensors();
        Tensor& output = tensorNamed(changed, "lm_head.weight");
        output.bytes[output.bytes.size() - 1] = 0x41; // the last value
        const auto other = make("other", changed);
        QVERIFY(sameOutputMatrix(*plain, *plain, 5));
        QVERIFY(!sameOutputMatrix(*plain, *other, 5));
        QVERIFY(sameOutputMatrix(*plain, *other, 4));
        // Tied: the embedding, which counts as the output matrix does.
        const auto tied = make("tied", tinyTensors(false), "\"tie_word_embeddings\":true");
        QVERIFY(sameOutputMatrix(*plain, *tied, 5));
        QCOMPARE(outputMatrix(*tied).name, std::string("model.embed_tokens.weight"));
    }
};

QTEST_GUILESS_MAIN(TestSameModel)
#include "test_same_model.moc"
