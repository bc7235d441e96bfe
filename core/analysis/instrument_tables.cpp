#include "core/analysis/instrument_tables.h"

#include "core/analysis/pages.h"
#include "core/analysis/statistics.h"
#include "core/analysis/table_rows.h"
#include "core/data/array_source.h"
#include "core/data/depth_unit.h"
#include "core/data/session_schema.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

using namespace table_columns;

/// Paths of arrays [lane, layer, example] with the instrument and the statistic that they are of.
struct ByExample {
    std::string instrument;
    std::string statistic;
    std::string path;
};

std::vector<ByExample> measuredByExample(const SessionView& view) {
    std::vector<ByExample> all;
    for (const std::string group : {"attention", "budget"})
        for (const std::string& name : view.members("/" + group))
            all.push_back({group, name, "/" + group + "/" + name});
    for (const std::string term : {"gate", "up", "gate_up", "weights"})
        for (const std::string& name : view.members("/budget/" + term))
            all.push_back({"budget", term + "_" + name, "/budget/" + term + "/" + name});
    for (const std::string group : {"activations", "depth"})
        for (const std::string& place : view.sites("/" + group))
            for (const std::string& name : view.members("/" + group + "/" + place)) {
                const std::string path = "/" + group + "/" + place + "/" + name;
                const NamedArray* array = findLayout(view.session(), path);
                if (array->dimensions == std::vector<std::string>{"lane", "layer", "example"})
                    all.push_back({group, place + "_" + name, path});
            }
    if (findLayout(view.session(), "/massive_activations/count"))
        all.push_back({"massive", "count", "/massive_activations/count"});
    return all;
}

std::vector<std::pair<std::string, std::vector<std::size_t>>> setsOf(const SessionView& view,
                                                                     const std::string& lane) {
    std::vector<std::size_t> all(view.examples());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const ExampleSets sets = exampleSets(view, view.methodLane(lane));
    return {{"all", std::move(all)},
            {"d_large", sets.large},
            {"d_ctrl", sets.control},
            {"d_matched", sets.matched}};
}

} // namespace

Table instrumentsTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"layer", number},
                    {"instrument", text},
                    {"statistic", text},
                    {"set", text},
                    {"examples", number},
                    {"mean", number},
                    {"median", number}});
    const std::vector<ByExample> measured = measuredByExample(view);
    for (std::size_t lane = 0; lane < view.lanes().size(); ++lane) {
        const std::string& name = view.lanes()[lane];
        const auto sets = setsOf(view, name);
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            for (const ByExample& array : measured) {
                const Numbers values = view.row(array.path, lane, layer);
                if (values.empty())
                    continue;
                for (const auto& [set, examples] : sets) {
                    Numbers own = valuesAt(values, examples);
                    std::erase_if(own, [](double value) { return value != value; });
                    if (!own.empty())
                        rows.add(name, layer, array.instrument, array.statistic, set, own.size(),
                                 mean(own), quantile(own, .5));
                }
            }
            for (const std::string of : {"resid_post", "resid_post_sampled"})
                for (const double value : view.slice("/cka/" + of, {lane, layer}))
                    rows.add(name, layer, std::string("cka"), of, std::string("all"),
                             view.examples(), value, value);
        }
    }
    return rows.take();
}

Table budgetTable(const SessionView& view, std::size_t example) {
    TableRows rows({{"lane", text},
                    {"layer", number},
                    {"position", number},
                    {"piece", text},
                    {"term", text},
                    {"norm", number},
                    {"share", number}});
    const std::vector<TokenDetail> tokens = exampleDetail(view.session(), example, {}).tokens;
    for (std::size_t lane = 0; lane < view.lanes().size(); ++lane)
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            for (const std::string term : {"gate", "up", "gate_up", "weights"}) {
                const std::string path = tokenPath("down", "budget_" + term);
                const Numbers shares = view.slice(path, {lane, layer, example});
                const Numbers norms = view.slice(path + "_norm", {lane, layer, example});
                for (std::size_t t = 0; t < std::min(shares.size(), norms.size()); ++t)
                    if (norms[t] == norms[t])
                        rows.add(view.lanes()[lane], layer, t,
                                 t < tokens.size() ? tokens[t].piece : std::string(), term,
                                 norms[t], shares[t]);
            }
    return rows.take();
}

Table massiveTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"layer", number},
                    {"example", number},
                    {"position", number},
                    {"channel", number},
                    {"value", number}});
    for (std::size_t lane = 0; lane < view.lanes().size(); ++lane)
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            const auto column = [&](const char* name) {
                return view.slice(std::string("/massive_activations/") + name, {lane, layer});
            };
            const Numbers values = column("value");
            const Numbers examples = column("example_index");
            const Numbers positions = column("position_index");
            const Numbers channels = column("channel_index");
            for (std::size_t i = 0; i < values.size(); ++i)
                if (values[i] == values[i] && i < examples.size() && i < positions.size() &&
                    i < channels.size())
                    rows.add(view.lanes()[lane], layer, examples[i], positions[i], channels[i],
                             values[i]);
        }
    return rows.take();
}

Table removalTable(const SessionView& view) {
    TableRows rows({{"experiment", text},
                    {"unit", text},
                    {"row", number},
                    {"layer", number},
                    {"examples", number},
                    {"nll", number}});
    const std::size_t examples = view.session().extent("removal_example");
    const auto add = [&](const std::string& experiment, const std::string& unit, double row,
                         double layer, const Numbers& losses) {
        if (const double loss = mean(losses); loss == loss)
            rows.add(experiment, unit, row, layer, examples, loss);
    };
    for (const DepthUnit unit : allDepthUnits) {
        const std::string name(depthUnitName(unit));
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            add("leave-one-out", name, double(layer), double(layer),
                view.slice(depthPath(unit, "leave_one_out_nll"), {layer}));
        const Numbers order = view.slice(depthPath(unit, "removal_order"), {});
        for (std::size_t removed = 0; removed < order.size(); ++removed)
            add("removal", name, double(removed), order[removed],
                view.slice(depthPath(unit, "removal_nll"), {removed}));
    }
    const Numbers shares = view.slice("/skip", {});
    for (std::size_t i = 0; i < shares.size(); ++i)
        add("skip", "mlp", shares[i], std::nan(""), view.slice("/depth/skip/nll", {i}));
    return rows.take();
}

Table superWeightsTable(const SessionView& view) {
    const std::vector<std::string> names = {"output_channel", "input_channel", "weight",
                                            "output_value",   "input_value",   "same_token"};
    TableRows rows({{"lane", text},
                    {"layer", number},
                    {"row", number},
                    {"column", number},
                    {"weight", number},
                    {"output_value", number},
                    {"input_value", number},
                    {"same_token", number}});
    for (std::size_t lane = 0; lane < view.lanes().size(); ++lane)
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            Numbers cells;
            for (const std::string& name : names)
                for (const double value : view.slice("/super_weights/" + name, {lane, layer}))
                    cells.push_back(value);
            if (cells.size() == names.size())
                rows.add(view.lanes()[lane], layer, cells[0], cells[1], cells[2], cells[3],
                         cells[4], cells[5]);
        }
    return rows.take();
}

Table expertsTable(const SessionView& view) {
    const std::vector<std::string> names = {"load",
                                            "weight",
                                            "gate/norm",
                                            "up/norm",
                                            "down/norm",
                                            "gate/relative_error",
                                            "up/relative_error",
                                            "down/relative_error"};
    TableRows rows({{"lane", text},
                    {"layer", number},
                    {"expert", number},
                    {"load", number},
                    {"weight", number},
                    {"gate_norm", number},
                    {"up_norm", number},
                    {"down_norm", number},
                    {"gate_error", number},
                    {"up_error", number},
                    {"down_error", number}});
    for (std::size_t lane = 0; lane < view.lanes().size(); ++lane)
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            std::vector<Numbers> columns;
            for (const std::string& name : names)
                columns.push_back(view.slice("/experts/" + name, {lane, layer}));
            const bool isWhole =
                std::all_of(columns.begin(), columns.end(), [&](const Numbers& column) {
                    return column.size() == columns.front().size();
                });
            for (std::size_t i = 0; isWhole && i < columns.front().size(); ++i)
                if (columns.front()[i] == columns.front()[i]) // a layer with experts
                    rows.add(view.lanes()[lane], layer, i, columns[0][i], columns[1][i],
                             columns[2][i], columns[3][i], columns[4][i], columns[5][i],
                             columns[6][i], columns[7][i]);
        }
    return rows.take();
}

} // namespace quantscope
