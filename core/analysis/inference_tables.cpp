#include "core/analysis/inference_tables.h"

#include "core/analysis/group_errors.h"
#include "core/analysis/honest_selection.h"
#include "core/analysis/lane_explanation.h"
#include "core/analysis/output_suite.h"
#include "core/analysis/predictors.h"
#include "core/analysis/reliability.h"
#include "core/analysis/table_rows.h"
#include "core/data/array_source.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <cmath>
#include <utility>

namespace quantscope {

namespace {

using namespace table_columns;

const std::string none;

bool isMeasured(const Interval& interval) { return !std::isnan(interval.value); }

Texts namesWith(const SessionView& view, const char* statistic) {
    Texts sites;
    for (const std::string& site : view.sites("/sites"))
        if (findLayout(view.session(), sitePath(site, statistic)))
            sites.push_back(site);
    return sites;
}

} // namespace

Table correlationsTable(const SessionView& view) {
    TableRows rows({{"statistic", text},
                    {"site", text},
                    {"layer", number},
                    {"method_a", text},
                    {"method_b", text},
                    {"value", number},
                    {"low", number},
                    {"high", number},
                    {"band", number}});
    const Resamples resamples = view.resamples();
    const auto add = [&](const char* statistic, const std::string& site, double layer,
                         const std::string& a, const std::string& b, const Interval& value,
                         double band) {
        if (isMeasured(value))
            rows.add(std::string(statistic), site, layer, a, b, value.value, value.low, value.high,
                     band);
    };
    for (const PairAgreement& pair : errorAgreement(view, resamples).pairs) {
        const auto ofPair = [&](const char* statistic, const Interval& value) {
            add(statistic, none, notMeasured, pair.a, pair.b, value, notMeasured);
        };
        ofPair("pearson_error", pair.pearson);
        ofPair("spearman_error", pair.spearman);
        ofPair("corrected_error", pair.corrected);
        ofPair("corrected_error_across_halves", pair.correctedAcrossHalves);
        ofPair("jaccard_d_large", {pair.jaccard, notMeasured, notMeasured});
    }
    const Texts& lanes = view.methodLanes();
    for (const std::string& site : namesWith(view, "norm")) {
        const CorrelationGrid grid = layerCorrelations(view, site, "norm", resamples);
        for (std::size_t lane = 0; lane < grid.columns; ++lane)
            for (std::size_t layer = 0; layer < grid.rows; ++layer)
                add("rho_norm_error", site, static_cast<double>(layer), lanes[lane], none,
                    grid.at(layer, lane), grid.band);
    }
    for (const std::string& lane : lanes)
        for (const auto& [error, name] : {std::pair{OutputError::Accumulated, "rho_norm_mse"},
                                          std::pair{OutputError::Relative, "rho_norm_relative_mse"},
                                          std::pair{OutputError::Local, "rho_norm_local_mse"}}) {
            const CorrelationGrid grid = amplification(view, lane, error, resamples);
            for (std::size_t layer = 0; layer < grid.rows; ++layer)
                add(name, "ln2", static_cast<double>(layer), lane, none, grid.at(layer, 0),
                    grid.band);
        }
    return rows.take();
}

Table outputTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"statistic", text},
                    {"unit", text},
                    {"value", number},
                    {"low", number},
                    {"high", number}});
    const Resamples resamples = view.resamples();
    for (const std::string& lane : view.methodLanes())
        for (const OutputStatistic& statistic : outputSuite(view, lane, resamples))
            rows.add(lane, statistic.name, statistic.unit, statistic.value.value,
                     statistic.value.low, statistic.value.high);
    return rows.take();
}

Table confidenceTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"p_low", number},
                    {"p_high", number},
                    {"share_of_tokens", number},
                    {"kl", number},
                    {"kl_low", number},
                    {"kl_high", number},
                    {"error", number},
                    {"error_low", number},
                    {"error_high", number},
                    {"top1_agreement", number},
                    {"top1_agreement_low", number},
                    {"top1_agreement_high", number}});
    const Resamples resamples = view.resamples();
    for (const std::string& lane : view.methodLanes())
        for (const ConfidenceBucket& bucket : confidenceBuckets(view, lane, resamples))
            rows.add(lane, bucket.low, bucket.high, bucket.share, bucket.kl.value, bucket.kl.low,
                     bucket.kl.high, bucket.error.value, bucket.error.low, bucket.error.high,
                     bucket.topAgreement.value, bucket.topAgreement.low, bucket.topAgreement.high);
    return rows.take();
}

Table reliabilityTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"statistic", text},
                    {"examples", number},
                    {"value", number},
                    {"low", number},
                    {"high", number}});
    const Resamples resamples = view.resamples();
    const auto add = [&](const std::string& lane, const std::string& statistic,
                         std::size_t examples, const Interval& value) {
        if (isMeasured(value))
            rows.add(lane, statistic, examples, value.value, value.low, value.high);
    };
    for (const Reliability& reliability : errorAgreement(view, resamples).lanes) {
        add(reliability.lane, "reliability, odd and even tokens", view.examples(),
            reliability.oddEven);
        add(reliability.lane, "reliability, first and second half", view.examples(),
            reliability.firstSecond);
        add(reliability.lane, "reliability, calibration draws", view.examples(),
            reliability.replicates);
    }
    for (const std::string& lane : view.methodLanes()) {
        const LastLayerCorrelation last = lastLayerCorrelation(view, lane, resamples);
        add(lane, "rho of norm(r) at the last layer", view.examples(), last.observed);
        add(lane, "the same, corrected for reliability", view.examples(), last.corrected);
        for (const HonestSelection& selection : {selectedByOtherMethods(view, lane, resamples),
                                                 selectedOnOddTokens(view, lane, resamples)}) {
            const std::string by = "D_large by " + selection.chosenBy;
            add(lane, by + ": mean error promised", selection.set.size(), selection.chosen);
            add(lane, by + ": mean error found", selection.set.size(), selection.scored);
            add(lane, by + ": shrinkage", selection.set.size(), selection.shrinkage);
        }
    }
    return rows.take();
}

Table groupsTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"column", text},
                    {"group", text},
                    {"examples", number},
                    {"share_of_data", number},
                    {"error", number},
                    {"error_low", number},
                    {"error_high", number},
                    {"share_of_d_large", number},
                    {"share_of_d_large_low", number},
                    {"share_of_d_large_high", number}});
    const Resamples resamples = view.resamples();
    for (const std::string& lane : view.methodLanes())
        for (const GroupError& group : groupErrors(view, lane, resamples))
            rows.add(lane, group.column, group.group, group.examples, group.shareOfData,
                     group.error.value, group.error.low, group.error.high, group.shareOfLarge.value,
                     group.shareOfLarge.low, group.shareOfLarge.high);
    return rows.take();
}

Table contrastsTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"quantity", text},
                    {"site", text},
                    {"layer", number},
                    {"large_less_ctrl", number},
                    {"large_less_ctrl_low", number},
                    {"large_less_ctrl_high", number},
                    {"large_less_matched", number},
                    {"large_less_matched_low", number},
                    {"large_less_matched_high", number}});
    const Resamples resamples = view.resamples();
    for (const std::string& lane : view.methodLanes())
        for (const Contrast& contrast : setContrasts(view, lane, resamples))
            rows.add(lane, contrast.quantity, contrast.site,
                     contrast.site.empty() ? notMeasured : static_cast<double>(contrast.layer),
                     contrast.fromControl.value, contrast.fromControl.low,
                     contrast.fromControl.high, contrast.fromMatched.value,
                     contrast.fromMatched.low, contrast.fromMatched.high);
    return rows.take();
}

Table explanationsTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"statistic", text},
                    {"layer", number},
                    {"value", number},
                    {"low", number},
                    {"high", number},
                    {"band", number}});
    const Resamples resamples = view.resamples();
    const auto add = [&](const std::string& lane, const std::string& statistic, double layer,
                         const Interval& value, double band) {
        if (isMeasured(value))
            rows.add(lane, statistic, layer, value.value, value.low, value.high, band);
    };
    for (const std::string& lane : view.methodLanes()) {
        const std::vector<Interval> partial = normPartialByLayer(view, lane, resamples);
        for (std::size_t layer = 0; layer < partial.size(); ++layer)
            add(lane, "rho of norm(r) and error given reference NLL", double(layer), partial[layer],
                notMeasured);
        const CorrelationGrid drift =
            ownLayerCorrelations(view, lane, "resid_mid", "relative_error", resamples);
        for (std::size_t layer = 0; layer < drift.rows; ++layer)
            add(lane, "rho of drift and error", double(layer), drift.at(layer, 0), drift.band);
        for (const PickedCorrelation& picked : pickedOnHalves(
                 byLayer(view, sitePath("resid_mid", "norm"), std::string(referenceLane)),
                 view.row("/examples/error", lane), view.documents(), view.resampleCount(),
                 view.analysisSeed())) {
            add(lane, "rho of norm(r) where it was picked", double(picked.x),
                {picked.picked, notMeasured, notMeasured}, notMeasured);
            add(lane, "rho of norm(r) on the other half", double(picked.x), picked.reported,
                notMeasured);
        }
        const Mediation mediation = residualMediation(view, lane, resamples);
        add(lane, "mediation: total effect of norm(r)", notMeasured, mediation.total, notMeasured);
        add(lane, "mediation: direct effect", notMeasured, mediation.direct, notMeasured);
        for (const Mediation::Path& path : mediation.paths)
            add(lane, "mediation: through " + path.name, notMeasured, path.indirect, notMeasured);
        add(lane, "mediation: along the whole chain", notMeasured, mediation.chain, notMeasured);
    }
    return rows.take();
}

Table predictorsTable(const SessionView& view) {
    TableRows rows({{"lane", text},
                    {"trained_on", text},
                    {"model", text},
                    {"statistic", text},
                    {"value", number},
                    {"low", number},
                    {"high", number}});
    const PredictorResults results = predictErrors(view, view.resamples());
    const auto add = [&](const PredictorScore& score, const char* statistic,
                         const Interval& value) {
        if (isMeasured(value))
            rows.add(score.lane, score.trainedOn, score.model, std::string(statistic), value.value,
                     value.low, value.high);
    };
    for (const PredictorScore& score : results.scores) {
        add(score, "r2", score.r2);
        add(score, "pearson", score.pearson);
        add(score, "spearman", score.spearman);
        add(score, "auc", score.auc);
    }
    for (const PredictorScore& score : results.acrossLanes)
        if (score.lane != score.trainedOn) {
            add(score, "pearson", score.pearson);
            add(score, "auc", score.auc);
        }
    for (const PredictorCeiling& ceiling : results.ceilings)
        if (isMeasured(ceiling.r2))
            rows.add(ceiling.lane, none, std::string("ceiling"), std::string("r2"),
                     ceiling.r2.value, ceiling.r2.low, ceiling.r2.high);
    return rows.take();
}

} // namespace quantscope
