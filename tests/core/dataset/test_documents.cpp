// Files of every kind into documents, and what is said about damaged ones.
#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/text_file.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <set>
#include <zlib.h>
#include <zstd.h>

using namespace quantscope;

namespace {

std::string gzip(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string result(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

std::string zstandard(const std::string& text) {
    std::string result(ZSTD_compressBound(text.size()), '\0');
    result.resize(ZSTD_compress(result.data(), result.size(), text.data(), text.size(), 3));
    return result;
}

} // namespace

class TestDocuments : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::string m_path = m_folder.filePath("text").toStdString();

    TextSource write(const std::string& content, TextFormat format) {
        std::ofstream(m_path, std::ios::binary) << content;
        TextSource source;
        source.path = m_path;
        source.format = format;
        return source;
    }

    static std::vector<std::string> textsOf(const TextSource& source) {
        std::vector<std::string> texts;
        for (const Document& document : readDocuments(source)) {
            if (document.index != texts.size()) {
                return {"wrong index"};
            }
            texts.push_back(document.text);
        }
        return texts;
    }

    static std::string complaint(const TextSource& source) {
        try {
            readDocuments(source);
            return "nothing";
        } catch (const Error& error) {
            return error.what();
        }
    }

    using Texts = std::vector<std::string>;

private Q_SLOTS:
    void copiesOfADocumentAreNeverSplit() {
        // Twelve texts; of every third there are copies that differ in case, dots and blanks.
        std::string content;
        std::vector<std::size_t> textOf;
        for (std::size_t text = 0; text < 12; ++text) {
            const std::string word = "Word" + std::to_string(text);
            content += "The " + word + " was here.\n";
            textOf.push_back(text);
            if (text % 3 == 0) {
                content += "the  " + word + ", WAS here\n";
                textOf.push_back(text);
            }
        }
        content += "...\n---\n"; // without words: no copies of each other
        textOf.insert(textOf.end(), {12, 13});
        TextSource source = write(content, TextFormat::Lines);
        std::size_t together = 0;
        for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
            std::set<std::size_t> first;
            source.shares = {{0, 0.5, seed}};
            for (const Document& document : readDocuments(source))
                first.insert(textOf[document.index]);
            QCOMPARE(first.size(), std::size_t(7)); // half of the different texts
            source.shares = {{0.5, 1, seed}};
            for (const Document& document : readDocuments(source)) {
                QVERIFY(!first.contains(textOf[document.index]));
                ++together;
            }
        }
        QVERIFY(together > 4 * 7); // some of the copies among them
    }

    void lines() {
        const TextSource source = write("\xEF\xBB\xBFone\r\n\n  \ntwo \nthree", TextFormat::Lines);
        QCOMPARE(textsOf(source), (Texts{"one", "two ", "three"}));
        const auto documents = readDocuments(source);
        QCOMPARE(documents[0].byteOffset, std::uint64_t(3));
        QCOMPARE(documents[1].byteOffset, std::uint64_t(12));
        QCOMPARE(documents[2].byteOffset, std::uint64_t(17));
    }

    void paragraphs() {
        const TextSource source = write("\n\na\nb\r\n \t\r\nc\n\n\n d\n", TextFormat::Paragraphs);
        QCOMPARE(textsOf(source), (Texts{"a\nb", "c", " d"}));
        QCOMPARE(readDocuments(source)[1].byteOffset, std::uint64_t(11));
    }

    void whole() { QCOMPARE(textsOf(write(" a\n\nb\n", TextFormat::Whole)), (Texts{" a\n\nb\n"})); }

    void separator() {
        TextSource source = write("a b\n<|x|>\n c <|x|><|x|>d", TextFormat::Separator);
        source.separator = "<|x|>";
        QCOMPARE(textsOf(source), (Texts{"a b", "c", "d"}));
        QCOMPARE(readDocuments(source)[1].byteOffset, std::uint64_t(11));
        source.separator.clear();
        QVERIFY(complaint(source).find("needs a separator") != std::string::npos);
    }

    void jsonLinesAndArrays() {
        const std::string a = R"({"text": "a\nb", "kind": "x", "n": 3})";
        const std::string b = "{\"n\": null, \"kind\": true, \"text\": \"]}, {\"}";
        TextSource source = write(a + "\n\n" + b + "\n", TextFormat::Jsonl);
        source.labelFields = {"kind", "n"};
        const auto check = [&](std::uint64_t first, std::uint64_t second) {
            const auto documents = readDocuments(source);
            QCOMPARE(documents.size(), std::size_t(2));
            QCOMPARE(documents[0].text, std::string("a\nb"));
            QCOMPARE(documents[1].text, std::string("]}, {"));
            QCOMPARE(documents[0].labels, (Texts{"x", "3"}));
            QCOMPARE(documents[1].labels, (Texts{"true", ""}));
            QCOMPARE(documents[0].byteOffset, first);
            QCOMPARE(documents[1].byteOffset, second);
        };
        check(0, a.size() + 2);
        write(" [" + a + " , " + b + "]\n", TextFormat::Jsonl);
        check(2, a.size() + 5);
        write("[" + a + ", ", TextFormat::Jsonl);
        QVERIFY(complaint(source).find("record 2") != std::string::npos);
        write(a + "\n{\"text\": 4}\n", TextFormat::Jsonl);
        QVERIFY(complaint(source).find("line 2: the text field \"text\" is no string") !=
                std::string::npos);
        write(a + "\n{\"text\"", TextFormat::Jsonl);
        QVERIFY(complaint(source).find("line 2: not valid JSON") != std::string::npos);
        write("{\"text\": \"a\"}", TextFormat::Jsonl);
        QVERIFY(complaint(source).find("the label field \"kind\"") != std::string::npos);
    }

    void tables() {
        TextSource source =
            write("id,text,who\r\n1,\"a, \"\"b\"\"\nc\",x\r\n\r\n2,,\n3,d,\"\"\n", TextFormat::Csv);
        source.labelFields = {"who", "id"};
        const auto documents = readDocuments(source);
        QCOMPARE(textsOf(source), (Texts{"a, \"b\"\nc", "", "d"}));
        QCOMPARE(documents[0].labels, (Texts{"x", "1"}));
        QCOMPARE(documents[2].labels, (Texts{"", "3"}));
        QCOMPARE(documents[0].byteOffset, std::uint64_t(16));
        source = write("text\tn\na b\t1\n", TextFormat::Tsv);
        QCOMPARE(textsOf(source), (Texts{"a b"}));
        source = write("text,n\na,1\nb\n", TextFormat::Csv);
        QVERIFY(complaint(source).find("line 3: the row has 1 fields, the header 2") !=
                std::string::npos);
        source = write("text,n\n\"a,1\nb,2\n", TextFormat::Csv);
        QVERIFY(complaint(source).find("line 2: a quoted field has no closing quote") !=
                std::string::npos);
        source = write("text\n\"a\"b\n", TextFormat::Csv);
        QVERIFY(complaint(source).find("text follows a closing quote") != std::string::npos);
        source = write("a,b\n1,2\n", TextFormat::Csv);
        QVERIFY(complaint(source).find("the header names \"a\", \"b\"") != std::string::npos);
    }

    void compressed() {
        const std::string text = "first\nsecond " + std::string(700000, 'z') + "\n";
        const Texts expected = textsOf(write(text, TextFormat::Lines));
        QCOMPARE(expected.size(), std::size_t(2));
        QVERIFY(textsOf(write(gzip(text), TextFormat::Lines)) == expected);
        QVERIFY(textsOf(write(zstandard(text), TextFormat::Lines)) == expected);
        // Several members or frames in one file are one text.
        const Texts twice = textsOf(write(text + text, TextFormat::Lines));
        QVERIFY(textsOf(write(gzip(text) + gzip(text), TextFormat::Lines)) == twice);
        QVERIFY(textsOf(write(zstandard(text) + zstandard(text), TextFormat::Lines)) == twice);
    }

    void damagedCompression() {
        const std::string text(5000, 'a');
        for (const std::string& packed : {gzip(text), zstandard(text)}) {
            const TextSource cut = write(packed.substr(0, packed.size() - 3), TextFormat::Lines);
            QVERIFY2(complaint(cut).find("truncated") != std::string::npos, complaint(cut).c_str());
            std::string damaged = packed;
            damaged[packed.size() / 2] = static_cast<char>(~damaged[packed.size() / 2]);
            damaged[packed.size() / 2 + 1] = static_cast<char>(~damaged[packed.size() / 2 + 1]);
            const std::string message = complaint(write(damaged, TextFormat::Lines));
            QVERIFY2(message != "nothing", message.c_str());
        }
    }

    void unpackingIsBounded() {
        write(gzip(std::string(2000000, 'a')), TextFormat::Lines);
        QCOMPARE(readTextFile(m_path, 2000000).size(), std::size_t(2000000));
        QVERIFY_THROWS_EXCEPTION(Error, (void)readTextFile(m_path, 1999999));
        write(zstandard(std::string(2000000, 'a')), TextFormat::Lines);
        QVERIFY_THROWS_EXCEPTION(Error, (void)readTextFile(m_path, 1999999));
    }

    void whatCannotBeRead() {
        const std::string invalid = complaint(write(gzip("ab\ncd\xFF"), TextFormat::Lines));
        QVERIFY2(invalid.find("byte offset 5 ") != std::string::npos, invalid.c_str());
        QVERIFY(invalid.find(m_path) != std::string::npos);
        QVERIFY(complaint(write(" \n\n", TextFormat::Lines)).find("no text") != std::string::npos);
        QVERIFY(complaint(write("", TextFormat::Whole)).find("no text") != std::string::npos);
        QVERIFY(complaint(write("PAR1....", TextFormat::Lines)).find("read_parquet") !=
                std::string::npos);
        TextSource labels = write("a", TextFormat::Lines);
        labels.labelFields = {"kind"};
        QVERIFY(complaint(labels).find("label fields need") != std::string::npos);
        TextSource missing;
        missing.path = "/nowhere/text.txt";
        QVERIFY(complaint(missing).find("missing") != std::string::npos);
        missing.path = m_folder.path().toStdString();
        QVERIFY(complaint(missing).find("directory") != std::string::npos);
    }

    void storiesAreTheSameBothWays() {
        const std::filesystem::path folder = std::filesystem::path(testing::sharedData()) / "text";
        if (!std::filesystem::exists(folder / "tinystories.txt")) {
            QSKIP("the shared texts are not on this machine");
        }
        TextSource split;
        split.path = (folder / "tinystories.txt").string();
        split.format = TextFormat::Separator;
        split.separator = "<|endoftext|>";
        TextSource records;
        records.path = (folder / "tinystories.jsonl").string();
        records.format = TextFormat::Jsonl;
        const Texts texts = textsOf(records);
        QCOMPARE(texts.size(), std::size_t(317));
        QVERIFY(textsOf(split) == texts);
    }

    void hashOfAFile() {
        write("abc", TextFormat::Lines);
        // XXH3_128bits("abc"), from PyPI's xxhash.
        QCOMPARE(fileHash(m_path), std::string("06b05ab6733a618578af5f94892f3950"));
        QVERIFY_THROWS_EXCEPTION(Error, (void)fileHash("/nowhere"));
    }
};

QTEST_GUILESS_MAIN(TestDocuments)
#include "test_documents.moc"
