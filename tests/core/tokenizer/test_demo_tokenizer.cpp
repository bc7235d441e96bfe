#include "core/tokenizer/tokenizer.h"
#include "tests/places.h"
#include "tests/tools/demo_text/byte_pair_encoding.h"
#include "tests/tools/demo_text/registers.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace {

using namespace quantscope;
using namespace quantscope::demo;

const std::filesystem::path demoFolder =
    std::filesystem::path(testing::testData()) / ".." / ".." / "resources" / "demo";

std::vector<std::string> textsOf(const char* name) {
    std::vector<std::string> texts;
    std::ifstream file(demoFolder / name);
    for (std::string line; std::getline(file, line);)
        texts.push_back(nlohmann::json::parse(line).at("text"));
    return texts;
}

} // namespace

/// The tokenizer reads the demo's files as the small encoder that learned and wrote them does.
class TestDemoTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheEncoderThatWroteIt() {
        const auto tokenizer = Tokenizer::open(demoFolder / "model");
        BytePairEncoding encoding = BytePairEncoding::load(demoFolder / "model");
        QCOMPARE(tokenizer->vocabularySize(), encoding.vocabularySize());
        QCOMPARE(tokenizer->startToken().value_or(-1), BytePairEncoding::startToken);
        std::vector<std::string> texts = textsOf("text.jsonl");
        QVERIFY(texts.size() > 300);
        for (const char* hard : {"", " ", "  \n\n  a", "it's 'tis 1,234.5", "x\t\ty \n", "ßЖ語 é"})
            texts.emplace_back(hard);
        for (const std::string& text : texts) {
            QCOMPARE(tokenizer->encode(text, false), encoding.encode(text));
            const std::vector<std::int32_t> ids = tokenizer->encode(text, true);
            QCOMPARE(ids.front(), BytePairEncoding::startToken);
            QCOMPARE(tokenizer->decode(ids, true), text);
        }
    }

    void everyDocumentFillsAWindow() {
        const auto tokenizer = Tokenizer::open(demoFolder / "model");
        for (const char* name : {"text.jsonl", "calibration.jsonl"})
            for (const std::string& text : textsOf(name))
                QVERIFY(tokenizer->encode(text, false).size() >= 150);
    }

    /// The same seed gives the same text, another seed another.
    void generatorIsReproducible() {
        const Grammar grammar = demoGrammar();
        for (const Register kind : allRegisters()) {
            Random first(11);
            Random second(11);
            Random third(12);
            const std::string text = writeDocument(kind, grammar, first, 400);
            QCOMPARE(writeDocument(kind, grammar, second, 400), text);
            QVERIFY(writeDocument(kind, grammar, third, 400) != text);
            QVERIFY(text.size() >= 400);
        }
        // SplitMix64 from 0 begins with this number, also in Java's SplittableRandom.
        Random random(0);
        QCOMPARE(random.next(), 0xe220a8397b1dcdafull);
    }
};

QTEST_GUILESS_MAIN(TestDemoTokenizer)
#include "test_demo_tokenizer.moc"
