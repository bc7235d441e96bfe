// What a study measures when asked for more, against plain loops on the demo model.

#include "core/data/job.h"
#include "core/engine/outliers.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "plain_model.h"

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
constexpr std::int64_t tokens = 24;
constexpr std::size_t examples = 4;
constexpr std::size_t layers = 6;
constexpr std::size_t awq = 1; ///< lanes of the session
constexpr std::size_t noise = 2;

/// Between fused kernels on batches and plain operations on examples: of differences of nearly
/// equal numbers, hence not that of the numbers themselves.
constexpr double relativeTolerance = 2e-3;
constexpr double absoluteTolerance = 2e-6;

PlanOptions options(const QTemporaryDir& folder, const char* name) {
    PlanOptions options;
    options.model = demo + "/model";
    options.text = demo + "/text.jsonl";
    options.tokens = tokens;
    options.examples = std::to_string(examples);
    options.calibration = demo + "/calibration.jsonl";
    options.calibrationExamples = 4;
    options.methods = {"awq:bits=3,group=32,name=awq"};
    options.output = folder.filePath(name).toStdString();
    return options;
}

std::shared_ptr<const SessionData> study(const PlanOptions& options) {
    Job job;
    runStudy(makePlan(options), job);
    return openSession(options.output);
}

using Sites = std::vector<std::vector<torch::Tensor>>; // [layer][site], each [1, tokens, width]

} // namespace

class TestInstruments : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    PlainModel m_reference;
    PlainModel m_quantized;
    std::shared_ptr<const SessionData> m_session;
    std::vector<Sites> m_referenceSites; // by example
    std::vector<Sites> m_quantizedSites;

    double measured(const std::string& path, std::size_t layer, std::size_t example,
                    std::size_t lane = awq) const {
        return m_session->require(path).at({lane, layer, example});
    }
    /// Positions 1..T of a site, f64 [T, width].
    static torch::Tensor rows(const Sites& sites, std::size_t layer, Site site) {
        return sites[layer][std::size_t(site)][0].slice(0, 1).to(torch::kFloat64);
    }
    torch::Tensor reference(std::size_t example, std::size_t layer, Site site) const {
        return rows(m_referenceSites[example], layer, site);
    }
    torch::Tensor quantized(std::size_t example, std::size_t layer, Site site) const {
        return rows(m_quantizedSites[example], layer, site);
    }
    static torch::Tensor linear(const PlainModel& model, std::size_t layer, Module module,
                                const torch::Tensor& input) {
        return at::matmul(input, model.blocks[layer].linear(module).weight.to(torch::kFloat64).t());
    }
    static void compare(const std::string& what, double found, double expected) {
        const double bound = absoluteTolerance + relativeTolerance * std::abs(expected);
        QVERIFY2(
            std::abs(found - expected) <= bound,
            qPrintable(QString("%1: %2, expected %3").arg(what.c_str()).arg(found).arg(expected)));
    }
    /// Calls a check for some layers and all examples.
    template <typename Check>
    void everywhere(const Check& check) const {
        for (const std::size_t layer : {std::size_t(0), std::size_t(3), layers - 1})
            for (std::size_t example = 0; example < examples; ++example)
                check(layer, example);
    }

private Q_SLOTS:
    void initTestCase() {
        PlanOptions plan = options(m_folder, "all.qscope.h5");
        plan.instruments = {"local", "drift", "attention", "outliers", "cka", "budget", "channels"};
        plan.noiseFloor = "bf16";
        plan.tokenMaps = true;
        plan.batchTokens = 3 * (tokens + 1); // a batch of three, one of one
        m_session = study(plan);
        m_reference = loadPlainModel(demo + "/model");
        m_quantized = withCodes(m_reference,
                                m_folder.filePath("all.qscope.d").toStdString() + "/codes/01-awq");
        for (std::size_t e = 0; e < examples; ++e) {
            const torch::Tensor ids = exampleIds(m_session->require("/text/token_ids"), e);
            m_referenceSites.push_back(plainSites(m_reference, ids));
            m_quantizedSites.push_back(plainSites(m_quantized, ids));
        }
    }

    void localErrorsEqualPlainLoops() {
        const std::vector<std::pair<Module, Site>> modules = {
            {Module::Q, Site::Q},       {Module::V, Site::V},   {Module::O, Site::AttnOut},
            {Module::Gate, Site::Gate}, {Module::Up, Site::Up}, {Module::Down, Site::Down}};
        everywhere([&](std::size_t layer, std::size_t example) {
            const auto check = [&](const std::string& prefix, Site site,
                                   const torch::Tensor& value) {
                const torch::Tensor original = reference(example, layer, site);
                const torch::Tensor error = (value - original).square().sum(1);
                const torch::Tensor size = original.square().sum(1);
                const std::string path = "/sites/" + std::string(siteName(site)) + "/" + prefix;
                compare(path + "mse", measured(path + "mse", layer, example),
                        error.mean().item<double>() / double(original.size(1)));
                compare(path + "normalised_mse", measured(path + "normalised_mse", layer, example),
                        (error.sum() / size.sum()).item<double>());
                compare(path + "relative_error", measured(path + "relative_error", layer, example),
                        (error / size).sqrt().mean().item<double>());
            };
            for (const auto& [module, site] : modules) {
                torch::Tensor value = linear(m_quantized, layer, module,
                                             reference(example, layer, inputSite(module)));
                if (module == Module::Gate)
                    value = torch::silu(value);
                check("local_", site, value);
                const torch::Tensor own = quantized(example, layer, site);
                const torch::Tensor original = reference(example, layer, site);
                const std::string path =
                    "/sites/" + std::string(siteName(site)) + "/normalised_mse";
                compare(path, measured(path, layer, example),
                        ((own - original).square().sum() / original.square().sum()).item<double>());
            }
            const torch::Tensor h = reference(example, layer, Site::Ln2);
            const torch::Tensor product = torch::silu(linear(m_quantized, layer, Module::Gate, h)) *
                                          linear(m_quantized, layer, Module::Up, h);
            check("mlp_local_", Site::Down, linear(m_quantized, layer, Module::Down, product));
            const auto at = static_cast<std::int64_t>(layer);
            const torch::Tensor block =
                blockForward(m_quantized.config, at, m_quantized.blocks[layer],
                             makeRotaryTables(m_quantized.config, tokens + 1),
                             m_referenceSites[example][layer][std::size_t(Site::ResidPre)]);
            check("local_", Site::ResidPost, block[0].slice(0, 1).to(torch::kFloat64));
        });
    }

    /// At layer 0 nothing has accumulated yet at q, k and v; at others it has.
    void localIsAccumulatedInTheFirstLayer() {
        for (std::size_t example = 0; example < examples; ++example)
            for (const std::string site : {"q", "k", "v", "resid_post"}) {
                const std::string path = "/sites/" + site;
                compare(path, measured(path + "/local_mse", 0, example),
                        measured(path + "/mse", 0, example));
                compare(path, measured(path + "/local_normalised_mse", 0, example),
                        measured(path + "/normalised_mse", 0, example));
                QVERIFY(measured(path + "/local_mse", 4, example) <
                        0.9 * measured(path + "/mse", 4, example));
            }
    }

    void driftEqualsPlainLoops() {
        everywhere([&](std::size_t layer, std::size_t example) {
            for (const Site site : {Site::ResidMid, Site::Ln2, Site::ResidPost}) {
                const torch::Tensor x = reference(example, layer, site);
                const torch::Tensor y = quantized(example, layer, site);
                double change = 0;
                double share = 0;
                double angle = 0;
                for (std::int64_t t = 0; t < std::int64_t(tokens); ++t) {
                    const double a = x[t].norm().item<double>();
                    const double b = y[t].norm().item<double>();
                    const double d = (y[t] - x[t]).norm().item<double>();
                    const double cosine = (a * a + b * b - d * d) / (2 * a * b);
                    change += (b - a) / a / tokens;
                    share += (b - a) * (b - a) / (d * d) / tokens;
                    angle += std::acos(std::min(cosine, 1.0)) / tokens;
                }
                const std::string path = "/sites/" + std::string(siteName(site));
                compare(path, measured(path + "/length_change", layer, example), change);
                compare(path, measured(path + "/length_share", layer, example), share);
                compare(path, measured(path + "/angle", layer, example), angle);
            }
            const torch::Tensor g = reference(example, layer, Site::Gate);
            const torch::Tensor h = quantized(example, layer, Site::Gate);
            const double flips = ((g * h) < 0).to(torch::kFloat64).mean().item<double>();
            compare("flips", measured("/sites/gate/sign_flip_rate", layer, example), flips);
            if (layer == 0) { // both begin with the same embedding: there is no angle
                QVERIFY(std::isnan(measured("/sites/resid_post/update_cosine", 0, example)));
                return;
            }
            const torch::Tensor before = quantized(example, layer, Site::ResidPre) -
                                         reference(example, layer, Site::ResidPre);
            const torch::Tensor update = quantized(example, layer, Site::ResidPost) -
                                         reference(example, layer, Site::ResidPost) - before;
            double cosine = 0;
            for (std::int64_t t = 0; t < std::int64_t(tokens); ++t)
                cosine += (before[t].dot(update[t]) / (before[t].norm() * update[t].norm()))
                              .item<double>() /
                          tokens;
            compare("update", measured("/sites/resid_post/update_cosine", layer, example), cosine);
        });
    }

    /// Attention written out: rotation by pairs, scores, softmax and sums, in f64.
    void attentionEqualsPlainLoops() {
        const ModelConfig& config = m_reference.config;
        const auto dimension = std::size_t(config.headDimension);
        const auto probabilities = [&](const Sites& sites, std::size_t layer, std::size_t head) {
            const auto headRow = [&](Site site, std::size_t h, std::size_t t) {
                const torch::Tensor row =
                    sites[layer][std::size_t(site)][0][std::int64_t(t)]
                        .slice(0, std::int64_t(h * dimension), std::int64_t((h + 1) * dimension))
                        .contiguous();
                std::vector<double> x(dimension);
                for (std::size_t i = 0; i < dimension / 2; ++i) {
                    const double turn =
                        double(t) * std::pow(10000.0, -2.0 * double(i) / double(dimension));
                    const double a = double(row.data_ptr<float>()[i]);
                    const double b = double(row.data_ptr<float>()[i + dimension / 2]);
                    x[i] = a * std::cos(turn) - b * std::sin(turn);
                    x[i + dimension / 2] = b * std::cos(turn) + a * std::sin(turn);
                }
                return x;
            };
            const std::size_t shared = head / std::size_t(config.heads / config.keyValueHeads);
            std::vector<std::vector<double>> p(tokens + 1);
            for (std::size_t t = 0; t <= tokens; ++t) {
                const std::vector<double> q = headRow(Site::Q, head, t);
                double sum = 0;
                for (std::size_t j = 0; j <= t; ++j) {
                    const std::vector<double> k = headRow(Site::K, shared, j);
                    const double score = std::inner_product(q.begin(), q.end(), k.begin(), 0.0);
                    p[t].push_back(std::exp(score / std::sqrt(double(dimension))));
                    sum += p[t].back();
                }
                for (double& value : p[t])
                    value /= sum;
            }
            return p;
        };
        const auto term = [](double a, double b) { return a > 0 ? a * std::log(a / b) : 0; };
        const std::size_t example = 3; // the last batch's
        for (const std::size_t layer : {std::size_t(1), layers - 1}) {
            double entropy = 0;
            double divergence = 0;
            double sinks = 0;
            for (std::size_t head = 0; head < std::size_t(config.heads); ++head) {
                const auto p = probabilities(m_quantizedSites[example], layer, head);
                const auto q = probabilities(m_referenceSites[example], layer, head);
                double towardsFirst = 0;
                for (std::size_t t = 0; t <= tokens; ++t) {
                    towardsFirst += p[t][0] / double(tokens + 1);
                    for (std::size_t j = 0; t > 0 && j <= t; ++j) {
                        const double scale = 1.0 / double(tokens) / double(config.heads);
                        const double middle = (p[t][j] + q[t][j]) / 2;
                        entropy -= term(p[t][j], 1) / std::log(double(t + 1)) * scale;
                        divergence += (term(p[t][j], middle) + term(q[t][j], middle)) / 2 * scale;
                    }
                }
                sinks += towardsFirst > 0.3 ? 1.0 / double(config.heads) : 0;
            }
            compare("entropy", measured("/attention/entropy", layer, example), entropy);
            compare("divergence", measured("/attention/js_divergence", layer, example), divergence);
            compare("sinks", measured("/attention/sink_share", layer, example), sinks);
            QCOMPARE(measured("/attention/js_divergence", layer, example, 0), 0.0);
        }
    }

    /// The budget's terms by plain products; their shares sum to 1.
    void budgetSumsUp() {
        everywhere([&](std::size_t layer, std::size_t example) {
            const torch::Tensor g = reference(example, layer, Site::Gate);
            const torch::Tensor u = reference(example, layer, Site::Up);
            const torch::Tensor dg = quantized(example, layer, Site::Gate) - g;
            const torch::Tensor du = quantized(example, layer, Site::Up) - u;
            const torch::Tensor total =
                quantized(example, layer, Site::Down) - reference(example, layer, Site::Down);
            const auto down = [&](const PlainModel& model, const torch::Tensor& x) {
                return linear(model, layer, Module::Down, x);
            };
            const std::vector<std::pair<std::string, torch::Tensor>> terms = {
                {"gate", down(m_quantized, dg * u)},
                {"up", down(m_quantized, g * du)},
                {"gate_up", down(m_quantized, dg * du)},
                {"weights", down(m_quantized, g * u) - down(m_reference, g * u)}};
            double shares = 0;
            for (const auto& [name, value] : terms) {
                const std::string path = "/budget/" + name;
                compare(path, measured(path + "/norm", layer, example),
                        value.norm(2, 1).mean().item<double>());
                compare(path, measured(path + "/share", layer, example),
                        ((value * total).sum() / total.square().sum()).item<double>());
                shares += measured(path + "/share", layer, example);
                const NamedArray& share = m_session->require("/tokens/down/budget_" + name);
                const NamedArray& norm =
                    m_session->require("/tokens/down/budget_" + name + "_norm");
                for (std::size_t t = 0; t < std::int64_t(tokens); ++t) {
                    const torch::Tensor part = value[std::int64_t(t)];
                    const torch::Tensor error = total[std::int64_t(t)];
                    compare(path + " by token", norm.at({awq, layer, example, t + 1}),
                            part.norm().item<double>());
                    compare(path + " by token", share.at({awq, layer, example, t + 1}),
                            (part.dot(error) / error.dot(error)).item<double>());
                }
                QVERIFY(std::isnan(share.at({awq, layer, example, 0})));
                QVERIFY(std::isnan(share.at({0, layer, example, 1})));
            }
            QVERIFY2(std::abs(shares - 1) < 1e-4, qPrintable(QString::number(shares)));
            QVERIFY(measured("/budget/misfit", layer, example) < 1e-4);
        });
    }

    /// CKA from the tokens' Gram matrices, where the program gathers sums over features.
    void alignmentEqualsThatOfGramMatrices() {
        const NamedArray& cka = m_session->require("/cka/resid_post");
        for (std::size_t layer = 0; layer < layers; ++layer) {
            std::vector<torch::Tensor> x;
            std::vector<torch::Tensor> y;
            for (std::size_t e = 0; e < examples; ++e) {
                x.push_back(reference(e, layer, Site::ResidPost));
                y.push_back(quantized(e, layer, Site::ResidPost));
            }
            const auto gram = [](const std::vector<torch::Tensor>& parts) {
                const torch::Tensor all = torch::cat(parts);
                const torch::Tensor centered = all - all.mean(0, true);
                return torch::mm(centered, centered.t());
            };
            const torch::Tensor k = gram(x);
            const torch::Tensor l = gram(y);
            const double expected =
                ((k * l).sum() / ((k * k).sum() * (l * l).sum()).sqrt()).item<double>();
            QVERIFY(std::abs(cka.at({awq, layer}) - expected) < 1e-6);
            QVERIFY(expected < 1 - 1e-4);
            QCOMPARE(cka.at({0, layer}), 1.0);
            QVERIFY(cka.at({noise, layer}) > expected);
        }
    }

    void channelsAreAveraged() {
        const NamedArray& array = m_session->require("/channels/resid_mid/mean_absolute");
        QCOMPARE(array.dimensions, (std::vector<std::string>{"layer", "hidden"}));
        for (const std::size_t channel : {0u, 57u, 127u}) {
            double sum = 0;
            for (std::size_t e = 0; e < examples; ++e)
                for (std::int64_t t = 0; t < std::int64_t(tokens); ++t)
                    sum += std::abs(
                        reference(e, 4, Site::ResidMid)[t][std::int64_t(channel)].item<double>());
            compare("mean", array.at({4, channel}), sum / double(examples * tokens));
        }
    }

    /// The reference with rounded products: a lane of the plots by layer, no method, small.
    /// Of every token the fourth moment over the squared variance, then their median.
    void medianKurtosisEqualsPlainLoops() {
        everywhere([&](std::size_t layer, std::size_t example) {
            const torch::Tensor x = quantized(example, layer, Site::ResidMid); // [T, hidden]
            std::vector<double> byToken;
            for (std::size_t t = 0; t < std::int64_t(tokens); ++t) {
                const torch::Tensor row = x[std::int64_t(t)];
                double mean = 0, second = 0, fourth = 0;
                const auto width = row.size(0);
                for (std::int64_t i = 0; i < width; ++i)
                    mean += row[i].item<double>() / double(width);
                for (std::int64_t i = 0; i < width; ++i) {
                    const double off = row[i].item<double>() - mean;
                    second += off * off / double(width);
                    fourth += off * off * off * off / double(width);
                }
                byToken.push_back(fourth / (second * second));
            }
            std::sort(byToken.begin(), byToken.end());
            compare("median kurtosis", measured("/sites/resid_mid/kurtosis_median", layer, example),
                    (byToken[(tokens - 1) / 2] + byToken[tokens / 2]) / 2);
        });
    }

    void noiseFloorIsALane() {
        QCOMPARE(m_session->names("lane"),
                 (std::vector<std::string>{"reference", "awq", "noise-floor"}));
        QCOMPARE(m_session->names("method"), std::vector<std::string>{"awq"});
        for (std::size_t example = 0; example < examples; ++example) {
            const std::string path = "/sites/resid_post/relative_error";
            const double floor = measured(path, layers - 1, example, noise);
            QVERIFY2(floor > 1e-4 && floor < 0.1, qPrintable(QString::number(floor)));
            QVERIFY(floor < 0.5 * measured(path, layers - 1, example));
            QCOMPARE(m_session->require("/sets/d_large").at({noise, example}), 0.0);
        }
        PlanOptions plan = options(m_folder, "batch.qscope.h5");
        plan.methods = {"rtn:bits=3,group=32,name=rtn"};
        plan.noiseFloor = "batch";
        const auto session = study(plan);
        const NamedArray& error = session->require("/sites/resid_post/relative_error");
        const NamedArray& norm = session->require("/sites/resid_post/norm");
        for (std::size_t example = 0; example < examples; ++example) {
            QVERIFY(error.at({noise, layers - 1, example}) < 1e-4);
            QVERIFY(std::abs(norm.at({noise, 2, example}) / norm.at({0, 2, example}) - 1) < 1e-5);
        }
        for (const char* path : {"/cka/resid_post", "/attention/entropy", "/budget/misfit",
                                 "/massive_activations/count", "/sites/q/local_mse",
                                 "/sites/ln2/angle", "/channels/resid_mid/mean_absolute"})
            QVERIFY2(!session->find(path), path);
    }

    /// Values planted by hand, in two batches that come in the wrong order.
    void outliersAreFound() {
        constexpr std::int64_t hidden = 8;
        ExampleIds ids;
        ids.positions = 3;
        ids.lengths = {3, 3, 2};
        ids.ids.assign(9, 1);
        ModelConfig config;
        config.layers = 1;
        OutlierInstrument instrument(config, 0, {ids, 1, 1});
        BlockWeights weights;
        weights.linear(Module::Down).weight = torch::arange(hidden * 5).view({hidden, 5}) * 1.0f;
        torch::Tensor state = torch::full({3, 3, hidden}, 0.2);
        state[0][0][5] = 900.0;  // massive
        state[1][2][1] = -300.0; // massive
        state[1][1][2] = 150.0;  // large, but under 1000 times the median
        state[2][2][0] = 5000.0; // padding
        torch::Tensor input = torch::ones({3, 3, 5});
        torch::Tensor output = torch::ones({3, 3, hidden});
        input[1][0][3] = -40.0;
        output[1][0][6] = 70.0;
        input[2][2][0] = 1e6; // padding
        SiteValues all;
        const auto add = [&](std::int64_t first, std::int64_t count, std::int64_t index) {
            SiteValues sites;
            sites[Site::ResidPost] = state.slice(0, first, first + count);
            sites[Site::DownInput] = input.slice(0, first, first + count);
            sites[Site::Down] = output.slice(0, first, first + count);
            LaneBatch batch;
            batch.batch = index;
            batch.firstExample = first;
            batch.weights = batch.referenceWeights = &weights;
            batch.sites = batch.referenceSites = &sites;
            instrument.add(batch);
        };
        add(1, 2, 1);
        add(0, 1, 0);
        const SessionData part = instrument.part();
        const auto at = [&](const char* path, std::size_t i) {
            return part.require(path).at({0, 0, i});
        };
        QCOMPARE(at("/massive_activations/count", 0), 1.0);
        QCOMPARE(at("/massive_activations/count", 1), 1.0);
        QCOMPARE(at("/massive_activations/count", 2), 0.0);
        QCOMPARE(at("/massive_activations/value", 0), 900.0);
        QCOMPARE(at("/massive_activations/channel_index", 0), 5.0);
        QCOMPARE(at("/massive_activations/value", 1), -300.0);
        QCOMPARE(at("/massive_activations/example_index", 1), 1.0);
        QCOMPARE(at("/massive_activations/position_index", 1), 2.0);
        QVERIFY(std::isnan(at("/massive_activations/value", 2)));
        const auto spike = [&](const char* name) {
            return part.require(std::string("/super_weights/") + name).at({0, 0});
        };
        QCOMPARE(spike("input_value"), -40.0);
        QCOMPARE(spike("input_channel"), 3.0);
        QCOMPARE(spike("output_channel"), 6.0);
        QCOMPARE(spike("same_token"), 1.0);
        QCOMPARE(spike("weight"), 6.0 * 5 + 3);
    }
};

QTEST_GUILESS_MAIN(TestInstruments)
#include "test_instruments.moc"
