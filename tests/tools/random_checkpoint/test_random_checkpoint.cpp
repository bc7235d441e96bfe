#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"
#include "tests/tools/random_checkpoint/small_tokenizer.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>

using namespace quantscope;

namespace {

std::vector<float> valuesOf(const Checkpoint& checkpoint, const std::string& name) {
    const StoredTensor* tensor = checkpoint.find(name);
    if (!tensor)
        return {};
    std::vector<float> values(static_cast<std::size_t>(tensor->elements()));
    checkpoint.read(*tensor, 0, tensor->shape.size() < 2 ? 1 : tensor->shape[0], values);
    return values;
}

} // namespace

class TestRandomCheckpoint : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path folder(const char* name) const {
        return m_folder.filePath(name).toStdString();
    }

private Q_SLOTS:
    void weightsAreNormal() {
        RandomCheckpointOptions options;
        options.config = namedShape("tiny");
        options.config.vocabularySize = 8000;
        options.seed = 3;
        writeRandomCheckpoint(folder("normal"), options);
        const auto checkpoint = Checkpoint::open(folder("normal"));
        const std::vector<float> values = valuesOf(*checkpoint, "model.embed_tokens.weight");
        QCOMPARE(values.size(), std::size_t{512000});
        double sums[5] = {};
        double neighbours = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = values[i] / 0.02;
            double power = 1;
            for (double& sum : sums) {
                sum += power;
                power *= value;
            }
            neighbours += i ? value * values[i - 1] / 0.02 : 0;
        }
        // Standard errors with n = 512,000: 1/√n = .0014 and √(96/n) = .014; five of them.
        QVERIFY(std::fabs(sums[1] / sums[0]) < 0.007);
        QVERIFY(std::fabs(sums[2] / sums[0] - 1) < 0.01);
        QVERIFY(std::fabs(sums[3] / sums[0]) < 0.02);
        QVERIFY(std::fabs(sums[4] / sums[0] - 3) < 0.07);
        QVERIFY(std::fabs(neighbours / sums[0]) < 0.007);
        for (const float value : valuesOf(*checkpoint, "model.layers.1.input_layernorm.weight"))
            QCOMPARE(value, 1.0f);
    }

    void seedsDifferAndShardsDoNot() {
        RandomCheckpointOptions options;
        options.config = namedShape("tiny");
        options.seed = 7;
        writeRandomCheckpoint(folder("one"), options);
        options.shardBytes = 50'000;
        writeRandomCheckpoint(folder("many"), options);
        options.seed = 8;
        writeRandomCheckpoint(folder("other"), options);
        QVERIFY(!QFile::exists(m_folder.filePath("many/model.safetensors")));
        QVERIFY(QDir(m_folder.filePath("many")).entryList({"*.safetensors"}).size() > 2);
        const auto one = Checkpoint::open(folder("one"));
        QCOMPARE(Checkpoint::open(folder("many"))->contentHash(), one->contentHash());
        QVERIFY(Checkpoint::open(folder("other"))->contentHash() != one->contentHash());
        QVERIFY(valuesOf(*one, "model.layers.0.mlp.gate_proj.weight") !=
                valuesOf(*one, "model.layers.1.mlp.gate_proj.weight"));
    }

    void everyFamilyOpens() {
        for (const Family family : {Family::Llama, Family::Mistral, Family::Qwen2, Family::Qwen3}) {
            RandomCheckpointOptions options;
            options.config = namedShape("tiny");
            options.config.family = family;
            options.config.attentionBias = family == Family::Qwen2;
            options.config.queryKeyNorm =
                family == Family::Qwen3 ? QueryKeyNorm::Head : QueryKeyNorm::None;
            options.config.tiedEmbeddings = family == Family::Qwen2;
            const std::string name(familyName(family));
            writeRandomCheckpoint(folder(name.c_str()), options);
            const auto checkpoint = Checkpoint::open(folder(name.c_str()));
            QCOMPARE(summarize(*checkpoint, "").family, name);
            QCOMPARE(!checkpoint->find("lm_head.weight"), family == Family::Qwen2);
            QCOMPARE(checkpoint->find("model.layers.1.self_attn.k_proj.bias") != nullptr,
                     family == Family::Qwen2);
            QCOMPARE(checkpoint->find("model.layers.1.self_attn.k_norm.weight") != nullptr,
                     family == Family::Qwen3);
        }
    }

    void tokenizerHasEveryIdOnce() {
        for (const std::int64_t size :
             {std::int64_t{259}, std::int64_t{700}, std::int64_t{32000}}) {
            writeSmallTokenizer(m_folder.path().toStdString(), size);
            QFile file(m_folder.filePath("tokenizer.json"));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QJsonObject model =
                QJsonDocument::fromJson(file.readAll()).object()["model"].toObject();
            const QJsonObject vocabulary = model["vocab"].toObject();
            QCOMPARE(vocabulary.size(), size);
            QSet<int> ids;
            for (const QJsonValue id : vocabulary)
                ids.insert(id.toInt(-1));
            QCOMPARE(ids.size(), size);
            QVERIFY(!ids.contains(-1) && ids.contains(int(size) - 1));
            const QJsonArray merges = model["merges"].toArray();
            QCOMPARE(merges.size(), size - 259);
            for (const QJsonValue merge : merges)
                QVERIFY(vocabulary.contains(merge.toString().remove(' ')));
        }
    }

    void refusesVocabulariesItCannotFill() {
        for (const std::int64_t size : {std::int64_t{258}, std::int64_t{1} << 30}) {
            bool refused = false;
            try {
                writeSmallTokenizer(m_folder.path().toStdString(), size);
            } catch (const Error& error) {
                refused = error.kind() == ErrorKind::Usage;
            }
            QVERIFY(refused);
        }
    }
};

QTEST_GUILESS_MAIN(TestRandomCheckpoint)
#include "test_random_checkpoint.moc"
