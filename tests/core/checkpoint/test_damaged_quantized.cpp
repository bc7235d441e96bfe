#include "tests/core/checkpoint/quantized_fixture.h"

#include <QTemporaryDir>

#include <random>

using namespace quantscope;
using namespace quantscope::test;

/// Quantized checkpoints with bytes changed or missing anywhere: each is read as numbers, which may
/// be others, or refused with a sentence; never anything else. Run under the sanitizers too.
class TestDamagedQuantized : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    static QByteArray contentOf(const QString& path) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s cannot be opened", qPrintable(path));
        return file.readAll();
    }

    /// Whether it could be read; fails the test where the refusal is no sentence of input.
    bool readsOrRefuses(const QByteArray& config, const QByteArray& model) {
        writeFile(m_folder.filePath("config.json"), config);
        writeFile(m_folder.filePath("model.safetensors"), model);
        try {
            const auto checkpoint = Checkpoint::open(m_folder.path().toStdString());
            for (const StoredTensor& stored : checkpoint->tensors()) {
                for (const float value : readWhole(*checkpoint, stored.name))
                    if (!std::isfinite(value))
                        QTest::qFail("a number is not finite", __FILE__, __LINE__);
                checkpoint->packed(stored, 0, 1);
            }
            return true;
        } catch (const Error& error) {
            const bool sentence =
                error.kind() == ErrorKind::Input && QByteArray(error.what()).endsWith('.');
            if (!sentence)
                QTest::qFail(error.what(), __FILE__, __LINE__);
            return false;
        }
    }

private Q_SLOTS:
    void fixtures_data() {
        QTest::addColumn<int>("seed");
        int seed = 1;
        for (const char* fixture : {"gptq-3bit-act-order", "gptq-dynamic", "awq-gemm",
                                    "ct-4bit-act-order", "ct-dense-3bit-asymmetric", "ct-mixed",
                                    "bnb-nf4-double", "hqq-3bit", "hqq-4bit-as-float"})
            QTest::newRow(fixture) << seed++;
    }

    void fixtures() {
        QFETCH(int, seed);
        const QString folder = quantizedFixture(QTest::currentDataTag());
        const QByteArray config = contentOf(folder + "/config.json");
        const QByteArray model = contentOf(folder + "/model.safetensors");
        QVERIFY(readsOrRefuses(config, model));
        std::mt19937 random(static_cast<unsigned>(seed)); // the same damage every time
        const auto below = [&](qsizetype size) {
            return static_cast<qsizetype>(random() % static_cast<unsigned long>(size));
        };
        const auto headerSize = static_cast<qsizetype>(8 + static_cast<unsigned char>(model[0]) +
                                                       256 * static_cast<unsigned char>(model[1]));
        int refused = 0;
        constexpr int rounds = 60;
        for (int round = 0; round < rounds; ++round) {
            QByteArray data = model;
            QByteArray text = config;
            switch (round % 5) {
            case 0: // some bytes of the header
                for (int i = 0; i < 3; ++i)
                    data[8 + below(headerSize - 8)] = static_cast<char>(random());
                break;
            case 1: // many bytes of the tensors
                for (int i = 0; i < 200; ++i)
                    data[headerSize + below(data.size() - headerSize)] =
                        static_cast<char>(random());
                break;
            case 2: // a digit, which changes a shape, an offset or a setting
                for (qsizetype at = below(headerSize); at < headerSize; ++at)
                    if (data[at] >= '0' && data[at] <= '9') {
                        data[at] = static_cast<char>('0' + random() % 10);
                        break;
                    }
                break;
            case 3:
                data.truncate(below(data.size()));
                break;
            case 4:
                text[below(text.size())] = static_cast<char>(32 + random() % 95);
                break;
            }
            refused += !readsOrRefuses(text, data);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(refused > rounds / 5); // the damage is damage: what is cut short never reads
    }
};

QTEST_GUILESS_MAIN(TestDamagedQuantized)
#include "test_damaged_quantized.moc"
