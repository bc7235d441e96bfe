#include "core/data/error.h"
#include "core/quant/asymmetric_calibration.h"
#include "core/quant/awq_search.h"
#include "core/quant/gptq_solver.h"
#include "core/quant/weight_error.h"
#include "tests/core/quant/fixture.h"

#include <QTest>

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// GPTQ in f32 against f64: a code that flips near a tie moves all later columns of its row.
constexpr double outputTolerance = 0.01;
constexpr double flippedShare = 0.02;
/// A group clipped at both ends has -min/s = (2^b - 1)/2, a tie, so that its zero point hangs on
/// the last digit of the range; some groups of a block do.
constexpr double tiedGroupShare = 0.07;
/// AWQ's objective in f32 against f64.
constexpr double objectiveTolerance = 2e-3;

GptqOptions gptqOptions(const QString& method) {
    GptqOptions options;
    options.grid = {3, method.contains("group=-1") ? -1 : 32, GridKind::Asymmetric, false};
    if (method.contains("grid=symmetric"))
        options.grid.kind = GridKind::Symmetric;
    options.actOrder = method.contains("act_order=true");
    options.staticGroups = method.contains("static_groups=true");
    if (method.contains("group_grid=published"))
        options.groupGrid = GroupGrid::Published;
    return options;
}

torch::Tensor hessianOf(const torch::Tensor& inputs, std::int64_t parts) {
    HessianSum sum(inputs.size(1));
    for (const torch::Tensor& part : inputs.chunk(parts))
        sum.add(part);
    return sum.take();
}

QuantizedLinear solve(const torch::Tensor& weight, const torch::Tensor& inputs,
                      const GptqOptions& options) {
    const Job job;
    return solveGptq(weight,
                     factorHessian(hessianOf(inputs, 3), options.damping, options.actOrder, job),
                     options, job);
}

QuantizedLinear solveAsymmetric(const torch::Tensor& weight, const torch::Tensor& full,
                                const torch::Tensor& quantized, const GptqOptions& options) {
    const Job job;
    const HessianFactor factor =
        factorHessian(hessianOf(quantized, 3), options.damping, options.actOrder, job);
    InputDifferenceSum differences(quantized.size(1));
    for (std::int64_t part = 0; part < 3; ++part)
        differences.add(full.chunk(3)[static_cast<std::size_t>(part)],
                        quantized.chunk(3)[static_cast<std::size_t>(part)]);
    return solveGptq(weight, factor, options, job,
                     asymmetryCorrection(differences.take(), factor, options.alpha));
}

double outputError(const torch::Tensor& weight, const torch::Tensor& quantized,
                   const torch::Tensor& inputs) {
    return at::mm(inputs, (quantized - weight).t()).square().sum(torch::kFloat64).item<double>();
}

/// Inputs whose channels depend on each other and differ in size, as in a network.
torch::Tensor dependentInputs(std::int64_t tokens, std::int64_t width) {
    const torch::Tensor mixing = torch::randn({width, width}) / std::sqrt(double(width));
    return at::mm(torch::randn({tokens, width}) * torch::randn({width}).exp(),
                  mixing + torch::eye(width));
}

} // namespace

class TestCalibrated : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(2); }

    void hessianIsTheMeanOfOuterProducts() {
        const torch::Tensor inputs = torch::randn({90, 700}); // wider than one panel
        const torch::Tensor exact = inputs.to(torch::kFloat64);
        const torch::Tensor expected = at::mm(exact.t(), exact) * (2.0 / 90);
        QVERIFY(relativeDifference(hessianOf(inputs, 4), expected) < 1e-6);
    }

    void factorIsOfTheInverse() {
        const torch::Tensor hessian = hessianOf(dependentInputs(2000, 600), 1);
        const torch::Tensor exact = hessian.to(torch::kFloat64);
        const HessianFactor factor = factorHessian(hessian.clone(), 0.01, true, Job());
        const torch::Tensor damped =
            exact + 0.01 * exact.diagonal().mean() * torch::eye(600, torch::kFloat64);
        const torch::Tensor upper = factor.upper.to(torch::kFloat64);
        QVERIFY(at::equal(upper, upper.triu()));
        const torch::Tensor permuted =
            damped.index_select(0, factor.permutation).index_select(1, factor.permutation);
        const torch::Tensor identity = at::mm(at::mm(upper.t(), upper), permuted);
        QVERIFY(relativeDifference(identity, torch::eye(600, torch::kFloat64)) < 1e-3);
        const torch::Tensor sorted = permuted.diagonal();
        QVERIFY((sorted.slice(0, 1) <= sorted.slice(0, 0, -1)).all().item<bool>());
    }

    void dampingIsRaisedUntilItIsEnough() {
        for (const std::int64_t width : {40, 600}) { // factored at once, and by halves
            const torch::Tensor one = torch::randn({1, width});
            const torch::Tensor hessian = at::mm(one.t(), one) * 1e4; // of rank 1
            const HessianFactor factor = factorHessian(hessian.clone(), 0, false, Job());
            QVERIFY(factor.damping > 0);
            const torch::Tensor exact = hessian.to(torch::kFloat64);
            const torch::Tensor damped = exact + factor.damping * exact.diagonal().mean() *
                                                     torch::eye(width, torch::kFloat64);
            const torch::Tensor upper = factor.upper.to(torch::kFloat64);
            const torch::Tensor identity = at::mm(at::mm(upper.t(), upper), damped);
            QVERIFY(relativeDifference(identity, torch::eye(width, torch::kFloat64)) < 0.05);
        }
        QVERIFY_EXCEPTION_THROWN(
            factorHessian(torch::full({4, 4}, std::nan("")), 0.01, false, Job()), Error);
    }

    void gptqMatchesReference_data() {
        QTest::addColumn<QString>("method");
        const SafetensorsFile file = openFixture("matrix.safetensors");
        for (const SafetensorsTensor& tensor : file.tensors())
            if (tensor.name.starts_with("gptq:"))
                QTest::newRow(tensor.name.c_str()) << QString::fromStdString(tensor.name);
    }

    void gptqMatchesReference() {
        QFETCH(QString, method);
        const SafetensorsFile file = openFixture("matrix.safetensors");
        const torch::Tensor weight = readTensor(file, "weight");
        const torch::Tensor inputs = readTensor(file, "inputs");
        const torch::Tensor expected = readTensor(file, method.toStdString());
        const QuantizedLinear linear = solve(weight, inputs, gptqOptions(method));
        const torch::Tensor result = linear.dequantize();
        const double error = outputError(weight, result, inputs);
        const double expectedError = outputError(weight, expected, inputs);
        QVERIFY2(std::abs(error / expectedError - 1) < outputTolerance,
                 qPrintable(QString("%1 against %2").arg(error).arg(expectedError)));
        const double different = shareDifferent(result, expected, 1e-4);
        QVERIFY2(different < flippedShare, qPrintable(QString::number(different)));
        QCOMPARE(linear.groupIndex.defined(),
                 method.contains("act_order") && !method.contains("static"));
    }

    void gptqDoesNotDependOnTheLazyBlock() {
        const torch::Tensor weight = torch::randn({700, 200});
        const torch::Tensor inputs = dependentInputs(400, 200);
        const torch::Tensor full = inputs + 0.3 * dependentInputs(400, 200);
        for (const bool asymmetric : {false, true}) {
            GptqOptions options;
            options.grid = {4, 48, GridKind::Asymmetric, false}; // divides nothing, fits no block
            const auto run = [&] {
                return (asymmetric ? solveAsymmetric(weight, full, inputs, options)
                                   : solve(weight, inputs, options))
                    .dequantize();
            };
            const torch::Tensor wanted = run();
            for (std::int64_t block : {1, 37, 4096}) {
                options.block = block;
                QVERIFY(shareDifferent(run(), wanted, 1e-4) < flippedShare);
            }
        }
    }

    void gptaqMatchesReference_data() {
        QTest::addColumn<QString>("method");
        const SafetensorsFile file = openFixture("gptaq.safetensors");
        for (const SafetensorsTensor& tensor : file.tensors())
            if (tensor.name.starts_with("gptq:"))
                QTest::newRow(tensor.name.c_str()) << QString::fromStdString(tensor.name);
    }

    void gptaqMatchesReference() {
        QFETCH(QString, method);
        const SafetensorsFile file = openFixture("gptaq.safetensors");
        const torch::Tensor weight = readTensor(file, "weight");
        const torch::Tensor inputs = readTensor(file, "inputs");
        const torch::Tensor full = readTensor(file, "full_inputs");
        const torch::Tensor expected = readTensor(file, method.toStdString());
        const torch::Tensor result =
            solveAsymmetric(weight, full, inputs, gptqOptions(method)).dequantize();
        const double different = shareDifferent(result, expected, 1e-4);
        QVERIFY2(different < flippedShare, qPrintable(QString::number(different)));
        // What it is for: the layer's output on the inputs it will get, against the output that
        // the full-precision model has.
        const auto lost = [&](const torch::Tensor& quantized) {
            return (at::mm(inputs, quantized.t()) - at::mm(full, weight.t()))
                .square()
                .sum(torch::kFloat64)
                .item<double>();
        };
        QVERIFY(std::abs(lost(result) / lost(expected) - 1) < outputTolerance);
        QVERIFY(lost(result) < lost(solve(weight, inputs, gptqOptions(method)).dequantize()));
    }

    void gptaqLooksAtBothChains() {
        const SmallBlock block = makeSmallBlock(32, 48, 4, 2, 32);
        const torch::Tensor hidden = torch::randn({4, 32, 32});
        const Batches full({hidden.slice(0, 0, 3), hidden.slice(0, 3)});
        const torch::Tensor moved = hidden + 0.3 * torch::randn_like(hidden);
        const Batches quantized({moved.slice(0, 0, 3), moved.slice(0, 3)});
        const std::string method = "gptq:bits=3,group=16";
        const QuantizedBlock plain = block.quantize(method, quantized);
        // Equal inputs leave nothing to make up for.
        const QuantizedBlock same = block.quantize(method + ",gptaq=true", quantized);
        const QuantizedBlock both = block.quantize(method + ",gptaq=true", quantized, full);
        Job job;
        const BlockTask task{block.config, 0, block.weights, block.rotary, &quantized, &full, job};
        for (Module module : allModules) {
            QVERIFY(at::equal(plain.linears.at(module).codes, same.linears.at(module).codes));
            const Site site = inputSite(module);
            GptqOptions options;
            options.grid = {3, 16, GridKind::Asymmetric, false};
            const QuantizedLinear expected =
                solveAsymmetric(block.weights.linear(module).weight,
                                captureSites(task, block.weights, hidden, {site}).at(site),
                                captureSites(task, block.weights, moved, {site}).at(site), options);
            QVERIFY(shareDifferent(both.linears.at(module).dequantize(), expected.dequantize(),
                                   1e-4) < flippedShare);
            QVERIFY(!at::equal(plain.linears.at(module).codes, both.linears.at(module).codes));
        }
    }

    void gptqIsNeverWorseThanRounding() {
        const SmallBlock block = makeSmallBlock(96, 172, 6, 2, 64);
        const torch::Tensor hidden = torch::randn({4, 64, 96});
        const Batches stream({hidden.slice(0, 0, 3), hidden.slice(0, 3)});
        Job job;
        const BlockTask task{block.config, 0, block.weights, block.rotary, &stream, &stream, job};
        const auto inputs = captureSites(task, block.weights, hidden,
                                         {Site::Ln1, Site::OInput, Site::Ln2, Site::DownInput});
        for (const char* options : {"bits=3,group=32", "bits=2,group=64", "bits=4,group=-1",
                                    "bits=3,group=32,grid=symmetric"}) {
            const std::string end = options;
            const QuantizedBlock nearest = block.quantize("rtn:" + end, stream);
            for (const char* more : {"", ",act_order=true", ",act_order=true,static_groups=true",
                                     ",group_grid=published", ",true_sequential=true"}) {
                const QuantizedBlock gptq = block.quantize("gptq:" + end + more, stream);
                for (Module module : allModules) {
                    // Later stages of a sequential run fit other inputs than these.
                    if (std::string_view(more).starts_with(",true") &&
                        inputSite(module) != Site::Ln1)
                        continue;
                    const torch::Tensor& weight = block.weights.linear(module).weight;
                    const torch::Tensor& x = inputs.at(inputSite(module));
                    QVERIFY2(
                        outputError(weight, gptq.linears.at(module).dequantize(), x) <=
                            outputError(weight, nearest.linears.at(module).dequantize(), x),
                        qPrintable(
                            QString("%1%2 %3").arg(options, more).arg(moduleName(module).data())));
                }
            }
        }
    }

    void trueSequentialUsesQuantizedPredecessors() {
        const SmallBlock block = makeSmallBlock(32, 48, 4, 4, 32);
        const Batches stream({torch::randn({4, 32, 32})});
        const QuantizedBlock plain = block.quantize("gptq:bits=2,group=16", stream);
        const QuantizedBlock sequential =
            block.quantize("gptq:bits=2,group=16,true_sequential=true", stream);
        QVERIFY(
            at::equal(plain.linears.at(Module::Q).codes, sequential.linears.at(Module::Q).codes));
        QVERIFY(!at::equal(plain.linears.at(Module::Down).codes,
                           sequential.linears.at(Module::Down).codes));
        // Its last stage is GPTQ on the inputs that the quantized matrices before really give.
        BlockWeights before = dequantizeBlock(block.weights, sequential);
        Job job;
        const BlockTask task{block.config, 0, block.weights, block.rotary, &stream, &stream, job};
        const torch::Tensor inputs =
            captureSites(task, before, stream.batch(0), {Site::DownInput}).at(Site::DownInput);
        GptqOptions options;
        options.grid = {2, 16, GridKind::Asymmetric, false};
        QVERIFY(shareDifferent(
                    solve(block.weights.linear(Module::Down).weight, inputs, options).dequantize(),
                    sequential.linears.at(Module::Down).dequantize(), 1e-4) < flippedShare);
    }

    void awqMatchesReference_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("values shared one to one") << "awq_block.safetensors";
        QTest::newRow("grouped queries") << "awq_block_grouped.safetensors";
    }

    void awqMatchesReference() {
        QFETCH(QString, name);
        const SafetensorsFile file = openFixture(name.toStdString());
        const auto [block, hidden] = readSmallBlock(file);
        const Batches stream({hidden.slice(0, 0, 1), hidden.slice(0, 1)});
        const QuantizedBlock quantized = block.quantize("awq:bits=3,group=16", stream);
        int alphas = 0;
        for (const auto& [key, value] : file.metadata()) {
            if (key.starts_with("alpha/")) {
                ++alphas;
                QCOMPARE(quantized.diagnostics.at("awq.alpha." + key.substr(6)), std::stod(value));
            } else if (key.starts_with("objective/")) {
                const double objective =
                    quantized.diagnostics.at("awq.objective." + key.substr(10));
                QVERIFY2(std::abs(objective / std::stod(value) - 1) < objectiveTolerance,
                         key.c_str());
            }
        }
        QCOMPARE(alphas, name.contains("grouped") ? 3 : 4);
        QCOMPARE(quantized.basis.scale.count(Site::OInput), name.contains("grouped") ? 0U : 1U);
        for (Module module : allModules) {
            const torch::Tensor expected =
                readTensor(file, "awq/" + std::string(moduleName(module)));
            const torch::Tensor result =
                unfold(quantized.linears.at(module).dequantize(), quantized.basis, module);
            const double different = shareDifferent(result, expected, 1e-4);
            QVERIFY2(different < tiedGroupShare,
                     qPrintable(QString("%1: %2").arg(moduleName(module).data()).arg(different)));
        }
    }

    void awqIsNeverWorseThanUnscaled() {
        const SmallBlock block = makeSmallBlock(64, 96, 4, 4, 48);
        const Batches stream({torch::randn({2, 48, 64}), torch::randn({1, 48, 64})});
        for (const char* method : {"awq:bits=2,group=32", "awq:bits=4,group=-1",
                                   "awq:bits=3,group=20,grid=symmetric,n_grid=7"}) {
            const QuantizedBlock quantized = block.quantize(method, stream);
            for (const char* name : {"qkv", "o", "gate_up", "down"}) {
                const double best = quantized.diagnostics.at("awq.objective." + std::string(name));
                QVERIFY(best > 0);
                QVERIFY(best <=
                        quantized.diagnostics.at("awq.objective_unscaled." + std::string(name)));
            }
        }
    }

    void awqWithoutSearchesIsRounding() {
        const SmallBlock block = makeSmallBlock(32, 48, 4, 2, 8);
        const Batches none({});
        const QuantizedBlock awq =
            block.quantize("awq:bits=3,group=16,scale=false,clip=false", none);
        const QuantizedBlock nearest =
            block.quantize("rtn:bits=3,group=16,grid=asymmetric-raw", none);
        for (Module module : allModules)
            QVERIFY(at::equal(awq.linears.at(module).dequantize(),
                              nearest.linears.at(module).dequantize()));
        QVERIFY(awq.basis == Basis());
        QVERIFY_EXCEPTION_THROWN(block.quantize("awq", none), Error);
        QVERIFY_EXCEPTION_THROWN(block.quantize("gptq", none), Error);
    }

    void awqSearchesOnWindowsAtEvenDistances() {
        const SmallBlock block = makeSmallBlock(32, 48, 4, 4, 8);
        const torch::Tensor hidden = torch::randn({8, 8, 32});
        const auto objective = [&](const std::string& options, const CalibrationStream& stream) {
            // Of no scaling, which does not depend on the inputs' size.
            return block.quantize("awq:bits=3,group=16" + options, stream)
                .diagnostics.at("awq.objective_unscaled.gate_up");
        };
        const Batches all({hidden.slice(0, 0, 4), hidden.slice(0, 4)});
        const torch::Tensor evenRows = torch::tensor({0, 4}, torch::kInt64);
        const double some = objective(",search_tokens=16", all);
        QVERIFY(std::abs(some / objective("", Batches({hidden.index_select(0, evenRows)})) - 1) <
                objectiveTolerance);
        QVERIFY(some != objective(",search_tokens=0", all));
        QCOMPARE(objective("", all), objective(",search_tokens=0", all)); // fewer than 2048
    }

    void clippingNeverRaisesTheError() {
        const torch::Tensor weight = torch::randn({40, 70}).pow(3); // heavy tails
        for (std::int64_t tokens : {16, 200}) {                     // by either product
            const torch::Tensor inputs = dependentInputs(tokens, 70);
            GridOptions options{3, 32, GridKind::AsymmetricRaw, false};
            const torch::Tensor clipped = clipToBestRange(weight, inputs, options, Job());
            const torch::Tensor before = fakeQuantize(weight, options, Job()) - weight;
            const torch::Tensor after = fakeQuantize(clipped, options, Job()) - weight;
            QVERIFY(!at::equal(clipped, weight));
            for (std::int64_t start = 0; start < 70; start += 32) { // each group for itself
                const torch::Tensor x = inputs.slice(1, start, start + 32).t();
                const auto share = [&](const torch::Tensor& difference) {
                    return at::mm(difference.slice(1, start, start + 32), x).square().sum(1);
                };
                QVERIFY((share(after) <= share(before) * 1.0001).all().item<bool>());
            }
        }
    }

    void stopsOnRequest() {
        const SmallBlock block = makeSmallBlock(32, 48, 4, 2, 8);
        const Batches stream({torch::randn({1, 8, 32})});
        std::stop_source source;
        source.request_stop();
        Job job({}, source.get_token());
        const BlockTask task{block.config, 0, block.weights, block.rotary, &stream, &stream, job};
        for (const char* method : {"rtn", "nf4", "fp4", "gptq", "awq"}) {
            try {
                makeQuantizer(parseMethodSpec(method))->quantize(task);
                QFAIL(method);
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Interrupted);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCalibrated)
#include "test_calibrated.moc"
