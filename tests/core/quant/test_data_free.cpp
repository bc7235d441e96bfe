#include "core/data/error.h"
#include "core/quant/grids.h"
#include "core/quant/levels.h"
#include "tests/core/quant/fixture.h"

#include <QTest>

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// Codes may differ where a weight lies within rounding of the middle between two levels.
constexpr double tieShare = 0.002;
constexpr double floatTolerance = 2e-6;
/// HQQ's zero points are means over a group's codes: one that flips at a tie moves them a little.
constexpr double zeroTolerance = 2e-3;

QuantizedLinear quantizeMatrix(const std::string& method, const torch::Tensor& weight) {
    SmallBlock block = makeSmallBlock(8, 8, 2, 2, 4);
    for (Module module : allModules)
        block.weights.linear(module).weight = weight;
    return block.quantize(method, Batches({})).linears.at(Module::Gate);
}

GridKind gridKind(const std::string& name) {
    for (GridKind kind : {GridKind::Asymmetric, GridKind::AsymmetricRaw, GridKind::AsymmetricWide,
                          GridKind::Symmetric, GridKind::SymmetricNarrow})
        if (gridName(kind) == name)
            return kind;
    throw Error(ErrorKind::Internal, "a fixture names an unknown grid");
}

} // namespace

class TestDataFree : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(1); }

    void roundToNearestMatchesReference_data() {
        QTest::addColumn<QString>("name");
        const SafetensorsFile file = openFixture("matrix.safetensors");
        for (const SafetensorsTensor& tensor : file.tensors())
            if (tensor.name.starts_with("rtn/") && tensor.name.ends_with("/codes"))
                QTest::newRow(tensor.name.c_str())
                    << QString::fromStdString(tensor.name).chopped(6);
    }

    void roundToNearestMatchesReference() {
        QFETCH(QString, name);
        const SafetensorsFile file = openFixture("matrix.safetensors");
        const QStringList parts = name.split('/');
        const std::string method = QString("rtn:bits=%1,group=%2,grid=%3,mse=%4")
                                       .arg(parts[1], parts[2], parts[3], parts[4])
                                       .toStdString();
        const QuantizedLinear linear = quantizeMatrix(method, readTensor(file, "weight"));
        const std::string prefix = name.toStdString();
        const torch::Tensor codes = readTensor(file, prefix + "/codes");
        const torch::Tensor scales = readTensor(file, prefix + "/scales");
        const torch::Tensor zeros = readTensor(file, prefix + "/zeros");
        QCOMPARE(linear.scales.sizes(), scales.sizes());
        QVERIFY(at::equal(linear.zeros, zeros));
        QVERIFY(at::allclose(linear.scales, scales, floatTolerance, 0));
        const double different = (linear.codes != codes).to(torch::kFloat64).mean().item<double>();
        QVERIFY2(different <= tieShare, qPrintable(QString::number(different)));

        // W~ a weight at a time, from codes, scale and zero point of its group.
        const torch::Tensor weight = linear.dequantize();
        const std::int64_t group = parts[2].toInt() < 1 ? weight.size(1) : parts[2].toInt();
        for (std::int64_t row = 0; row < weight.size(0); ++row)
            for (std::int64_t column = 0; column < weight.size(1); ++column) {
                const float expected = (float(linear.codes[row][column].item<int>()) -
                                        linear.zeros[row][column / group].item<float>()) *
                                       linear.scales[row][column / group].item<float>();
                QCOMPARE(weight[row][column].item<float>(), expected);
            }
    }

    void gridsKeepTheirPromises() {
        const torch::Tensor weight = torch::randn({6, 50});
        for (const char* name : {"asymmetric", "symmetric", "symmetric-narrow"}) {
            GridOptions options{3, 16, gridKind(name), false};
            const Grid grid = findGrid(weight, options, Job());
            QCOMPARE(grid.scales.size(1), 4); // 16, 16, 16, 2
            const torch::Tensor zero =
                gridCodes(torch::zeros_like(grid.zeros), grid.scales, grid.zeros, options.bits);
            QVERIFY(at::equal(zero, grid.zeros)); // 0 is a point of the grid
        }
        // The search starts from the plain range, so its own error is never larger.
        GridOptions plain{3, 16, GridKind::Asymmetric, false};
        GridOptions searched = plain;
        searched.meanSquare = true;
        const auto error = [&](const GridOptions& options) {
            return (fakeQuantize(weight, options, Job()) - weight)
                .abs()
                .pow(2.4)
                .sum()
                .item<double>();
        };
        QVERIFY(error(searched) < error(plain));
        QVERIFY(at::equal(fakeQuantize(weight, plain, Job()),
                          roundToNearest(weight, plain, Job()).dequantize()));
    }

    void equalWeightsAreExact() {
        for (const char* grid : {"asymmetric", "asymmetric-raw", "asymmetric-wide"}) {
            const torch::Tensor weight = torch::full({2, 32}, -0.3F);
            const auto linear =
                quantizeMatrix("rtn:bits=2,group=32,grid=" + std::string(grid), weight);
            QVERIFY(at::allclose(linear.dequantize(), weight, floatTolerance, 0));
        }
        QVERIFY(quantizeMatrix("rtn:bits=2,group=8", torch::zeros({2, 32}))
                    .dequantize()
                    .eq(0)
                    .all()
                    .item<bool>());
        QVERIFY(quantizeMatrix("nf4:double=true", torch::zeros({2, 32}))
                    .dequantize()
                    .eq(0)
                    .all()
                    .item<bool>());
    }

    void tablesMatchReference() {
        const SafetensorsFile file = openFixture("tables.safetensors");
        QVERIFY(at::allclose(normalFloatLevels(4), readTensor(file, "nf4"), 0, floatTolerance));
        QVERIFY(at::allclose(normalFloatLevels(3), readTensor(file, "nf3"), 0, floatTolerance));
        QVERIFY(at::allclose(float4Levels(), readTensor(file, "fp4"), 0, floatTolerance));
        QVERIFY(at::allclose(dynamicMap(), readTensor(file, "dynamic"), 0, floatTolerance));
        QVERIFY((dynamicMap().slice(0, 1) > dynamicMap().slice(0, 0, -1)).all().item<bool>());
    }

    void levelsMatchReference() {
        const SafetensorsFile file = openFixture("matrix.safetensors");
        for (const char* method : {"nf:bits=4", "nf:bits=4,double=true", "nf:bits=3", "fp4"}) {
            const torch::Tensor result =
                quantizeMatrix(method, readTensor(file, "weight")).dequantize();
            const double different = shareDifferent(result, readTensor(file, method), 1e-5);
            QVERIFY2(different <= tieShare, method);
        }
        QVERIFY(at::equal(quantizeMatrix("nf4", readTensor(file, "weight")).codes,
                          quantizeMatrix("nf:bits=4", readTensor(file, "weight")).codes));
    }

    void halfQuadraticMatchesThePackage_data() {
        QTest::addColumn<QString>("name");
        const SafetensorsFile file = openFixture("hqq.safetensors");
        for (const SafetensorsTensor& tensor : file.tensors())
            if (tensor.name.ends_with("/codes"))
                QTest::newRow(tensor.name.c_str())
                    << QString::fromStdString(tensor.name).chopped(6);
    }

    void halfQuadraticMatchesThePackage() {
        QFETCH(QString, name);
        const SafetensorsFile file = openFixture("hqq.safetensors");
        const std::string method = name.toStdString();
        const QuantizedLinear linear = quantizeMatrix(method, readTensor(file, "weight"));
        QVERIFY(
            at::allclose(linear.scales, readTensor(file, method + "/scales"), floatTolerance, 0));
        const torch::Tensor zeros = readTensor(file, method + "/zeros");
        const double moved = (linear.zeros - zeros).abs().max().item<double>();
        QVERIFY2(moved < zeroTolerance, qPrintable(QString::number(moved)));
        const double different = (linear.codes != readTensor(file, method + "/codes"))
                                     .to(torch::kFloat64)
                                     .mean()
                                     .item<double>();
        QVERIFY2(different <= tieShare, qPrintable(QString::number(different)));
        // The zero points did move away from where the range puts them.
        const QuantizedLinear unmoved =
            quantizeMatrix(method.substr(0, method.find(",early_stop")) + ",iterations=0",
                           readTensor(file, "weight"));
        QVERIFY((unmoved.zeros - zeros).abs().max().item<double>() > 100 * zeroTolerance);
    }

    void halfQuadraticLowersTheMeanError() {
        const torch::Tensor weight = torch::randn({32, 200}).pow(3); // heavy tails, a short group
        const auto error = [&](const std::string& options) {
            return (quantizeMatrix("hqq:bits=3," + options, weight).dequantize() - weight)
                .abs()
                .mean()
                .item<double>();
        };
        QVERIFY(error("group=64") < 0.95 * error("group=64,iterations=0"));
    }

    void bitsAreCounted() {
        const torch::Tensor weight = torch::randn({256, 256});
        const auto bits = [&](const char* method) {
            return quantizeMatrix(method, weight).bitsPerWeight();
        };
        QCOMPARE(bits("nf4"), 4.5);
        QVERIFY(std::abs(bits("nf4:double=true") - 4.127) < 5e-4);
        QCOMPARE(bits("rtn:bits=4,group=128"), 4 + 20.0 / 128);
        QCOMPARE(bits("rtn:bits=3,group=-1"), 3 + 19.0 / 256);
        QCOMPARE(bits("hqq:bits=3,group=64"), 3 + 32.0 / 64); // zero points that are no codes
    }

    void moreBitsOrSmallerGroupsLowerTheError() {
        const torch::Tensor weight = torch::randn({64, 512});
        const auto error = [&](const std::string& method) {
            return relativeDifference(quantizeMatrix(method, weight).dequantize(), weight);
        };
        for (const char* grid :
             {"asymmetric", "asymmetric-raw", "asymmetric-wide", "symmetric", "symmetric-narrow"}) {
            const std::string end = ",grid=" + std::string(grid);
            double last = 2;
            for (int bits = 2; bits <= 8; ++bits) {
                const double now = error("rtn:group=64,bits=" + std::to_string(bits) + end);
                QVERIFY2(now < last, grid);
                last = now;
            }
            last = 0;
            for (int group : {16, 32, 64, 128, -1}) {
                const double now = error("rtn:bits=3,group=" + std::to_string(group) + end);
                QVERIFY2(now > last, grid);
                last = now;
            }
        }
        double last = 2;
        for (int bits = 2; bits <= 8; ++bits) {
            const double now = error("hqq:group=64,bits=" + std::to_string(bits));
            QVERIFY(now < last);
            last = now;
        }
        last = 0;
        for (int group : {16, 32, 64, 128, -1}) {
            const double now = error("hqq:bits=3,group=" + std::to_string(group));
            QVERIFY(now > last);
            last = now;
        }
        QVERIFY(error("nf4") < error("nf3"));
        QVERIFY(error("nf4:block=32") < error("nf4:block=128"));
        QVERIFY(error("nf4") < error("fp4"));
    }

    void wrongOptionsAreRefused_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("named");
        QTest::newRow("method") << "rnt"
                                << "rtn, nf, fp4, hqq, cube-root, perturb, gptq, awq, w8a8, smoothquant, quarot, "
                                   "duquant, prefixquant, omniquant, efficientqat, lsi, sde, mixed";
        QTest::newRow("option") << "rtn:bitz=3"
                                << "no option \"bitz\"";
        QTest::newRow("bits") << "rtn:bits=9"
                              << "bits=9; allowed are: 2";
        QTest::newRow("bits text") << "gptq:bits=three"
                                   << "bits=three";
        QTest::newRow("bits fraction") << "gptq:bits=3.5"
                                       << "bits=3.5";
        QTest::newRow("group") << "awq:group=0"
                               << "group=0";
        QTest::newRow("group negative") << "awq:group=-2"
                                        << "group=-2";
        QTest::newRow("grid") << "rtn:grid=sym"
                              << "asymmetric-raw";
        QTest::newRow("flag") << "gptq:act_order=yes"
                              << "true, false";
        QTest::newRow("damping") << "gptq:damping=nan"
                                 << "damping=nan";
        QTest::newRow("alias") << "nf4:bits=3"
                               << "contradicts";
        QTest::newRow("nothing to train") << "omniquant:lwc=false"
                                          << "nothing to train";
        QTest::newRow("auto") << "efficientqat:weight_lr=automatic"
                              << "auto, or 0";
        QTest::newRow("nf bits") << "nf:bits=5"
                                 << "3, 4";
    }

    void wrongOptionsAreRefused() {
        QFETCH(QString, method);
        QFETCH(QString, named);
        try {
            makeQuantizer(parseMethodSpec(method.toStdString()));
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(QString(error.what()).contains(named), error.what());
        }
    }

    void defaultsOfEveryMethodAreAllowed() {
        for (const MethodDescription& description : availableMethods()) {
            MethodSpec spec;
            spec.method = description.name;
            bool isComplete = true; // else an option has no default and must be given
            for (const OptionDescription& option : description.options) {
                spec.options[option.name] = option.defaultValue;
                isComplete = isComplete && !option.defaultValue.empty();
            }
            if (!isComplete)
                continue;
            QVERIFY(makeQuantizer(spec) != nullptr);
            QVERIFY(makeQuantizer(parseMethodSpec(description.name)) != nullptr);
        }
    }
};

QTEST_GUILESS_MAIN(TestDataFree)
#include "test_data_free.moc"
