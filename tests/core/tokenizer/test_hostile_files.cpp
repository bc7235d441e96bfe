// Damaged, lying or unusual files: a clear error that names the place, never a crash.
#include "core/data/error.h"
#include "core/tokenizer/regex.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/unicode.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

using namespace quantscope;
using nlohmann::json;

namespace {

const std::filesystem::path fixtures = std::filesystem::path(testing::testData()) / "tokenizers";

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void writeText(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// The smallest tokenizer: letters a and b, their merge, and a start token.
json smallest() {
    return json::parse(R"({"version": "1.0",
        "added_tokens": [{"id": 3, "content": "<s>", "special": true, "normalized": false}],
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})");
}

/// A tiktoken file with a piece for every byte and its value as rank.
std::string bytesAsTiktoken() {
    std::string content;
    for (int byte = 0; byte < 256; ++byte) {
        content += QByteArray(1, static_cast<char>(byte)).toBase64().toStdString() + " " +
                   std::to_string(byte) + "\n";
    }
    return content;
}

/// What opening says, empty when it succeeds.
std::string complaint(const std::filesystem::path& path) {
    try {
        Tokenizer::open(path);
        return {};
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "wrong kind";
    }
}

} // namespace

class TestHostileFiles : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path = m_folder.path().toStdString();

    std::string complaintAbout(const json& content) {
        writeText(m_path / "tokenizer.json", content.dump());
        return complaint(m_path);
    }

private Q_SLOTS:
    void init() {
        for (const auto& entry : std::filesystem::directory_iterator(m_path)) {
            std::filesystem::remove_all(entry.path());
        }
    }

    void namesTheJsonPath_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("place");
        const auto row = [](const char* name, const char* patch, const char* place) {
            QTest::newRow(name) << patch << place;
        };
        row("unknown normalizer", R"({"normalizer": {"type": "Nmt"}})", "/normalizer/type");
        row("nested", R"({"pre_tokenizer": {"type": "Sequence", "pretokenizers":
            [{"type": "Digits"}, {"type": "UnicodeScripts"}]}})",
            "/pre_tokenizer/pretokenizers/1/type");
        row("unknown decoder", R"({"decoder": {"type": "CTC"}})", "/decoder/type");
        row("unknown setting", R"({"pre_tokenizer": {"type": "Digits", "radix": 16}})",
            "at /pre_tokenizer: the setting \"radix\"");
        row("unknown top level", R"({"surprise": 1})", "surprise");
        row("wrong model", R"({"model": {"type": "WordLevel"}})", "/model/type");
        row("setting of another model", R"({"model": {"type": "WordPiece"}})",
            "at /model: the setting \"merges\"");
        row("bad base64", R"({"normalizer": {"type": "Precompiled",
            "precompiled_charsmap": "AAA"}})",
            "/normalizer/precompiled_charsmap");
        row("bad map", R"({"normalizer": {"type": "Precompiled",
            "precompiled_charsmap": "////fw=="}})",
            "character map");
        row("dropout", R"({"model": {"dropout": 0.1}})", "/model/dropout");
        row("merge of nothing", R"({"model": {"merges": ["a b", "b c"]}})", "/model/merges/1");
        row("merge of three", R"({"model": {"merges": [["a", "b", "c"]]}})", "/model/merges/0");
        row("lying id", R"({"model": {"vocab": {"x": 4000000000}}})", "/model/vocab/x");
        row("negative id", R"({"model": {"vocab": {"x": -1}}})", "/model/vocab/x");
        row("same id", R"({"model": {"vocab": {"x": 1}}})", "same id");
        row("unknown token", R"({"model": {"unk_token": "?"}})", "/model/unk_token");
        row("bad regex", R"({"pre_tokenizer": {"type": "Split", "behavior": "Removed",
            "pattern": {"Regex": "*a"}}})",
            "/pre_tokenizer/pattern/Regex");
        row("class intersection", R"({"pre_tokenizer": {"type": "Split", "behavior": "Removed",
            "pattern": {"Regex": "[a-z&&[aeiou]]"}}})",
            "intersection");
        row("bad behaviour", R"({"pre_tokenizer": {"type": "Split", "behavior": "Lost",
            "pattern": {"String": "a"}}})",
            "/pre_tokenizer/behavior");
        row("template", R"({"post_processor": {"type": "TemplateProcessing", "pair": [],
            "single": [{"SpecialToken": {"id": "<x>", "type_id": 0}}], "special_tokens": {}}})",
            "/post_processor/special_tokens");
        row("template id", R"({"post_processor": {"type": "TemplateProcessing", "pair": [],
            "single": [{"SpecialToken": {"id": "x", "type_id": 0}}, {"Sequence": {"id": "A"}}],
            "special_tokens": {"x": {"id": "x", "ids": [77], "tokens": ["x"]}}}})",
            "77");
        row("added id", R"({"added_tokens": [{"id": 1, "content": "zz"}]})", "/added_tokens/0/id");
        row("added text", R"({"added_tokens": [{"id": 9, "content": "a"}]})", "/added_tokens/0/id");
    }

    void namesTheJsonPath() {
        QFETCH(QString, patch);
        QFETCH(QString, place);
        json content = smallest();
        content.merge_patch(json::parse(patch.toStdString()));
        const std::string message = complaintAbout(content);
        QVERIFY2(message.find(place.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(message.find("tokenizer.json") != std::string::npos, message.c_str());
    }

    void smallestOpens() {
        QCOMPARE(complaintAbout(smallest()), std::string());
        const auto tokenizer = Tokenizer::open(m_path);
        QCOMPARE(tokenizer->encode("abba<s>", false), (std::vector<std::int32_t>{2, 1, 0, 3}));
    }

    void missingFilesAreNamed() {
        QVERIFY(complaint(m_path / "nowhere").find("nowhere") != std::string::npos);
        QVERIFY(complaint(m_path).find("neither tokenizer.json nor") != std::string::npos);
    }

    void truncatedJson() {
        const std::string content = smallest().dump();
        for (std::size_t length = 0; length < content.size(); length += 7) {
            writeText(m_path / "tokenizer.json", content.substr(0, length));
            QVERIFY2(complaint(m_path).find("not valid JSON") != std::string::npos,
                     std::to_string(length).c_str());
        }
    }

    void deepNestingIsRefused() {
        json step = {{"type", "NFC"}};
        for (int k = 0; k < 1000; ++k) {
            step = json{{"type", "Sequence"}, {"normalizers", json::array({std::move(step)})}};
        }
        json content = smallest();
        content["normalizer"] = step;
        QVERIFY(complaintAbout(content).find("nested too deep") != std::string::npos);
        writeText(m_path / "tokenizer.json", std::string(1000000, '['));
        QVERIFY(complaint(m_path).find("not valid JSON") != std::string::npos);
    }

    void damagedSentencePieceNeverCrashes() {
        std::mt19937 source(3);
        int refused = 0;
        for (const char* name : {"sentencepiece_bpe_rules", "sentencepiece_unigram"}) {
            const std::string content = readText(fixtures / name / "tokenizer.model");
            for (int round = 0; round < 300; ++round) {
                std::string damaged = content;
                for (int k = 0; k < 1 + round % 8; ++k) {
                    damaged[source() % damaged.size()] = static_cast<char>(source());
                }
                damaged.resize(damaged.size() - (round % 3 == 0 ? source() % damaged.size() : 0));
                writeText(m_path / "tokenizer.model", damaged);
                try {
                    const auto tokenizer = Tokenizer::open(m_path);
                    const auto ids = tokenizer->encode("the e\xCC\x81 miller, ½ mills", true);
                    (void)tokenizer->decode(ids, false);
                } catch (const Error& error) {
                    QCOMPARE(error.kind(), ErrorKind::Input);
                    ++refused;
                }
            }
        }
        QVERIFY(refused > 100);
        writeText(m_path / "tokenizer.model", "not a model at all");
        QVERIFY(complaint(m_path).find("tokenizer.model") != std::string::npos);
    }

    void unigram_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("place");
        const auto row = [](const char* name, const char* model, const char* place) {
            QTest::newRow(name) << model << place;
        };
        row("no score", R"({"vocab": [["a"]]})", "/model/vocab/0");
        row("score is text", R"({"vocab": [["a", "b"]]})", "/model/vocab/0");
        row("no pieces", R"({"vocab": []})", "/model/vocab");
        row("twice", R"({"vocab": [["a", -1], ["a", -2]]})", "/model/vocab/1");
        row("unknown id", R"({"vocab": [["a", -1]], "unk_id": 1})", "/model/unk_id");
        row("unknown setting", R"({"vocab": [["a", -1]], "merges": []})", "merges");
    }

    void unigram() {
        QFETCH(QString, model);
        QFETCH(QString, place);
        json content = {{"model", json::parse(model.toStdString())}};
        content["model"]["type"] = "Unigram";
        const std::string message = complaintAbout(content);
        QVERIFY2(message.find(place.toStdString()) != std::string::npos, message.c_str());
    }

    void unigramWithoutUnknownToken() {
        const json content = {
            {"model",
             {{"type", "Unigram"},
              {"vocab", json::array({json::array({"a", -1.0}), json::array({"ab", -1.5})})}}}};
        QCOMPARE(complaintAbout(content), std::string());
        const auto tokenizer = Tokenizer::open(m_path);
        QCOMPARE(tokenizer->encode("aab", false), (std::vector<std::int32_t>{0, 1}));
        QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encode("abc", false));
    }

    void wordPieceWithoutUnknownToken() {
        const json content = {{"model", {{"type", "WordPiece"}, {"vocab", {{"a", 0}}}}}};
        QVERIFY(complaintAbout(content).find("/model/vocab") != std::string::npos);
    }

    void tiktokenLines_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("place");
        QTest::newRow("no rank") << QByteArray("YWI=") << QByteArray("line 257");
        QTest::newRow("no base64") << QByteArray("Y!I= 300") << QByteArray("line 257");
        QTest::newRow("nothing") << QByteArray(" 300") << QByteArray("line 257");
        QTest::newRow("negative") << QByteArray("YWI= -3") << QByteArray("line 257");
        QTest::newRow("lying rank") << QByteArray("YWI= 4000000000") << QByteArray("line 257");
        QTest::newRow("rank twice") << QByteArray("YWI= 7") << QByteArray("line 257");
        QTest::newRow("piece twice") << QByteArray("YQ== 300") << QByteArray("line 257");
        QTest::newRow("long") << QByteArray(400, 'A') + " 300" << QByteArray("line 257");
    }

    void tiktokenLines() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, place);
        const std::string good = bytesAsTiktoken();
        writeText(m_path / "qwen.tiktoken", good + "YWI= 300\n");
        QCOMPARE(complaint(m_path), std::string());
        writeText(m_path / "qwen.tiktoken", good + line.toStdString() + "\n");
        const std::string message = complaint(m_path);
        QVERIFY2(message.find(place.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(message.find("qwen.tiktoken") != std::string::npos, message.c_str());
    }

    void tiktokenFilesThatAreNotKnown() {
        writeText(m_path / "another.tiktoken", bytesAsTiktoken());
        QVERIFY(complaint(m_path).find("another.tiktoken") != std::string::npos);
        writeText(m_path / "qwen.tiktoken", bytesAsTiktoken());
        QVERIFY(complaint(m_path).find("several") != std::string::npos);
        std::filesystem::remove(m_path / "another.tiktoken");
        const std::string lacking = bytesAsTiktoken().substr(std::string("AA== 0\n").size());
        writeText(m_path / "qwen.tiktoken", lacking);
        QVERIFY(complaint(m_path).find("byte 0") != std::string::npos);
    }

    void damagedTiktokenNeverCrashes() {
        std::mt19937 source(5);
        const std::string content = readText(fixtures / "tiktoken_llama3" / "tokenizer.model");
        for (int round = 0; round < 200; ++round) {
            std::string damaged = content;
            for (int k = 0; k < 1 + round % 8; ++k) {
                damaged[source() % damaged.size()] = static_cast<char>(source());
            }
            writeText(m_path / "tokenizer.model", damaged);
            try {
                Tokenizer::open(m_path)->encode("the miller, ½ mills", true);
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Input);
            }
        }
    }

    void vocabularyAndMerges() {
        writeText(m_path / "merges.txt", "#version: 0.2\na b\n");
        writeText(m_path / "vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
        QCOMPARE(complaint(m_path), std::string());
        writeText(m_path / "merges.txt", "#version: 0.2\na b\nb c\n");
        QVERIFY(complaint(m_path).find("vocab.json") != std::string::npos);
        writeText(m_path / "merges.txt", "#version: 0.2\na b\n\xFF a\n");
        QVERIFY(complaint(m_path).find("merges.txt") != std::string::npos);
        writeText(m_path / "merges.txt", "a b\n");
        writeText(m_path / "vocab.json", "[1]");
        QVERIFY(complaint(m_path).find("vocab.json") != std::string::npos);
        writeText(m_path / "vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
        writeText(m_path / "tokenizer_config.json", R"({"tokenizer_class": "BartTokenizer"})");
        QVERIFY(complaint(m_path).find("BartTokenizer") != std::string::npos);
        writeText(m_path / "tokenizer_config.json",
                  R"({"add_bos_token": true, "bos_token": "<s>"})");
        QVERIFY(complaint(m_path).find("<s>") != std::string::npos);
    }

    void invalidUtf8HasItsOffset() {
        writeText(m_path / "tokenizer.json", smallest().dump());
        const auto tokenizer = Tokenizer::open(m_path);
        struct Case {
            std::string text;
            int offset; ///< −1: valid
        };
        const Case cases[] = {
            {"ab\xFF", 2},           {"a\xC3", 1}, {"\xC0\xAF", 0},          {"ab\xED\xA0\x80", 2},
            {"\xF5\x80\x80\x80", 0}, {"é\x80", 2}, {"\xF4\x8F\xBF\xBF", -1}, {"\xEF\xBF\xBF", -1}};
        for (const Case& example : cases) {
            try {
                tokenizer->encode(example.text, false);
                QCOMPARE(example.offset, -1);
            } catch (const Error& error) {
                const std::string expected = "byte offset " + std::to_string(example.offset) + " ";
                QVERIFY2(std::string(error.what()).find(expected) != std::string::npos,
                         error.what());
            }
        }
    }

    void startTokenFlags() {
        writeText(m_path / "tokenizer.json", smallest().dump());
        const auto idsWith = [&](const json& config) {
            writeText(m_path / "tokenizer_config.json", config.dump());
            return Tokenizer::open(m_path)->encode("ab", true);
        };
        using Ids = std::vector<std::int32_t>;
        json config = {{"tokenizer_class", "LlamaTokenizerFast"},
                       {"bos_token", {{"content", "<s>"}}},
                       {"eos_token", "<s>"},
                       {"add_bos_token", true}};
        QCOMPARE(idsWith(config), (Ids{3, 2}));
        config["add_eos_token"] = true;
        QCOMPARE(idsWith(config), (Ids{3, 2, 3}));
        config["add_bos_token"] = false;
        QCOMPARE(idsWith(config), (Ids{2, 3}));
        config["tokenizer_class"] = "GPT2Tokenizer"; // the file decides
        QCOMPARE(idsWith(config), (Ids{2}));
        config = {
            {"tokenizer_class", "LlamaTokenizer"}, {"add_bos_token", true}, {"bos_token", "<x>"}};
        writeText(m_path / "tokenizer_config.json", config.dump());
        QVERIFY(complaint(m_path).find("\"<x>\"") != std::string::npos);
    }

    void tokensOfTheConfigAreAdded() {
        writeText(m_path / "tokenizer.json", smallest().dump());
        writeText(m_path / "tokenizer_config.json",
                  R"({"added_tokens_decoder": {"5": {"content": "<end>", "special": true}}})");
        QCOMPARE(Tokenizer::open(m_path)->encode("ab<end>", false),
                 (std::vector<std::int32_t>{2, 5}));
    }

    void aLongWordIsFast() {
        writeText(m_path / "tokenizer.json", smallest().dump());
        const auto tokenizer = Tokenizer::open(m_path);
        std::string text;
        for (int k = 0; k < 1000000; ++k) {
            text += k % 3 == 0 ? 'b' : 'a';
        }
        const std::clock_t start = std::clock(); // time of the processor, not of a busy machine
        // b a a b a a …: of every "baa" the last a merges with the next b.
        QCOMPARE(tokenizer->encode(text, false).size(), std::size_t(666667));
        const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 5, "a word of a million characters takes too long");
    }

    void runawayRegexGivesUp() {
        const Regex regex("(a+)+$", "here");
        try {
            regex.findAll(std::string(200, 'a') + "b");
            QFAIL("the limit should have stopped it");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("gave up") != std::string::npos, error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestHostileFiles)
#include "test_hostile_files.moc"
