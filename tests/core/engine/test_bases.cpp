// Inner activations of folded blocks, mapped to the checkpoint's basis: scales alone must leave no
// error, whether the basis is known or recovered from the weights.

#include "core/engine/lane_watcher.h"
#include "core/quant/grids.h"
#include "core/quant/recover_basis.h"
#include "core/quant/weight_error.h"
#include "tests/core/quant/fixture.h"

#include <QtTest>

#include <cmath>

using namespace quantscope;
using namespace quantscope::test;

namespace {

// Scaling by 100 and back rounds each product anew: some units in the last place of f32, summed.
constexpr double foldingTolerance = 2e-5;
// Least squares over 48 and more quantized weights a channel, 4 bits in groups of 16.
constexpr double recoveredScale = 0.05;

std::map<Site, torch::Tensor> sitesOf(const SmallBlock& block, const BlockWeights& weights,
                                      const torch::Tensor& hidden) {
    SiteCollector collector;
    blockForward(block.config, 0, weights, block.rotary, hidden, &collector);
    return collector.values;
}

/// Scales spread evenly over 10^-range … 10^range.
torch::Tensor spread(std::int64_t width, double range) {
    return torch::pow(10.0, (torch::rand({width}) * 2 - 1) * range);
}

/// A block whose v and o channels are folded too, heads sharing values or not.
struct Folded {
    SmallBlock block;
    torch::Tensor hidden; // [examples, tokens, hidden]
    BlockWeights weights;
    Basis basis;
};

/// The folding written out: what a channel loses before, the next matrix gains.
Folded foldBlock(std::int64_t keyValueHeads, double range) {
    torch::manual_seed(7);
    Folded folded{makeSmallBlock(48, 80, 6, keyValueHeads, 12), torch::randn({2, 12, 48}), {}, {}};
    BlockWeights& reference = folded.block.weights;
    reference.linear(Module::V).bias = torch::randn({keyValueHeads * 8});
    const torch::Tensor ln1 = spread(48, range);
    const torch::Tensor ln2 = spread(48, range);
    const torch::Tensor value = spread(keyValueHeads * 8, range);
    const torch::Tensor up = spread(80, range);
    const torch::Tensor heads =
        value.view({keyValueHeads, 8}).repeat_interleave(6 / keyValueHeads, 0).reshape({-1});
    BlockWeights weights = reference;
    weights.ln1 = reference.ln1 / ln1;
    weights.ln2 = reference.ln2 / ln2;
    for (const Module module : {Module::Q, Module::K, Module::V})
        weights.linear(module).weight = reference.linear(module).weight * ln1;
    for (const Module module : {Module::Gate, Module::Up})
        weights.linear(module).weight = reference.linear(module).weight * ln2;
    weights.linear(Module::V).weight = weights.linear(Module::V).weight / value.unsqueeze(1);
    weights.linear(Module::V).bias = reference.linear(Module::V).bias / value;
    weights.linear(Module::O).weight = reference.linear(Module::O).weight * heads;
    weights.linear(Module::Up).weight = weights.linear(Module::Up).weight / up.unsqueeze(1);
    weights.linear(Module::Down).weight = reference.linear(Module::Down).weight * up;
    folded.weights = weights;
    folded.basis.scale = {{Site::Ln1, ln1}, {Site::V, value}, {Site::OInput, heads},
                          {Site::Ln2, ln2}, {Site::Up, up},   {Site::DownInput, up}};
    return folded;
}

double largestDifference(const std::map<Site, torch::Tensor>& lane, const Basis& basis,
                         const std::map<Site, torch::Tensor>& reference) {
    double largest = 0;
    for (const auto& [site, value] : lane)
        largest = std::max(largest, relativeDifference(inCheckpointBasis(value, site, &basis),
                                                       reference.at(site)));
    return largest;
}

} // namespace

class TestBases : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scalesAloneLeaveNoError_data() {
        QTest::addColumn<int>("keyValueHeads");
        QTest::newRow("a head each") << 6;
        QTest::newRow("grouped queries") << 2;
    }

    void scalesAloneLeaveNoError() {
        QFETCH(int, keyValueHeads);
        const Folded folded = foldBlock(keyValueHeads, 2);
        const auto reference = sitesOf(folded.block, folded.block.weights, folded.hidden);
        const auto lane = sitesOf(folded.block, folded.weights, folded.hidden);
        QVERIFY(largestDifference(lane, {}, reference) > 1); // in its own basis it is another
        const double known = largestDifference(lane, folded.basis, reference);
        QVERIFY2(known < foldingTolerance, qPrintable(QString::number(known)));
        const RecoveredBasis recovered =
            recoverBasis(folded.block.config, folded.block.weights, folded.weights);
        const double found = largestDifference(lane, recovered.basis, reference);
        QVERIFY2(found < foldingTolerance, qPrintable(QString::number(found)));
        for (const auto& [site, misfit] : recovered.misfit)
            QVERIFY2(misfit < foldingTolerance, qPrintable(QString::number(misfit)));
        QCOMPARE(recovered.misfit.size(), std::size_t(4));
        QCOMPARE(recovered.basis.scale.size(), std::size_t(6));
    }

    /// The basis that our AWQ reports for its own folding.
    void awqReportsItsFolding() {
        torch::manual_seed(8);
        const SmallBlock block = makeSmallBlock(48, 80, 6, 6, 12);
        // Activations of very different sizes, so that the scales chosen are far from 1.
        const torch::Tensor hidden = torch::randn({4, 12, 48}) * spread(48, 2);
        const QuantizedBlock quantized =
            block.quantize("awq:bits=4,group=16,clip=false", Batches({hidden}));
        QVERIFY(quantized.basis.scale.count(Site::Ln1) && quantized.basis.scale.count(Site::Up));
        // The same folding without its rounding: the checkpoint's matrices in the lane's basis.
        BlockWeights weights = dequantizeBlock(block.weights, quantized);
        for (const Module module : allModules) {
            torch::Tensor exact = block.weights.linear(module).weight;
            const auto& scale = quantized.basis.scale;
            if (const auto input = scale.find(inputSite(module)); input != scale.end())
                exact = exact * input->second;
            if (module == Module::V && scale.count(Site::V))
                exact = exact / scale.at(Site::V).unsqueeze(1);
            if (module == Module::Up && scale.count(Site::Up))
                exact = exact / scale.at(Site::Up).unsqueeze(1);
            weights.linear(module).weight = exact;
        }
        const auto reference = sitesOf(block, block.weights, hidden);
        const auto lane = sitesOf(block, weights, hidden);
        const double own = largestDifference(lane, quantized.basis, reference);
        QVERIFY2(own < foldingTolerance, qPrintable(QString::number(own)));
        // What its codes give is near what they were before rounding, and recovered as folded.
        const BlockWeights rounded = dequantizeBlock(block.weights, quantized);
        const Basis recovered = recoverBasis(block.config, block.weights, rounded).basis;
        for (const auto& [site, scale] : recovered.scale) {
            const double difference =
                (scale / quantized.basis.scale.at(site)).log().abs().max().item<double>();
            QVERIFY2(difference < (site == Site::Ln1 || site == Site::Ln2 ? 1e-6 : 0.3),
                     qPrintable(QString("%1: %2").arg(int(site)).arg(difference)));
        }
    }

    void recoversThroughQuantization() {
        const Folded folded = foldBlock(2, 0.5);
        BlockWeights rounded = folded.weights;
        Job job;
        GridOptions grid;
        grid.bits = 4;
        grid.group = 16;
        for (const Module module : allModules)
            rounded.linear(module).weight =
                fakeQuantize(folded.weights.linear(module).weight, grid, job);
        const RecoveredBasis recovered =
            recoverBasis(folded.block.config, folded.block.weights, rounded);
        QCOMPARE(recovered.basis.scale.size(), folded.basis.scale.size());
        for (const auto& [site, scale] : folded.basis.scale) {
            const torch::Tensor difference = (recovered.basis.scale.at(site) / scale).log();
            const double typical = difference.square().mean().sqrt().item<double>();
            QVERIFY2(typical < recoveredScale,
                     qPrintable(QString("%1: %2").arg(int(site)).arg(typical)));
        }
        for (const auto& [site, misfit] : recovered.misfit)
            QVERIFY2(misfit > 1e-4 && misfit < 0.1, qPrintable(QString::number(misfit)));
    }

    /// Rounding alone is not taken for folding, nor is a norm that was changed by itself.
    void foldsNothingThatIsNotFolded() {
        const Folded folded = foldBlock(2, 1);
        BlockWeights rounded = folded.block.weights;
        Job job;
        GridOptions grid;
        grid.bits = 3;
        grid.group = 16;
        for (const Module module : allModules)
            rounded.linear(module).weight = fakeQuantize(rounded.linear(module).weight, grid, job);
        QVERIFY(
            recoverBasis(folded.block.config, folded.block.weights, rounded).basis.scale.empty());
        rounded.ln1 = rounded.ln1 * spread(48, 0.2); // as norm tweaking does
        const RecoveredBasis tweaked =
            recoverBasis(folded.block.config, folded.block.weights, rounded);
        QVERIFY(tweaked.basis.scale.empty());
    }

    void tellsWhereNothingFits() {
        Folded folded = foldBlock(2, 1);
        folded.weights.ln2 = folded.weights.ln2 * spread(48, 0.3);
        const RecoveredBasis recovered =
            recoverBasis(folded.block.config, folded.block.weights, folded.weights);
        QVERIFY(recovered.misfit.at(Site::Ln2) > 0.2);
        QVERIFY(recovered.misfit.at(Site::Ln1) < foldingTolerance);
    }

    void survivesDeadChannels() {
        Folded folded = foldBlock(2, 1);
        folded.block.weights.ln1[3] = 0;
        folded.weights.ln1[3] = 0;
        folded.block.weights.linear(Module::Up).weight[5] = torch::zeros({48});
        folded.weights.linear(Module::Up).weight[5] = torch::zeros({48});
        folded.weights.linear(Module::Down).weight.select(1, 6).zero_();
        const RecoveredBasis recovered =
            recoverBasis(folded.block.config, folded.block.weights, folded.weights);
        for (const auto& [site, scale] : recovered.basis.scale)
            QVERIFY(at::isfinite(scale).all().item<bool>() && (scale > 0).all().item<bool>());
        for (const auto& [site, misfit] : recovered.misfit)
            QVERIFY(std::isfinite(misfit));
    }
};

QTEST_GUILESS_MAIN(TestBases)
#include "test_bases.moc"
