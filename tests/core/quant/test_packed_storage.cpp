#include "core/data/error.h"
#include "core/quant/bit_packing.h"
#include "core/quant/packed_storage.h"
#include "core/quant/weight_error.h"
#include "tests/core/quant/fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace quantscope;
using namespace quantscope::test;

namespace {

constexpr double identityTolerance = 2e-5;

bool same(const torch::Tensor& a, const torch::Tensor& b) {
    return a.defined() == b.defined() &&
           (!a.defined() || (a.dtype() == b.dtype() && at::equal(a, b)));
}

void requireSame(const QuantizedLinear& a, const QuantizedLinear& b) {
    QCOMPARE(a.kind, b.kind);
    QCOMPARE(a.bits, b.bits);
    QCOMPARE(a.groupSize, b.groupSize);
    QCOMPARE(a.doubleQuantized, b.doubleQuantized);
    QCOMPARE(a.scaleOffset, b.scaleOffset);
    QVERIFY(same(a.codes, b.codes));
    QVERIFY(same(a.scales, b.scales));
    QVERIFY(same(a.zeros, b.zeros));
    QVERIFY(same(a.levels, b.levels));
    QVERIFY(same(a.groupIndex, b.groupIndex));
    QVERIFY(same(a.scaleCodes, b.scaleCodes));
    QVERIFY(same(a.scaleScales, b.scaleScales));
    QVERIFY(same(a.dequantize(), b.dequantize()));
    QCOMPARE(a.bitsPerWeight(), b.bitsPerWeight());
}

/// A stream of bits, set one by one.
std::vector<std::byte> streamOf(const std::vector<std::uint8_t>& codes, int bits) {
    const auto width = static_cast<std::size_t>(bits);
    std::vector<std::byte> stream((codes.size() * width + 7) / 8);
    for (std::size_t i = 0; i < codes.size() * width; ++i)
        if ((codes[i / width] >> (i % width) & 1U) != 0)
            stream[i / 8] |= std::byte{1} << (i % 8);
    return stream;
}

} // namespace

class TestPackedStorage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(3); }

    void bitsArePackedDensely() {
        const std::vector<std::uint8_t> codes = {5, 3, 7};
        // 5 | 3 << 3 | 7 << 6 = 0b1_1101_1101
        const std::vector<std::byte> expected = {std::byte{0xDD}, std::byte{0x01}};
        QVERIFY(packCodes(codes, 3) == expected);
        std::mt19937 random(1);
        for (int bits = 1; bits <= 8; ++bits) {
            for (std::size_t count : {0U, 1U, 7U, 8U, 1001U, 300003U}) { // the last by threads
                std::vector<std::uint8_t> values(count);
                for (std::uint8_t& value : values)
                    value = static_cast<std::uint8_t>(random() & ((1U << bits) - 1));
                const std::vector<std::byte> packed = packCodes(values, bits);
                QVERIFY(packed == streamOf(values, bits));
                std::vector<std::uint8_t> back(count);
                unpackCodes(packed, bits, back);
                QVERIFY(back == values);
            }
        }
    }

    void blocksComeBackBitForBit_data() {
        QTest::addColumn<QString>("method");
        for (const char* method :
             {"rtn:bits=2,group=-1", "rtn:bits=3,group=20",
              "rtn:bits=5,group=16,grid=asymmetric-wide", "rtn:bits=8", "nf4", "nf3:double=true",
              "fp4:block=128,double=true", "hqq:bits=3,group=20",
              "gptq:bits=3,group=16,act_order=true", "awq:bits=4,group=16"})
            QTest::newRow(method) << method;
    }

    void blocksComeBackBitForBit() {
        QFETCH(QString, method);
        const QTemporaryDir folder;
        const SmallBlock block = makeSmallBlock(48, 76, 4, 4, 16);
        const Batches stream({torch::randn({2, 16, 48})});
        const QuantizedBlock written = block.quantize(method.toStdString(), stream);
        const std::string path = folder.filePath("block-000.safetensors").toStdString();
        savePackedBlock(path, written);
        const QuantizedBlock read = loadPackedBlock(path);
        QCOMPARE(read.linears.size(), allModules.size());
        for (const auto& [module, linear] : written.linears)
            requireSame(read.linears.at(module), linear);
        QVERIFY(same(read.ln1, written.ln1));
        QVERIFY(same(read.ln2, written.ln2));
        QVERIFY(read.basis == written.basis);
        QVERIFY(read.diagnostics == written.diagnostics);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1); // no temporary is left
    }

    void storageIsAsLargeAsItsBits() {
        const QTemporaryDir folder;
        const SmallBlock block = makeSmallBlock(128, 256, 4, 4, 4);
        const std::string path = folder.filePath("block.safetensors").toStdString();
        const QuantizedBlock written = block.quantize("nf4:double=true", Batches({}));
        savePackedBlock(path, written);
        double bits = 0;
        for (const auto& [module, linear] : written.linears)
            bits += linear.bitsPerWeight() * double(linear.rows * linear.columns);
        constexpr double headerBytes = 8192; // names and manifest
        const auto size = double(QFile(QString::fromStdString(path)).size());
        QVERIFY(size >= bits / 8);
        QVERIFY(size <= bits / 8 + headerBytes);
    }

    void damagedFilesAreRefusedOrHarmless() {
        const QTemporaryDir folder;
        const SmallBlock block = makeSmallBlock(16, 24, 2, 2, 8);
        const Batches stream({torch::randn({2, 8, 16})});
        const QString path = folder.filePath("block.safetensors");
        savePackedBlock(path.toStdString(),
                        block.quantize("gptq:bits=3,group=8,act_order=true", stream));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        file.close();
        std::mt19937 random(4);
        int refused = 0;
        constexpr int trials = 400;
        for (int trial = 0; trial < trials; ++trial) {
            QByteArray damaged = whole;
            if (trial % 10 == 0)
                damaged.truncate(int(random() % std::uint32_t(whole.size())));
            else // mostly in the header
                damaged[int(random() % std::uint32_t(trial % 2 == 0 ? whole.size() : 3000))] =
                    char(random());
            QFile out(path);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(damaged);
            out.close();
            try {
                dequantizeBlock(block.weights, loadPackedBlock(path.toStdString()));
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Input);
                ++refused;
            }
        }
        QVERIFY(refused > trials / 4);
        QVERIFY_EXCEPTION_THROWN(loadPackedBlock(folder.filePath("none").toStdString()), Error);
    }

    void lyingManifestsAreRefused() {
        const QTemporaryDir folder;
        const SmallBlock block = makeSmallBlock(16, 24, 2, 2, 8);
        const QString path = folder.filePath("block.safetensors");
        savePackedBlock(path.toStdString(), block.quantize("rtn:bits=4,group=8", Batches({})));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        file.close();
        const std::vector<std::pair<QByteArray, QByteArray>> lies = {
            {R"(\"bits\":4)", R"(\"bits\":9)"},
            {R"(\"bits\":4)", R"(\"bits\":3)"},
            {R"(\"rows\":16)", R"(\"rows\":99)"},
            {R"(\"columns\":16)", R"(\"columns\":61)"},
            {R"(\"group\":8)", R"(\"group\":0)"},
            {R"(\"group\":8)", R"(\"group\":4)"},
            {R"(\"uniform\")", R"(\"uniforn\")"},
            {R"(quantscope-block)", R"(quantscope-blick)"},
            {R"(\"version\":\"1)", R"(\"version\":\"2)"},
            {R"(\"q\":)", R"(\"x\":)"},
        };
        for (const auto& [truth, lie] : lies) {
            QByteArray damaged = whole;
            const auto place = damaged.indexOf(truth);
            if (place < 0) {
                QVERIFY2(truth.contains("version"), truth.constData());
                continue;
            }
            damaged.replace(place, truth.size(), lie);
            QFile out(path);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(damaged);
            out.close();
            try {
                loadPackedBlock(path.toStdString());
                QFAIL(lie.constData());
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Input);
                QVERIFY(QString(error.what()).contains("block.safetensors"));
            }
        }
    }

    void blocksOfOtherModelsAreRefused() {
        const SmallBlock small = makeSmallBlock(16, 24, 2, 2, 8);
        const SmallBlock large = makeSmallBlock(16, 32, 2, 2, 8);
        QVERIFY_EXCEPTION_THROWN(dequantizeBlock(large.weights, small.quantize("rtn", Batches({}))),
                                 Error);
    }

    void weightErrorsAreTheirDefinitions() {
        const torch::Tensor original = torch::tensor({{3.0F, 0.0F}, {0.0F, 4.0F}});
        const torch::Tensor quantized = torch::tensor({{3.0F, 0.5F}, {0.0F, 4.0F}});
        const WeightError error = weightError(original, quantized);
        QCOMPARE(error.relative, 0.1);
        QCOMPARE(error.sqnr, 20.0);
        QCOMPARE(error.cosine, 25 / (5 * std::sqrt(25.25)));
        QCOMPARE(weightError(original, original).relative, 0.0);
    }

    /// Scales from 10^-2 to 10^2 folded in, matrices at 8 bits and a column a group, so that
    /// nothing but folding is left: outputs, inner activations and matrices must be the
    /// checkpoint's.
    void basisLeadsBackToTheCheckpoint() {
        SmallBlock block = makeSmallBlock(24, 36, 4, 4, 12);
        block.weights.linear(Module::V).bias = torch::randn({24});
        block.weights.linear(Module::Up).bias = torch::randn({36});
        const auto scale = [](std::int64_t width) {
            return torch::pow(10.0, torch::rand({width}) * 4 - 2).to(torch::kFloat32);
        };
        QuantizedBlock folded;
        folded.basis.scale = {{Site::Ln1, scale(24)},
                              {Site::OInput, scale(24)},
                              {Site::Ln2, scale(24)},
                              {Site::DownInput, scale(36)}};
        folded.basis.scale[Site::V] = folded.basis.scale[Site::OInput];
        folded.basis.scale[Site::GateInput] = folded.basis.scale[Site::Ln2];
        folded.basis.scale[Site::Up] = folded.basis.scale[Site::DownInput];
        folded.ln1 = block.weights.ln1 / folded.basis.scale[Site::Ln1];
        folded.ln2 = block.weights.ln2 / folded.basis.scale[Site::Ln2];
        for (Module module : allModules) {
            torch::Tensor weight = block.weights.linear(module).weight;
            weight = weight * folded.basis.scale[inputSite(module)];
            if (module == Module::V || module == Module::Up)
                weight = weight /
                         folded.basis.scale[module == Module::V ? Site::V : Site::Up].unsqueeze(1);
            QuantizedLinear& linear = folded.linears[module]; // code 1, scale w: exact
            linear.bits = 2;
            linear.rows = weight.size(0);
            linear.columns = weight.size(1);
            linear.groupSize = 1;
            linear.codes = torch::ones(weight.sizes(), torch::kUInt8);
            linear.scales = weight.contiguous();
            linear.zeros = torch::zeros(weight.sizes());
        }
        for (const auto& [module, error] : weightErrors(block.weights, folded))
            QVERIFY(error.relative < identityTolerance);

        struct Record : SiteWatcher {
            bool wants(Site) const override { return true; }
            torch::Tensor at(Site site, const torch::Tensor& value) override {
                values[site] = value;
                return value;
            }
            std::map<Site, torch::Tensor> values;
        };
        Record reference;
        Record lane;
        const torch::Tensor hidden = torch::randn({2, 12, 24});
        blockForward(block.config, 0, block.weights, block.rotary, hidden, &reference);
        blockForward(block.config, 0, dequantizeBlock(block.weights, folded), block.rotary, hidden,
                     &lane);
        for (const auto& [site, value] : reference.values) {
            torch::Tensor mapped = lane.values.at(site);
            if (folded.basis.scale.count(site) != 0)
                mapped = mapped * folded.basis.scale.at(site);
            QVERIFY2(relativeDifference(mapped, value) < identityTolerance, siteName(site).data());
        }
    }

    void awqLaneIsTheCheckpointInItsBasis() {
        SmallBlock block = makeSmallBlock(48, 76, 4, 4, 16);
        block.weights.linear(Module::V).bias = torch::randn({48});
        const Batches stream({torch::randn({3, 16, 48}) * torch::randn({48}).exp()});
        const QuantizedBlock quantized =
            block.quantize("awq:bits=8,group=16,clip=false,grid=asymmetric", stream);
        QVERIFY(quantized.basis.scale.size() == 7);
        const torch::Tensor exact =
            blockForward(block.config, 0, block.weights, block.rotary, stream.batch(0));
        const torch::Tensor result =
            blockForward(block.config, 0, dequantizeBlock(block.weights, quantized), block.rotary,
                         stream.batch(0));
        const double difference = relativeDifference(result, exact);
        QVERIFY2(difference < 0.02, qPrintable(QString::number(difference))); // 8 bits; wrong: O(1)
        for (const auto& [module, error] : weightErrors(block.weights, quantized)) {
            const QString shown =
                QString("%1: %2").arg(moduleName(module).data()).arg(error.relative);
            QVERIFY2(error.relative < 0.05, qPrintable(shown)); // scales widen the range of a group
            QVERIFY(std::abs(error.sqnr + 20 * std::log10(error.relative)) < 1e-6);
        }
    }
};

QTEST_GUILESS_MAIN(TestPackedStorage)
#include "test_packed_storage.moc"
