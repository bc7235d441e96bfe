// The kernels that quantize and dequantize by group against the same formulas in tensor operations:
// every scale, zero point, code and weight must be the same number, so there is no tolerance.

#include "core/data/error.h"
#include "core/kernels/cuda_kernels.h"
#include "core/quant/codes_on_device.h"
#include "core/quant/device_kernels.h"
#include "core/quant/grids.h"
#include "core/quant/levels.h"
#include "tests/core/quant/fixture.h"

#include <ATen/Context.h>
#include <QTest>

#include <cmath>
#include <limits>
#include <utility>

using namespace quantscope;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Whether both hold the same numbers, or NaN at the same places.
bool same(const torch::Tensor& left, const torch::Tensor& right) {
    if (left.sizes() != right.sizes())
        return false;
    return ((left == right) | (left.isnan() & right.isnan())).all().item<bool>();
}

/// Values of which each is hard for something that rounds.
torch::Tensor hardValues(const QString& kind, std::int64_t rows, std::int64_t columns) {
    const torch::Tensor normal = torch::randn({rows, columns});
    torch::Tensor values = normal.clone();
    const auto sprinkle = [&](float value) {
        values.masked_fill_(torch::rand({rows, columns}) < 0.03, value);
        values[rows - 1][columns - 1] = value;
    };
    if (kind == "positive")
        return normal.abs() + 0.5;
    if (kind == "negative")
        return -normal.abs() - 0.5;
    if (kind == "constant")
        return torch::full({rows, columns}, -0.3F);
    if (kind == "zeros")
        return torch::zeros({rows, columns});
    if (kind == "halves") // many lie in the middle between two points
        return (normal * 8).round() / 2;
    if (kind == "denormal")
        return normal * 1e-40;
    if (kind == "steps underflow")
        return normal * 3e-45;
    if (kind == "huge") // a range that no float can hold
        return (normal * 1e38).clamp(-3e38, 3e38);
    if (kind == "far from zero")
        return normal * 1e-4 + 1000;
    if (kind == "infinite")
        sprinkle(infinity);
    if (kind == "minus infinite")
        sprinkle(-infinity);
    if (kind == "not a number")
        sprinkle(nan);
    if (kind == "signed zeros") {
        sprinkle(0.0F);
        sprinkle(-0.0F);
    }
    return values;
}

void addHardValues() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"normal", "positive", "negative", "constant", "zeros", "halves",
                             "denormal", "steps underflow", "huge", "far from zero", "infinite",
                             "minus infinite", "not a number", "signed zeros"})
        QTest::newRow(kind) << kind;
}

struct MatrixShape {
    std::int64_t rows, columns, group;
};

/// With and without a shorter group at the end; the last two are shared out to threads.
constexpr MatrixShape matrixShapes[] = {{1, 1, 1},    {1, 7, -1},    {5, 50, 16},    {3, 172, 64},
                                        {7, 33, 128}, {513, 96, 32}, {40, 2100, 128}};

/// Codes as tensor operations find them, f32, NaN where a weight has no place on its grid.
torch::Tensor placesByTensors(const torch::Tensor& weight, const Grid& grid, int bits,
                              std::int64_t group) {
    std::vector<torch::Tensor> parts;
    forEvenAndLastGroups(weight, group, [&](const torch::Tensor& groups, std::int64_t first) {
        const std::int64_t end = first + groups.size(1);
        parts.push_back(gridCodes(groups, grid.scales.slice(1, first, end).unsqueeze(-1),
                                  grid.zeros.slice(1, first, end).unsqueeze(-1), bits)
                            .reshape({weight.size(0), -1}));
    });
    return torch::cat(parts, 1);
}

Grid gridByTensors(const torch::Tensor& weight, const GridOptions& options) {
    std::vector<torch::Tensor> scales, zeros;
    forEvenAndLastGroups(weight, options.group, [&](const torch::Tensor& groups, std::int64_t) {
        const Grid found = findGridOfGroups(groups, options);
        scales.push_back(found.scales);
        zeros.push_back(found.zeros);
    });
    return {torch::cat(scales, 1), torch::cat(zeros, 1)};
}

/// A group's value for each of its columns.
torch::Tensor byColumn(const torch::Tensor& ofGroups, std::int64_t columns, std::int64_t group) {
    return ofGroups.repeat_interleave(groupColumns(columns, group), 1).slice(1, 0, columns);
}

/// The scale of each block and the code of each number by tensor operations.
std::pair<torch::Tensor, torch::Tensor>
levelsByTensors(const torch::Tensor& flat, const torch::Tensor& levels, std::int64_t block) {
    const std::int64_t missing = (block - flat.numel() % block) % block;
    const torch::Tensor blocks = at::constant_pad_nd(flat, {0, missing}, 0).view({-1, block});
    const torch::Tensor scale = blocks.abs().amax(1);
    const torch::Tensor divisor = torch::where(scale == 0, torch::ones_like(scale), scale);
    const torch::Tensor middles = (levels.slice(0, 1) + levels.slice(0, 0, -1)) / 2;
    const torch::Tensor codes = at::bucketize(blocks / divisor.unsqueeze(1), middles);
    return {scale, codes.view({-1}).slice(0, 0, flat.numel()).to(torch::kUInt8)};
}

} // namespace

class TestQuantizationKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(1); }

    void uniformCodes_data() { addHardValues(); }

    void uniformCodes() {
        QFETCH(QString, kind);
        for (const auto& [rows, columns, group] : matrixShapes)
            for (const GridKind grid :
                 {GridKind::Asymmetric, GridKind::AsymmetricRaw, GridKind::AsymmetricWide,
                  GridKind::Symmetric, GridKind::SymmetricNarrow})
                for (const auto& [bits, clip] :
                     {std::pair(2, 1.0), std::pair(3, 0.8), std::pair(4, 1.0), std::pair(8, 1.0)}) {
                    const torch::Tensor weight = hardValues(kind, rows, columns);
                    GridOptions options{bits, group, grid, false};
                    options.clip = clip;
                    const QByteArray name = QString("%1 %2 x %3 in %4, %5 bits")
                                                .arg(gridName(grid).data())
                                                .arg(rows)
                                                .arg(columns)
                                                .arg(group)
                                                .arg(bits)
                                                .toUtf8();
                    const Grid wanted = gridByTensors(weight, options);
                    const Grid found = findGrid(weight, options, Job());
                    QVERIFY2(same(found.scales, wanted.scales), name);
                    QVERIFY2(same(found.zeros, wanted.zeros), name);

                    const QuantizedLinear linear = roundToNearest(weight, options, Job());
                    QVERIFY2(same(linear.scales, wanted.scales), name);
                    QVERIFY2(same(linear.zeros, wanted.zeros), name);
                    const torch::Tensor places = placesByTensors(weight, wanted, bits, group);
                    QVERIFY2(at::equal(linear.codes.to(torch::kFloat32),
                                       torch::where(places.isnan(), 0, places)),
                             name);
                    QVERIFY2(
                        at::equal(roundToGrid(weight, wanted, options, Job()).codes, linear.codes),
                        name);

                    const torch::Tensor scale = byColumn(wanted.scales, columns, group);
                    const torch::Tensor zero = byColumn(wanted.zeros, columns, group);
                    QVERIFY2(same(fakeQuantize(weight, options, Job()), (places - zero) * scale),
                             name);
                    QVERIFY2(
                        same(valuesOnGrid(weight, wanted, bits, group), (places - zero) * scale),
                        name);
                    QVERIFY2(same(linear.dequantize(),
                                  (linear.codes.to(torch::kFloat32) - zero) * scale),
                             name);
                }
    }

    void zeroPointsNeedNotBeWhole() {
        const torch::Tensor weight = torch::randn({9, 70});
        const Grid grid{torch::rand({9, 5}) + 0.1, torch::randn({9, 5}) * 3};
        const GridOptions options{3, 16, GridKind::Asymmetric, false};
        const QuantizedLinear linear = roundToGrid(weight, grid, options, Job());
        QVERIFY(at::equal(linear.codes.to(torch::kFloat32),
                          placesByTensors(weight, grid, 3, 16).trunc()));
        QVERIFY(at::equal(linear.dequantize(), (linear.codes - byColumn(grid.zeros, 70, 16)) *
                                                   byColumn(grid.scales, 70, 16)));
    }

    void columnsInAnotherOrder() {
        QuantizedLinear linear =
            roundToNearest(torch::randn({300, 400}), {4, 64, GridKind::Asymmetric}, Job());
        linear.groupIndex = torch::randint(0, 7, {400}, torch::kInt32);
        QVERIFY(at::equal(linear.dequantize(),
                          (linear.codes - linear.zeros.index_select(1, linear.groupIndex)) *
                              linear.scales.index_select(1, linear.groupIndex)));
    }

    void slicesAndTransposedMatrices() {
        const torch::Tensor large = torch::randn({80, 90});
        const GridOptions options{4, 16, GridKind::Symmetric};
        for (const torch::Tensor& view : {large.t(), large.slice(1, 3, 50), large.slice(0, 5, 70)})
            QVERIFY(at::equal(roundToNearest(view, options, Job()).dequantize(),
                              fakeQuantize(view.clone(), options, Job())));
    }

    void gradientsReachTheGrid() {
        const torch::Tensor weight = torch::randn({4, 20}).requires_grad_();
        const Grid grid = findGrid(weight, {4, 8, GridKind::Asymmetric}, Job());
        QVERIFY(grid.scales.requires_grad());
        grid.scales.sum().backward();
        QVERIFY(weight.grad().ne(0).any().item<bool>());
    }

    void levelCodes_data() { addHardValues(); }

    void levelCodes() {
        QFETCH(QString, kind);
        for (const auto& [rows, columns, unused] : matrixShapes)
            for (const std::int64_t block : {16, 64, 100, 65536})
                for (const torch::Tensor& levels :
                     {normalFloatLevels(3), normalFloatLevels(4), float4Levels()}) {
                    const torch::Tensor weight = hardValues(kind, rows, columns);
                    LevelOptions options;
                    options.bits = levels.numel() == 8 ? 3 : 4;
                    options.block = block;
                    const QuantizedLinear linear = quantizeToLevels(weight, levels, options, Job());
                    const auto [scales, codes] = levelsByTensors(weight.view({-1}), levels, block);
                    QVERIFY(same(linear.scales, scales));
                    QVERIFY(at::equal(linear.codes.view({-1}), codes));
                    const torch::Tensor scale =
                        scales.repeat_interleave(block).slice(0, 0, codes.numel());
                    QVERIFY(same(linear.dequantize().view({-1}),
                                 levels.index_select(0, codes.to(torch::kInt64)) * scale));

                    options.doubleQuantize = true;
                    const QuantizedLinear twice = quantizeToLevels(weight, levels, options, Job());
                    const float offset = scales.mean().item<float>();
                    const auto [scaleScales, scaleCodes] =
                        levelsByTensors(scales - offset, dynamicMap(), scaleBlock);
                    QVERIFY(same(twice.scaleScales, scaleScales));
                    QVERIFY(at::equal(twice.scaleCodes, scaleCodes));
                    QVERIFY(same(twice.scales,
                                 dynamicMap().index_select(0, scaleCodes.to(torch::kInt64)) *
                                         scaleScales.repeat_interleave(scaleBlock)
                                             .slice(0, 0, scales.numel()) +
                                     offset));
                }
    }

    void tensorsThatDoNotFitAreRefused() {
        const torch::Tensor weight = torch::randn({4, 32});
        const kernels::GroupShape shape{4, 32, 16};
        const auto kindOf = [](auto action) {
            try {
                action();
            } catch (const Error& error) {
                return error.kind();
            }
            return ErrorKind::Usage;
        };
        const auto quantize = [&](const GroupTensors& out) {
            return kindOf([&] { quantizeGroups(weight, shape, {}, out); });
        };
        QCOMPARE(quantize({.scales = torch::empty({4, 2})}), ErrorKind::Usage); // no error
        QCOMPARE(quantize({.scales = torch::empty({4, 1})}), ErrorKind::Internal);
        QCOMPARE(quantize({.values = torch::empty({32, 4}).t()}), ErrorKind::Internal);
        QuantizedLinear linear =
            roundToNearest(weight, {4, 16, GridKind::Asymmetric, false}, Job());
        linear.codes = linear.codes.slice(0, 0, 3);
        QCOMPARE(kindOf([&] { linear.dequantize(); }), ErrorKind::Internal);
    }

    void matricesAreQuantizedOnTheDevice() {
        if (!at::globalContext().hasCUDA() || !kernels::cuda::availability().usable)
            QSKIP("There is no GPU here that libtorch can use.");
        const torch::Tensor weight = torch::randn({70, 300});
        const auto verify = [](const QuantizedLinear& there, const QuantizedLinear& here) {
            QVERIFY(there.codes.is_cuda());
            QVERIFY(at::equal(there.codes.cpu(), here.codes));
            QVERIFY(at::equal(there.scales.cpu(), here.scales));
            QVERIFY(at::equal(there.dequantize().cpu(), here.dequantize()));
        };
        const GridOptions grid{3, 64, GridKind::Asymmetric, false};
        verify(roundToNearest(weight.to(torch::kCUDA), grid, Job()),
               roundToNearest(weight, grid, Job()));
        const torch::Tensor levels = normalFloatLevels(4);
        verify(quantizeToLevels(weight.to(torch::kCUDA), levels, {}, Job()),
               quantizeToLevels(weight, levels, {}, Job()));
        // The mean of the scales is a sum in another order there.
        const LevelOptions twice{.doubleQuantize = true};
        const QuantizedLinear there =
            quantizeToLevels(weight.to(torch::kCUDA), levels, twice, Job());
        const QuantizedLinear here = quantizeToLevels(weight, levels, twice, Job());
        QVERIFY(at::equal(there.codes.cpu(), here.codes));
        QVERIFY(at::allclose(there.dequantize().cpu(), here.dequantize(), 0.01, 1e-6));
    }

    void blocksAreExpandedOnTheDevice() {
        if (!at::globalContext().hasCUDA() || !kernels::cuda::availability().usable)
            QSKIP("There is no GPU here that libtorch can use.");
        test::SmallBlock block = test::makeSmallBlock(64, 172, 4, 4, 16);
        const test::Batches stream({torch::randn({2, 16, 64})});
        for (const char* method : {"rtn:group=48", "nf4", "nf3:double=true", "cube-root",
                                   "hqq:group=16", "gptq:group=16,act_order=true", "perturb"}) {
            const QuantizedBlock quantized = block.quantize(method, stream);
            const BlockWeights here = dequantizeBlock(block.weights, quantized);
            const BlockWeights there =
                dequantizeBlock(block.weights, codesOnDevice(quantized, torch::kCUDA));
            for (const Module module : here.modules()) {
                QVERIFY(there.linear(module).weight.is_cuda());
                QVERIFY2(at::equal(there.linear(module).weight.cpu(), here.linear(module).weight),
                         method);
            }
        }
    }

    void numbersOnTheMiddleGoDown() {
        const torch::Tensor levels = normalFloatLevels(4);
        const torch::Tensor middles = (levels.slice(0, 1) + levels.slice(0, 0, -1)) / 2;
        const torch::Tensor weight = torch::cat({middles, torch::ones({1})}).view({1, 16});
        const QuantizedLinear linear = quantizeToLevels(weight, levels, {}, Job());
        QVERIFY(at::equal(linear.codes.view({-1}), torch::arange(16, torch::kUInt8)));
    }
};

QTEST_GUILESS_MAIN(TestQuantizationKernels)
#include "test_quantization_kernels.moc"
