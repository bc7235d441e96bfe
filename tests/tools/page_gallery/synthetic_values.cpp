#include "tests/tools/page_gallery/synthetic_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>

namespace quantscope {

namespace {

const std::array<const char*, 6> registers = {"story", "dialogue", "list",
                                              "table", "code",     "names"};
const std::array<const char*, 6> excerpts = {
    "Once upon a time there was a little bear who lived in a green house near the old mill.",
    "\"Did you bring the map?\" asked Tom. \"I thought that you had it,\" said Anna.",
    "1. two eggs  2. a cup of flour  3. half a spoon of salt  4. warm water",
    "year  rain  sun\n2001  812.5  1710\n2002  790.1  1688\n2003  901.7  1592",
    "for (int i = 0; i < n; ++i) {\n    total += weight[i] * value[i];\n}",
    "Present were Xiomara Quiñones-Ōe, Þórdís Gylfadóttir, Wojciech Brzęczyszczykiewicz and Ng."};

double pearson(const std::vector<double>& x, const std::vector<double>& y) {
    const double n = static_cast<double>(x.size());
    const double meanX = std::accumulate(x.begin(), x.end(), 0.0) / n;
    const double meanY = std::accumulate(y.begin(), y.end(), 0.0) / n;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - meanX) * (y[i] - meanY);
        xx += (x[i] - meanX) * (x[i] - meanX);
        yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xy / std::sqrt(xx * yy);
}

Interval around(double value, double half) { return {value, value - half, value + half}; }

std::vector<std::string> numbers(std::size_t count) {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < count; ++i)
        labels.push_back(std::to_string(i));
    return labels;
}

std::vector<double> upTo(std::size_t count) {
    std::vector<double> values(count);
    std::iota(values.begin(), values.end(), 0.0);
    return values;
}

} // namespace

SyntheticStudy::SyntheticStudy(std::size_t examples, std::size_t layers, unsigned seed)
    : m_random(seed)
    , m_layers(layers)
    , m_lanes({"reference", "rtn:bits=4,group=128", "rtn:bits=3,group=64", "nf4",
               "gptq:act_order=true,bits=3,group=64", "awq:bits=3,group=128"}) {
    const std::array<double, 6> scale = {0, 0.05, 0.6, 0.09, 0.28, 0.33};
    std::gamma_distribution<double> skewed(1.6, 0.6);
    for (std::size_t i = 0; i < examples; ++i) {
        m_difficulty.push_back(skewed(m_random));
        m_reference.push_back(std::max(0.3, 2.2 + noise(0.55) - 0.35 * (m_difficulty.back() - 1)));
    }
    m_errors.resize(m_lanes.size());
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
        for (std::size_t i = 0; i < examples; ++i)
            m_errors[lane].push_back(
                lane == 0 ? 0 : scale[lane] * (0.35 * m_difficulty[i] + 0.05 + noise(0.09)));
    }
}

double SyntheticStudy::noise(double spread) const {
    return std::normal_distribution<double>(0, spread)(m_random);
}

std::vector<std::size_t> SyntheticStudy::ordered() const {
    std::vector<std::size_t> order(m_difficulty.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return m_errors[4][a] > m_errors[4][b]; });
    return order;
}

OverviewValues SyntheticStudy::overview() const {
    OverviewValues values;
    values.modelName = "Sample-Llama-7B";
    values.modelDetail = "llama, 32 layers, hidden 4096, 6.74 B parameters, bf16";
    values.textDetail =
        std::to_string(m_difficulty.size()) + " examples of 512 tokens, web-sample.jsonl";
    values.status = "Complete";
    values.smallModel = false;
    const std::array<double, 6> perplexity = {9.12, 9.61, 17.3, 9.98, 12.1, 12.8};
    const std::array<double, 6> bits = {16, 4.25, 3.5, 4.13, 3.28, 3.25};
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
        OverviewRow row;
        row.lane = m_lanes[lane];
        row.method = lane == 0 ? "full precision" : m_lanes[lane];
        row.perplexity = around(perplexity[lane], perplexity[lane] * 0.02);
        row.bitsPerWeight = bits[lane];
        if (lane > 0) {
            const double mean = std::log(perplexity[lane] / perplexity[0]);
            row.meanError = around(mean, 0.08 * mean);
            row.meanKl = mean * 1.1;
            row.topAgreement = 1 - 0.45 * mean;
            row.residualCorrelation = around(-0.62 - 0.03 * static_cast<double>(lane), 0.04);
        }
        values.rows.push_back(row);
    }
    const std::vector<std::size_t> order = ordered();
    for (std::size_t i = 0; i < 12; ++i)
        values.worst.push_back(
            {order[i], m_lanes[4], m_errors[4][order[i]], excerpts[order[i] % excerpts.size()]});
    values.errorByRank.caption = {
        "Error of every example, sorted", "Each method's errors in falling order.",
        "e(x; θ~) = NLL(x; θ~) − NLL(x; θ)", "Chang et al., arXiv 2506.12044, section 3"};
    values.errorByRank.xTitle = "rank";
    values.errorByRank.yTitle = "error (nat)";
    for (std::size_t lane = 1; lane < m_lanes.size(); ++lane) {
        Curve curve{m_lanes[lane], upTo(m_difficulty.size()), m_errors[lane], {}, {}, m_lanes[lane],
                    false};
        std::sort(curve.y.rbegin(), curve.y.rend());
        values.errorByRank.curves.push_back(curve);
    }
    return values;
}

ExamplesValues SyntheticStudy::examples() const {
    ExamplesValues values;
    LabelColumn label{"register", {}};
    values.columns.push_back({"nll_reference", "nat", m_reference});
    for (std::size_t lane = 1; lane < m_lanes.size(); ++lane)
        values.columns.push_back({"error[" + m_lanes[lane] + "]", "nat", m_errors[lane]});
    for (std::size_t i = 0; i < m_difficulty.size(); ++i) {
        values.excerpts.emplace_back(excerpts[i % excerpts.size()]);
        values.tokens.push_back(512 - static_cast<std::int64_t>(i % 7));
        label.values.emplace_back(registers[i % registers.size()]);
    }
    values.labels.push_back(label);
    values.large.assign(m_difficulty.size(), 0);
    values.control.assign(m_difficulty.size(), 0);
    const ErrorsValues sets = errors();
    for (const std::size_t i : sets.large)
        values.large[i] = 1;
    for (const std::size_t i : sets.control)
        values.control[i] = 1;
    return values;
}

ErrorsValues SyntheticStudy::errors() const {
    ErrorsValues values;
    values.quantities.push_back({"nll_reference", "nat", m_reference});
    for (std::size_t lane = 1; lane < m_lanes.size(); ++lane)
        values.quantities.push_back({"error[" + m_lanes[lane] + "]", "nat", m_errors[lane]});
    const std::vector<std::size_t> order = ordered();
    const std::size_t tenth = order.size() / 10;
    values.large.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(tenth));
    for (std::size_t i = 0; i < tenth; ++i)
        values.control.push_back(order[order.size() / 2 + i * 4]);
    Matrix& matrix = values.pearson;
    matrix.rows = matrix.columns = m_lanes.size() - 1;
    matrix.rowLabels.assign(m_lanes.begin() + 1, m_lanes.end());
    matrix.columnLabels = matrix.rowLabels;
    matrix.rowTitle = matrix.columnTitle = "method";
    matrix.valueTitle = "Pearson r of the errors";
    matrix.diverging = true;
    for (std::size_t a = 1; a < m_lanes.size(); ++a) {
        for (std::size_t b = 1; b < m_lanes.size(); ++b)
            matrix.values.push_back(static_cast<float>(pearson(m_errors[a], m_errors[b])));
    }
    values.spearman = matrix;
    values.spearman.valueTitle = "Spearman ρ of the errors";
    values.jaccard = matrix;
    values.jaccard.valueTitle = "Jaccard index of the top tenths";
    values.jaccard.diverging = false;
    for (float& value : values.jaccard.values)
        value = value > 0.999F ? 1.0F : value * value * 0.62F;
    values.jaccardByChance = 0.053;
    return values;
}

ScatterStatistics SyntheticStudy::statistics(const ExampleColumn& x, const ExampleColumn& y) const {
    const double r = pearson(x.values, y.values);
    const double n = static_cast<double>(x.values.size());
    const double meanX = std::accumulate(x.values.begin(), x.values.end(), 0.0) / n;
    const double meanY = std::accumulate(y.values.begin(), y.values.end(), 0.0) / n;
    double xx = 0;
    double xy = 0;
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        xx += (x.values[i] - meanX) * (x.values[i] - meanX);
        xy += (x.values[i] - meanX) * (y.values[i] - meanY);
    }
    ScatterStatistics result{around(r, 0.04), around(r * 0.97, 0.045), xy / xx, 0, x.values.size()};
    result.intercept = meanY - result.slope * meanX;
    return result;
}

ResidualsValues SyntheticStudy::residuals() const {
    ResidualsValues values;
    values.request.example = 5;
    values.request.densityLayer = m_layers - 2;
    values.sites = {"resid_mid", "ln2", "down", "resid_post"};
    values.statistics = {"norm", "error_norm", "relative_error", "cosine", "kurtosis"};
    values.lanes = m_lanes;
    const auto depth = [&](std::size_t layer) {
        return std::exp(0.11 * static_cast<double>(layer));
    };
    Matrix& map = values.layerByExample;
    map.rows = m_layers;
    map.columns = m_difficulty.size();
    map.rowLabels = numbers(m_layers);
    map.rowTitle = "layer";
    map.columnTitle = "example";
    map.valueTitle = "mean norm of r";
    values.exampleOrder = ordered();
    for (const std::size_t i : values.exampleOrder)
        map.columnLabels.push_back(std::to_string(i));
    for (std::size_t layer = 0; layer < m_layers; ++layer) {
        const double upper = static_cast<double>(layer) / static_cast<double>(m_layers);
        for (std::size_t column = 0; column < map.columns; ++column) {
            const double difficulty = m_difficulty[values.exampleOrder[column]];
            const bool missing = layer >= m_layers - 3 && column >= map.columns - map.columns / 12;
            map.values.push_back(
                missing ? std::nanf("")
                        : static_cast<float>(depth(layer) *
                                             (12 - 2.2 * upper * difficulty + noise(0.5))));
        }
    }
    const ExampleDetail tokens = detail(5);
    Matrix& byToken = values.layerByToken;
    byToken.rows = m_layers;
    byToken.columns = tokens.tokens.size();
    byToken.rowLabels = numbers(m_layers);
    byToken.rowTitle = "layer";
    byToken.columnTitle = "token";
    byToken.valueTitle = "norm of r";
    for (const TokenDetail& token : tokens.tokens)
        byToken.columnLabels.push_back(token.piece);
    for (std::size_t layer = 0; layer < m_layers; ++layer) {
        for (std::size_t column = 0; column < byToken.columns; ++column)
            byToken.values.push_back(
                static_cast<float>(depth(layer) * (column == 0 ? 60 : 9 + std::abs(noise(3)))));
    }
    values.byLayer.caption = {"Mean norm of the residual by layer",
                              "Mean over the examples of each set with bootstrap intervals.",
                              "norm(x; r(l)) = (1/T) Σ ‖r(l)_t‖₂",
                              "Chang et al., arXiv 2506.12044, figure 1a"};
    values.byLayer.xTitle = "layer";
    values.byLayer.yTitle = "mean norm of r";
    values.correlation.caption = {"Correlation of residual size with the final error",
                                  "Pearson over examples at each layer.", "ρ(S(l), E)",
                                  "Chang et al., arXiv 2506.12044, figures 8–11"};
    values.correlation.xTitle = "layer";
    values.correlation.yTitle = "ρ(S(l), E)";
    for (const auto& [role, name, factor] :
         {std::tuple("d_large", "D_large", 0.86), std::tuple("d_ctrl", "D_ctrl", 1.0)}) {
        Curve curve{name, upTo(m_layers), {}, {}, {}, role, false};
        for (std::size_t layer = 0; layer < m_layers; ++layer) {
            const double upper = static_cast<double>(layer) / static_cast<double>(m_layers);
            curve.y.push_back(depth(layer) * 11 * std::lerp(1.0, factor, upper));
            curve.low.push_back(curve.y.back() * 0.97);
            curve.high.push_back(curve.y.back() * 1.03);
        }
        values.byLayer.curves.push_back(curve);
    }
    for (std::size_t lane = 1; lane < m_lanes.size(); ++lane) {
        Curve curve{m_lanes[lane], upTo(m_layers), {}, {}, {}, m_lanes[lane], false};
        for (std::size_t layer = 0; layer < m_layers; ++layer) {
            const double upper = static_cast<double>(layer) / static_cast<double>(m_layers);
            curve.y.push_back(0.15 - (0.75 + 0.04 * static_cast<double>(lane)) * upper +
                              noise(0.02));
        }
        values.correlation.curves.push_back(curve);
    }
    const auto density = [&](const char* title, double large, double control) {
        CurveFigure figure;
        figure.caption = {title, "Kernel density over the examples of each set.", "",
                          "Chang et al., arXiv 2506.12044, figures 1b and 1c"};
        figure.xTitle = "mean norm";
        figure.yTitle = "density";
        for (const auto& [role, name, centre] :
             {std::tuple("d_large", "D_large", large), std::tuple("d_ctrl", "D_ctrl", control)}) {
            Curve curve{name, {}, {}, {}, {}, role, false};
            for (int i = 0; i < 200; ++i) {
                const double x = 150 + i * 1.6;
                curve.x.push_back(x);
                curve.y.push_back(std::exp(-0.5 * std::pow((x - centre) / 28, 2)) / (28 * 2.5066));
            }
            figure.curves.push_back(curve);
        }
        return figure;
    };
    values.densityBefore = density("Norm of r before the MLP's norm", 262, 318);
    values.densityAfter = density("Norm of h after the MLP's norm", 330, 281);
    return values;
}

EarlyExitValues SyntheticStudy::earlyExit() const {
    EarlyExitValues values;
    values.measured = true;
    values.lanes.assign(m_lanes.begin() + 1, m_lanes.end());
    values.lane = m_lanes[4];
    for (std::size_t layer = 0; layer < m_layers; ++layer) {
        values.ticks.push_back("A#" + std::to_string(layer));
        values.ticks.push_back("M#" + std::to_string(layer));
    }
    const auto fill = [&](CurveFigure& figure, std::size_t from, const char* title) {
        figure.caption = {title, "Mean loss when the model ends at a half layer.",
                          "p(l) = softmax(U · φ(s)), s = r(l) or z(l)",
                          "Chang et al., arXiv 2506.12044, figures 2 and 12–15"};
        figure.xTitle = "residual stream at";
        figure.yTitle = "NLL (nat)";
        for (const auto& [role, name, last, dashed] :
             {std::tuple("d_large", "full, D_large", 2.2, false),
              std::tuple("d_large", "quantized, D_large", 2.75, true),
              std::tuple("d_ctrl", "full, D_ctrl", 2.4, false),
              std::tuple("d_ctrl", "quantized, D_ctrl", 2.47, true)}) {
            Curve curve{name, {}, {}, {}, {}, role, dashed};
            for (std::size_t tick = from; tick < values.ticks.size(); ++tick) {
                const double share =
                    static_cast<double>(tick) / static_cast<double>(values.ticks.size() - 1);
                const double y = last + 8 * std::pow(1 - share, 1.4) + 0.1 * std::sin(9 * share);
                curve.x.push_back(static_cast<double>(tick));
                curve.y.push_back(y);
                curve.low.push_back(y - 0.06);
                curve.high.push_back(y + 0.06);
            }
            figure.curves.push_back(curve);
        }
    };
    for (const char* name : {"nll", "rank", "entropy", "kl_to_final"}) {
        ExitStatistic statistic;
        statistic.name = name;
        fill(statistic.upperHalf, values.ticks.size() / 2, "By layer, upper half");
        fill(statistic.allLayers, 0, "By layer, all layers");
        values.statistics.push_back(std::move(statistic));
    }
    return values;
}

PatchingValues SyntheticStudy::patching() const {
    PatchingValues values;
    values.measured = true;
    values.lanes.assign(m_lanes.begin() + 1, m_lanes.end());
    values.lane = m_lanes[4];
    const std::array<std::pair<const char*, double>, 4> kinds = {
        std::pair("down", 0.92), std::pair("gate", 0.71), std::pair("up", -0.18),
        std::pair("attn_out", 0.34)};
    for (const auto& [kind, recovered] : kinds) {
        for (const char* set : {"d_large", "d_ctrl", "d_matched", "all"}) {
            PatchRow row;
            row.baseLane = values.lane;
            row.donorLane = "reference";
            row.kind = kind;
            row.layers = "16-31";
            row.positions = "all";
            row.set = set;
            row.examples = row.set == "all" ? 768 : 76;
            row.perplexityFull = 5.6;
            row.perplexityBase = row.set == "d_large" ? 9.4 : 6.1;
            row.perplexityPatched =
                row.perplexityBase - recovered * (row.perplexityBase - row.perplexityFull);
            row.unstable = row.set == "d_ctrl";
            row.recovered = around(recovered * (row.unstable ? 0.6 : 1) + noise(0.03),
                                   row.unstable ? 0.5 : 0.07);
            values.rows.push_back(row);
        }
    }
    Matrix& map = values.layerByKind;
    map.rows = m_layers;
    map.columns = kinds.size();
    map.rowLabels = numbers(m_layers);
    for (const auto& [kind, recovered] : kinds)
        map.columnLabels.emplace_back(kind);
    map.rowTitle = "layer";
    map.columnTitle = "patched module";
    map.valueTitle = "recovered fraction";
    map.diverging = true;
    for (std::size_t layer = 0; layer < m_layers; ++layer) {
        for (const auto& [kind, recovered] : kinds)
            map.values.push_back(
                layer < 4 ? std::nanf("")
                          : static_cast<float>(recovered * 0.2 * static_cast<double>(layer) / 32 +
                                               noise(0.02)));
    }
    return values;
}

WeightsValues SyntheticStudy::weights() const {
    WeightsValues values;
    values.methods.assign(m_lanes.begin() + 1, m_lanes.end());
    values.method = m_lanes[4];
    values.statistic = "relative_error";
    Matrix& map = values.layerByModule;
    map.rows = m_layers;
    map.columnLabels = {"q", "k", "v", "o", "gate", "up", "down"};
    map.columns = map.columnLabels.size();
    map.rowLabels = numbers(m_layers);
    map.rowTitle = "layer";
    map.columnTitle = "module";
    map.valueTitle = "relative error";
    for (std::size_t cell = 0; cell < map.rows * map.columns; ++cell)
        map.values.push_back(static_cast<float>(0.13 + 0.01 * static_cast<double>(cell % 7) +
                                                std::abs(noise(0.02))));
    values.byLayer.caption = {"Mean over modules by layer", "A line a method.", "", ""};
    values.byLayer.xTitle = "layer";
    values.byLayer.yTitle = "relative error";
    for (std::size_t lane = 1; lane < m_lanes.size(); ++lane) {
        Curve curve{m_lanes[lane], upTo(m_layers), {}, {}, {}, m_lanes[lane], false};
        for (std::size_t layer = 0; layer < m_layers; ++layer)
            curve.y.push_back(0.06 + 0.025 * static_cast<double>(lane) + std::abs(noise(0.006)));
        values.byLayer.curves.push_back(curve);
    }
    return values;
}

ExampleDetail SyntheticStudy::detail(std::size_t example) const {
    ExampleDetail detail;
    detail.example = example;
    detail.lane = m_lanes[4];
    detail.lanes.assign(m_lanes.begin() + 1, m_lanes.end());
    detail.labels = {"register: names", "source: sample"};
    detail.error = m_errors[4][example];
    detail.nllReference = m_reference[example];
    const std::array<const char*, 30> pieces = {
        "<s>",  "▁Present", "▁were", "▁X", "iom",  "ara",      "▁Qu",    "iñ",  "ones",  "-",
        "Ō",    "e",        ",",     "▁Þ", "ór",   "dís",      "▁Gyl",   "fad", "ótt",   "ir",
        "▁and", "▁Ng",      ".",     "\n", "▁The", "▁meeting", "▁began", "▁at", "▁nine", "."};
    for (std::size_t position = 0; position < 90; ++position) {
        TokenDetail token;
        token.piece = pieces[position % pieces.size()];
        if (position > 0) {
            token.nllReference = std::abs(noise(2.2));
            token.nllLane =
                std::max(0.0, token.nllReference + noise(0.4) + (position % 11 == 0 ? 2.5 : 0));
            token.kl = std::abs(noise(0.2));
            token.rankReference = static_cast<std::int64_t>(std::exp(token.nllReference) / 2);
            token.rankLane = static_cast<std::int64_t>(std::exp(token.nllLane) / 2);
            token.topAgrees = position % 5 != 0;
        }
        detail.tokens.push_back(token);
    }
    return detail;
}

} // namespace quantscope
