// Methods that work on a GPU against the same on the processor.

#include "core/kernels/cuda_kernels.h"
#include "core/model/block_device.h"
#include "core/quant/codes_on_device.h"
#include "tests/core/quant/fixture.h"

#include <ATen/Context.h>
#include <QtTest>

using namespace quantscope;

namespace {

/// Of weights, as a share of their size.
constexpr double withoutText = 1e-5;
/// Sums in another order change the last digits of what codes are rounded from; where one lies on
/// an edge, all that follow in its row may go the other way. So may ranges that are searched for,
/// of which many are about as good as another: noise of 3e-7 on the inputs moved weights by 1.3e-2
/// on the processor alone. A method that is wrong is off by a step, which is 0.1.
constexpr double withText = 3e-2;

test::Batches onDevice(const std::vector<torch::Tensor>& batches) {
    std::vector<torch::Tensor> there;
    for (const torch::Tensor& batch : batches)
        there.push_back(batch.to(torch::kCUDA));
    return test::Batches(there);
}

} // namespace

class TestMethodsOnDevice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        if (!at::globalContext().hasCUDA() || !kernels::cuda::availability().usable)
            QSKIP("There is no GPU here that libtorch can use.");
    }

    void makeTheSame_data() {
        QTest::addColumn<QString>("method");
        for (const char* method :
             {"rtn:bits=3,group=32", "rtn:bits=3,group=32,mse=true", "nf4", "fp4", "hqq:group=32",
              "cube-root:group=32", "gptq:group=32", "gptq:group=32,act_order=true",
              "gptq:group=32,act_order=true,static_groups=true", "gptq:true_sequential=true",
              "gptq:group=32,gptaq=true", "awq:group=32",
              "awq:group=32,clip=false,search_tokens=48"})
            QTest::newRow(method) << method;
    }

    void makeTheSame() {
        QFETCH(QString, method);
        torch::manual_seed(1);
        const test::SmallBlock block = test::makeSmallBlock(64, 172, 4, 2, 16);
        std::vector<torch::Tensor> full, lost;
        for (int batch = 0; batch < 4; ++batch) {
            full.push_back(torch::randn({8, 16, 64}));
            lost.push_back(full.back() + 0.1 * torch::randn({8, 16, 64}));
        }
        test::SmallBlock there = block;
        there.weights = quantscope::onDevice(block.weights, torch::kCUDA);
        there.rotary = quantscope::onDevice(block.rotary, torch::kCUDA);
        const std::string name = method.toStdString();
        const double tolerance =
            name.starts_with("gptq") || name.starts_with("awq") ? withText : withoutText;
        QVERIFY(makeQuantizer(parseMethodSpec(name))->worksOnDevice());
        const QuantizedBlock made = there.quantize(name, onDevice(lost), onDevice(full));
        const QuantizedBlock expected =
            block.quantize(name, test::Batches(lost), test::Batches(full));
        for (const auto& [module, linear] : made.linears)
            QVERIFY((linear.codes.defined() ? linear.codes : linear.values).is_cuda());
        const QuantizedBlock home = broughtHome(made);
        QCOMPARE(home.linears.size(), expected.linears.size());
        QCOMPARE(home.basis.scale.size(), expected.basis.scale.size());
        const BlockWeights weights = dequantizeBlock(block.weights, home);
        const BlockWeights wanted = dequantizeBlock(block.weights, expected);
        for (const Module module : wanted.modules()) {
            const double difference = test::relativeDifference(weights.linear(module).weight,
                                                               wanted.linear(module).weight);
            QVERIFY2(difference < tolerance,
                     qPrintable(QString("%1: %2").arg(moduleName(module).data()).arg(difference)));
        }
        QVERIFY(test::relativeDifference(weights.ln1, wanted.ln1) < tolerance);
        QVERIFY(test::relativeDifference(weights.ln2, wanted.ln2) < tolerance);
        for (const auto& [what, value] : expected.diagnostics)
            QVERIFY2(std::abs(home.diagnostics.at(what) - value) <= tolerance * std::abs(value),
                     what.c_str());
    }
};

QTEST_GUILESS_MAIN(TestMethodsOnDevice)
#include "test_methods_on_device.moc"
