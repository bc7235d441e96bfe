// Layers that turn and round their inputs, against loops and matrices written out.

#include "core/model/block.h"
#include "core/model/hadamard.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace quantscope;

namespace {

using Step = OrthogonalMap::Step;
using Scope = ActivationRounding::Scope;

// Products of a few hundred terms in f32.
constexpr double rotationTolerance = 2e-6;

double relativeDifference(const torch::Tensor& a, const torch::Tensor& b) {
    const torch::Tensor exact = b.to(torch::kFloat64);
    return ((a.to(torch::kFloat64) - exact).norm() / exact.norm()).item<double>();
}

Step signs(std::int64_t width) {
    return {Step::Kind::Signs, torch::randint(0, 2, {width}).to(torch::kFloat32) * 2 - 1};
}
Step hadamard(std::int64_t order, std::int64_t stride) {
    return {Step::Kind::Hadamard, {}, order, stride};
}
Step blocks(std::int64_t runs, std::int64_t size) {
    return {Step::Kind::Blocks, std::get<0>(at::linalg_qr(torch::randn({runs, size, size})))};
}
Step permutation(std::int64_t width) {
    return {Step::Kind::Permutation, torch::randperm(width).to(torch::kInt32)};
}

/// One value rounded as the definition says, in f64.
double roundedValue(double x, double low, double high, const ActivationRounding& rounding) {
    const double codes = std::pow(2, rounding.bits);
    if (rounding.symmetric) {
        const double scale = std::max(-low, high) * rounding.clip / (codes / 2 - 1);
        return std::clamp(std::nearbyint(x / scale), -codes / 2, codes / 2 - 1) * scale;
    }
    low = std::min(low, 0.0) * rounding.clip;
    high = std::max(high, 0.0) * rounding.clip;
    const double scale = (high - low) / (codes - 1);
    const double zero = std::nearbyint(-low / scale);
    return (std::clamp(std::nearbyint(x / scale) + zero, 0.0, codes - 1) - zero) * scale;
}

/// [examples, positions, width] by loops. @param lengths  of each example
torch::Tensor roundedByLoops(const torch::Tensor& x, const ActivationRounding& rounding,
                             const std::vector<std::int64_t>& lengths) {
    torch::Tensor result = x.to(torch::kFloat64);
    auto values = result.accessor<double, 3>();
    const std::int64_t width = x.size(2);
    const std::int64_t group = rounding.scope == Scope::Group ? rounding.group : width;
    for (std::int64_t e = 0; e < x.size(0); ++e) {
        double lowest = 0, highest = 0;
        for (std::int64_t t = 0; t < lengths[static_cast<std::size_t>(e)]; ++t)
            for (std::int64_t c = 0; c < width; ++c) {
                lowest = std::min(lowest, values[e][t][c]);
                highest = std::max(highest, values[e][t][c]);
            }
        for (std::int64_t t = 0; t < x.size(1); ++t)
            for (std::int64_t first = 0; first < width; first += group) {
                const std::int64_t end = std::min(width, first + group);
                double low = lowest, high = highest;
                if (rounding.scope != Scope::Tensor) {
                    low = high = values[e][t][first];
                    for (std::int64_t c = first; c < end; ++c) {
                        low = std::min(low, values[e][t][c]);
                        high = std::max(high, values[e][t][c]);
                    }
                }
                for (std::int64_t c = first; c < end; ++c)
                    values[e][t][c] = roundedValue(values[e][t][c], low, high, rounding);
            }
    }
    return result;
}

} // namespace

class TestLinearLayer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(3); }

    void hadamardMatricesAreOrthogonal_data() {
        QTest::addColumn<int>("order");
        // Sylvester; Paley's first over 11, 19, 43, 139; his second over 13, 17, 37, 73, 461;
        // Williamson's of 13, 23, 43; products of those with powers of two, as MLPs have them.
        for (const int order : {1,  2,   4,   64, 128, 12,  20,  44,  140, 28,  36,
                                76, 148, 924, 52, 92,  172, 344, 384, 688, 1376})
            QTest::newRow(qPrintable(QString::number(order))) << order;
    }

    void hadamardMatricesAreOrthogonal() {
        QFETCH(int, order);
        QVERIFY(hasHadamard(order));
        const torch::Tensor matrix =
            hadamardTransform(torch::eye(order), hadamardFactors(order), 1, false);
        const torch::Tensor entries = matrix.abs() * std::sqrt(double(order));
        QVERIFY((entries - 1).abs().max().item<double>() < 1e-5);
        const torch::Tensor product = at::mm(matrix, matrix.t()) - torch::eye(order);
        QVERIFY(product.abs().max().item<double>() < 1e-5);
        const torch::Tensor back =
            hadamardTransform(matrix, hadamardFactors(order), 1, true) - torch::eye(order);
        QVERIFY(back.abs().max().item<double>() < 1e-5);
    }

    void powersOfTwoAreSylvesters() {
        torch::Tensor matrix = torch::ones({1, 1});
        for (int i = 0; i < 8; ++i)
            matrix =
                torch::cat({torch::cat({matrix, matrix}, 1), torch::cat({matrix, -matrix}, 1)}, 0);
        const torch::Tensor x = torch::randn({3, 256});
        QVERIFY(relativeDifference(hadamardTransform(x, hadamardFactors(256), 1, false),
                                   at::mm(x, matrix) / 16) < rotationTolerance);
    }

    void widthsWithoutAMatrixAreSplit() {
        QVERIFY(!hasHadamard(6) && !hasHadamard(14) && !hasHadamard(172 / 2) && !hasHadamard(0));
        QCOMPARE(hadamardOrder(172), std::int64_t(172));
        QCOMPARE(hadamardOrder(11008), std::int64_t(11008));
        QCOMPARE(hadamardOrder(14336), std::int64_t(14336));
        QCOMPARE(hadamardOrder(18944), std::int64_t(18944));
        QCOMPARE(hadamardOrder(29568), std::int64_t(29568));
        QCOMPARE(hadamardOrder(86), std::int64_t(2));
        QCOMPARE(hadamardOrder(7 * 8 * 13), std::int64_t(728)); // 727 + 1
    }

    /// With a stride the transform is the Kronecker product with an identity.
    void strideMixesHeads() {
        const torch::Tensor x = torch::randn({5, 24});
        const OrthogonalMap map = OrthogonalMap::of({hadamard(4, 6)}, 24);
        const torch::Tensor small = hadamardTransform(torch::eye(4), hadamardFactors(4), 1, false);
        const torch::Tensor whole = torch::kron(small, torch::eye(6));
        QVERIFY(relativeDifference(map.apply(x), at::mm(x, whole)) < rotationTolerance);
    }

    void mapsAreUndone() {
        const OrthogonalMap map =
            OrthogonalMap::of({signs(48), hadamard(12, 1), blocks(4, 12), permutation(48),
                               blocks(1, 16), hadamard(4, 12)},
                              48);
        const torch::Tensor x = torch::randn({2, 7, 48});
        QVERIFY(relativeDifference(map.applyInverse(map.apply(x)), x) < rotationTolerance);
        // As one matrix: every step is linear and keeps lengths.
        const torch::Tensor matrix = map.apply(torch::eye(48));
        QVERIFY(relativeDifference(at::matmul(x, matrix), map.apply(x)) < rotationTolerance);
        QVERIFY(relativeDifference(at::mm(matrix, matrix.t()), torch::eye(48)) < 1e-5);
    }

    void whatIsNotOrthogonalDoesNotFit() {
        QVERIFY(!OrthogonalMap::fits({Step::Kind::Signs, torch::full({8}, 2.0F)}, 8));
        QVERIFY(!OrthogonalMap::fits({Step::Kind::Signs, torch::ones({4})}, 8));
        QVERIFY(!OrthogonalMap::fits({Step::Kind::Blocks, torch::ones({1, 4, 4})}, 8));
        QVERIFY(!OrthogonalMap::fits({Step::Kind::Blocks, torch::full({1, 4, 4}, NAN)}, 8));
        QVERIFY(
            !OrthogonalMap::fits({Step::Kind::Permutation, torch::zeros({8}, torch::kInt32)}, 8));
        QVERIFY(!OrthogonalMap::fits(hadamard(6, 1), 12));
        QVERIFY(!OrthogonalMap::fits(hadamard(4, 3), 8));
        QVERIFY_EXCEPTION_THROWN(OrthogonalMap::of({hadamard(8, 1)}, 12), std::exception);
    }

    void aTurnedLayerIsTheSameLayer() {
        const torch::Tensor weight = torch::randn({20, 48});
        const torch::Tensor x = torch::randn({2, 3, 48});
        const OrthogonalMap in = OrthogonalMap::of({signs(48), hadamard(12, 4)}, 48);
        LinearWeights layer;
        layer.bias = torch::randn({20});
        layer.input = std::make_shared<const InputTransform>(InputTransform{in, {}});
        layer.output = OrthogonalMap::of({signs(20), hadamard(20, 1)}, 20);
        layer.weight = turnedWeight(weight, in, layer.output);
        QVERIFY(relativeDifference(layer.weight, weight) > 0.5);
        QVERIFY(relativeDifference(applyLinear(layer, x), at::linear(x, weight, layer.bias)) <
                1e-5);
        QVERIFY(relativeDifference(plainWeight(layer), weight) < rotationTolerance);
        for (const std::int64_t row : {0, 7, 19})
            QVERIFY(relativeDifference(plainWeightRow(layer, row), weight[row]) < 1e-5);
    }

    void roundsAsDefined_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("scope");
        QTest::addColumn<bool>("symmetric");
        QTest::addColumn<double>("clip");
        for (const int bits : {4, 8})
            for (const int scope : {0, 1, 2})
                for (const bool symmetric : {true, false})
                    for (const double clip : {1.0, 0.8})
                        QTest::addRow("%d bits, scope %d, %s, clip %.1f", bits, scope,
                                      symmetric ? "symmetric" : "asymmetric", clip)
                            << bits << scope << symmetric << clip;
    }

    void roundsAsDefined() {
        QFETCH(int, bits);
        QFETCH(int, scope);
        QFETCH(bool, symmetric);
        QFETCH(double, clip);
        ActivationRounding rounding;
        rounding.bits = bits;
        rounding.scope = static_cast<Scope>(scope);
        rounding.symmetric = symmetric;
        rounding.clip = clip;
        rounding.group = 16; // of 40 channels: the last group has 8
        torch::Tensor x = torch::randn({3, 5, 40}) + 0.3;
        const std::vector<std::int64_t> lengths = {5, 2, 4};
        x[1].slice(0, 2) *= 100; // padding
        const torch::Tensor wanted = roundedByLoops(x, rounding, lengths);
        const torch::Tensor found = roundActivations(x, rounding, lengths);
        // f32 and f64 may disagree at a tie: by one step, and rarely.
        const torch::Tensor wrong = (found - wanted).abs() > 1e-4 * (1 + wanted.abs());
        QVERIFY(wrong.to(torch::kFloat64).mean().item<double>() < 0.005);
        QVERIFY(relativeDifference(found, x) > (bits == 4 ? 1e-2 : 1e-3));
    }

    void staticScalesAreUsedAsTheyAre() {
        ActivationRounding rounding;
        rounding.bits = 4;
        rounding.symmetric = false;
        rounding.scope = Scope::Tensor;
        rounding.scale = torch::tensor({0.5F});
        rounding.zero = torch::tensor({3.0F});
        const torch::Tensor x = torch::tensor({-9.0F, -1.4F, 0.1F, 0.3F, 2.2F, 80.0F}).view({1, 6});
        const torch::Tensor wanted =
            torch::tensor({-1.5F, -1.5F, 0.0F, 0.5F, 2.0F, 6.0F}).view({1, 6});
        QVERIFY(at::equal(roundActivations(x, rounding), wanted));
    }

    /// Rounding counts as the identity, so for values inside the range the gradient is that of
    /// scale · code with the scale's own part: it must agree with a finite difference of the same
    /// expression in which the rounding error is held.
    void gradientsPassThrough() {
        ActivationRounding rounding;
        rounding.bits = 4;
        rounding.scope = Scope::Tensor;
        rounding.scale = torch::tensor({0.25F});
        const torch::Tensor x =
            torch::tensor({-5.0F, -0.6F, 0.1F, 1.3F, 40.0F}).set_requires_grad(true);
        const torch::Tensor y = roundActivations(x.view({1, 5}), rounding);
        y.sum().backward();
        QVERIFY(at::equal(x.grad(), torch::tensor({0.0F, 1.0F, 1.0F, 1.0F, 0.0F})));
    }

    void layersThatShareAnInputRoundItOnce() {
        ActivationRounding rounding;
        rounding.bits = 8;
        const auto shared = std::make_shared<const InputTransform>(InputTransform{{}, rounding});
        LinearWeights a{torch::randn({4, 8}), {}, shared, {}};
        LinearWeights b{torch::randn({4, 8}), {}, shared, {}};
        LayerInput input(torch::randn({1, 3, 8}));
        QVERIFY(input.as(a).is_same(input.as(b)));
        LinearWeights plain{torch::randn({4, 8}), {}, nullptr, {}};
        QVERIFY(input.as(plain).is_same(input.value()));
    }
};

QTEST_GUILESS_MAIN(TestLinearLayer)
#include "test_linear_layer.moc"
