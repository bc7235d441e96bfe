// Activations, influence, and the loss without units, against plain loops on the demo model.

#include "core/engine/activation_statistics.h"
#include "core/study/plan_options.h"
#include "core/study/removal.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "plain_model.h"

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
constexpr std::int64_t tokens = 24;
constexpr std::size_t examples = 4;
constexpr std::size_t removed = 3; ///< examples that units are left out for
constexpr std::size_t layers = 6;
constexpr std::size_t lane = 1;

constexpr double relativeTolerance = 2e-4; ///< fused kernels on batches against plain operations
constexpr double lossTolerance = 1e-4;     ///< nat; models without blocks are far from calm

} // namespace

class TestDepth : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<const SessionData> m_session;
    PlainModel m_reference;
    PlainModel m_quantized;
    std::vector<torch::Tensor> m_ids;
    using Sites = std::vector<std::vector<torch::Tensor>>;
    std::vector<Sites> m_referenceSites, m_quantizedSites;

    double at(const std::string& path, std::initializer_list<std::size_t> index) const {
        return m_session->require(path).at(index);
    }
    static void compare(const std::string& what, double found, double expected) {
        QVERIFY2(
            std::abs(found - expected) <= 1e-6 + relativeTolerance * std::abs(expected),
            qPrintable(QString("%1: %2, expected %3").arg(what.c_str()).arg(found).arg(expected)));
    }
    static torch::Tensor rows(const Sites& sites, std::size_t layer, Site site) {
        return sites[layer][std::size_t(site)][0].to(torch::kFloat64); // [T + 1, width]
    }
    /// Magnitudes of positions 1..T, ascending.
    static std::vector<double> magnitudes(const torch::Tensor& rows) {
        const torch::Tensor flat = std::get<0>(rows.slice(0, 1).abs().flatten().sort());
        return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
    }
    double lossWithout(std::size_t example, const Replacement& replacement) const {
        return plainNll(m_reference, m_ids[example], replacement);
    }

private Q_SLOTS:
    void initTestCase() {
        PlanOptions options;
        options.model = demo + "/model";
        options.text = demo + "/text.jsonl";
        options.tokens = tokens;
        options.examples = std::to_string(examples);
        options.methods = {"rtn:bits=3,group=32,name=rtn"};
        options.instruments = {"activations", "depth"};
        options.removal = std::int64_t(removed);
        options.batchTokens = 3 * (tokens + 1); // a batch of three, one of one
        options.output = m_folder.filePath("depth.qscope.h5").toStdString();
        Job job;
        runStudy(makePlan(options), job);
        m_session = openSession(options.output);
        m_reference = loadPlainModel(demo + "/model");
        m_quantized =
            withCodes(m_reference, m_folder.filePath("depth.qscope.d/codes/01-rtn").toStdString());
        for (std::size_t e = 0; e < examples; ++e) {
            m_ids.push_back(exampleIds(m_session->require("/text/token_ids"), e));
            m_referenceSites.push_back(plainSites(m_reference, m_ids[e]));
            m_quantizedSites.push_back(plainSites(m_quantized, m_ids[e]));
        }
    }

    void activationsEqualSortedValues() {
        for (const Site site : activationSites) {
            const std::string path = "/activations/" + std::string(siteName(site)) + "/";
            for (const std::size_t layer : {std::size_t(0), layers - 1})
                for (std::size_t e = 0; e < examples; ++e) {
                    const torch::Tensor reference = rows(m_referenceSites[e], layer, site);
                    const torch::Tensor quantized = rows(m_quantizedSites[e], layer, site);
                    const std::vector<double> sorted = magnitudes(quantized);
                    const std::size_t n = sorted.size();
                    compare(path, at(path + "maximum", {lane, layer, e}), sorted[n - 1]);
                    compare(path, at(path + "second", {lane, layer, e}), sorted[n - 2]);
                    compare(path, at(path + "third", {lane, layer, e}), sorted[n - 3]);
                    compare(path, at(path + "median", {lane, layer, e}), sorted[(n - 1) / 2]);
                    const torch::Tensor values = quantized.slice(0, 1);
                    const torch::Tensor centred = values - values.mean();
                    const double variance = centred.square().mean().item<double>();
                    compare(path + "kurtosis", at(path + "kurtosis", {lane, layer, e}),
                            centred.pow(4).mean().item<double>() / variance / variance);
                    for (std::size_t k = 0; k < ActivationInstrument::sigmas.size(); ++k) {
                        const double bound = ActivationInstrument::sigmas[k] * std::sqrt(variance);
                        const auto beyond = std::count_if(sorted.begin(), sorted.end(),
                                                          [&](double x) { return x > bound; });
                        // One value at the bound may fall on either side by its last digit.
                        QVERIFY(
                            std::abs(at(path + "outlier_share", {lane, layer, e, k}) * double(n) -
                                     double(beyond)) < 1.5);
                    }
                    checkTrims(path, layer, e, reference, quantized);
                }
        }
    }

private:
    void checkTrims(const std::string& path, std::size_t layer, std::size_t e,
                    const torch::Tensor& reference, const torch::Tensor& quantized) const {
        const std::vector<double> sorted = magnitudes(quantized);
        const torch::Tensor full = reference.slice(0, 1).flatten();
        const torch::Tensor error = (quantized - reference).slice(0, 1).flatten();
        const torch::Tensor order = std::get<1>(full.abs().sort());
        for (std::size_t i = 0; i < ActivationInstrument::trims.size(); ++i) {
            const std::size_t kept =
                sorted.size() -
                static_cast<std::size_t>(ActivationInstrument::trims[i] * double(sorted.size()));
            double squares = 0;
            double errors = 0;
            double norms = 0;
            for (std::size_t k = 0; k < kept; ++k) {
                squares += sorted[k] * sorted[k];
                const auto place = order[std::int64_t(k)].item<std::int64_t>();
                errors += std::pow(error[place].item<double>(), 2);
                norms += std::pow(full[place].item<double>(), 2);
            }
            compare(path + "trimmed_rms", at(path + "trimmed_rms", {lane, layer, e, i}),
                    std::sqrt(squares / double(kept)));
            compare(path + "trimmed_error", at(path + "trimmed_error", {lane, layer, e, i}),
                    std::sqrt(errors / norms));
        }
        QVERIFY(std::isnan(at(path + "trimmed_error", {0, layer, e, 0})));
    }

private Q_SLOTS:
    void mapsAndHistogramsAreOfTheReference() {
        for (const Site site : activationSites) {
            const std::string path = "/activations/" + std::string(siteName(site)) + "/";
            const std::size_t layer = 2;
            std::vector<torch::Tensor> all;
            for (std::size_t e = 0; e < examples; ++e)
                all.push_back(rows(m_referenceSites[e], layer, site).abs());
            const torch::Tensor together = torch::stack(all); // [examples, T + 1, width]
            for (const std::int64_t channel : {std::int64_t(0), together.size(2) - 1})
                compare(path + "channel",
                        at(path + "channel_maximum", {layer, std::size_t(channel)}),
                        together.slice(1, 1).select(2, channel).max().item<double>());
            for (const std::int64_t position : {std::int64_t(0), std::int64_t(1), tokens})
                compare(path + "position",
                        at(path + "position_maximum", {layer, std::size_t(position)}),
                        together.select(1, position).amax(1).mean().item<double>());
            for (std::size_t e = 0; e < examples; ++e) {
                double counted = 0;
                double apart = 0;
                for (std::size_t bin = 0; bin < ActivationInstrument::magnitudeBins; ++bin) {
                    const double found = at(path + "histogram", {layer, e, bin});
                    const double low = bin == 0 ? -1 : std::exp2(-12 + 0.5 * double(bin - 1));
                    const double high = bin + 1 == ActivationInstrument::magnitudeBins
                                            ? 1e30
                                            : std::exp2(-12 + 0.5 * double(bin));
                    const torch::Tensor inner = all[e].slice(0, 1);
                    const double expected = ((inner >= low) & (inner < high)).sum().item<double>();
                    counted += found;
                    apart += std::abs(found - expected);
                }
                QCOMPARE(counted, double(all[e].slice(0, 1).numel()));
                QVERIFY2(apart <= 4, qPrintable(QString::number(apart))); // at the ends of bins
            }
        }
    }

    void influenceEqualsPlainLoops() {
        const std::vector<std::tuple<DepthUnit, Site, Site>> units = {
            {DepthUnit::Attention, Site::ResidPre, Site::ResidMid},
            {DepthUnit::Mlp, Site::ResidMid, Site::ResidPost},
            {DepthUnit::Block, Site::ResidPre, Site::ResidPost}};
        for (std::size_t layer = 0; layer < layers; ++layer)
            for (std::size_t e = 0; e < examples; ++e)
                for (const auto& [unit, from, to] : units) {
                    const torch::Tensor before = rows(m_quantizedSites[e], layer, from);
                    const torch::Tensor after = rows(m_quantizedSites[e], layer, to);
                    double turn = 0, first = 0, second = 0;
                    for (std::int64_t t = 1; t <= tokens; ++t) {
                        const torch::Tensor x = before[t], y = after[t];
                        const double cosine = (x.dot(y) / x.norm() / y.norm()).item<double>();
                        turn += (1 - cosine) / tokens;
                        first += ((y - x).abs().sum() / x.abs().sum()).item<double>() / tokens;
                        second += ((y - x).norm() / x.norm()).item<double>() / tokens;
                    }
                    compare("influence", at(depthPath(unit, "influence"), {lane, layer, e}), turn);
                    compare("L1", at(depthPath(unit, "update_l1"), {lane, layer, e}), first);
                    compare("L2", at(depthPath(unit, "update_l2"), {lane, layer, e}), second);
                }
        for (const std::int64_t t : {std::int64_t(0), std::int64_t(7)}) {
            double mean = 0;
            for (std::size_t e = 0; e < examples; ++e) {
                const torch::Tensor x = rows(m_referenceSites[e], 3, Site::ResidMid)[t];
                const torch::Tensor y = rows(m_referenceSites[e], 3, Site::ResidPost)[t];
                const double cosine = (x.dot(y) / x.norm() / y.norm()).item<double>();
                mean += cosine / double(examples);
                if (e < removed)
                    compare("token", at("/depth/mlp/token_cosine", {3, e, std::size_t(t)}), cosine);
            }
            compare("position", at("/depth/mlp/position_cosine", {3, std::size_t(t)}), mean);
        }
    }

    void leftOutUnitsEqualZeroedOutputs() {
        const auto without = [](DepthUnit unit, const std::vector<std::int64_t>& which) {
            return [unit, which](std::int64_t layer, Site site, const torch::Tensor& value) {
                const bool here = std::find(which.begin(), which.end(), layer) != which.end();
                const bool ofUnit = (site == Site::AttnOut && unit != DepthUnit::Mlp) ||
                                    (site == Site::Down && unit != DepthUnit::Attention);
                return here && ofUnit ? torch::zeros_like(value) : value;
            };
        };
        for (const DepthUnit unit : allDepthUnits)
            for (std::size_t e = 0; e < removed; ++e) {
                const std::string alone = depthPath(unit, "leave_one_out_nll");
                for (const std::size_t layer : {std::size_t(0), std::size_t(4)}) {
                    const double expected = lossWithout(e, without(unit, {std::int64_t(layer)}));
                    QVERIFY(std::abs(at(alone, {layer, e}) - expected) < lossTolerance);
                }
                const std::string more = depthPath(unit, "removal_nll");
                const std::string order = depthPath(unit, "removal_order");
                QVERIFY(std::abs(at(more, {0, e}) - at("/examples/nll", {0, e})) < lossTolerance);
                const auto first = std::size_t(at(order, {1}));
                QVERIFY(std::abs(at(more, {1, e}) - at(alone, {first, e})) < lossTolerance);
                std::vector<std::int64_t> out;
                for (std::size_t k = 1; k <= 4; ++k)
                    out.push_back(std::int64_t(at(order, {k})));
                QVERIFY(std::abs(at(more, {4, e}) - lossWithout(e, without(unit, out))) <
                        lossTolerance);
            }
        // Layers go by ascending influence.
        for (const DepthUnit unit : allDepthUnits) {
            double last = -1;
            for (std::size_t k = 1; k <= layers; ++k) {
                double influence = 0;
                const auto layer = std::size_t(at(depthPath(unit, "removal_order"), {k}));
                for (std::size_t e = 0; e < examples; ++e)
                    influence += at(depthPath(unit, "influence"), {0, layer, e});
                QVERIFY(influence >= last);
                last = influence;
            }
        }
    }

    /// The tokens with the largest cosines, chosen anew from the plain walk.
    void skippedTokensAreTheLeastTurned() {
        std::vector<std::tuple<double, std::int64_t, std::size_t, std::int64_t>> cells;
        for (std::size_t layer = 0; layer < layers; ++layer)
            for (std::size_t e = 0; e < removed; ++e)
                for (std::int64_t t = 1; t <= tokens; ++t)
                    cells.emplace_back(-at("/depth/mlp/token_cosine", {layer, e, std::size_t(t)}),
                                       std::int64_t(layer), e, t);
        std::sort(cells.begin(), cells.end());
        const NamedArray& shares = m_session->require("/skip");
        for (const std::size_t i : {std::size_t(2), std::size_t(5)}) {
            const auto count = static_cast<std::size_t>(skipShares[i] * double(cells.size()));
            QVERIFY(std::abs(shares.at({i}) - skipShares[i]) < 1e-6);
            for (std::size_t e = 0; e < removed; ++e) {
                const double expected =
                    lossWithout(e, [&](std::int64_t layer, Site site, const torch::Tensor& value) {
                        if (site != Site::Down)
                            return value;
                        torch::Tensor kept = value.clone();
                        for (std::size_t k = 0; k < count; ++k)
                            if (std::get<1>(cells[k]) == layer && std::get<2>(cells[k]) == e)
                                kept[0][std::get<3>(cells[k])].zero_();
                        return kept;
                    });
                QVERIFY2(std::abs(at("/depth/skip/nll", {i, e}) - expected) < lossTolerance,
                         qPrintable(QString("%1, expected %2")
                                        .arg(at("/depth/skip/nll", {i, e}))
                                        .arg(expected)));
            }
        }
        // All of them: the same as no MLP at all, but for the start token, which is never skipped.
        QVERIFY(at("/depth/skip/nll", {skipShares.size() - 1, 0}) >
                at("/examples/nll", {0, 0}) + 0.1);
    }

    void masksAreOfTheLargest() {
        const float none = std::nanf("");
        const TokenMask mask =
            largestTokens({{.9f, .1f, .5f, .9f, .3f, none}, {.9f, .4f, .2f, .9f, .5f, .6f}}, 3, .5);
        // Seven cells count, three of them are chosen: .6, then the two of .5.
        QCOMPARE(mask.layers[0], (std::vector<std::uint8_t>{0, 0, 1, 0, 0, 0}));
        QCOMPARE(mask.layers[1], (std::vector<std::uint8_t>{0, 0, 0, 0, 1, 1}));
        QCOMPARE(removalOrder({.3, .1, .3, .2}), (std::vector<std::int64_t>{1, 3, 0, 2}));
    }
};

QTEST_GUILESS_MAIN(TestDepth)
#include "test_depth.moc"
