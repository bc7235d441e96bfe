// Tokenizers in GGUF files that PyPI's gguf wrote (tests/tools/gguf_fixtures) against the ids that
// the libraries tokenizers and sentencepiece give for the originals. Equal or not: no tolerance.
#include "core/data/error.h"
#include "core/tokenizer/sentencepiece_model.h"
#include "core/tokenizer/tokenizer.h"
#include "tests/core/checkpoint/gguf_bytes.h"
#include "tests/places.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <random>

using namespace quantscope;
using namespace quantscope::test;

namespace {

const std::filesystem::path data = testing::testData();
const std::filesystem::path folder = data / "gguf" / "tokenizers";

nlohmann::json readJson(const std::filesystem::path& path) {
    std::ifstream stream(path);
    return nlohmann::json::parse(stream);
}

void compareIds(const Tokenizer& tokenizer, const nlohmann::json& texts,
                const nlohmann::json& expected) {
    QVERIFY(texts.size() > 40);
    QCOMPARE(expected["ids"].size(), texts.size());
    for (std::size_t k = 0; k < texts.size(); ++k) {
        const auto ids = expected["ids"][k].get<std::vector<std::int32_t>>();
        QVERIFY2(tokenizer.encode(texts[k].get<std::string>(), false) == ids,
                 texts[k].dump().c_str());
        QVERIFY2(tokenizer.decode(ids, true) == expected["decoded"][k].get<std::string>(),
                 texts[k].dump().c_str());
    }
}

/// Letters a and b, their merge, a start token and an unused id.
GgufBytes smallByteLevel() {
    GgufBytes file;
    file.pairs = {textPair("tokenizer.ggml.model", "gpt2"),
                  textPair("tokenizer.ggml.pre", "gpt-2"),
                  textsPair("tokenizer.ggml.tokens", {"a", "b", "ab", "<s>", "[PAD4]"}),
                  listPair<std::int32_t>("tokenizer.ggml.token_type", 5, {1, 1, 1, 3, 5}),
                  textsPair("tokenizer.ggml.merges", {"a b"}),
                  countPair("tokenizer.ggml.bos_token_id", 3)};
    return file;
}

/// The same as SentencePiece's, with the space and one longer piece more.
GgufBytes smallSentencePiece() {
    GgufBytes file;
    file.pairs = {
        textPair("tokenizer.ggml.model", "llama"),
        textsPair("tokenizer.ggml.tokens", {"<unk>", "<s>", "</s>", "a", "b", "ab", "▁", "▁ab"}),
        listPair<float>("tokenizer.ggml.scores", 6, {0, 0, 0, -4, -5, -1, -6, -2}),
        listPair<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 3, 3, 1, 1, 1, 1, 1})};
    return file;
}

struct BadFile {
    const char* name;
    std::function<GgufBytes()> make;
    std::vector<const char*> parts; ///< of the message
};

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A tokenizer.model in GGUF's terms.
GgufBytes sentencePieceGguf(const std::filesystem::path& path) {
    const SentencePieceModel model = readSentencePieceModel(readText(path), path.string());
    std::vector<QByteArray> tokens;
    std::vector<float> scores;
    std::vector<std::int32_t> types;
    for (const SentencePieceModel::Piece& piece : model.pieces) {
        tokens.push_back(QByteArray::fromStdString(piece.text));
        scores.push_back(piece.score);
        types.push_back(static_cast<std::int32_t>(piece.type));
    }
    GgufBytes file;
    file.pairs = {textPair("tokenizer.ggml.model", "llama"),
                  textsPair("tokenizer.ggml.tokens", tokens),
                  listPair("tokenizer.ggml.scores", 6, scores),
                  listPair("tokenizer.ggml.token_type", 5, types)};
    return file;
}

/// A byte-level tokenizer.json, whose ids have no gaps, in GGUF's terms.
GgufBytes byteLevelGguf(const std::filesystem::path& path, const QByteArray& pre) {
    const nlohmann::json content = readJson(path);
    const nlohmann::json& model = content["model"];
    std::vector<QByteArray> tokens(model["vocab"].size());
    std::vector<std::int32_t> types(tokens.size(), 1);
    for (const auto& [piece, id] : model["vocab"].items())
        tokens.at(id.get<std::size_t>()) = QByteArray::fromStdString(piece);
    for (const nlohmann::json& token : content["added_tokens"])
        types.at(token["id"].get<std::size_t>()) = 3; // control
    std::vector<QByteArray> merges;
    for (const nlohmann::json& merge : model["merges"])
        merges.push_back(QByteArray::fromStdString(
            merge.is_string() ? merge.get<std::string>()
                              : merge[0].get<std::string>() + " " + merge[1].get<std::string>()));
    GgufBytes file;
    file.pairs = {textPair("tokenizer.ggml.model", "gpt2"), textPair("tokenizer.ggml.pre", pre),
                  textsPair("tokenizer.ggml.tokens", tokens),
                  listPair("tokenizer.ggml.token_type", 5, types),
                  textsPair("tokenizer.ggml.merges", merges)};
    return file;
}

GgufBytes changed(GgufBytes file, const GgufPair& pair) {
    file.set(pair);
    return file;
}

GgufBytes without(GgufBytes file, const std::string& key) {
    std::erase_if(file.pairs, [&](const GgufPair& pair) { return pair.key == key; });
    return file;
}

GgufBytes ofMagic(const QByteArray& magic) {
    GgufBytes file = smallByteLevel();
    file.magic = magic;
    return file;
}

const std::vector<BadFile> badFiles = {
    {"no GGUF", [] { return ofMagic("GGUP"); }, {"does not begin with GGUF"}},
    {"no tokenizer",
     [] { return without(smallByteLevel(), "tokenizer.ggml.model"); },
     {"no tokenizer.ggml.model"}},
    {"other model",
     [] { return changed(smallByteLevel(), textPair("tokenizer.ggml.model", "t5")); },
     {"tokenizer.ggml.model = \"t5\"", "llama or gpt2"}},
    {"no pre",
     [] { return without(smallByteLevel(), "tokenizer.ggml.pre"); },
     {"no tokenizer.ggml.pre", "unknown"}},
    {"other pre",
     [] { return changed(smallByteLevel(), textPair("tokenizer.ggml.pre", "kimi")); },
     {"tokenizer.ggml.pre = \"kimi\"", "llama-bpe, "}},
    {"no tokens",
     [] { return without(smallByteLevel(), "tokenizer.ggml.tokens"); },
     {"tokenizer.ggml.tokens"}},
    {"tokens of numbers",
     [] { return changed(smallByteLevel(), countPair("tokenizer.ggml.tokens", 7)); },
     {"tokenizer.ggml.tokens = 7", "list of texts"}},
    {"empty token",
     [] {
         return changed(smallByteLevel(), textsPair("tokenizer.ggml.tokens", {"a", ""}));
     },
     {"token 1", "empty"}},
    {"no UTF-8",
     [] {
         return changed(smallByteLevel(), textsPair("tokenizer.ggml.tokens", {"a", "\xff"}));
     },
     {"token 1", "UTF-8"}},
    {"twice",
     [] {
         return changed(smallByteLevel(), textsPair("tokenizer.ggml.tokens", {"a", "b", "a"}));
     },
     {"tokens 0 and 2", "\"a\""}},
    {"few types",
     [] {
         return changed(smallByteLevel(),
                        listPair<std::int32_t>("tokenizer.ggml.token_type", 5, {1, 1}));
     },
     {"2 types for 5 tokens"}},
    {"type 9",
     [] {
         return changed(smallByteLevel(),
                        listPair<std::int32_t>("tokenizer.ggml.token_type", 5, {1, 1, 9, 3, 5}));
     },
     {"token 2 the type 9"}},
    {"no merges",
     [] { return without(smallByteLevel(), "tokenizer.ggml.merges"); },
     {"no tokenizer.ggml.merges"}},
    {"merge of nothing",
     [] { return changed(smallByteLevel(), textsPair("tokenizer.ggml.merges", {"a c"})); },
     {"merges/0", "\"c\""}},
    {"merge of three",
     [] { return changed(smallByteLevel(), textsPair("tokenizer.ggml.merges", {"a b a"})); },
     {"merges/0"}},
    {"merge of no UTF-8",
     [] { return changed(smallByteLevel(), textsPair("tokenizer.ggml.merges", {"a \xc3"})); },
     {"merge 0", "UTF-8"}},
    {"start outside",
     [] { return changed(smallByteLevel(), countPair("tokenizer.ggml.bos_token_id", 5)); },
     {"bos_token_id = 5", "0 to 4"}},
    {"no end",
     [] { return changed(smallByteLevel(), truthPair("tokenizer.ggml.add_eos_token", 1)); },
     {"add_eos_token", "no tokenizer.ggml.eos_token_id"}},
    {"separator",
     [] { return changed(smallByteLevel(), truthPair("tokenizer.ggml.add_sep_token", 1)); },
     {"add_sep_token = true"}},
    {"space before bytes",
     [] { return changed(smallByteLevel(), truthPair("tokenizer.ggml.add_space_prefix", 1)); },
     {"add_space_prefix = true"}},
    {"no scores",
     [] { return without(smallSentencePiece(), "tokenizer.ggml.scores"); },
     {"0 scores for 8 tokens"}},
    {"score",
     [] {
         return changed(
             smallSentencePiece(),
             listPair<float>("tokenizer.ggml.scores", 6,
                             {0, 0, 0, -4, std::numeric_limits<float>::infinity(), -1, -6, -2}));
     },
     {"token 4", "no number"}},
    {"scores that say nothing",
     [] {
         return changed(smallSentencePiece(),
                        listPair<float>("tokenizer.ggml.scores", 6, std::vector<float>(8, -1000)));
     },
     {"the same score, -1000", "tokenizer.model"}},
    {"no unknown piece",
     [] {
         return changed(smallSentencePiece(), listPair<std::int32_t>("tokenizer.ggml.token_type", 5,
                                                                     {3, 3, 3, 1, 1, 1, 1, 1}));
     },
     {"no unknown piece"}},
    {"byte without a value",
     [] {
         return changed(smallSentencePiece(), listPair<std::int32_t>("tokenizer.ggml.token_type", 5,
                                                                     {2, 3, 3, 6, 1, 1, 1, 1}));
     },
     {"byte piece \"a\""}},
};

} // namespace

class TestGgufTokenizer : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path = m_folder.filePath("model.gguf").toStdString();

    void write(const GgufBytes& content) {
        QFile file(QString::fromStdString(m_path.string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content.bytes());
    }

private Q_SLOTS:
    void idsOfConvertedTokenizers_data() {
        QTest::addColumn<bool>("decodes");
        QTest::newRow("byte_level") << true;
        QTest::newRow("byte_level_words") << true;
        QTest::newRow("sentencepiece_llama") << true;
    }

    void idsOfConvertedTokenizers() {
        const std::string name = QTest::currentDataTag();
        const auto tokenizer = Tokenizer::open(folder / (name + ".gguf"));
        compareIds(*tokenizer, readJson(data / "tokenizers" / "texts.json"),
                   readJson(data / "tokenizers" / name / "expected.json"));
        QCOMPARE(tokenizer->vocabularySize(),
                 Tokenizer::open(data / "tokenizers" / name)->vocabularySize());
    }

    void idsOfOtherCuts_data() {
        QTest::addColumn<int>("unused");
        for (const char* name : {"default", "qwen2", "smollm", "tekken"})
            QTest::newRow(name) << 0;
    }

    void idsOfOtherCuts() {
        const std::string name = QTest::currentDataTag();
        const auto tokenizer = Tokenizer::open(folder / (name + ".gguf"));
        const nlohmann::json expected = readJson(folder / (name + ".json"));
        compareIds(*tokenizer, expected["texts"], expected);
        QCOMPARE(tokenizer->startToken(), std::optional<std::int32_t>(1));
        QCOMPARE(tokenizer->encode("", true), std::vector<std::int32_t>{1});
    }

    /// Real vocabularies and texts: the ids of the tokenizers that they are, which another test
    /// compares with their libraries.
    void realTokenizers_data() {
        QTest::addColumn<QString>("original");
        QTest::addColumn<QString>("source");
        QTest::newRow("gpt2") << "tokenizers/gpt2/tokenizer.json"
                              << "tokenizers/gpt2/tokenizer.json";
        QTest::newRow("llama-2") << "tokenizers/llama-2/tokenizer.model"
                                 << "tokenizers/llama-2/tokenizer.model";
        // Its tokenizer.model takes extra spaces away, which GGUF and tokenizer.json don't.
        QTest::newRow("stories260K") << "stories260K/tokenizer.json"
                                     << "stories260K/tokenizer.model";
    }

    void realTokenizers() {
        QFETCH(QString, original);
        QFETCH(QString, source);
        const std::filesystem::path shared = testing::sharedData();
        if (!std::filesystem::exists(shared / source.toStdString()))
            QSKIP("the real tokenizers are not on this machine");
        write(source.endsWith(".model") ? sentencePieceGguf(shared / source.toStdString())
                                        : byteLevelGguf(shared / source.toStdString(), "gpt-2"));
        const auto expected = Tokenizer::open(shared / original.toStdString());
        const auto tokenizer = Tokenizer::open(m_path);
        for (const char* name : {"fineweb.txt", "tinystories.txt", "wikitext-2-test.txt"}) {
            constexpr std::size_t length = 60'000;
            std::string text = readText(shared / "text" / name).substr(0, length);
            text.resize(text.rfind('\n') + 1); // no half characters
            QVERIFY(text.size() > length / 2);
            QVERIFY2(tokenizer->encode(text, false) == expected->encode(text, false), name);
        }
    }

    /// They cut alike; two of them have been used as names of the third.
    void namesOfTheSameCut() {
        GgufBytes file = smallByteLevel();
        for (const char* name : {"llama3", "llama-v3", "llama-bpe"}) {
            file.set(textPair("tokenizer.ggml.pre", name));
            write(file);
            // They want a start token where the file doesn't say.
            QCOMPARE(Tokenizer::open(m_path)->encode("ab", true),
                     (std::vector<std::int32_t>{3, 2}));
        }
        for (const char* name : {"refact", "starcoder", "gpt-2"}) {
            file.set(textPair("tokenizer.ggml.pre", name));
            write(file);
            QCOMPARE(Tokenizer::open(m_path)->encode("ab", true), std::vector<std::int32_t>{2});
        }
    }

    void specialTokens() {
        GgufBytes file = smallByteLevel();
        file.set(truthPair("tokenizer.ggml.add_bos_token", 1));
        file.set(truthPair("tokenizer.ggml.add_eos_token", 1));
        file.set(countPair("tokenizer.ggml.eos_token_id", 3));
        write(file);
        const auto bytes = Tokenizer::open(m_path);
        QCOMPARE(bytes->encode("a<s>b", true), (std::vector<std::int32_t>{3, 0, 3, 1, 3}));
        QCOMPARE(bytes->piece(4), std::string("<unused 4>"));
        QCOMPARE(bytes->description(), std::string("BPE (GGUF), 3 pieces"));

        write(smallSentencePiece());
        const auto pieces = Tokenizer::open(m_path);
        QCOMPARE(pieces->startToken(), std::optional<std::int32_t>(1)); // where nothing is said
        QCOMPARE(pieces->encode("ab", true), (std::vector<std::int32_t>{1, 7}));
        // Control tokens are not found in a text: "<s>" is spelled, and here unknown.
        QCOMPARE(pieces->encode("a<s>", false), (std::vector<std::int32_t>{6, 3, 0}));
        QCOMPARE(pieces->description(), std::string("SentencePiece BPE (GGUF), 8 pieces"));
        file = smallSentencePiece();
        file.set(truthPair("tokenizer.ggml.add_bos_token", 0));
        file.set(truthPair("tokenizer.ggml.add_space_prefix", 0));
        write(file);
        QCOMPARE(Tokenizer::open(m_path)->encode("ab ab", true), (std::vector<std::int32_t>{5, 7}));
        QVERIFY(!Tokenizer::open(m_path)->startToken());
        file.set(truthPair("tokenizer.ggml.remove_extra_whitespaces", 1));
        write(file);
        QCOMPARE(Tokenizer::open(m_path)->encode("  ab   ab ", true),
                 (std::vector<std::int32_t>{5, 7}));
    }

    /// The weights beside a tokenizer don't count, its settings do.
    void hashesTellTokenizersApart() {
        write(smallByteLevel());
        const std::string hash = Tokenizer::open(m_path)->contentHash();
        QCOMPARE(hash.size(), std::size_t(32));
        GgufBytes file = smallByteLevel();
        file.set(textPair("general.name", "another"));
        file.tensors = {countingTensor("x", {4})};
        write(file);
        QCOMPARE(Tokenizer::open(m_path)->contentHash(), hash);
        file.set(textPair("tokenizer.ggml.pre", "smollm"));
        write(file);
        QVERIFY(Tokenizer::open(m_path)->contentHash() != hash);
    }

    /// Bytes replaced anywhere: refused, or a tokenizer that gives ids of its own.
    void survivesChangedBytes_data() {
        QTest::addColumn<int>("rounds");
        QTest::newRow("byte_level_words") << 150;
        QTest::newRow("sentencepiece_llama") << 150;
    }

    void survivesChangedBytes() {
        QFETCH(int, rounds);
        const std::string whole =
            readText(folder / (std::string(QTest::currentDataTag()) + ".gguf"));
        QFile file(QString::fromStdString(m_path.string()));
        QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::Truncate | QIODevice::Unbuffered));
        std::minstd_rand random(5);
        int refused = 0;
        for (int round = 0; round < rounds; ++round) {
            std::string changed = whole;
            for (int i = 0; i < 1 + round % 4; ++i)
                changed[random() % changed.size()] = static_cast<char>(random() % 256);
            QVERIFY(file.seek(0));
            QCOMPARE(file.write(changed.data(), qint64(changed.size())), qint64(changed.size()));
            try {
                const auto tokenizer = Tokenizer::open(m_path);
                for (const char* text : {"The river bends 12 times, né?", "<s> \xF0\x9F\xA6\x99"})
                    for (const std::int32_t id : tokenizer->encode(text, true))
                        QVERIFY(id >= 0 && id < tokenizer->vocabularySize());
            } catch (const Error& error) {
                QVERIFY2(error.kind() == ErrorKind::Input, error.what());
                ++refused;
            }
        }
        QVERIFY(refused > 0 && refused < rounds);
    }

    void refusesBadFiles() {
        for (const BadFile& bad : badFiles) {
            write(bad.make());
            try {
                Tokenizer::open(m_path);
                QFAIL(bad.name);
            } catch (const Error& error) {
                const std::string message = error.what();
                QVERIFY2(error.kind() == ErrorKind::Input, bad.name);
                QVERIFY2(message.find("model.gguf") != std::string::npos && message.back() == '.',
                         message.c_str());
                for (const char* part : bad.parts)
                    QVERIFY2(message.find(part) != std::string::npos, message.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestGgufTokenizer)
#include "test_gguf_tokenizer.moc"
