#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/report.h"

namespace quantscope {

/// The figures and tables of a report page. Pure, safe to run in any thread; figures without
/// values are left out.
/// @param lane  the quantized lane that a report of one lane is about; another name: the study's
ReportValues reportValues(const SessionData& session, ReportKind kind, const std::string& lane);

// The figures of each report.
std::vector<Figure> outputFigures(const SessionView& view, const std::string& lane);
std::vector<Figure> agreementFigures(const SessionView& view);
std::vector<Figure> explanationFigures(const SessionView& view, const std::string& lane);
std::vector<Figure> predictorFigures(const SessionView& view);
std::vector<Figure> layerFigures(const SessionView& view, const std::string& lane);
std::vector<Figure> questionFigures(const SessionView& view);
std::vector<Figure> trainingFigures(const SessionView& view, const std::string& lane);
std::vector<Figure> calibrationFigures(const SessionView& view);
std::vector<Figure> activationFigures(const SessionView& view, const std::string& lane);
std::vector<Figure> depthFigures(const SessionView& view);
std::vector<Figure> perturbationFigures(const SessionView& view, const std::string& lane);
/// @param sentences  gets what held-out text says, where it was asked
std::vector<Figure> allocationFigures(const SessionView& view,
                                      std::vector<std::string>& sentences);
std::vector<Figure> expertFigures(const SessionView& view, const std::string& lane);

// Figures that the set of the published study shares with them.
Figure suiteTable(const SessionView& view, const Resamples& resamples);
Figure pairTable(const SessionView& view, const Resamples& resamples);
Figure groupBars(const SessionView& view, const std::string& lane, const Resamples& resamples);
Figure groupShares(const SessionView& view, const std::string& lane, const Resamples& resamples);
Figure lastLayerTable(const SessionView& view, const Resamples& resamples);
Figure correlationByLayer(const SessionView& view, const std::string& site,
                          const std::string& statistic, const Resamples& resamples);

} // namespace quantscope
