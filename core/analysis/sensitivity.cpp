#include "core/analysis/sensitivity.h"

#include "core/analysis/sets.h"
#include "core/analysis/statistics.h"
#include "core/analysis/table_rows.h"
#include "core/data/session_schema.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

using namespace table_columns;

const std::string root = "/sensitivity/";

std::vector<double> difference(std::vector<double> values, const std::vector<double>& less) {
    if (values.size() != less.size())
        return {};
    std::transform(values.begin(), values.end(), less.begin(), values.begin(), std::minus<>());
    return values;
}

double numberAt(const SessionView& view, const std::string& name,
                std::initializer_list<std::size_t> index) {
    const NamedArray* array = view.session().find(root + name);
    return array ? array->at(index) : notMeasured;
}

double meanOf(const std::vector<double>& values, const std::vector<std::size_t>& examples) {
    const std::vector<double> own = valuesAt(values, examples);
    return own.empty() ? notMeasured : mean(own);
}

/// A set with the resamples of its documents.
struct ResampledSet {
    SensitivitySet set;
    Resamples resamples;
};

std::vector<ResampledSet> resampledSets(const SessionView& view, const SensitivityView& measured,
                                        std::size_t candidate) {
    std::vector<ResampledSet> sets;
    for (SensitivitySet& set : measured.sets(candidate)) {
        std::vector<std::int32_t> documents;
        for (const std::size_t example : set.examples)
            documents.push_back(measured.documents()[example]);
        Resamples resamples(documents, view.resampleCount(), view.analysisSeed());
        sets.push_back({std::move(set), std::move(resamples)});
    }
    return sets;
}

std::string moduleLabel(std::size_t module) { return std::string(moduleName(allModules[module])); }

} // namespace

SensitivityView::SensitivityView(const SessionView& view) : m_view(&view) {
    const NamedArray* cost = view.session().find(root + "kl_quantized");
    if (!cost || cost->shape.size() != 4)
        return;
    m_candidates = view.session().names("candidate");
    m_candidates.resize(cost->shape[0]);
    m_layers = cost->shape[1];
    m_modules = std::min(cost->shape[2], allModules.size());
    m_examples = cost->shape[3];
    m_documents = view.integers(root + "document");
    if (m_documents.size() != m_examples) {
        m_documents.resize(m_examples);
        std::iota(m_documents.begin(), m_documents.end(), 0);
    }
}

double SensitivityView::elements(std::size_t layer, std::size_t module) const {
    return numberAt(*m_view, "elements", {layer, module});
}

bool SensitivityView::hasMatrix(std::size_t layer, std::size_t module) const {
    return elements(layer, module) > 0;
}

double SensitivityView::bits(std::size_t candidate, std::size_t layer, std::size_t module) const {
    return numberAt(*m_view, "bits", {candidate, layer, module});
}

bool SensitivityView::folds(std::size_t candidate, std::size_t module) const {
    return numberAt(*m_view, "folds", {candidate, module}) == 1;
}

bool SensitivityView::rescalable(std::size_t candidate) const {
    return numberAt(*m_view, "rescalable", {candidate}) == 1;
}

std::vector<double> SensitivityView::row(const std::string& name,
                                         const std::vector<std::size_t>& at) const {
    return m_view->slice(root + name, at);
}

std::vector<double> SensitivityView::costKl(const Matrix& matrix) const {
    return row("kl_quantized", {matrix.candidate, matrix.layer, matrix.module});
}

std::vector<double> SensitivityView::costError(const Matrix& matrix) const {
    return difference(row("nll_quantized", {matrix.candidate, matrix.layer, matrix.module}),
                      row("nll_reference", {}));
}

std::vector<double> SensitivityView::gainKl(const Matrix& matrix) const {
    return difference(wholeKl(matrix.candidate),
                      row("kl_restored", {matrix.candidate, matrix.layer, matrix.module}));
}

std::vector<double> SensitivityView::gainError(const Matrix& matrix) const {
    return difference(row("nll", {matrix.candidate}),
                      row("nll_restored", {matrix.candidate, matrix.layer, matrix.module}));
}

std::vector<double> SensitivityView::wholeKl(std::size_t candidate) const {
    return row("kl", {candidate});
}

std::vector<double> SensitivityView::wholeError(std::size_t candidate) const {
    return difference(row("nll", {candidate}), row("nll_reference", {}));
}

std::vector<double> SensitivityView::layerKl(std::size_t candidate, std::size_t layer) const {
    return row("kl_layer", {candidate, layer});
}

std::vector<double> SensitivityView::kindKl(std::size_t candidate, std::size_t module) const {
    return row("kl_kind", {candidate, module});
}

std::vector<std::string> SensitivityView::labelNames() const {
    return m_view->members(root + "labels");
}

std::vector<std::string> SensitivityView::label(const std::string& name) const {
    std::vector<std::string> values = m_view->texts(root + "labels/" + name);
    return values.size() == m_examples ? values : std::vector<std::string>{};
}

std::vector<SensitivitySet> SensitivityView::sets(std::size_t candidate) const {
    std::vector<std::size_t> all(m_examples);
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<SensitivitySet> sets = {{"all", std::move(all)}};
    const double fraction = m_view->number(attribute::setFraction).value_or(0.1);
    std::vector<std::size_t> large = largeSet(wholeError(candidate), fraction);
    if (!large.empty())
        sets.push_back({"d_large", std::move(large)});
    for (const std::string& name : labelNames()) {
        std::map<std::string, std::vector<std::size_t>> groups;
        const std::vector<std::string> values = label(name);
        for (std::size_t example = 0; example < values.size(); ++example)
            groups[values[example]].push_back(example);
        for (auto& [value, examples] : groups)
            sets.push_back({name + "=" + value, std::move(examples)});
    }
    return sets;
}

Table sensitivityTable(const SessionView& view) {
    TableRows rows({{"candidate", text},
                    {"layer", number},
                    {"module", text},
                    {"bits", number},
                    {"weights", number},
                    {"set", text},
                    {"examples", number},
                    {"cost_kl", number},
                    {"cost_kl_low", number},
                    {"cost_kl_high", number},
                    {"cost_error", number},
                    {"gain_kl", number},
                    {"gain_kl_low", number},
                    {"gain_kl_high", number},
                    {"gain_error", number}});
    const SensitivityView measured(view);
    for (std::size_t candidate = 0; candidate < measured.candidates().size(); ++candidate) {
        const std::vector<ResampledSet> sets = resampledSets(view, measured, candidate);
        for (std::size_t layer = 0; layer < measured.layers(); ++layer)
            for (std::size_t module = 0; module < measured.modules(); ++module) {
                if (!measured.hasMatrix(layer, module))
                    continue;
                const SensitivityView::Matrix at{candidate, layer, module};
                const std::vector<double> costKl = measured.costKl(at);
                const std::vector<double> gainKl = measured.gainKl(at);
                const std::vector<double> costError = measured.costError(at);
                const std::vector<double> gainError = measured.gainError(at);
                for (const auto& [set, resamples] : sets) {
                    const Interval cost = meanInterval(valuesAt(costKl, set.examples), resamples);
                    const Interval gain = meanInterval(valuesAt(gainKl, set.examples), resamples);
                    rows.add(measured.candidates()[candidate], layer, moduleLabel(module),
                             measured.bits(candidate, layer, module),
                             measured.elements(layer, module), set.name, set.examples.size(),
                             cost.value, cost.low, cost.high, meanOf(costError, set.examples),
                             gain.value, gain.low, gain.high, meanOf(gainError, set.examples));
                }
            }
    }
    return rows.take();
}

Table additivityTable(const SessionView& view) {
    TableRows rows({{"candidate", text},
                    {"part", text},
                    {"set", text},
                    {"examples", number},
                    {"sum_kl", number},
                    {"whole_kl", number},
                    {"ratio", number},
                    {"ratio_low", number},
                    {"ratio_high", number}});
    const SensitivityView measured(view);
    for (std::size_t candidate = 0; candidate < measured.candidates().size(); ++candidate) {
        const std::vector<ResampledSet> sets = resampledSets(view, measured, candidate);
        std::vector<double> ofModel(measured.examples());
        std::vector<std::vector<double>> ofLayers(measured.layers(), ofModel);
        std::vector<std::vector<double>> ofKinds(measured.modules(), ofModel);
        for (std::size_t layer = 0; layer < measured.layers(); ++layer)
            for (std::size_t module = 0; module < measured.modules(); ++module) {
                if (!measured.hasMatrix(layer, module))
                    continue;
                const std::vector<double> cost = measured.costKl({candidate, layer, module});
                for (std::size_t example = 0; example < cost.size(); ++example) {
                    ofModel[example] += cost[example];
                    ofLayers[layer][example] += cost[example];
                    ofKinds[module][example] += cost[example];
                }
            }
        const auto add = [&](const std::string& part, const std::vector<double>& sum,
                             const std::vector<double>& whole) {
            if (whole.empty() || std::isnan(whole.front()))
                return;
            for (const auto& [set, resamples] : sets) {
                const std::vector<double> sums = valuesAt(sum, set.examples);
                const std::vector<double> wholes = valuesAt(whole, set.examples);
                const Interval ratio = ratioInterval(sums, wholes, resamples);
                rows.add(measured.candidates()[candidate], part, set.name, set.examples.size(),
                         mean(sums), mean(wholes), ratio.value, ratio.low, ratio.high);
            }
        };
        add("model", ofModel, measured.wholeKl(candidate));
        for (std::size_t layer = 0; layer < measured.layers(); ++layer)
            add("layer " + std::to_string(layer), ofLayers[layer],
                measured.layerKl(candidate, layer));
        for (std::size_t module = 0; module < measured.modules(); ++module)
            add(moduleLabel(module), ofKinds[module], measured.kindKl(candidate, module));
    }
    return rows.take();
}

} // namespace quantscope
