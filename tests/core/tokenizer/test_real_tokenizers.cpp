// Real tokenizers and texts: published vectors, and lengths and hashes of ids that
// tests/tools/tokenizers/make_fixtures.py --texts printed with the reference libraries.
#include "core/tokenizer/tokenizer.h"
#include "tests/places.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace quantscope;

namespace {

const std::filesystem::path folder = testing::sharedData();

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::uint64_t fnv1a(const std::vector<std::int32_t>& ids) {
    std::uint64_t hash = 0xCBF29CE484222325ull;
    for (const std::int32_t id : ids) {
        for (int shift = 0; shift < 32; shift += 8) {
            hash ^= (static_cast<std::uint32_t>(id) >> shift) & 0xFF;
            hash *= 0x100000001B3ull;
        }
    }
    return hash;
}

struct Measured {
    const char* tokenizer;
    const char* text;
    std::size_t ids;
    std::uint64_t hash;
};

constexpr Measured measured[] = {
    {"stories260K/tokenizer.json", "fineweb.txt", 615852, 0x81B58FB540C67A8Full},
    {"stories260K/tokenizer.json", "tinystories.txt", 134730, 0x897232FAAA6BFE15ull},
    {"stories260K/tokenizer.model", "fineweb.txt", 615847, 0x281C2B9EEE5DF962ull},
    {"stories260K/tokenizer.model", "tinystories.txt", 134725, 0x350408916089C8C8ull},
    {"tokenizers/gpt2/tokenizer.json", "fineweb.txt", 217888, 0x9C8C13D1308F98CDull},
    {"tokenizers/gpt2/tokenizer.json", "tinystories.txt", 62550, 0x5FA0ADA7308A2354ull},
    {"tokenizers/gpt2/tokenizer.json", "wikitext-2-test.txt", 286221, 0x71DAB1E5B175239Cull},
    {"tokenizers/llama-2/tokenizer.json", "fineweb.txt", 249670, 0xBED83D15A3DF314Bull},
    {"tokenizers/llama-2/tokenizer.json", "tinystories.txt", 69566, 0x80AA2DEE9ADFEA7Bull},
    {"tokenizers/llama-2/tokenizer.json", "wikitext-2-test.txt", 335687, 0x798DF6A29CE15AF4ull},
    {"tokenizers/llama-2/tokenizer.model", "fineweb.txt", 249670, 0xBED83D15A3DF314Bull},
    {"tokenizers/llama-2/tokenizer.model", "tinystories.txt", 69566, 0x80AA2DEE9ADFEA7Bull},
    {"tokenizers/llama-2/tokenizer.model", "wikitext-2-test.txt", 335687, 0x798DF6A29CE15AF4ull},
};

} // namespace

class TestRealTokenizers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishedVectors_data() {
        QTest::addColumn<QString>("tokenizer");
        QTest::addColumn<QString>("vectors");
        QTest::newRow("gpt2") << "tokenizers/gpt2/tokenizer.json"
                              << "ggml-vocab-gpt-2.gguf";
        QTest::newRow("llama json") << "tokenizers/llama-2/tokenizer.json"
                                    << "ggml-vocab-llama-spm.gguf";
        QTest::newRow("llama model") << "tokenizers/llama-2/tokenizer.model"
                                     << "ggml-vocab-llama-spm.gguf";
    }

    void publishedVectors() {
        QFETCH(QString, tokenizer);
        QFETCH(QString, vectors);
        const auto path = folder / tokenizer.toStdString();
        const auto stem = folder / "tokenizer-vectors" / vectors.toStdString();
        if (!std::filesystem::exists(path) || !std::filesystem::exists(stem.string() + ".inp")) {
            QSKIP("the real tokenizers are not on this machine");
        }
        const auto opened = Tokenizer::open(path);
        const std::string inputs = readText(stem.string() + ".inp");
        std::istringstream expected(readText(stem.string() + ".out"));
        constexpr std::string_view separator = "\n__ggml_vocab_test__\n";
        int count = 0;
        std::string line;
        for (std::size_t begin = 0; std::getline(expected, line); ++count) {
            const std::size_t end = std::min(inputs.find(separator, begin), inputs.size());
            QVERIFY(begin <= inputs.size());
            const std::string text = inputs.substr(begin, end - begin);
            begin = end + separator.size();
            std::istringstream numbers(line);
            const std::vector<std::int32_t> ids{std::istream_iterator<std::int32_t>(numbers), {}};
            QVERIFY2(opened->encode(text, false) == ids, text.c_str());
        }
        QVERIFY(count > 40);
    }

    void realTexts_data() {
        QTest::addColumn<int>("index");
        for (std::size_t k = 0; k < std::size(measured); ++k) {
            QTest::addRow("%s %s", measured[k].tokenizer, measured[k].text) << static_cast<int>(k);
        }
    }

    void realTexts() {
        QFETCH(int, index);
        const Measured& expected = measured[index];
        const auto path = folder / expected.tokenizer;
        const auto text = folder / "text" / expected.text;
        if (!std::filesystem::exists(path) || !std::filesystem::exists(text)) {
            QSKIP("the real tokenizers are not on this machine");
        }
        const auto ids = Tokenizer::open(path)->encode(readText(text), false);
        QCOMPARE(ids.size(), expected.ids);
        QCOMPARE(fnv1a(ids), expected.hash);
    }

    void decodingGivesTheTextBack() {
        const auto text = folder / "text" / "tinystories.txt";
        if (!std::filesystem::exists(text)) {
            QSKIP("the real tokenizers are not on this machine");
        }
        const std::string content = readText(text);
        for (const char* path : {"tokenizers/gpt2", "tokenizers/llama-2", "stories260K"}) {
            const auto tokenizer = Tokenizer::open(folder / path);
            QVERIFY(tokenizer->decode(tokenizer->encode(content, false), false) == content);
        }
    }

    void startTokenOfAModel() {
        if (!std::filesystem::exists(folder / "stories260K")) {
            QSKIP("the real tokenizers are not on this machine");
        }
        const auto tokenizer = Tokenizer::open(folder / "stories260K");
        QCOMPARE(tokenizer->startToken(), std::optional<std::int32_t>(1));
        QCOMPARE(tokenizer->encode("", true), std::vector<std::int32_t>{1});
        QCOMPARE(tokenizer->vocabularySize(), 512);
        QCOMPARE(tokenizer->description(), std::string("BPE (tokenizer.json), 512 pieces"));
    }
};

QTEST_GUILESS_MAIN(TestRealTokenizers)
#include "test_real_tokenizers.moc"
