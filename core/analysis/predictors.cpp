#include "core/analysis/predictors.h"

#include "core/analysis/reliability.h"
#include "core/analysis/resampled_sums.h"
#include "core/analysis/ridge.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

using Numbers = std::vector<double>;

constexpr std::size_t mostLayers = 24;
constexpr std::size_t modelCount = 6;
constexpr std::size_t workOfScore = 15; ///< of one example in one resample, in multiply-adds

/// Predictors in three kinds, each column by example of the whole session.
struct Predictors {
    PredictorColumns nll;
    PredictorColumns norms;
    PredictorColumns kurtoses;
    std::size_t layers = 0;
};

bool isComplete(const Numbers& column, std::size_t examples) {
    return column.size() == examples && std::any_of(column.begin(), column.end(), [](double value) {
               return !std::isnan(value);
           });
}

/// At most mostLayers of them, evenly spaced, the last among them.
std::vector<std::size_t> chosenLayers(std::size_t layers) {
    std::vector<std::size_t> chosen;
    const std::size_t count = std::min(layers, mostLayers);
    for (std::size_t place = 0; place < count; ++place)
        chosen.push_back(((place + 1) * layers + count - 1) / count - 1);
    return chosen;
}

Predictors gather(const SessionView& view) {
    Predictors predictors;
    const std::string reference(referenceLane);
    const auto add = [&](PredictorColumns& columns, Numbers column) {
        if (isComplete(column, view.examples()))
            columns.push_back(std::move(column));
    };
    add(predictors.nll, view.row("/examples/nll", reference));
    for (const std::size_t layer : chosenLayers(view.layers())) {
        for (const char* site : {"resid_mid", "ln2"}) {
            add(predictors.norms, view.row(sitePath(site, "norm"), reference, layer));
            add(predictors.kurtoses, view.row(sitePath(site, "kurtosis"), reference, layer));
        }
        ++predictors.layers;
    }
    return predictors;
}

/// Examples with a value in all columns.
std::vector<std::size_t> completeExamples(const std::vector<const PredictorColumns*>& groups,
                                          std::size_t examples) {
    std::vector<std::size_t> complete;
    for (std::size_t example = 0; example < examples; ++example)
        if (std::all_of(groups.begin(), groups.end(), [&](const PredictorColumns* columns) {
                return std::none_of(columns->begin(), columns->end(), [&](const Numbers& column) {
                    return std::isnan(column[example]);
                });
            }))
            complete.push_back(example);
    return complete;
}

PredictorColumns picked(const PredictorColumns& columns, const std::vector<std::size_t>& examples) {
    PredictorColumns result;
    for (const Numbers& column : columns)
        result.push_back(valuesAt(column, examples));
    return result;
}

PredictorColumns joined(const PredictorColumns& a, const PredictorColumns& b) {
    PredictorColumns all = a;
    all.insert(all.end(), b.begin(), b.end());
    return all;
}

struct Model {
    std::string name;
    PredictorColumns predictors;
    bool ranks = false;
};

/// Scores what was foretold for `errors`; R² and ranks only where the model was fitted to them.
PredictorScore score(const OutOfFold& model, const Numbers& errors,
                     const std::vector<bool>& isLarge, const Resamples& resamples, bool isOwn) {
    PredictorScore result;
    result.pearson = pearsonInterval(model.predicted, errors, resamples);
    const AreaUnderCurve area(model.predicted, isLarge);
    result.auc =
        bootstrap(resamples, [&](std::span<const std::uint16_t> weights) { return area(weights); });
    if (!isOwn)
        return result;
    result.spearman = spearmanInterval(model.predicted, errors, resamples);
    std::vector<Numbers> squares(2);
    for (std::size_t example = 0; example < errors.size(); ++example) {
        const double miss = errors[example] - model.predicted[example];
        const double spread = errors[example] - model.base[example];
        squares[0].push_back(miss * miss);
        squares[1].push_back(spread * spread);
    }
    result.r2 = ResampledSums(resamples, squares).interval([](std::span<const double> sums) {
        return sums[1] > 0 ? 1 - sums[0] / sums[1] : notMeasured;
    });
    return result;
}

} // namespace

AreaUnderCurve::AreaUnderCurve(const std::vector<double>& scores, const std::vector<bool>& isInSet)
    : m_order(scores.size()) {
    std::iota(m_order.begin(), m_order.end(), std::size_t{0});
    std::stable_sort(m_order.begin(), m_order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    for (std::size_t place = 0; place < m_order.size(); ++place) {
        m_isInSet.push_back(isInSet[m_order[place]]);
        m_endsTie.push_back(place + 1 == m_order.size() ||
                            scores[m_order[place]] != scores[m_order[place + 1]]);
    }
}

double AreaUnderCurve::operator()(std::span<const std::uint16_t> weights) const {
    double inside = 0, outside = 0, tiedInside = 0, tiedOutside = 0, higher = 0;
    for (std::size_t place = 0; place < m_order.size(); ++place) {
        (m_isInSet[place] ? tiedInside : tiedOutside) +=
            weights.empty() ? 1 : weights[m_order[place]];
        if (!m_endsTie[place])
            continue;
        // Equal scores are taken together: half of their pairs count.
        higher += tiedInside * (outside + tiedOutside / 2);
        inside += tiedInside;
        outside += tiedOutside;
        tiedInside = tiedOutside = 0;
    }
    return inside > 0 && outside > 0 ? higher / (inside * outside) : notMeasured;
}

PredictorResults predictErrors(const SessionView& view, const Resamples& resamples) {
    PredictorResults results;
    Predictors all = gather(view);
    const std::vector<std::string>& lanes = view.methodLanes();
    PredictorColumns errorsOfLanes;
    std::vector<std::size_t> measuredLanes;
    for (std::size_t lane = 0; lane < lanes.size(); ++lane)
        if (Numbers errors = view.row("/examples/error", lanes[lane]);
            isComplete(errors, view.examples())) {
            errorsOfLanes.push_back(std::move(errors));
            measuredLanes.push_back(lane);
        }
    if (all.nll.empty() || errorsOfLanes.empty())
        return results;
    const std::vector<std::size_t> examples =
        completeExamples({&all.nll, &all.norms, &all.kurtoses, &errorsOfLanes}, view.examples());
    const std::vector<std::int32_t> documents = documentsAt(view, examples);
    const std::size_t scores = (modelCount + lanes.size()) * lanes.size();
    results.resamples = affordableResamples(resamples.count(), SamplingUnits(documents).count,
                                            workOfScore * scores);
    const Resamples draws(documents, results.resamples, view.analysisSeed());
    const PredictorColumns nll = picked(all.nll, examples);
    const PredictorColumns norms = picked(all.norms, examples);
    const PredictorColumns kurtoses = picked(all.kurtoses, examples);
    errorsOfLanes = picked(errorsOfLanes, examples);

    const PredictorColumns everything = joined(joined(nll, norms), kurtoses);
    std::vector<Model> models = {
        {"rank: reference NLL", nll, true},   {"rank: best single quantity", everything, true},
        {"ridge: reference NLL", nll, false}, {"ridge: norms", norms, false},
        {"ridge: kurtoses", kurtoses, false}, {"ridge: all", everything, false}};
    std::erase_if(models, [](const Model& model) { return model.predictors.empty(); });
    results.predictors = everything.size();
    results.layersUsed = all.layers;
    results.examples = examples.size();

    std::vector<std::vector<bool>> isLarge;
    for (const std::size_t lane : measuredLanes) {
        std::vector<bool> inSession(view.examples());
        for (const std::size_t example : exampleSets(view, lanes[lane]).large)
            inSession[example] = true;
        isLarge.emplace_back();
        for (const std::size_t example : examples)
            isLarge.back().push_back(inSession[example]);
    }
    CrossValidationOptions folds;
    folds.seed = view.analysisSeed();
    std::vector<OutOfFold> withAll;
    for (const Model& model : models) {
        std::vector<OutOfFold> foretold =
            model.ranks ? rankOutOfFold(model.predictors, errorsOfLanes, documents, folds)
                        : ridgeOutOfFold(model.predictors, errorsOfLanes, documents, folds);
        if (foretold.empty())
            return results; // too few documents to leave some out
        results.models.push_back(model.name);
        for (std::size_t place = 0; place < measuredLanes.size(); ++place) {
            PredictorScore own =
                score(foretold[place], errorsOfLanes[place], isLarge[place], draws, true);
            own.lane = own.trainedOn = lanes[measuredLanes[place]];
            own.model = model.name;
            results.scores.push_back(std::move(own));
        }
        withAll = std::move(foretold); // of the last model
    }
    for (std::size_t trained = 0; trained < measuredLanes.size(); ++trained)
        for (std::size_t place = 0; place < measuredLanes.size(); ++place) {
            PredictorScore across =
                score(withAll[trained], errorsOfLanes[place], isLarge[place], draws, false);
            across.lane = lanes[measuredLanes[place]];
            across.trainedOn = lanes[measuredLanes[trained]];
            across.model = models.back().name;
            results.acrossLanes.push_back(std::move(across));
        }
    for (const Reliability& reliability : errorAgreement(view, resamples).lanes)
        results.ceilings.push_back({reliability.lane, reliability.oddEven});
    return results;
}

} // namespace quantscope
