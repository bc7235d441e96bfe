// Every method on a block of every family (the random checkpoints of tests/tools/model_fixtures):
// what is folded leaves the block's output alone, and 8 bits nearly do.

#include "core/checkpoint/model_shape.h"
#include "core/model/block_loader.h"
#include "core/quant/awq_search.h"
#include "core/quant/folding.h"
#include "core/quant/learned_transformation.h"
#include "core/quant/packed_storage.h"
#include "core/quant/recover_basis.h"

#include <QTemporaryDir>
#include <QtTest>

#include "fixture.h"

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// Products in another order.
constexpr double foldTolerance = 2e-5;
/// Of a block's output, at 8 bits in groups of 16.
constexpr double roundingTolerance = 0.05;
/// The same where rounding alone may send a token to another expert.
constexpr double routingTolerance = 0.1;
/// Recovered scales against those folded, as f32 least squares over some dozens of numbers.
constexpr double recoveryTolerance = 1e-4;

const char* const families[] = {"llama_plain", "opt",      "opt_post_norm", "gpt2",
                                "gpt_neox",    "phi3",     "gemma",         "gemma2",
                                "gemma3",      "olmo2",    "cohere",        "cohere_head_norms",
                                "mixtral",     "qwen2_moe"};

/// The last block of a fixture with the hidden states that reach it.
struct FamilyBlock {
    explicit FamilyBlock(const QString& name)
        : checkpoint(Checkpoint::open(testing::testData() + "/models/" + name.toStdString()))
        , config(checkpoint->config())
        , layer(config.experts.count > 0 ? 0 : config.layers - 1)
        , weights(loadBlock(*checkpoint, layer)) {
        constexpr std::int64_t tokens = 32;
        torch::manual_seed(7);
        const torch::Tensor ids = torch::randint(3, config.vocabularySize, {4 * tokens});
        const std::vector<std::int64_t> values(ids.data_ptr<std::int64_t>(),
                                               ids.data_ptr<std::int64_t>() + ids.numel());
        rotary = makeRotaryTables(config, tokens);
        hidden = embedTokens(*checkpoint, values, tokens);
        for (std::int64_t before = 0; before < layer; ++before)
            hidden = blockForwardInference(config, before, loadBlock(*checkpoint, before), rotary,
                                           hidden);
    }

    torch::Tensor forward(const BlockWeights& block) const {
        return blockForwardInference(config, layer, block, rotary, hidden);
    }

    std::unique_ptr<Checkpoint> checkpoint;
    const ModelConfig& config;
    std::int64_t layer;
    BlockWeights weights;
    RotaryTables rotary;
    torch::Tensor hidden;
};

} // namespace

class TestFamilies : public QObject {
    Q_OBJECT

    static void addFamilies() {
        QTest::addColumn<QString>("family");
        for (const char* family : families)
            QTest::newRow(family) << family;
    }

    /// A basis with scales of some size wherever AWQ has found any.
    static Basis awqBasis(const BlockTask& task, const CalibrationStream& stream) {
        AwqOptions options;
        options.grid.bits = 3;
        options.grid.group = 8;
        options.gridPoints = 2;
        std::map<std::string, double> diagnostics;
        Basis basis =
            searchScales(task, stream, gatherInputStatistics(task, task.weights, stream), options,
                         diagnostics);
        for (auto& [name, value] : diagnostics)
            if (!std::isfinite(value))
                qFatal("%s is not finite", name.c_str());
        return basis;
    }

private Q_SLOTS:
    void init() { torch::manual_seed(11); }

    void awqFolds_data() { addFamilies(); }

    void awqFolds() {
        QFETCH(QString, family);
        const at::NoGradGuard noGradients;
        const FamilyBlock block(family);
        const Batches stream({block.hidden});
        Job job;
        const BlockTask task{block.config, block.layer, block.weights, block.rotary, &stream,
                             &stream,      job};
        Basis basis = awqBasis(task, stream);
        const auto has = [&](Site site) { return basis.scale.count(site) == 1; };
        QCOMPARE(has(Site::Ln1), block.weights.ln1.defined());
        QCOMPARE(has(Site::Ln2), block.weights.ln2.defined() || family.startsWith("cohere"));
        QCOMPARE(has(Site::DownInput),
                 block.weights.has(Module::Down) && family != "gpt2" && family != "gpt_neox");
        QCOMPARE(has(Site::OInput), block.config.heads == block.config.keyValueHeads);
        QCOMPARE(basis.experts.empty(), block.config.experts.count == 0);
        // Far from 1, the same where one norm feeds both.
        for (auto& [site, scale] : basis.scale)
            scale = torch::exp(torch::rand_like(scale) * 2 - 1);
        for (auto& [expert, scale] : basis.experts)
            scale = torch::exp(torch::rand_like(scale) * 2 - 1);
        const auto link = [&](Site from, Site to) {
            if (has(from) && has(to))
                basis.scale[to] = basis.scale[from];
        };
        link(Site::OInput, Site::V);
        link(Site::DownInput, Site::Up);
        if (block.config.order == BlockOrder::ParallelShared)
            link(Site::Ln1, Site::Ln2);
        link(Site::Ln2, Site::GateInput);
        QCOMPARE(has(Site::GateInput), has(Site::Ln2) && block.weights.has(Module::Gate));
        const BlockWeights folded = foldBlock(block.weights, basis);
        const torch::Tensor before = block.forward(block.weights);
        const double difference = relativeDifference(block.forward(folded), before);
        QVERIFY2(difference < foldTolerance, QByteArray::number(difference));

        const RecoveredBasis recovered = recoverBasis(block.config, block.weights, folded);
        for (const auto& [site, scale] : basis.scale) {
            if (site == Site::GateInput)
                continue; // as Ln2
            QVERIFY2(recovered.basis.scale.count(site) == 1, siteName(site).data());
            const double off = relativeDifference(recovered.basis.scale.at(site), scale);
            QVERIFY2(off < recoveryTolerance,
                     qPrintable(QString("%1 %2").arg(siteName(site).data()).arg(off)));
        }
        for (const auto& [expert, scale] : basis.experts)
            QVERIFY(relativeDifference(recovered.basis.experts.at(expert), scale) <
                    recoveryTolerance);
        for (const Module module : block.weights.modules())
            QVERIFY(std::isfinite(recovered.misfitOf(module)));
    }

    void learnedTransformationFolds_data() { addFamilies(); }

    void learnedTransformationFolds() {
        QFETCH(QString, family);
        const FamilyBlock block(family);
        const Batches stream({block.hidden});
        Job job;
        const BlockTask task{block.config, block.layer, block.weights, block.rotary, &stream,
                             &stream,      job};
        const LearnedTransformation learned(task, 0.5);
        const at::NoGradGuard noGradients;
        for (torch::Tensor parameter : learned.parameters())
            parameter.copy_(torch::exp(torch::rand_like(parameter) * 3 - 1.5));
        const torch::Tensor before = block.forward(block.weights);
        const BlockWeights folded = foldBlock(block.weights, learned.basis());
        QVERIFY(relativeDifference(block.forward(folded), before) < foldTolerance);
    }

    void eightBitsNearlyKeepTheOutput_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("method");
        for (const char* family : families)
            for (const char* method :
                 {"rtn:bits=8,group=16", "hqq:bits=8,group=16", "gptq:bits=8,group=16",
                  "gptq:bits=8,group=16,act_order=true,true_sequential=true",
                  "gptq:bits=8,group=16,gptaq=true", "awq:bits=8,group=16",
                  "omniquant:bits=8,group=16,epochs=1,let=true",
                  "efficientqat:bits=8,group=16,epochs=1,end_to_end=false"})
                QTest::addRow("%s %s", family, method) << family << method;
    }

    void eightBitsNearlyKeepTheOutput() {
        QFETCH(QString, family);
        QFETCH(QString, method);
        const FamilyBlock block(family);
        const Batches stream({block.hidden});
        Job job;
        const BlockTask task{block.config, block.layer, block.weights, block.rotary, &stream,
                             &stream,      job};
        const QuantizedBlock quantized =
            makeQuantizer(parseMethodSpec(method.toStdString()))->quantize(task);
        std::vector<Module> modules;
        for (const auto& [module, linear] : quantized.linears)
            modules.push_back(module);
        QVERIFY(modules == block.weights.modules());
        QVERIFY(modules == blockModules(block.config, block.layer));
        const BlockWeights rounded = dequantizeBlock(block.weights, quantized);
        const double difference =
            relativeDifference(block.forward(rounded), block.forward(block.weights));
        const double allowed =
            block.config.experts.count > 0 ? routingTolerance : roundingTolerance;
        QVERIFY2(difference < allowed, QByteArray::number(difference));
        QVERIFY(difference > 0);

        const QTemporaryDir folder;
        const std::string file = folder.filePath("block.safetensors").toStdString();
        savePackedBlock(file, quantized);
        const QuantizedBlock read = loadPackedBlock(file);
        QVERIFY(read.basis == quantized.basis);
        QVERIFY(
            at::equal(block.forward(dequantizeBlock(block.weights, read)), block.forward(rounded)));
    }

    /// Experts that no calibration token reached are rounded to nearest, as rtn does.
    void expertsThatNothingReached() {
        const at::NoGradGuard noGradients;
        FamilyBlock block("mixtral");
        block.weights.router[2].zero_();
        block.weights.router[2] -= 100 * block.weights.router.abs().max() *
                                   block.weights.ln2.sign(); // never among the chosen
        const Batches stream({block.hidden.abs() + 1});
        Job job;
        const BlockTask task{block.config, block.layer, block.weights, block.rotary, &stream,
                             &stream,      job};
        const auto quantize = [&](const char* method) {
            return makeQuantizer(parseMethodSpec(method))->quantize(task);
        };
        const QuantizedBlock gptq = quantize("gptq:bits=3,group=16");
        const QuantizedBlock nearest = quantize("rtn:bits=3,group=16");
        QVERIFY(gptq.diagnostics.at("gptq.experts_unreached") >= 1);
        int same = 0;
        for (int expert = 0; expert < 4; ++expert) {
            const Module down = expertModule(expert, Module::Down);
            same += at::equal(gptq.linears.at(down).codes, nearest.linears.at(down).codes);
        }
        QCOMPARE(double(same), gptq.diagnostics.at("gptq.experts_unreached"));
        quantize("awq:bits=3,group=16");
    }
};

QTEST_GUILESS_MAIN(TestFamilies)
#include "test_families.moc"
