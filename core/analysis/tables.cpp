#include "core/analysis/tables.h"

#include "core/analysis/allocation_results.h"
#include "core/analysis/bootstrap.h"
#include "core/analysis/calibration_tables.h"
#include "core/analysis/inference_tables.h"
#include "core/analysis/instrument_tables.h"
#include "core/analysis/learned_comparison.h"
#include "core/analysis/pages.h"
#include "core/analysis/patch_history.h"
#include "core/analysis/questions_report.h"
#include "core/analysis/sensitivity.h"
#include "core/analysis/session_view.h"
#include "core/analysis/set_curves.h"
#include "core/analysis/statistics.h"
#include "core/analysis/table_rows.h"
#include "core/analysis/training_curves.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

using namespace table_columns;

Table examplesTable(const SessionView& view) {
    Table table;
    Numbers indices(view.examples());
    std::iota(indices.begin(), indices.end(), 0.0);
    table.columns.push_back({"example", std::move(indices)});
    table.columns.push_back({"tokens", view.tokenCounts()});
    for (ExampleColumn& column : exampleColumns(view))
        table.columns.push_back({column.name, std::move(column.values)});
    for (const std::string& name : view.labelNames())
        if (Texts values = view.label(name); !values.empty())
            table.columns.push_back({name, std::move(values)});
    return table;
}

Table methodsTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"method", text},
                    {"bits_per_weight", number},
                    {"activation_bits", number},
                    {"perplexity", number},
                    {"perplexity_low", number},
                    {"perplexity_high", number},
                    {"error", number},
                    {"error_low", number},
                    {"error_high", number},
                    {"kl", number},
                    {"top1_agreement", number},
                    {"rho_residual", number},
                    {"rho_residual_low", number},
                    {"rho_residual_high", number}});
    for (const OverviewRow& row : overviewOf(view).rows)
        rows.add(row.lane, row.method, row.bitsPerWeight, row.activationBits, row.perplexity.value,
                 row.perplexity.low, row.perplexity.high, row.meanError.value, row.meanError.low,
                 row.meanError.high, row.meanKl, row.topAgreement, row.residualCorrelation.value,
                 row.residualCorrelation.low, row.residualCorrelation.high);
    return rows.take();
}

struct SetOfExamples {
    std::string name;
    std::vector<std::size_t> examples;
};

std::vector<SetOfExamples> setsWithAll(const SessionView& view, const std::string& lane) {
    std::vector<std::size_t> all(view.examples());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const ExampleSets sets = exampleSets(view, lane);
    return {{"all", std::move(all)},
            {"d_large", sets.large},
            {"d_ctrl", sets.control},
            {"d_matched", sets.matched}};
}

Table layersTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"layer", number},
                    {"site", text},
                    {"statistic", text},
                    {"set", text},
                    {"examples", number},
                    {"mean", number},
                    {"median", number}});
    for (const std::string& lane : view.lanes()) {
        const auto sets = setsWithAll(view, view.methodLane(lane));
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            for (const std::string& site : view.sites("/sites"))
                for (const std::string& statistic : view.members("/sites/" + site)) {
                    const Numbers values = view.row(sitePath(site, statistic), lane, layer);
                    for (const SetOfExamples& set : sets) {
                        Numbers own = valuesAt(values, set.examples);
                        std::erase_if(own, [](double value) { return value != value; });
                        if (!own.empty())
                            rows.add(lane, layer, site, statistic, set.name, own.size(), mean(own),
                                     quantile(own, .5));
                    }
                }
    }
    return rows.take();
}

Table earlyExitTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"sets_of", text},
                    {"layer", number},
                    {"site", text},
                    {"tick", text},
                    {"statistic", text},
                    {"set", text},
                    {"examples", number},
                    {"mean", number},
                    {"low", number},
                    {"high", number}});
    const std::string pair = view.methodLane({});
    const std::vector<NamedSet> sets = contrastSets(view, pair);
    for (const std::string& lane : view.lanes())
        for (const std::string& site : view.sites("/early_exit"))
            for (const std::string& statistic : view.members("/early_exit/" + site))
                for (std::size_t layer = 0; layer < view.layers(); ++layer) {
                    const Numbers values =
                        view.row("/early_exit/" + site + "/" + statistic, lane, layer);
                    const std::string tick = site == "resid_post" ? fmt::format("A#{}", layer + 1)
                                                                  : fmt::format("M#{}", layer);
                    for (const NamedSet& set : sets) {
                        Numbers own = valuesAt(values, set.examples());
                        std::erase_if(own, [](double value) { return value != value; });
                        const Interval mean = set.meanOf(values);
                        if (!own.empty())
                            rows.add(lane, pair, layer, site, tick, statistic, set.name(),
                                     own.size(), mean.value, mean.low, mean.high);
                    }
                }
    return rows.take();
}

Table patchingTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"base_lane", text},
                    {"donor_lane", text},
                    {"kind", text},
                    {"layers", text},
                    {"positions", text},
                    {"set", text},
                    {"examples", number},
                    {"perplexity_full", number},
                    {"perplexity_base", number},
                    {"perplexity_patched", number},
                    {"recovered", number},
                    {"recovered_low", number},
                    {"recovered_high", number},
                    {"unstable", number}});
    const PatchingValues first = patchingOf(view, {});
    for (const std::string& lane : first.lanes) {
        const PatchingValues values = lane == first.lane ? first : patchingOf(view, lane);
        for (const PatchRow& row : values.rows)
            rows.add(lane, row.baseLane, row.donorLane, row.kind, row.layers, row.positions,
                     row.set, row.examples, row.perplexityFull, row.perplexityBase,
                     row.perplexityPatched, row.recovered.value, row.recovered.low,
                     row.recovered.high, row.unstable ? 1.0 : 0.0);
    }
    return rows.take();
}

Table weightsTable(const SessionView& view) {
    TableRows rows({{"method", text},
                    {"layer", number},
                    {"module", text},
                    {"relative_error", number},
                    {"sqnr", number},
                    {"cosine", number},
                    {"bits", number},
                    {"activation_bits", number},
                    {"basis_misfit", number}});
    const Texts methods = view.texts("/method");
    const Texts modules = view.texts("/module");
    const auto at = [](const Numbers& values, std::size_t module) {
        return module < values.size() ? values[module] : notMeasured;
    };
    for (std::size_t method = 0; method < methods.size(); ++method)
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            const auto of = [&](const char* statistic) {
                return view.slice(std::string("/weights/") + statistic, {method, layer});
            };
            const Numbers error = of("relative_error");
            const Numbers sqnr = of("sqnr");
            const Numbers cosine = of("cosine");
            const Numbers bits = of("bits");
            const Numbers activationBits = of("activation_bits");
            const Numbers misfit = of("basis_misfit");
            for (std::size_t module = 0; module < modules.size(); ++module)
                if (at(error, module) == at(error, module)) // not NaN: the layer is finished
                    rows.add(methods[method], layer, modules[module], at(error, module),
                             at(sqnr, module), at(cosine, module), at(bits, module),
                             at(activationBits, module), at(misfit, module));
        }
    return rows.take();
}

Table trainingTable(const SessionView& view) {
    TableRows rows({{"method", text},
                    {"stage", text},
                    {"layer", number},
                    {"epoch", number},
                    {"loss", number}});
    const Texts methods = view.texts("/method");
    for (std::size_t method = 0; method < methods.size(); ++method) {
        const std::vector<Numbers> losses = trainingLosses(view, method);
        for (std::size_t layer = 0; layer < losses.size(); ++layer)
            for (std::size_t epoch = 0; epoch < losses[layer].size(); ++epoch)
                if (std::isfinite(losses[layer][epoch]))
                    rows.add(methods[method], "block", layer, epoch, losses[layer][epoch]);
        const Numbers together = view.slice("/training/end_to_end_nll", {method});
        for (std::size_t epoch = 0; epoch < together.size(); ++epoch)
            if (std::isfinite(together[epoch]))
                rows.add(methods[method], "end-to-end", notMeasured, epoch, together[epoch]);
    }
    return rows.take();
}

/// The example that a table of one example is asked for.
std::size_t requireExample(const SessionView& view, const TableOptions& options,
                           const char* table) {
    if (!options.example)
        throw Error(
            ErrorKind::Usage,
            fmt::format("The table {} is of one example: say which, e.g. --example 0.", table));
    if (*options.example >= view.examples())
        throw Error(ErrorKind::Usage,
                    fmt::format("The session has no example {}; it has {}, counted from 0.",
                                *options.example, view.examples()));
    return *options.example;
}

Table tokensTable(const SessionView& view, const TableOptions& options) {
    const std::size_t example = requireExample(view, options, "tokens");
    const ExampleDetail detail = exampleDetail(view.session(), example, {});
    const std::size_t count = detail.tokens.size();
    Numbers positions(count);
    std::iota(positions.begin(), positions.end(), 0.0);
    Numbers ids = view.slice("/text/token_ids", {example});
    ids.resize(count);
    Texts pieces;
    for (const TokenDetail& token : detail.tokens)
        pieces.push_back(token.piece);
    Table table;
    table.columns.push_back({"position", std::move(positions)});
    table.columns.push_back({"token_id", std::move(ids)});
    table.columns.push_back({"piece", std::move(pieces)});
    const auto add = [&](const std::string& name, const char* path, const std::string& lane) {
        const auto index = view.laneIndex(lane);
        Numbers values = index ? view.slice(path, {*index, example}) : Numbers{};
        if (values.empty())
            return;
        values.resize(count, notMeasured);
        table.columns.push_back({name, std::move(values)});
    };
    add("nll_reference", "/output/nll", std::string(referenceLane));
    for (const std::string& lane : view.methodLanes()) {
        add("nll[" + lane + "]", "/output/nll", lane);
        add("kl[" + lane + "]", "/output/kl", lane);
        add("kl_reverse[" + lane + "]", "/output/kl_reverse", lane);
        add("js[" + lane + "]", "/output/js", lane);
        add("top1_agrees[" + lane + "]", "/output/top1_agrees", lane);
        add("rank[" + lane + "]", "/output/rank", lane);
    }
    return table;
}

struct Maker {
    TableDescription description;
    std::function<Table(const SessionView&, const TableOptions&)> make;
};

const std::vector<Maker>& makers() {
    const auto plain = [](Table (*make)(const SessionView&)) {
        return [make](const SessionView& view, const TableOptions&) { return make(view); };
    };
    static const std::vector<Maker> all = {
        {{"examples", "every example: tokens, NLL, error and KL of each lane, labels"},
         plain(examplesTable)},
        {{"methods", "every lane: bits per weight and of inputs, perplexity, error, KL, agreement, "
                     "correlation"},
         plain(methodsTable)},
        {{"layers", "every statistic by lane, layer, site and set of examples"},
         plain(layersTable)},
        {{"correlations", "of errors between methods, and of norms by layer with the error"},
         plain(correlationsTable)},
        {{"output", "KL, Δp, agreement and perplexity of each method, as llama.cpp has them"},
         plain(outputTable)},
        {{"confidence", "error and KL by how probable the reference found the true token"},
         plain(confidenceTable)},
        {{"reliability",
          "how well errors can be measured, and what honest selection leaves of them"},
         plain(reliabilityTable)},
        {{"groups", "error by label, and by reference NLL (head and tail)"}, plain(groupsTable)},
        {{"contrasts", "D_large less D_ctrl and less D_matched, by layer"}, plain(contrastsTable)},
        {{"explanations", "what goes with the error: partial correlations, drift, mediation"},
         plain(explanationsTable)},
        {{"predictors", "how well the reference run alone foretells the errors"},
         plain(predictorsTable)},
        {{"questions", "every answered question: prediction, right or wrong, first token that "
                       "differs, by lane"},
         plain(questionsTable)},
        {{"questions-by-popularity", "accuracy and its drop by popularity and lane"},
         plain(popularityTable)},
        {{"choices", "every choice of a question: log-likelihood by lane"}, plain(choicesTable)},
        {{"early-exit", "what each layer would predict, by set"}, plain(earlyExitTable)},
        {{"patching", "perplexity and recovered fraction of each patch, by set"},
         plain(patchingTable)},
        {{"patch-history", "patches asked for after the study, an example a row"},
         [](const SessionView& view, const TableOptions&) {
             return patchHistoryTable(view.session());
         }},
        {{"calibration", "perplexity of every method on every draw of every calibration set"},
         plain(calibrationTable)},
        {{"calibration-spread", "of each method, between draws and between calibration sets"},
         plain(calibrationSpreadTable)},
        {{"perturbation", "lanes as perturbations: distance, kind of noise, error"},
         plain(perturbationTable)},
        {{"removal", "loss without attention, MLPs and blocks, and with MLPs skipped"},
         plain(removalTable)},
        {{"instruments", "attention, the MLP's error budget, activations, depth, CKA, by set"},
         plain(instrumentsTable)},
        {{"budget", "the MLP's error budget by token of one example, with token maps"},
         [](const SessionView& view, const TableOptions& options) {
             return budgetTable(view, requireExample(view, options, "budget"));
         }},
        {{"massive", "the largest massive activations"}, plain(massiveTable)},
        {{"super-weights", "candidates of super weights"}, plain(superWeightsTable)},
        {{"experts", "routing and errors of every expert, of models that have any"},
         plain(expertsTable)},
        {{"weights", "error of every quantized matrix"}, plain(weightsTable)},
        {{"training", "losses of methods that train, by layer and epoch"}, plain(trainingTable)},
        {{"learned", "trained methods against their bases: NLL, evenness of errors over layers"},
         plain(learnedTable)},
        {{"sensitivity", "what each matrix alone costs when quantized and gains when restored"},
         plain(sensitivityTable)},
        {{"additivity", "costs of single matrices summed, against all of them together"},
         plain(additivityTable)},
        {{"allocation", "assignments of methods to matrices: predicted, and on held-out text"},
         plain(allocationTable)},
        {{"allocation-matrices", "the method of every matrix in every assignment"},
         plain(allocationMatricesTable)},
        {{"pareto", "size and error of every quantized lane, over all examples and by label"},
         plain(paretoTable)},
        {{"tokens", "the tokens of one example"}, tokensTable},
    };
    return all;
}

} // namespace

std::vector<TableDescription> sessionTables() {
    std::vector<TableDescription> descriptions;
    for (const Maker& maker : makers())
        descriptions.push_back(maker.description);
    return descriptions;
}

Table sessionTable(const SessionData& session, const std::string& name,
                   const TableOptions& options) {
    std::string known;
    for (const Maker& maker : makers()) {
        if (maker.description.name == name)
            return maker.make(SessionView(session, options.analysis), options);
        known += (known.empty() ? "" : ", ") + maker.description.name;
    }
    throw Error(ErrorKind::Usage,
                fmt::format("There is no table \"{}\"; there are: {}.", name, known));
}

} // namespace quantscope
