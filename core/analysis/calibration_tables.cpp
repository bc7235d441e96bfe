#include "core/analysis/calibration_tables.h"

#include "core/analysis/calibration_study.h"
#include "core/analysis/perturbation_lens.h"
#include "core/analysis/table_rows.h"

namespace quantscope {

using namespace table_columns;

Table calibrationTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"method", text},
                    {"set", text},
                    {"draw", number},
                    {"source", text},
                    {"windows", number},
                    {"tokens", number},
                    {"seed", text},
                    {"hash", text},
                    {"perplexity", number},
                    {"perplexity_low", number},
                    {"perplexity_high", number},
                    {"relative", number},
                    {"relative_low", number},
                    {"relative_high", number}});
    for (const CalibrationLane& lane : compareCalibration(view, view.resamples()).lanes)
        rows.add(lane.lane, lane.method, lane.set, double(lane.draw + 1), lane.source,
                 double(lane.examples), double(lane.tokens), lane.seed, lane.hash,
                 lane.perplexity.value, lane.perplexity.low, lane.perplexity.high,
                 lane.relative.value, lane.relative.low, lane.relative.high);
    return rows.take();
}

Table calibrationSpreadTable(const SessionView& view) {
    TableRows rows({{"method", text},
                    {"sets", number},
                    {"draws", number},
                    {"between_draws", number},
                    {"between_draws_low", number},
                    {"between_draws_high", number},
                    {"between_sets", number},
                    {"between_sets_low", number},
                    {"between_sets_high", number},
                    {"largest_difference", number}});
    for (const CalibrationSpread& spread : compareCalibration(view, view.resamples()).spreads)
        rows.add(spread.method, spread.sets, spread.draws, spread.withinSets.value,
                 spread.withinSets.low, spread.withinSets.high, spread.betweenSets.value,
                 spread.betweenSets.low, spread.betweenSets.high, spread.largestDifference);
    return rows.take();
}

Table perturbationTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"noise", text},
                    {"distance", number},
                    {"error", number},
                    {"error_low", number},
                    {"error_high", number},
                    {"rho_weight_change", number}});
    for (const PerturbedLane& lane : perturbedLanes(view, view.resamples()))
        rows.add(lane.lane, lane.kind, lane.distance, lane.error.value, lane.error.low,
                 lane.error.high, lane.rankCorrelation);
    return rows.take();
}

} // namespace quantscope
