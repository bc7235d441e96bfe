// Every method on a block of every family (the random checkpoints of tests/tools/model_fixtures):
// what is folded leaves the block's output alone, and 8 bits nearly do.

#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"
#include "core/model/block_loader.h"
#include "core/quant/awq_search.h"
#include "core/quant/folding.h"
#include "core/quant/learned_transformation.h"
#include "core/quant/packed_storage.h"
#include "core/quant/recover_basis.h"
#include "core/quant/transformed_quantizer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <map>
#include <set>

#include "fixture.h"

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// Products in another order.
constexpr double foldTolerance = 2e-5;
/// Of a block's output, at 8 bits in groups of 16 (of tokens that go to the same experts).
constexpr double roundingTolerance = 0.05;
/// The same with whole rows of weights and inputs at 8 bits.
constexpr double inputTolerance = 0.08;
/// Recovered scales against those folded, as f32 least squares over some dozens of numbers.
constexpr double recoveryTolerance = 1e-4;

const char* const families[] = {"llama_plain", "opt",      "opt_post_norm", "gpt2",
                                "gpt_neox",    "phi3",     "gemma",         "gemma2",
                                "gemma3",      "olmo2",    "cohere",        "cohere_head_norms",
                                "mixtral",     "qwen2_moe"};

/// Which experts every token of a forward pass goes to.
class RoutingWatcher final : public SiteWatcher {
public:
    bool wants(Site) const override { return false; }
    torch::Tensor at(Site, const torch::Tensor& value) override { return value; }
    bool wantsExperts() const override { return true; }
    torch::Tensor atExpert(const ExpertRows& rows, Site site, const torch::Tensor& value) override {
        if (site == Site::Ln2)
            for (std::int64_t i = 0; i < rows.rows.numel(); ++i)
                experts[rows.rows[i].item<std::int64_t>()].insert(rows.expert);
        return value;
    }

    std::map<std::int64_t, std::set<int>> experts; ///< by token
};

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

    /// How far the rounded block's output is off, of the tokens that it sends to the same experts: a
    /// token near the border between two experts may go to another, however little is rounded.
    double difference(const BlockWeights& rounded) const {
        RoutingWatcher routing, roundedRouting;
        const torch::Tensor wanted = blockForwardInference(config, layer, weights, rotary, hidden,
                                                           &routing);
        const torch::Tensor found = blockForwardInference(config, layer, rounded, rotary, hidden,
                                                          &roundedRouting);
        std::vector<std::int64_t> same;
        const std::int64_t tokens = hidden.size(0) * hidden.size(1);
        for (std::int64_t token = 0; token < tokens; ++token)
            if (routing.experts[token] == roundedRouting.experts[token])
                same.push_back(token);
        if (same.size() < std::size_t(tokens) * 3 / 4)
            qFatal("%zu of %ld tokens go to the same experts", same.size(), long(tokens));
        const torch::Tensor rows = torch::tensor(same, torch::kInt64);
        const auto ofSame = [&](const torch::Tensor& output) {
            return output.reshape({tokens, -1}).index_select(0, rows);
        };
        return relativeDifference(ofSame(found), ofSame(wanted));
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
                  "efficientqat:bits=8,group=16,epochs=1,end_to_end=false", "w8a8", "smoothquant",
                  "omniquant:bits=8,group=16,epochs=1,let=true,activation_bits=8",
                  "quarot:bits=8,activation_bits=8,activation_clip=1",
                  "duquant:bits=8,weight_clip=1,activation_bits=8,activation_clip=1",
                  "prefixquant:bits=8,activation_bits=8,prefix=false",
                  "lsi:bits=8,base=duquant,base_options=weight_clip=1/activation_bits=8/activation_clip=1,"
                  "group=-1,epochs=1"})
                if (!isRefused(family, method))
                    QTest::addRow("%s %s", family, method) << family << method;
    }

    /// What cannot be left as it is by turning or dividing.
    static bool isRefused(const QString& family, const QString& method) {
        const bool experts = family == "mixtral" || family == "qwen2_moe";
        const bool turns = method.contains("quarot") || method.contains("duquant") ||
                           method.contains("prefixquant");
        const bool noNormBefore = family == "olmo2" || family == "opt_post_norm";
        return (experts && turns) || (noNormBefore && method.contains("smoothquant"));
    }

    void transformsLeaveTheOutput_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("method");
        for (const char* family : families)
            for (const char* method :
                 {"smoothquant", "quarot", "duquant", "prefixquant:prefix=false"})
                QTest::addRow("%s %s", family, method) << family << method;
    }

    /// Folded and turned, nothing rounded: the numbers of the block as it was; or a refusal that
    /// says why.
    void transformsLeaveTheOutput() {
        QFETCH(QString, family);
        QFETCH(QString, method);
        const at::NoGradGuard noGradients;
        const FamilyBlock block(family);
        const Batches stream({block.hidden});
        Job job;
        const BlockTask task{block.config, block.layer, block.weights, block.rotary, &stream,
                             &stream,      job};
        const auto quantizer = makeQuantizer(parseMethodSpec(method.toStdString()));
        const auto* transformed = dynamic_cast<const TransformedQuantizer*>(quantizer.get());
        QVERIFY(transformed);
        std::map<std::string, double> diagnostics;
        if (isRefused(family, method)) {
            try {
                transformed->roundedTransform(task, diagnostics);
                QFAIL("nothing was refused");
            } catch (const Error& error) {
                QVERIFY(error.kind() == ErrorKind::Usage);
                QVERIFY2(QString(error.what()).contains("take w8a8"), error.what());
            }
            return;
        }
        const BlockTransform found = transformed->roundedTransform(task, diagnostics);
        QVERIFY(!found.basis.scale.empty() || !found.inputs.empty());
        const double difference = relativeDifference(
            block.forward(transformBlock(block.weights, found, false)), block.forward(block.weights));
        QVERIFY2(difference < foldTolerance, QByteArray::number(difference));
    }

    void wholeInputsOfExpertsAreRefused() {
        const FamilyBlock block("mixtral");
        const Batches stream({block.hidden});
        Job job;
        const BlockTask task{block.config, block.layer, block.weights, block.rotary, &stream,
                             &stream,      job};
        for (const char* method : {"w8a8:activation_scope=tensor",
                                   "omniquant:bits=8,group=16,epochs=1,activation_bits=8,"
                                   "activation_scope=tensor"})
            try {
                makeQuantizer(parseMethodSpec(method))->quantize(task);
                QFAIL("nothing was refused");
            } catch (const Error& error) {
                QVERIFY2(QString(error.what()).contains("activation_scope=token"), error.what());
            }
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
        const double difference = block.difference(rounded);
        const bool roundsInputs = method.contains("activation_bits") || method.contains("w8a8") ||
                                  method.contains("smoothquant");
        QVERIFY2(difference < (roundsInputs ? inputTolerance : roundingTolerance),
                 QByteArray::number(difference));
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
