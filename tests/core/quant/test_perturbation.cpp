// Artificial noise and the cube-root grid, against plain loops and what they promise.
#include "core/data/error.h"
#include "core/quant/packed_storage.h"
#include "core/quant/perturbation.h"
#include "core/quant/weight_error.h"
#include "tests/core/quant/fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace quantscope;
using namespace quantscope::test;

namespace {

constexpr double distanceTolerance = 1e-5; ///< f32 sums of w + δ − w

std::vector<float> flat(const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.contiguous();
    return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

double lengthOf(const torch::Tensor& tensor) {
    return tensor.to(torch::kFloat64).norm().item<double>();
}

double correlation(const torch::Tensor& a, const torch::Tensor& b) {
    const torch::Tensor x = a.to(torch::kFloat64).flatten();
    const torch::Tensor y = b.to(torch::kFloat64).flatten();
    return ((x - x.mean()) * (y - y.mean())).mean().item<double>() /
           (x.std(false) * y.std(false)).item<double>();
}

} // namespace

class TestPerturbation : public QObject {
    Q_OBJECT

    Job m_job;
    torch::Tensor m_weight;

    torch::Tensor change(NoiseKind kind, double intensity, std::uint64_t seed = 0) const {
        return perturbed(m_weight, {kind, intensity, seed}, m_job) - m_weight;
    }

private Q_SLOTS:
    void initTestCase() {
        torch::manual_seed(4);
        m_weight = torch::randn({96, 172}) * 0.03;
    }

    void everyKindIsAsFarAway_data() {
        QTest::addColumn<int>("kind");
        for (std::size_t kind = 0; kind < noiseKindNames().size(); ++kind)
            QTest::newRow(noiseKindNames()[kind].data()) << int(kind);
    }
    void everyKindIsAsFarAway() {
        QFETCH(int, kind);
        for (const double intensity : {0.01, 0.2, 0.7}) {
            const double distance =
                lengthOf(change(static_cast<NoiseKind>(kind), intensity)) / lengthOf(m_weight);
            QVERIFY2(std::abs(distance - intensity) < distanceTolerance * (1 + 1 / intensity),
                     qPrintable(QString::number(distance)));
        }
        QVERIFY(
            at::equal(perturbed(m_weight, {static_cast<NoiseKind>(kind), 0, 0}, m_job), m_weight));
    }

    void kindsAreWhatTheySay() {
        const torch::Tensor magnitude = m_weight.abs();
        const torch::Tensor gaussian = change(NoiseKind::Gaussian, 0.5);
        const double sigma = gaussian.to(torch::kFloat64).std(false).item<double>();
        // Fourth moments: 3 of a normal, 1.8 of a uniform, 1 of a Rademacher variable.
        const auto kurtosis = [](const torch::Tensor& x) {
            const torch::Tensor wide = x.to(torch::kFloat64);
            return (wide.pow(4).mean() / wide.square().mean().square()).item<double>();
        };
        QVERIFY(std::abs(kurtosis(gaussian) - 3) < 0.15);
        QVERIFY(std::abs(kurtosis(change(NoiseKind::Uniform, 0.5)) - 1.8) < 0.05);
        const torch::Tensor signs = change(NoiseKind::Rademacher, 0.5);
        QVERIFY((signs.abs() - sigma).abs().max().item<double>() < 1e-3 * sigma);
        QVERIFY(std::abs(signs.sign().mean().item<double>()) < 0.03);
        for (const NoiseKind kind :
             {NoiseKind::Gaussian, NoiseKind::Uniform, NoiseKind::Rademacher})
            QVERIFY(std::abs(correlation(change(kind, 0.5), m_weight)) < 0.03);
        for (const NoiseKind kind : {NoiseKind::Gaussian, NoiseKind::Uniform})
            QVERIFY(std::abs(correlation(change(kind, 0.5).abs(), magnitude)) < 0.03);
    }

    /// The same magnitudes as the Gaussian's, in the order of the weights' or against it.
    void noiseGrowsAndShrinksByRank() {
        std::vector<float> drawn = flat(change(NoiseKind::Gaussian, 0.3).abs());
        std::sort(drawn.begin(), drawn.end());
        const std::vector<float> weights = flat(m_weight.abs());
        std::vector<std::size_t> order(weights.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return weights[a] < weights[b]; });
        const std::vector<float> growing = flat(change(NoiseKind::Growing, 0.3).abs());
        const std::vector<float> shrinking = flat(change(NoiseKind::Shrinking, 0.3).abs());
        const float largest = weights[order.back()] + drawn.back();
        const float allowed = 2 * std::numeric_limits<float>::epsilon() * largest; // w + δ − w
        for (std::size_t rank = 0; rank < order.size(); ++rank) {
            QVERIFY(std::abs(growing[order[rank]] - drawn[rank]) < allowed);
            QVERIFY(std::abs(shrinking[order[rank]] - drawn[order.size() - 1 - rank]) < allowed);
        }
    }

    void clippingCutsTheTopAlone() {
        const torch::Tensor clipped = perturbed(m_weight, {NoiseKind::Clip, 0.3, 0}, m_job);
        const float threshold = clipped.abs().max().item<float>();
        const std::vector<float> before = flat(m_weight);
        const std::vector<float> after = flat(clipped);
        int cut = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const float expected = std::clamp(before[i], -threshold, threshold);
            QVERIFY(std::abs(after[i] - expected) < 2e-8f); // w + δ, and the threshold itself
            cut += std::abs(before[i]) > threshold ? 1 : 0;
        }
        QVERIFY(cut > 0 && cut < int(before.size()));
        QVERIFY(lengthOf(perturbed(m_weight, {NoiseKind::Clip, 1, 0}, m_job)) < 1e-6);
    }

    void drawsDependOnSeedAndMatrixAlone() {
        QVERIFY(
            at::equal(change(NoiseKind::Gaussian, 0.1, 3), change(NoiseKind::Gaussian, 0.1, 3)));
        QVERIFY(std::abs(correlation(change(NoiseKind::Gaussian, 0.1, 3),
                                     change(NoiseKind::Gaussian, 0.1, 4))) < 0.03);
        const torch::Tensor other = m_weight.flip(0).contiguous();
        QVERIFY(std::abs(correlation(change(NoiseKind::Gaussian, 0.1),
                                     perturbed(other, {NoiseKind::Gaussian, 0.1, 0}, m_job) -
                                         other)) < 0.03);
    }

    void refusesWhatCannotBe() {
        const auto refused = [](const char* spec) {
            try {
                makeQuantizer(parseMethodSpec(spec));
            } catch (const Error& error) {
                return error.kind() == ErrorKind::Usage;
            }
            return false;
        };
        QVERIFY(refused("perturb:kind=pink"));
        QVERIFY(refused("perturb:intensity=-1"));
        QVERIFY(refused("perturb:kind=clip,intensity=1.5"));
        QVERIFY(!refused("perturb:kind=gaussian,intensity=1.5"));
    }

    /// Group by group in plain numbers: the root on GPTQ's asymmetric grid, cubed.
    void cubeRootEqualsPlainLoops() {
        constexpr std::int64_t group = 50;
        constexpr int levels = 7; // 3 bits
        const SmallBlock block = makeSmallBlock(64, 172, 4, 2, 8);
        const Batches none({});
        const QuantizedBlock quantized =
            block.quantize("cube-root:bits=3,group=" + std::to_string(group), none);
        for (const Module module : allModules) {
            const torch::Tensor original = block.weights.linear(module).weight;
            const torch::Tensor found = quantized.linears.at(module).dequantize();
            int apart = 0;
            for (std::int64_t row = 0; row < original.size(0); ++row)
                for (std::int64_t begin = 0; begin < original.size(1); begin += group) {
                    const std::int64_t end = std::min(begin + group, original.size(1));
                    float low = 0, high = 0;
                    std::vector<float> roots;
                    for (std::int64_t column = begin; column < end; ++column) {
                        roots.push_back(
                            float(std::cbrt(double(original[row][column].item<float>()))));
                        low = std::min(low, roots.back());
                        high = std::max(high, roots.back());
                    }
                    const float scale = (high - low) / levels;
                    const float zero = std::nearbyint(-low / scale);
                    for (std::int64_t column = begin; column < end; ++column) {
                        const float root = roots[std::size_t(column - begin)];
                        const float code =
                            std::clamp(std::nearbyint(root / scale) + zero, 0.0f, float(levels));
                        const double expected = std::pow(double(scale * (code - zero)), 3);
                        const auto value = double(found[row][column].item<float>());
                        // A value between two codes may go either way by the last digit of its
                        // root.
                        apart += std::abs(value - expected) > 1e-5 * (1e-3 + std::abs(expected));
                    }
                }
            QVERIFY2(apart <= 1, qPrintable(QString::number(apart)));
            QCOMPARE(quantized.linears.at(module).bits, 3);
        }
        // Finer where weights are small, coarser where they are large.
        const torch::Tensor original = block.weights.linear(Module::Gate).weight;
        const auto smallError = [&](const QuantizedBlock& of) {
            const torch::Tensor change = of.linears.at(Module::Gate).dequantize() - original;
            const torch::Tensor isSmall =
                original.abs() < 0.1 * original.to(torch::kFloat64).std().item<double>();
            return change.masked_select(isSmall).abs().mean().item<double>();
        };
        QVERIFY(smallError(quantized) <
                0.7 * smallError(block.quantize("rtn:bits=3,group=50", none)));
    }

    void bothAreStoredExactly() {
        QTemporaryDir folder;
        const SmallBlock block = makeSmallBlock(64, 172, 4, 2, 8);
        const Batches none({});
        for (const char* spec :
             {"cube-root:bits=4,group=32", "perturb:kind=growing,intensity=0.1,seed=2"}) {
            const QuantizedBlock before = block.quantize(spec, none);
            const std::string file = folder.filePath("block.safetensors").toStdString();
            savePackedBlock(file, before);
            const QuantizedBlock after = loadPackedBlock(file);
            for (const auto& [module, linear] : before.linears) {
                QCOMPARE(after.linears.at(module).kind, linear.kind);
                QVERIFY(at::equal(after.linears.at(module).dequantize(), linear.dequantize()));
                QCOMPARE(after.linears.at(module).bitsPerWeight(), linear.bitsPerWeight());
            }
        }
        const QuantizedBlock noisy = block.quantize("perturb:intensity=0.1", none);
        QCOMPARE(noisy.linears.at(Module::Up).bitsPerWeight(), 32.0);
        const WeightError error = weightError(block.weights.linear(Module::Up).weight,
                                              noisy.linears.at(Module::Up).dequantize());
        QVERIFY(std::abs(error.relative - 0.1) < 1e-6);
        QCOMPARE(error.sampledChange.size(), weightSamples);
    }

    void sampledWeightsLieWhereTheySay() {
        const torch::Tensor matrix = torch::arange(7 * 1000, torch::kFloat32).view({7, 1000});
        const std::vector<float> sampled = sampledWeights(matrix);
        for (std::size_t k = 0; k < sampled.size(); ++k) {
            const double share = (double(k) + 0.5) / ((1 + std::sqrt(5.0)) / 2);
            QCOMPARE(double(sampled[k]), std::floor((share - std::floor(share)) * 7000));
        }
        std::vector<float> sorted = sampled;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t k = 1; k < sorted.size(); ++k)
            QVERIFY(sorted[k] - sorted[k - 1] < 3.0 * 7000 / double(weightSamples));
    }
};

QTEST_GUILESS_MAIN(TestPerturbation)
#include "test_perturbation.moc"
