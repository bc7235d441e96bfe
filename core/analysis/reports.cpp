#include "core/analysis/reports.h"

#include "core/analysis/figures.h"
#include "core/analysis/learned_lanes.h"

#include <utility>

namespace quantscope {

ReportValues reportValues(const SessionData& session, ReportKind kind, const std::string& lane) {
    const SessionView view(session);
    ReportValues values;
    values.kind = kind;
    if (isOfOneLane(kind)) {
        values.lanes = view.methodLanes();
        values.lane = view.methodLane(lane);
    }
    switch (kind) {
    case ReportKind::Output:
        values.figures = outputFigures(view, values.lane);
        break;
    case ReportKind::Agreement:
        values.figures = agreementFigures(view);
        break;
    case ReportKind::Explanations:
        values.figures = explanationFigures(view, values.lane);
        break;
    case ReportKind::Predictors:
        values.figures = predictorFigures(view);
        break;
    case ReportKind::Layers:
        values.figures = layerFigures(view, values.lane);
        break;
    case ReportKind::Questions:
        values.figures = questionFigures(view);
        break;
    case ReportKind::Training:
        for (const LearnedLane& learned : learnedLanes(view))
            values.lanes.push_back(learned.lane);
        if (const auto learned = learnedLane(view, lane))
            values.lane = learned->lane;
        values.figures = trainingFigures(view, values.lane);
        break;
    case ReportKind::Calibration:
        values.figures = calibrationFigures(view);
        break;
    case ReportKind::Activations:
        values.figures = activationFigures(view, values.lane);
        break;
    case ReportKind::Depth:
        values.figures = depthFigures(view);
        break;
    case ReportKind::Perturbation:
        values.figures = perturbationFigures(view, values.lane);
        break;
    case ReportKind::Allocation:
        values.figures = allocationFigures(view, values.sentences);
        break;
    case ReportKind::Experts:
        values.figures = expertFigures(view, values.lane);
        break;
    }
    std::erase_if(values.figures, [](const Figure& figure) { return !hasContent(figure); });
    return values;
}

} // namespace quantscope
