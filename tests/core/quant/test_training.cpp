#include "core/data/error.h"
#include "core/quant/folding.h"
#include "core/quant/gradient_stop_watcher.h"
#include "core/quant/learned_transformation.h"
#include "core/quant/packed_storage.h"
#include "core/quant/site_capture.h"
#include "core/quant/trainable_quantization.h"
#include "tests/core/quant/fixture.h"

#include <QTemporaryDir>
#include <QTest>
#include <torch/autograd.h>

#include <sstream>

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// f32 against f64 before anything is trained.
constexpr double startTolerance = 1e-4;
/// A code that flips at another step moves the loss a little from there on.
constexpr double trainedTolerance = 0.002;
constexpr double gradientTolerance = 1e-5;
constexpr double foldTolerance = 2e-5;
/// The loss in training against that of the codes: sums of another order.
constexpr double storedTolerance = 1e-4;

struct TrainingFixture {
    SmallBlock block;
    torch::Tensor quantized; // [examples, tokens, hidden]
    torch::Tensor full;

    explicit TrainingFixture(const SafetensorsFile& file) {
        std::tie(block, quantized) = readSmallBlock(file);
        full = readTensor(file, "full_hidden");
    }

    QuantizedBlock quantize(const std::string& method) const {
        return block.quantize(method, Batches({quantized.slice(0, 0, 4), quantized.slice(0, 4)}),
                              Batches({full.slice(0, 0, 4), full.slice(0, 4)}));
    }

    torch::Tensor forward(const BlockWeights& weights, const torch::Tensor& hidden) const {
        return blockForwardInference(block.config, 0, weights, block.rotary, hidden);
    }

    /// What the methods minimise, of stored codes.
    double loss(const QuantizedBlock& stored, bool augmented) const {
        const torch::Tensor output = forward(dequantizeBlock(block.weights, stored), quantized);
        double sum = (output - forward(block.weights, full)).square().mean().item<double>();
        if (augmented)
            sum += (output - forward(block.weights, quantized)).square().mean().item<double>();
        return sum;
    }
};

std::vector<double> numbers(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<double>(in), {}};
}

double least(const std::vector<double>& losses) {
    double smallest = losses.front();
    for (const double loss : losses) // not a number is no improvement
        smallest = loss < smallest ? loss : smallest;
    return smallest;
}

} // namespace

class TestTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(4); }

    void gradientsAreStraightThrough() {
        constexpr std::int64_t group = 16;
        constexpr int bits = 2;
        for (const std::int64_t columns : {48, 40, 7}) { // groups that divide, do not, are wider
            const std::int64_t groups = groupCount(columns, group);
            const torch::Tensor weight = torch::randn({5, columns}).set_requires_grad(true);
            const torch::Tensor scales = (torch::rand({5, groups}) + 0.3).set_requires_grad(true);
            const torch::Tensor zeros =
                torch::randint(0, 4, {5, groups}).to(torch::kFloat32).set_requires_grad(true);
            const torch::Tensor weighting = torch::randn({5, columns});
            const torch::Tensor index =
                torch::arange(columns).div(groupColumns(columns, group), "floor");
            const torch::Tensor scale = scales.index_select(1, index);
            const torch::Tensor zero = zeros.index_select(1, index);
            // Clamped with a gradient at the bounds too, which PyTorch's own has no longer.
            const torch::Tensor codes = roundStraightThrough(weight / scale) + zero;
            const torch::Tensor inside = ((codes >= 0) & (codes <= 3)).to(torch::kFloat32);
            const torch::Tensor clamped =
                codes * inside + (codes.clamp(0, 3) - codes * inside).detach();
            const torch::Tensor expected = (clamped - zero) * scale;
            const std::vector<torch::Tensor> wanted =
                torch::autograd::grad({(expected * weighting).sum()}, {weight, scales, zeros});
            const torch::Tensor result = trainableQuantize(weight, {scales, zeros}, bits, group);
            const std::vector<torch::Tensor> gradients =
                torch::autograd::grad({(result * weighting).sum()}, {weight, scales, zeros});
            QVERIFY(at::allclose(result, expected, 0, gradientTolerance));
            for (std::size_t i = 0; i < wanted.size(); ++i)
                QVERIFY(
                    at::allclose(gradients[i], wanted[i], gradientTolerance, gradientTolerance));
            QVERIFY(gradients[1].abs().sum().item<double>() > 0);
        }
    }

    void lossesMatchReference_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("method");
        for (const char* name : {"training_block", "training_block_grouped"}) {
            const SafetensorsFile file = openFixture(std::string(name) + ".safetensors");
            for (const auto& [key, value] : file.metadata())
                if (key.starts_with("loss/"))
                    QTest::newRow((std::string(name) + " " + key).c_str())
                        << name << QString::fromStdString(key.substr(5));
        }
    }

    void lossesMatchReference() {
        QFETCH(QString, name);
        QFETCH(QString, method);
        const SafetensorsFile file = openFixture((name + ".safetensors").toStdString());
        const TrainingFixture fixture(file);
        const std::vector<double> expected =
            numbers(file.metadata().at("loss/" + method.toStdString()));
        const QuantizedBlock quantized = fixture.quantize(method.toStdString());
        QCOMPARE(quantized.trainingLoss.size(), expected.size());
        QVERIFY(std::abs(quantized.trainingLoss[0] / expected[0] - 1) < startTolerance);
        for (std::size_t epoch = 1; epoch < expected.size(); ++epoch)
            QVERIFY2(std::abs(quantized.trainingLoss[epoch] / expected[epoch] - 1) <
                         trainedTolerance,
                     qPrintable(QString("epoch %1: %2, not %3")
                                    .arg(epoch)
                                    .arg(quantized.trainingLoss[epoch])
                                    .arg(expected[epoch])));
        // What is stored is the best of them.
        const double stored =
            fixture.loss(quantized, method.contains("bits=2") && method.startsWith("omniquant"));
        QVERIFY2(std::abs(stored / least(quantized.trainingLoss) - 1) < storedTolerance,
                 qPrintable(QString::number(stored)));
    }

    void aBlockNeverEndsWorseThanItBegan() {
        const TrainingFixture fixture(openFixture("training_block.safetensors"));
        for (const char* method :
             {"omniquant:bits=3,group=12,epochs=3,lwc_lr=9",
              "omniquant:bits=3,group=12,epochs=3,let=true,let_lr=9,lwc=false",
              "efficientqat:bits=3,group=12,epochs=3,quant_lr=10,weight_lr=10,end_to_end=false"}) {
            const QuantizedBlock quantized = fixture.quantize(method);
            QCOMPARE(least(quantized.trainingLoss), quantized.trainingLoss[0]); // far too fast
            QVERIFY2(fixture.loss(quantized, false) <=
                         quantized.trainingLoss[0] * (1 + storedTolerance),
                     method);
        }
    }

    void fewerSamplesAreTrainedOn() {
        const TrainingFixture fixture(openFixture("training_block.safetensors"));
        const std::string method = "omniquant:bits=3,group=12,epochs=1";
        const QuantizedBlock some = fixture.quantize(method + ",samples=5");
        QVERIFY(some.trainingLoss[0] != fixture.quantize(method).trainingLoss[0]);
        const QuantizedBlock first =
            fixture.block.quantize(method, Batches({fixture.quantized.slice(0, 0, 5)}),
                                   Batches({fixture.full.slice(0, 0, 5)}));
        // Targets are made of all rows of a batch at once, whose number moves the last digits.
        constexpr double stackingTolerance = 1e-6; // relative
        QCOMPARE(some.trainingLoss.size(), first.trainingLoss.size());
        for (std::size_t i = 0; i < first.trainingLoss.size(); ++i)
            QVERIFY(std::abs(some.trainingLoss[i] - first.trainingLoss[i]) <=
                    stackingTolerance * first.trainingLoss[i]);
    }

    void foldingChangesNoOutput_data() {
        QTest::addColumn<int>("keyValueHeads");
        QTest::newRow("a key for each query") << 4;
        QTest::newRow("shared keys") << 2;
    }

    void foldingChangesNoOutput() {
        QFETCH(int, keyValueHeads);
        SmallBlock block = makeSmallBlock(32, 48, 4, keyValueHeads, 16);
        for (Module module : {Module::Q, Module::K, Module::V})
            block.weights.linear(module).bias =
                torch::randn({block.weights.linear(module).weight.size(0)});
        const torch::Tensor hidden = torch::randn({2, 16, 32});
        const Batches stream({hidden});
        Job job;
        const BlockTask task{block.config, 0, block.weights, block.rotary, &stream, &stream, job};
        const LearnedTransformation learned(task, 0.5);
        const at::NoGradGuard noGradients;
        for (torch::Tensor parameter : learned.parameters()) // over four orders of magnitude
            parameter.copy_(torch::exp(torch::rand_like(parameter) * 9.2 - 4.6));
        const Basis basis = learned.basis();
        QCOMPARE(basis.scale.count(Site::OInput), keyValueHeads == 4 ? 1U : 0U);
        const BlockWeights folded = foldBlock(block.weights, basis);
        const std::vector<Site> sites = {Site::Ln1,    Site::Q,   Site::K,   Site::V,
                                         Site::OInput, Site::Ln2, Site::Down};
        const auto plain = captureSites(task, block.weights, hidden, sites);
        const auto inside = captureSites(task, folded, hidden, sites);
        for (const auto& [site, value] : plain) { // and inside, each site is what the basis says
            const auto scale = basis.scale.find(site);
            const torch::Tensor mapped =
                scale == basis.scale.end() ? inside.at(site) : inside.at(site) * scale->second;
            QVERIFY2(relativeDifference(mapped, value) < foldTolerance, siteName(site).data());
        }
        for (Site site : {Site::Ln1, Site::Q, Site::K, Site::Ln2})
            QVERIFY(relativeDifference(inside.at(site), plain.at(site)) > 0.1);
    }

    void transformedBlocksComeBackFromTheirFile() {
        const QTemporaryDir folder;
        const TrainingFixture fixture(openFixture("training_block.safetensors"));
        const QuantizedBlock written =
            fixture.quantize("omniquant:bits=3,group=12,epochs=2,let=true");
        QCOMPARE(written.basis.scale.size(), 7U); // ln1, ln2, gate's, v, o's, q, k
        const std::string path = folder.filePath("block.safetensors").toStdString();
        savePackedBlock(path, written);
        const QuantizedBlock read = loadPackedBlock(path);
        QVERIFY(read.basis == written.basis);
        QCOMPARE(read.trainingLoss, written.trainingLoss);
        QCOMPARE(fixture.loss(read, false), fixture.loss(written, false));
    }

    void stopsWithinABlock() {
        const TrainingFixture fixture(openFixture("training_block.safetensors"));
        const Batches quantized({fixture.quantized});
        const Batches full({fixture.full});
        for (const char* method : {"omniquant:epochs=1000", "efficientqat:epochs=1000"}) {
            std::stop_source source;
            Job job({}, source.get_token());
            int steps = 0;
            double last = -1;
            const BlockTask task{fixture.block.config,
                                 0,
                                 fixture.block.weights,
                                 fixture.block.rotary,
                                 &quantized,
                                 &full,
                                 job,
                                 [&](double share) {
                                     QVERIFY(share > last && share < 1);
                                     last = share;
                                     if (++steps == 4)
                                         source.request_stop();
                                 }};
            try {
                makeQuantizer(parseMethodSpec(method))->quantize(task);
                QFAIL(method);
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Interrupted);
            }
            QCOMPARE(steps, 4);
        }
    }

    void stopsWithinAStep() {
        // A stop is seen on the way forward and on the way back, not only between steps.
        const SmallBlock block = makeSmallBlock(32, 48, 4, 4, 8);
        std::stop_source source;
        const Job job({}, source.get_token());
        GradientStopWatcher watcher(job);
        BlockWeights weights = block.weights;
        weights.linear(Module::Q).weight.set_requires_grad(true);
        const torch::Tensor hidden = torch::randn({1, 8, 32});
        const auto forward = [&] {
            return blockForward(block.config, 0, weights, block.rotary, hidden, &watcher);
        };
        const torch::Tensor output = forward();
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(forward(), Error);
        QVERIFY_EXCEPTION_THROWN(output.sum().backward(), Error);
    }
};

QTEST_GUILESS_MAIN(TestTraining)
#include "test_training.moc"
