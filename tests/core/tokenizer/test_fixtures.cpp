// Own tiny tokenizers against what the reference libraries made of them
// (tests/tools/tokenizers/make_fixtures.py). Ids and texts are equal or not: no tolerance.
#include "core/tokenizer/tokenizer.h"
#include "tests/places.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace quantscope;

namespace {

const std::filesystem::path folder = std::filesystem::path(testing::testData()) / "tokenizers";

nlohmann::json readJson(const std::filesystem::path& path) {
    std::ifstream stream(path);
    return nlohmann::json::parse(stream);
}

} // namespace

class TestFixtures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void idsAndTexts_data() {
        QTest::addColumn<QString>("name");
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.is_directory()) {
                const std::string name = entry.path().filename().string();
                QTest::newRow(name.c_str()) << QString::fromStdString(name);
                ++count;
            }
        }
        QVERIFY(count >= 30);
    }

    void idsAndTexts() {
        QFETCH(QString, name);
        const std::filesystem::path directory = folder / name.toStdString();
        const auto tokenizer = Tokenizer::open(directory);
        const nlohmann::json texts = readJson(folder / "texts.json");
        const nlohmann::json expected = readJson(directory / "expected.json");
        QVERIFY(texts.size() > 40);
        QCOMPARE(expected["ids"].size(), texts.size());
        for (std::size_t k = 0; k < texts.size(); ++k) {
            const auto ids = expected["ids"][k].get<std::vector<std::int32_t>>();
            QVERIFY2(tokenizer->encode(texts[k].get<std::string>(), false) == ids,
                     texts[k].dump().c_str());
            const nlohmann::json& text = expected["decoded"][k];
            if (!text.is_null()) {
                QVERIFY2(tokenizer->decode(ids, true) == text.get<std::string>(),
                         text.dump().c_str());
            }
            for (const std::int32_t id : ids) {
                QVERIFY(id < tokenizer->vocabularySize());
            }
        }
        const auto framed = expected["framed"].get<std::vector<std::int32_t>>();
        QCOMPARE(tokenizer->encode("river", true), framed);
    }

    void startTokens() {
        QCOMPARE(Tokenizer::open(folder / "llama")->startToken(), std::optional<std::int32_t>(1));
        QCOMPARE(Tokenizer::open(folder / "sentencepiece_llama")->startToken(),
                 std::optional<std::int32_t>(1));
        QVERIFY(!Tokenizer::open(folder / "byte_level")->startToken());
    }

    void piecesAreReadable() {
        const auto bytes = Tokenizer::open(folder / "byte_level");
        const auto ids = bytes->encode(" the €", false);
        std::string joined;
        for (const std::int32_t id : ids) {
            joined += bytes->piece(id);
        }
        QCOMPARE(joined, std::string(" the <0xE2><0x82><0xAC>"));
        const auto llama = Tokenizer::open(folder / "llama");
        QCOMPARE(llama->piece(llama->encode("the", false).front()), std::string(" the"));
        QCOMPARE(llama->piece(1), std::string("<s>"));
        QCOMPARE(llama->piece(9999999), std::string("<unused 9999999>"));
    }

    void hashesTellFilesApart() {
        const std::string hash = Tokenizer::open(folder / "llama")->contentHash();
        QCOMPARE(hash.size(), std::size_t(32));
        QCOMPARE(Tokenizer::open(folder / "llama")->contentHash(), hash);
        QVERIFY(Tokenizer::open(folder / "suffix")->contentHash() != hash);
    }
};

QTEST_GUILESS_MAIN(TestFixtures)
#include "test_fixtures.moc"
