// Methods that round the inputs of matrices, against an independent implementation in float64.

#include "core/data/error.h"
#include "core/model/attention.h"
#include "core/quant/block_transform.h"
#include "core/quant/packed_storage.h"
#include "core/quant/weight_error.h"
#include "tests/core/quant/fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <tuple>

using namespace quantscope;
using namespace quantscope::test;

namespace {

// Against f64, a value near a tie may be rounded the other way: a part of what rounding itself
// does to the output. A wrong grid, scope or fold is off by as much as rounding does.
constexpr double shareOfRounding = 0.15;
// Folding and turning without rounding: some products in f32.
constexpr double foldingTolerance = 2e-5;

torch::Tensor outputOf(const SmallBlock& block, const BlockWeights& weights,
                       const torch::Tensor& hidden) {
    return blockForward(block.config, 0, weights, block.rotary, hidden);
}

/// Keys and values of tokens with these hidden states, as the full-precision block makes them.
AttentionPrefix prefixOf(const SmallBlock& block, const torch::Tensor& hidden) {
    SiteCollector seen;
    blockForward(block.config, 0, block.weights, block.rotary, hidden, &seen);
    return {prefixKeys(block.config, block.weights, seen.values.at(Site::K)[0]),
            splitHeads(seen.values.at(Site::V), block.config.keyValueHeads,
                       block.config.headDimension)[0]};
}

/// A fixture's block with its texts; behind the prefix where the method puts one there.
struct Case {
    SmallBlock block;
    torch::Tensor calibration;
    torch::Tensor other;
    QuantizedBlock quantized;

    Case(const SafetensorsFile& file, const std::string& method) {
        std::tie(block, calibration) = readSmallBlock(file);
        other = readTensor(file, "other");
        if (method.starts_with("prefixquant"))
            block.weights.prefix = prefixOf(block, readTensor(file, "prefix_hidden"));
        const Batches text({calibration.slice(0, 0, 3), calibration.slice(0, 3)});
        quantized = block.quantize(method, text);
    }
};

} // namespace

class TestActivations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(4); }

    void methodsAgreeWithTheReference_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("method");
        for (const char* name : {"activation_block", "activation_block_grouped"}) {
            const SafetensorsFile fixture = openFixture(std::string(name) + ".safetensors");
            for (const SafetensorsTensor& tensor : fixture.tensors())
                if (tensor.name.starts_with("output/")) {
                    const QString method = QString::fromStdString(tensor.name.substr(7));
                    QTest::newRow(qPrintable(name + (" " + method)))
                        << QString(name) + ".safetensors" << method;
                }
        }
    }

    void methodsAgreeWithTheReference() {
        QFETCH(QString, file);
        QFETCH(QString, method);
        const SafetensorsFile fixture = openFixture(file.toStdString());
        const Case made(fixture, method.toStdString());
        const auto& [block, hidden, other, quantized] = made;
        const torch::Tensor wanted = readTensor(fixture, "output/" + method.toStdString());
        const torch::Tensor full = outputOf(block, block.weights, other);
        const torch::Tensor found =
            outputOf(block, dequantizeBlock(block.weights, quantized), other);
        const double rounding = (wanted - full).norm().item<double>();
        const double difference = (found - wanted).norm().item<double>();
        QVERIFY2(difference < shareOfRounding * rounding,
                 qPrintable(QString("%1 of %2").arg(difference).arg(rounding)));
    }

    /// Both forward passes, and a block that was stored and read again, to the bit.
    void bothForwardPassesAgree_data() { methodsAgreeWithTheReference_data(); }

    void bothForwardPassesAgree() {
        QFETCH(QString, file);
        QFETCH(QString, method);
        const SafetensorsFile fixture = openFixture(file.toStdString());
        const Case made(fixture, method.toStdString());
        const auto& [block, hidden, other, quantized] = made;
        const BlockWeights weights = dequantizeBlock(block.weights, quantized);
        const torch::Tensor slow = outputOf(block, weights, other);
        const torch::Tensor fast =
            blockForwardInference(block.config, 0, weights, block.rotary, other);
        const double rounding =
            (slow - outputOf(block, block.weights, other)).norm().item<double>();
        QVERIFY((fast - slow).norm().item<double>() < shareOfRounding * rounding);

        QTemporaryDir folder;
        const std::string path = folder.filePath("block.safetensors").toStdString();
        savePackedBlock(path, quantized);
        const QuantizedBlock again = loadPackedBlock(path);
        QVERIFY(
            at::equal(blockForwardInference(block.config, 0, dequantizeBlock(block.weights, again),
                                            block.rotary, other),
                      fast));
        for (const auto& [module, linear] : quantized.linears)
            QCOMPARE(again.linears.at(module).bitsPerWeight(), linear.bitsPerWeight());
    }

    /// Without rounding nothing changes: neither the output nor, mapped back, any site.
    void transformsAloneChangeNothing_data() { methodsAgreeWithTheReference_data(); }

    void transformsAloneChangeNothing() {
        QFETCH(QString, file);
        QFETCH(QString, method);
        const SafetensorsFile fixture = openFixture(file.toStdString());
        const Case made(fixture, method.toStdString());
        const auto& [block, hidden, other, quantized] = made;
        const BlockTransform transform{quantized.basis, quantized.inputs, quantized.outputs,
                                       quantized.prefix};
        const BlockWeights weights = transformBlock(block.weights, transform, false);
        SiteCollector lane, reference;
        blockForward(block.config, 0, weights, block.rotary, other, &lane);
        blockForward(block.config, 0, block.weights, block.rotary, other, &reference);
        for (const auto& [site, value] : reference.values) {
            torch::Tensor own = lane.values.at(site);
            const Site folded = site == Site::GateInput ? Site::Ln2 : site;
            if (const auto scale = quantized.basis.scale.find(folded);
                scale != quantized.basis.scale.end())
                own = own * scale->second;
            const double difference = relativeDifference(own, value);
            QVERIFY2(difference < foldingTolerance,
                     qPrintable(QString("%1: %2").arg(int(site)).arg(difference)));
        }
        for (const Module module : allModules)
            QVERIFY(relativeDifference(
                        unfold(plainWeight(weights.linear(module)), quantized.basis, module),
                        block.weights.linear(module).weight) < foldingTolerance);
    }

    /// A prefix's keys and values against a sequence that really begins with its tokens.
    void aPrefixIsTheBeginningOfTheSequence() {
        for (const char* name : {"activation_block", "activation_block_grouped"}) {
            const SafetensorsFile fixture = openFixture(std::string(name) + ".safetensors");
            const Case made(fixture, "prefixquant:activation_bits=16,search=false");
            const torch::Tensor wanted = readTensor(fixture, "output_behind_prefix");
            QVERIFY(relativeDifference(outputOf(made.block, made.block.weights, made.other),
                                       wanted) < foldingTolerance);
            QVERIFY(
                relativeDifference(blockForwardInference(made.block.config, 0, made.block.weights,
                                                         made.block.rotary, made.other),
                                   wanted) < foldingTolerance);
        }
    }

    /// The searches of scales lose nothing on the windows that they look at.
    void searchedScalesAreNoWorse() {
        const SafetensorsFile fixture = openFixture("activation_block.safetensors");
        const auto error = [&](const std::string& method) {
            const Case made(fixture, method);
            return relativeDifference(outputOf(made.block,
                                               dequantizeBlock(made.block.weights, made.quantized),
                                               made.calibration),
                                      outputOf(made.block, made.block.weights, made.calibration));
        };
        QVERIFY(error("prefixquant:bits=8") < error("prefixquant:bits=8,search=false"));
    }

    /// What the source claims: where channels stick out, smoothing beats rounding as it is.
    void smoothingHelpsWhereChannelsStickOut() {
        SmallBlock block = makeSmallBlock(64, 96, 4, 4, 16);
        block.weights.ln1 = torch::ones({64});
        block.weights.ln2 = torch::ones({64});
        for (const std::int64_t channel : {5, 40}) {
            block.weights.ln1[channel] = 60;
            block.weights.ln2[channel] = 60;
            for (const Module module : {Module::Q, Module::K, Module::V, Module::Gate, Module::Up})
                block.weights.linear(module).weight.select(1, channel) /= 60;
        }
        const torch::Tensor calibration = torch::randn({6, 16, 64});
        const torch::Tensor other = torch::randn({6, 16, 64});
        const torch::Tensor full = outputOf(block, block.weights, other);
        const auto error = [&](const std::string& method) {
            const QuantizedBlock quantized = block.quantize(method, Batches({calibration}));
            return relativeDifference(
                outputOf(block, dequantizeBlock(block.weights, quantized), other), full);
        };
        const std::string whole = "activation_scope=tensor,activation_scale=static";
        QVERIFY(error("smoothquant:alpha=0.5," + whole) < 0.5 * error("w8a8:" + whole));
        QVERIFY(error("smoothquant:alpha=0.5") < error("w8a8"));
    }

    void reportsBits() {
        const SmallBlock block = makeSmallBlock(32, 48, 4, 4, 8);
        const Batches text({torch::randn({2, 8, 32})});
        const QuantizedBlock rows = block.quantize("w8a8", text);
        const QuantizedBlock whole = block.quantize("w8a8:per_tensor=true", text);
        QCOMPARE(rows.linears.at(Module::Q).bitsPerWeight(),
                 8 + 24.0 / 32); // a scale, a zero a row
        QCOMPARE(whole.linears.at(Module::Q).bitsPerWeight(), 8 + 24.0 / (32 * 32));
        QCOMPARE(rows.inputs.at(Site::DownInput).rounding.bits, 8);
        QVERIFY(block.quantize("w8a8:activation_bits=16", text).inputs.empty());
    }

    void refusesWhatCannotBe() {
        const auto kindOf = [](const std::string& method) {
            try {
                makeQuantizer(parseMethodSpec(method));
            } catch (const Error& error) {
                return error.kind();
            }
            return ErrorKind::Internal;
        };
        QCOMPARE(kindOf("w8a8:activation_scale=static"), ErrorKind::Usage);
        QCOMPARE(kindOf("w8a8:activation_bits=17"), ErrorKind::Usage);
        QCOMPARE(kindOf("w8a8:activation_clip=0"), ErrorKind::Usage);
        QCOMPARE(kindOf("w8a8:per_tensor=true,group=32"), ErrorKind::Usage);
        QCOMPARE(kindOf("w8a8:activation_scope=channel"), ErrorKind::Usage);
        QCOMPARE(kindOf("smoothquant:alpha=2"), ErrorKind::Usage);
    }

    void familiesHaveTheirAlpha() {
        SmallBlock block = makeSmallBlock(32, 48, 4, 4, 8);
        const Batches text({torch::randn({2, 8, 32})});
        QCOMPARE(block.quantize("smoothquant", text).diagnostics.at("smoothquant.alpha"), 0.85);
        block.config.family = Family::Mistral;
        QCOMPARE(block.quantize("smoothquant", text).diagnostics.at("smoothquant.alpha"), 0.8);
        block.config.family = Family::Qwen2;
        QCOMPARE(block.quantize("smoothquant", text).diagnostics.at("smoothquant.alpha"), 0.5);
    }
};

QTEST_GUILESS_MAIN(TestActivations)
#include "test_activations.moc"
