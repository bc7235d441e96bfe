// Damaged, lying or unusual GGUF files: one clear sentence that names the place, never a crash.

#include "core/checkpoint/checkpoint.h"
#include "tests/core/checkpoint/fixture.h"
#include "tests/core/checkpoint/gguf_bytes.h"

#include <QTemporaryDir>
#include <QtTest>

#include <limits>
#include <random>

using namespace quantscope;
using namespace quantscope::test;

namespace {

struct BadFile {
    const char* name;
    std::function<void(GgufBytes&)> damage;
    std::vector<const char*> parts; ///< of the message
};

/// Values of a list that says it has more elements than it has.
GgufPair lyingList(const std::string& key, std::uint32_t type, std::uint64_t count) {
    return {key, 9, littleEndian(type) + littleEndian(count)};
}

const std::vector<BadFile> badHeaders = {
    {"other magic", [](GgufBytes& f) { f.magic = "PK\x03\x04"; }, {"does not begin with GGUF"}},
    {"older format", [](GgufBytes& f) { f.magic = "tjgg"; }, {"August 2023"}},
    {"version 1", [](GgufBytes& f) { f.version = 1; }, {"GGUF version 1", "2 and 3"}},
    {"version 4", [](GgufBytes& f) { f.version = 4; }, {"GGUF version 4"}},
    {"big-endian", [](GgufBytes& f) { f.version = 3u << 24; }, {"big-endian", "convert-endian"}},
    {"tensor count", [](GgufBytes& f) { f.tensorCount = 1ll << 40; }, {"1099511627776 tensors"}},
    {"one tensor too many", [](GgufBytes& f) { f.tensorCount = 12; }, {"the GGUF header"}},
    {"pair count", [](GgufBytes& f) { f.pairCount = 1ll << 61; }, {"key-value pairs"}},
    {"key twice",
     [](GgufBytes& f) { f.pairs.push_back(f.pairs[1]); },
     {"the key llama.block_count twice"}},
    {"key of no letters", [](GgufBytes& f) { f.pairs.push_back(countPair("", 1)); }, {"a key"}},
    {"key of controls", [](GgufBytes& f) { f.pairs.push_back(countPair("a\nb", 1)); }, {"a key"}},
    {"long key", [](GgufBytes& f) { f.set(countPair(std::string(2000, 'k'), 1)); }, {"2000 bytes"}},
    {"value type",
     [](GgufBytes& f) {
         f.set({"x", 13, ""});
     },
     {"the key x", "type 13"}},
    {"list of lists", [](GgufBytes& f) { f.set(lyingList("x", 9, 1)); }, {"the key x", "lists"}},
    {"long list",
     [](GgufBytes& f) { f.set(lyingList("x", 4, 1ull << 62)); },
     {"the key x", "4611686018427387904"}},
    {"long list of texts",
     [](GgufBytes& f) { f.set(lyingList("x", 8, 1ull << 60)); },
     {"the key x"}},
    {"truth value", [](GgufBytes& f) { f.set(truthPair("x", 2)); }, {"the key x", "neither 0"}},
    {"alignment zero",
     [](GgufBytes& f) { f.set(countPair("general.alignment", 0)); },
     {"general.alignment = 0"}},
    {"alignment 24",
     [](GgufBytes& f) { f.set(countPair("general.alignment", 24)); },
     {"general.alignment = 24", "power of two"}},
    {"no dimensions",
     [](GgufBytes& f) { f.tensors[0].extents = {}; },
     {"token_embd.weight", "0 dimensions"}},
    {"five dimensions",
     [](GgufBytes& f) {
         f.tensors[0].extents = {8, 5, 1, 1, 1};
     },
     {"token_embd.weight", "5 dimensions"}},
    {"extent zero",
     [](GgufBytes& f) {
         f.tensors[0].extents = {8, 0};
     },
     {"extent of 0"}},
    {"overflowing shape",
     [](GgufBytes& f) {
         f.tensors[0].extents = {1ull << 33, 1ull << 33};
     },
     {"token_embd.weight", "8589934592"}},
    {"unsupported type",
     [](GgufBytes& f) { f.tensor("blk.0.attn_q.weight").type = 16; },
     {"blk.0.attn_q.weight", "IQ2_XXS", "Q4_K"}},
    {"unknown type",
     [](GgufBytes& f) { f.tensor("blk.0.attn_q.weight").type = 999; },
     {"blk.0.attn_q.weight", "number 999"}},
    {"no whole block",
     [](GgufBytes& f) { f.tensor("blk.0.attn_q.weight").type = 2; },
     {"blk.0.attn_q.weight", "rows of 8", "multiple of 32"}},
    {"same tensor twice",
     [](GgufBytes& f) { f.tensors.push_back(f.tensors[2]); },
     {"the tensor blk.0.attn_q.weight twice"}},
    {"unaligned tensor",
     [](GgufBytes& f) { f.tensors[1].offset = 33; },
     {"blk.0.attn_norm.weight", "byte 33", "multiple of 32"}},
    {"overlap",
     [](GgufBytes& f) { f.tensors[1].offset = 32; },
     {"token_embd.weight and blk.0.attn_norm.weight overlap at byte 32"}},
    {"tensor outside", [](GgufBytes& f) { f.tensors[1].offset = 1ll << 50; }, {"truncated"}},
    {"far outside",
     [](GgufBytes& f) { f.tensors[1].offset = ~31ll & (~0ull >> 1); },
     {"truncated"}},
};

const std::vector<BadFile> badModels = {
    {"no architecture",
     [](GgufBytes& f) { f.pairs.erase(f.pairs.begin()); },
     {"no general.architecture"}},
    {"other architecture",
     [](GgufBytes& f) { f.set(textPair("general.architecture", "gemma")); },
     {"general.architecture = \"gemma\"", "llama, qwen2, qwen3"}},
    {"architecture of numbers",
     [](GgufBytes& f) { f.set(countPair("general.architecture", 1)); },
     {"general.architecture = 1", "a text"}},
    {"adapter",
     [](GgufBytes& f) { f.set(textPair("general.type", "adapter")); },
     {"general.type = \"adapter\""}},
    {"part",
     [](GgufBytes& f) { f.set(countPair("split.count", 3)); },
     {"split.count = 3", "merge"}},
    {"old packing",
     [](GgufBytes& f) { f.set(countPair("general.quantization_version", 1)); },
     {"general.quantization_version = 1"}},
    {"no layers",
     [](GgufBytes& f) { f.set(countPair("llama.block_count", 0)); },
     {"block_count = 0"}},
    {"missing size",
     [](GgufBytes& f) { f.pairs.erase(f.pairs.begin() + 3); },
     {"under llama", "no embedding_length"}},
    {"size as text",
     [](GgufBytes& f) { f.set(textPair("llama.embedding_length", "8")); },
     {"embedding_length = \"8\"", "whole number"}},
    {"layers of different heads",
     [](GgufBytes& f) {
         f.set(listPair<std::uint32_t>("llama.attention.head_count", 4, {2, 1}));
     },
     {"attention.head_count = [2,1]", "same value"}},
    {"heads",
     [](GgufBytes& f) { f.set(countPair("llama.attention.head_count_kv", 3)); },
     {"attention.head_count_kv = 3", "divisor"}},
    {"odd heads",
     [](GgufBytes& f) { f.set(countPair("llama.attention.head_count", 8)); },
     {"1 dimensions", "even"}},
    {"partial rotation",
     [](GgufBytes& f) { f.set(countPair("llama.rope.dimension_count", 2)); },
     {"rope.dimension_count = 2", "4, the size of a head"}},
    {"other values",
     [](GgufBytes& f) { f.set(countPair("llama.attention.value_length", 2)); },
     {"attention.value_length = 2"}},
    {"no epsilon", [](GgufBytes& f) { f.pairs.pop_back(); }, {"layer_norm_rms_epsilon"}},
    {"epsilon",
     [](GgufBytes& f) {
         f.set(floatPair("llama.attention.layer_norm_rms_epsilon",
                         std::numeric_limits<float>::quiet_NaN()));
     },
     {"layer_norm_rms_epsilon"}},
    {"rope type",
     [](GgufBytes& f) { f.set(textPair("llama.rope.scaling.type", "longrope")); },
     {"rope.scaling.type = \"longrope\"", "yarn"}},
    {"yarn's logarithm",
     [](GgufBytes& f) { f.set(floatPair("llama.rope.scaling.yarn_log_multiplier", 0.1f)); },
     {"yarn_log_multiplier = 0.1"}},
    {"yarn's attention",
     [](GgufBytes& f) { f.set(floatPair("llama.rope.scaling.attn_factor", 0.5f)); },
     {"rope.scaling.attn_factor = 0.5"}},
    {"experts",
     [](GgufBytes& f) { f.set(countPair("llama.expert_count", 8)); },
     {"expert_count = 8"}},
    {"logit scale",
     [](GgufBytes& f) { f.set(floatPair("llama.logit_scale", 0.5f)); },
     {"logit_scale = 0.5"}},
    {"not causal",
     [](GgufBytes& f) { f.set(truthPair("llama.attention.causal", 0)); },
     {"attention.causal = false"}},
    {"unknown key",
     [](GgufBytes& f) { f.set(floatPair("llama.attention.surprise", 2)); },
     {"attention.surprise = 2", "not understood"}},
    {"vocabulary",
     [](GgufBytes& f) { f.set(countPair("llama.vocab_size", 6)); },
     {"vocab_size = 6", "5, the rows of token_embd.weight"}},
    {"no embedding",
     [](GgufBytes& f) { f.tensors.erase(f.tensors.begin()); },
     {"token_embd.weight"}},
    {"missing tensor",
     [](GgufBytes& f) { f.tensors.erase(f.tensors.begin() + 3); },
     {"no tensor blk.0.attn_k.weight", "[4, 8]"}},
    {"other shape",
     [](GgufBytes& f) {
         f.tensor("blk.0.attn_k.weight").extents = {4, 8};
     },
     {"blk.0.attn_k.weight", "[8, 4]", "[4, 8]"}},
    {"extra tensor",
     [](GgufBytes& f) { f.tensors.push_back(countingTensor("blk.1.x", {4})); },
     {"blk.1.x", "no place"}},
    {"rope factors' shape",
     [](GgufBytes& f) { f.tensors.push_back(countingTensor("rope_freqs.weight", {3})); },
     {"rope_freqs.weight", "[3]", "[2]"}},
    {"rope factors' sign",
     [](GgufBytes& f) {
         f.tensors.push_back(countingTensor("rope_freqs.weight", {2}));
         f.tensors.back().data = littleEndian(1.0f) + littleEndian(-1.0f);
     },
     {"rope_freqs.weight", "-1 at index 1"}},
    {"rope factors and a scaling",
     [](GgufBytes& f) {
         f.tensors.push_back(countingTensor("rope_freqs.weight", {2}));
         f.set(floatPair("llama.rope.scaling.factor", 4));
     },
     {"rope_freqs.weight", "rope.scaling.type"}},
};

} // namespace

class TestGgufHostileFiles : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_path = m_folder.filePath("model.gguf");

    void compareRefusals(const std::vector<BadFile>& files) {
        for (const BadFile& bad : files) {
            GgufBytes file = tinyGguf();
            bad.damage(file);
            writeFile(m_path, file.bytes());
            std::vector<const char*> parts = bad.parts;
            parts.push_back("model.gguf");
            compareError([&] { Checkpoint::open(m_path.toStdString()); }, ErrorKind::Input, parts);
            QVERIFY2(!QTest::currentTestFailed(), bad.name);
        }
    }

private Q_SLOTS:
    /// So that what is refused below is refused for its damage.
    void readsTheTinyOne() {
        writeFile(m_path, tinyGguf().bytes());
        const auto checkpoint = Checkpoint::open(m_path.toStdString());
        QCOMPARE(checkpoint->tensors().size(), std::size_t(11));
        const StoredTensor& k = *checkpoint->find("model.layers.0.self_attn.k_proj.weight");
        std::vector<float> row(8);
        checkpoint->read(k, 1, 1, row); // the second of the first half: third in the file
        QCOMPARE(row.front(), 17.0f);
        checkpoint->read(k, 2, 1, row); // the first of the second half: second in the file
        QCOMPARE(row.front(), 9.0f);
    }

    void readsVersion2AndNeutralKeys() {
        GgufBytes file = tinyGguf();
        file.version = 2;
        file.alignment = 64;
        file.set(countPair("general.alignment", 64));
        file.set(textPair("llama.rope.scaling.type", "none")); // and what does nothing then
        file.set(floatPair("llama.rope.scaling.factor", 1));
        file.set(floatPair("llama.rope.scaling.attn_factor", 1));
        file.set(countPair("llama.expert_count", 0));
        writeFile(m_path, file.bytes());
        QCOMPARE(Checkpoint::open(m_path.toStdString())->tensors().size(), std::size_t(11));
    }

    void recognisesMistralByItsWindow() {
        GgufBytes file = tinyGguf();
        file.set(countPair("llama.attention.sliding_window", 7));
        writeFile(m_path, file.bytes());
        const auto checkpoint = Checkpoint::open(m_path.toStdString());
        QCOMPARE(checkpoint->config().family, Family::Mistral);
        QCOMPARE(checkpoint->config().slidingWindow, std::vector<std::int64_t>{7});
    }

    void refusesBadHeaders() { compareRefusals(badHeaders); }
    void refusesBadModels() { compareRefusals(badModels); }

    void namesWhereANumberIsNotFinite() {
        GgufBytes file = tinyGguf();
        QByteArray& data = file.tensor("blk.0.ffn_up.weight").data;
        data.replace(4 * (8 * 2 + 5), 4, littleEndian(std::numeric_limits<float>::infinity()));
        writeFile(m_path, file.bytes());
        const auto checkpoint = Checkpoint::open(m_path.toStdString());
        const StoredTensor& up = *checkpoint->find("model.layers.0.mlp.up_proj.weight");
        std::vector<float> values(48);
        compareError([&] { checkpoint->read(up, 0, 6, values); }, ErrorKind::Input,
                     {"model.gguf", "model.layers.0.mlp.up_proj.weight", "inf", "row 2, column 5"});
    }

    /// A scale that is no number, in a block of a head whose rows are in another order.
    void namesWhereAScaleIsNotFinite() {
        GgufBytes file = tinyGguf();
        file.set(countPair("llama.embedding_length", 32));
        file.set(countPair("llama.attention.key_length", 4));
        for (GgufTensorBytes& tensor : file.tensors) {
            for (std::uint64_t& extent : tensor.extents)
                extent = extent == 8 ? 32 : extent;
            tensor = countingTensor(tensor.name, tensor.extents);
        }
        file.tensor("blk.0.attn_q.weight").extents = {32, 8};
        file.tensor("blk.0.attn_output.weight") =
            countingTensor("blk.0.attn_output.weight", {8, 32});
        GgufTensorBytes& q = file.tensor("blk.0.attn_q.weight");
        q.type = 8; // Q8_0: rows of one block of 34 bytes
        q.data = QByteArray(8 * 34, '\1');
        q.data.replace(34 * 6, 2, littleEndian<std::uint16_t>(0x7c00)); // infinity, in row 6
        writeFile(m_path, file.bytes());
        const auto checkpoint = Checkpoint::open(m_path.toStdString());
        const StoredTensor& tensor = *checkpoint->find("model.layers.0.self_attn.q_proj.weight");
        std::vector<float> values(8 * 32);
        // Row 6 of the file is the second head's second of its first half: row 5.
        compareError([&] { checkpoint->read(tensor, 0, 8, values); }, ErrorKind::Input,
                     {"q_proj.weight", "inf", "row 5, column 0"});
    }

    void refusesEveryTruncation() {
        writeFile(m_path, tinyGguf().bytes());
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        for (qint64 size = file.size() - 32; size >= 0; size -= size < 1200 ? 1 : 97) {
            QVERIFY(file.resize(size));
            const Error error = errorOf([&] { Checkpoint::open(m_path.toStdString()); });
            QVERIFY2(error.kind() == ErrorKind::Input, qPrintable(QString::number(size)));
        }
    }

    /// Any byte of the header replaced: refused, or read as the numbers that are there.
    void survivesChangedBytes() {
        const QByteArray whole = tinyGguf().bytes();
        writeFile(m_path, whole);
        QFile file(m_path); // written in place: made anew, it would be flushed every time
        QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::Unbuffered));
        std::minstd_rand random(11);
        int refused = 0;
        constexpr int rounds = 4000;
        for (int round = 0; round < rounds; ++round) {
            QByteArray changed = whole;
            for (int i = 0; i < 1 + round % 3; ++i)
                changed[static_cast<qsizetype>(random() % 1100)] =
                    static_cast<char>(round % 2 == 0 ? 0xff : random() % 256);
            QVERIFY(file.seek(0));
            QCOMPARE(file.write(changed), qint64(changed.size()));
            try {
                const auto checkpoint = Checkpoint::open(m_path.toStdString());
                for (const StoredTensor& tensor : checkpoint->tensors()) {
                    std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
                    checkpoint->read(tensor, 0, extentOf(tensor).rows, values);
                }
                checkpoint->contentHash();
            } catch (const Error& error) {
                QVERIFY2(error.kind() == ErrorKind::Input, error.what());
                ++refused;
            }
        }
        QVERIFY(refused > rounds / 2 && refused < rounds);
    }

    void saysWhatOtherFilesAre() {
        writeFile(m_path, "just text");
        compareError([&] { Checkpoint::open(m_path.toStdString()); }, ErrorKind::Input,
                     {"model.gguf", "does not begin with GGUF"});
        const QString other = m_folder.filePath("model.bin");
        writeFile(other, "just text");
        compareError([&] { Checkpoint::open(other.toStdString()); }, ErrorKind::Input,
                     {"model.bin", "neither a directory nor a GGUF file"});
        compareError([&] { Checkpoint::open(m_folder.path().toStdString()); }, ErrorKind::Input,
                     {"config.json"});
    }
};

QTEST_GUILESS_MAIN(TestGgufHostileFiles)
#include "test_gguf_hostile_files.moc"
