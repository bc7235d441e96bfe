#include "core/analysis/allocation_results.h"

#include "core/analysis/sensitivity.h"
#include "core/analysis/statistics.h"
#include "core/analysis/table_rows.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <set>
#include <sstream>
#include <utility>

namespace quantscope {

namespace {

using namespace table_columns;

const std::string root = "/allocation/";
constexpr const char* allDraws = "all";

std::vector<double> difference(std::vector<double> values, const std::vector<double>& less) {
    if (values.size() != less.size())
        return {};
    std::transform(values.begin(), values.end(), less.begin(), values.begin(), std::minus<>());
    return values;
}

Interval decileInterval(const std::vector<double>& values, const Resamples& resamples) {
    if (values.empty())
        return {};
    return bootstrap(resamples, [&](std::span<const std::uint16_t> weights) {
        std::vector<double> drawn;
        for (std::size_t example = 0; example < values.size(); ++example)
            drawn.insert(drawn.end(), weights[example], values[example]);
        return worstDecile(std::move(drawn));
    });
}

Interval meanOver(const std::vector<double>& values, const Resamples& resamples) {
    return values.size() == resamples.examples() ? meanInterval(values, resamples) : Interval{};
}

HeldOutRow makeRow(const std::string& name, const std::vector<double>& kl,
                   const std::vector<double>& error, const std::vector<double>& allocated,
                   const Resamples& resamples) {
    HeldOutRow row;
    row.assignment = name;
    row.kl = meanOver(kl, resamples);
    row.worstDecile = decileInterval(kl, resamples);
    row.error = meanOver(error, resamples);
    row.against = meanOver(difference(allocated, kl), resamples);
    return row;
}

std::string shown(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

std::string shown(const Interval& interval) {
    return shown(interval.value) + " (" + shown(interval.low) + " to " + shown(interval.high) + ")";
}

} // namespace

double worstDecile(std::vector<double> values) {
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty())
        return notMeasured;
    const std::size_t count = std::max<std::size_t>(values.size() / 10, 1);
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(values.begin(), end, values.end(), std::greater<>());
    return std::accumulate(values.begin(), end, 0.0) / static_cast<double>(count);
}

AllocationResults::AllocationResults(const SessionView& view) : m_view(&view) {
    const NamedArray* choice = view.session().find(root + "choice");
    if (!choice || choice->shape.size() != 4)
        return;
    m_assignments = view.session().names("assignment");
    m_assignments.resize(choice->shape[1]);
    m_draws = choice->shape[0];
}

std::vector<std::size_t> AllocationResults::compared() const {
    std::vector<std::size_t> main;
    for (std::size_t a = 0; a < m_assignments.size(); ++a)
        if (!m_assignments[a].starts_with("allocated-"))
            main.push_back(a);
    return main;
}

std::string AllocationResults::objective() const {
    return m_view->attribute(attribute::allocationObjective);
}

double AllocationResults::budget() const {
    return m_view->number(attribute::allocationBudget).value_or(notMeasured);
}

std::vector<Module> AllocationResults::protect() const {
    std::vector<Module> kinds;
    std::istringstream names(m_view->attribute(attribute::allocationProtect));
    for (std::string name; std::getline(names, name, ',');)
        if (const auto module = findModule(name))
            kinds.push_back(*module);
    return kinds;
}

double AllocationResults::number(const std::string& name,
                                 std::initializer_list<std::size_t> at) const {
    const NamedArray* array = m_view->session().find(root + name);
    return array ? array->at(at) : notMeasured;
}

int AllocationResults::choice(std::size_t draw, std::size_t assignment, std::size_t layer,
                              std::size_t module) const {
    const double value = number("choice", {draw, assignment, layer, module});
    return std::isnan(value) ? -1 : static_cast<int>(value);
}

double AllocationResults::bits(std::size_t draw, std::size_t assignment) const {
    return number("bits", {draw, assignment});
}

std::string AllocationResults::chosenBy(std::size_t draw) const {
    const std::vector<std::string> all = m_view->texts(root + "chosen_by");
    return draw < all.size() ? all[draw] : std::string();
}

double AllocationResults::predicted(std::size_t draw, std::size_t assignment) const {
    const std::vector<std::string> models = m_view->session().names("cost_model");
    const auto found = std::find(models.begin(), models.end(), chosenBy(draw));
    // Where a uniform assignment was taken, the plain reading.
    const std::size_t model =
        found == models.end() ? 0 : static_cast<std::size_t>(found - models.begin());
    return number("predicted", {draw, assignment, model});
}

double AllocationResults::calibrationObjective(std::size_t draw, std::size_t assignment) const {
    return number("calibration_objective", {draw, assignment});
}

std::vector<double> AllocationResults::kl(std::size_t draw, std::size_t assignment) const {
    if (draw == 0)
        return m_view->row("/examples/kl", m_assignments[assignment]);
    return m_view->slice(root + "kl", {draw, assignment});
}

std::vector<double> AllocationResults::error(std::size_t draw, std::size_t assignment) const {
    if (draw == 0)
        return m_view->row("/examples/error", m_assignments[assignment]);
    return difference(m_view->slice(root + "nll", {draw, assignment}),
                      m_view->row("/examples/nll", std::string(referenceLane)));
}

std::vector<double> AllocationResults::meanKl(std::size_t assignment) const {
    std::vector<double> sum = kl(0, assignment);
    for (std::size_t draw = 1; draw < m_draws; ++draw) {
        const std::vector<double> own = kl(draw, assignment);
        for (std::size_t example = 0; example < sum.size() && example < own.size(); ++example)
            sum[example] += own[example];
    }
    for (double& value : sum)
        value /= static_cast<double>(m_draws);
    return sum;
}

std::vector<HeldOutRow> heldOutRows(const AllocationResults& results, const Resamples& resamples) {
    std::vector<HeldOutRow> rows;
    for (std::size_t draw = 0; draw < results.draws(); ++draw)
        for (std::size_t a = 0; a < results.assignments().size(); ++a) {
            HeldOutRow row = makeRow(results.assignments()[a], results.kl(draw, a),
                                     results.error(draw, a), results.kl(draw, 0), resamples);
            row.draw = std::to_string(draw);
            row.bits = results.bits(draw, a);
            row.predicted = results.predicted(draw, a);
            row.calibrationObjective = results.calibrationObjective(draw, a);
            rows.push_back(std::move(row));
        }
    if (results.draws() < 2)
        return rows;
    const std::size_t perDraw = results.assignments().size();
    const std::vector<double> allocated = results.meanKl(0);
    for (std::size_t a = 0; a < perDraw; ++a) {
        std::vector<double> errors = results.error(0, a);
        HeldOutRow row;
        for (std::size_t draw = 1; draw < results.draws(); ++draw) {
            const std::vector<double> own = results.error(draw, a);
            for (std::size_t e = 0; e < errors.size() && e < own.size(); ++e)
                errors[e] += own[e];
        }
        for (double& value : errors)
            value /= static_cast<double>(results.draws());
        row = makeRow(results.assignments()[a], results.meanKl(a), errors, allocated, resamples);
        row.draw = allDraws;
        double sum[3] = {};
        for (std::size_t draw = 0; draw < results.draws(); ++draw) {
            const HeldOutRow& own = rows[draw * perDraw + a];
            sum[0] += own.bits;
            sum[1] += own.predicted;
            sum[2] += own.calibrationObjective;
            row.againstLow = std::fmin(row.againstLow, own.against.value);
            row.againstHigh = std::fmax(row.againstHigh, own.against.value);
        }
        const auto count = static_cast<double>(results.draws());
        row.bits = sum[0] / count;
        row.predicted = sum[1] / count;
        row.calibrationObjective = sum[2] / count;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> allocationFindings(const AllocationResults& results,
                                            const std::vector<HeldOutRow>& rows) {
    std::vector<std::string> findings;
    const std::string last = results.draws() > 1 ? allDraws : "0";
    const auto rowOf = [&](const std::string& name, const std::string& draw) {
        return std::find_if(rows.begin(), rows.end(), [&](const HeldOutRow& row) {
            return row.assignment == name && row.draw == draw;
        });
    };
    for (const std::size_t a : results.compared()) {
        const std::string& name = results.assignments()[a];
        const auto row = rowOf(name, last);
        if (a == 0 || row == rows.end())
            continue;
        const Interval& against = row->against;
        const char* verdict = against.high < 0  ? "is better than"
                              : against.low > 0 ? "is worse than"
                                                : "cannot be told from";
        std::string sentence = "On held-out text the allocated model " + std::string(verdict) +
                               " " + name + ": its mean KL differs by " + shown(against) + " nat";
        if (results.draws() > 1)
            sentence += ", between " + shown(row->againstLow) + " and " + shown(row->againstHigh) +
                        " in the draws of calibration text";
        findings.push_back(sentence + ".");
    }
    for (std::size_t draw = 0; draw < results.draws(); ++draw) {
        const std::string number = std::to_string(draw);
        std::vector<double> predicted;
        std::vector<double> measured;
        const auto allocated = rowOf(results.assignments().front(), number);
        for (std::size_t a = 0; a < results.assignments().size(); ++a) {
            const auto row = rowOf(results.assignments()[a], number);
            predicted.push_back(row->predicted);
            measured.push_back(row->calibrationObjective);
            const bool isMain = !results.assignments()[a].starts_with("allocated");
            const bool foretold = allocated->predicted < row->predicted;
            if (isMain && foretold && row->against.low > 0)
                findings.push_back("The prediction misled in draw " + number + ": it foretold " +
                                   shown(row->predicted - allocated->predicted) +
                                   " nat less than " + row->assignment +
                                   ", but held-out text shows " + shown(row->against) +
                                   " nat more.");
        }
        const double sumOfPredicted = std::accumulate(predicted.begin(), predicted.end(), 0.0);
        const double sumOfMeasured = std::accumulate(measured.begin(), measured.end(), 0.0);
        findings.push_back("In draw " + number + " single matrices foretold " +
                           shown(sumOfPredicted / sumOfMeasured) +
                           " of the objective that the calibration examples then showed (1: their "
                           "costs add up); over " +
                           std::to_string(predicted.size()) +
                           " assignments the two correlate with Spearman's " +
                           shown(spearman(predicted, measured)) + ".");
        if (results.chosenBy(draw) == "uniform")
            findings.push_back("The prediction misled in draw " + number +
                               ": of what fits, a uniform assignment did best on the calibration "
                               "examples and was taken.");
    }
    return findings;
}

std::vector<ParetoPoint> paretoPoints(const SessionView& view, const Resamples& resamples) {
    std::vector<ParetoPoint> points;
    const std::vector<double> bits = view.slice("/weights/bits_per_weight", {});
    const std::vector<std::string> checkpoints = view.texts("/methods/checkpoint");
    const AllocationResults results(view);
    const std::set<std::string> assigned(results.assignments().begin(),
                                         results.assignments().end());
    const SensitivityView sensitivity(view);
    double elements = 0;
    for (std::size_t layer = 0; layer < sensitivity.layers(); ++layer)
        for (std::size_t module = 0; module < sensitivity.modules(); ++module)
            if (sensitivity.hasMatrix(layer, module))
                elements += sensitivity.elements(layer, module);
    const std::vector<std::string>& lanes = view.methodLanes();
    for (std::size_t index = 0; index < lanes.size() && index < bits.size(); ++index) {
        const std::vector<double> kl = view.row("/examples/kl", lanes[index]);
        if (kl.empty() || std::isnan(bits[index]))
            continue;
        ParetoPoint point;
        point.lane = lanes[index];
        const bool isImported = index < checkpoints.size() && !checkpoints[index].empty();
        point.kind = isImported                              ? "checkpoint"
                     : !assigned.contains(lanes[index])      ? "candidate"
                     : lanes[index].starts_with("allocated") ? "allocated"
                                                             : "compared";
        point.bits = bits[index];
        point.bytes = elements > 0 ? bits[index] * elements / 8 : notMeasured;
        point.kl = meanOver(kl, resamples);
        point.worstDecile = decileInterval(kl, resamples);
        point.error = meanOver(view.row("/examples/error", lanes[index]), resamples);
        points.push_back(std::move(point));
    }
    for (ParetoPoint& point : points)
        point.dominated = std::any_of(points.begin(), points.end(), [&](const ParetoPoint& other) {
            return other.bits <= point.bits && other.kl.value < point.kl.value;
        });
    std::stable_sort(points.begin(), points.end(),
                     [](const auto& a, const auto& b) { return a.bits < b.bits; });
    return points;
}

Table allocationTable(const SessionView& view) {
    TableRows rows({{"assignment", text},
                    {"draw", text},
                    {"bits_per_weight", number},
                    {"predicted", number},
                    {"calibration_objective", number},
                    {"kl", number},
                    {"kl_low", number},
                    {"kl_high", number},
                    {"worst_decile_kl", number},
                    {"worst_decile_kl_low", number},
                    {"worst_decile_kl_high", number},
                    {"error", number},
                    {"error_low", number},
                    {"error_high", number},
                    {"allocated_less_this", number},
                    {"allocated_less_this_low", number},
                    {"allocated_less_this_high", number},
                    {"least_of_draws", number},
                    {"most_of_draws", number}});
    const AllocationResults results(view);
    if (results.measured())
        for (const HeldOutRow& row : heldOutRows(results, view.resamples()))
            rows.add(row.assignment, row.draw, row.bits, row.predicted, row.calibrationObjective,
                     row.kl.value, row.kl.low, row.kl.high, row.worstDecile.value,
                     row.worstDecile.low, row.worstDecile.high, row.error.value, row.error.low,
                     row.error.high, row.against.value, row.against.low, row.against.high,
                     row.againstLow, row.againstHigh);
    return rows.take();
}

Table allocationMatricesTable(const SessionView& view) {
    TableRows rows({{"draw", number},
                    {"assignment", text},
                    {"layer", number},
                    {"module", text},
                    {"candidate", text},
                    {"bits", number}});
    const AllocationResults results(view);
    const SensitivityView sensitivity(view);
    for (std::size_t draw = 0; draw < results.draws(); ++draw)
        for (std::size_t a = 0; a < results.assignments().size(); ++a)
            for (std::size_t layer = 0; layer < sensitivity.layers(); ++layer)
                for (std::size_t module = 0; module < sensitivity.modules(); ++module) {
                    const int choice = results.choice(draw, a, layer, module);
                    const auto candidate = static_cast<std::size_t>(choice);
                    if (choice >= 0 && candidate < sensitivity.candidates().size())
                        rows.add(draw, results.assignments()[a], layer,
                                 std::string(moduleName(allModules[module])),
                                 sensitivity.candidates()[candidate],
                                 sensitivity.bits(candidate, layer, module));
                }
    return rows.take();
}

Table paretoTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"kind", text},
                    {"bits_per_weight", number},
                    {"bytes", number},
                    {"set", text},
                    {"examples", number},
                    {"kl", number},
                    {"kl_low", number},
                    {"kl_high", number},
                    {"worst_decile_kl", number},
                    {"error", number},
                    {"dominated", number}});
    for (const ParetoPoint& point : paretoPoints(view, view.resamples())) {
        rows.add(point.lane, point.kind, point.bits, point.bytes, std::string("all"),
                 view.examples(), point.kl.value, point.kl.low, point.kl.high,
                 point.worstDecile.value, point.error.value, point.dominated ? 1.0 : 0.0);
        const std::vector<double> kl = view.row("/examples/kl", point.lane);
        const std::vector<double> error = view.row("/examples/error", point.lane);
        for (const std::string& column : view.labelNames()) {
            const std::vector<std::string> labels = view.label(column);
            for (const std::string& value : std::set<std::string>(labels.begin(), labels.end())) {
                std::vector<std::size_t> group;
                for (std::size_t e = 0; e < labels.size(); ++e)
                    if (labels[e] == value)
                        group.push_back(e);
                const Resamples resamples(documentsAt(view, group), view.resampleCount(),
                                          view.analysisSeed());
                const Interval mean = meanInterval(valuesAt(kl, group), resamples);
                rows.add(point.lane, point.kind, point.bits, point.bytes, column + "=" + value,
                         group.size(), mean.value, mean.low, mean.high,
                         worstDecile(valuesAt(kl, group)),
                         meanInterval(valuesAt(error, group), resamples).value, notMeasured);
            }
        }
    }
    return rows.take();
}

} // namespace quantscope
