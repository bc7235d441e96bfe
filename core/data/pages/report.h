#pragma once

#include "core/data/pages/figure.h"

#include <array>

namespace quantscope {

/// Pages that are a list of figures and tables.
enum class ReportKind {
    Output,
    Agreement,
    Explanations,
    Predictors,
    Layers,
    Questions,
    Training,
    Calibration,
    Activations,
    Depth,
    Perturbation,
    Allocation,
    Experts
};

inline constexpr std::array allReports = {
    ReportKind::Output,     ReportKind::Agreement,    ReportKind::Explanations,
    ReportKind::Predictors, ReportKind::Layers,       ReportKind::Questions,
    ReportKind::Training,   ReportKind::Calibration,  ReportKind::Activations,
    ReportKind::Depth,      ReportKind::Perturbation, ReportKind::Allocation,
    ReportKind::Experts};

/// Whether a report is about one quantized lane of all, which can be chosen. (That of training
/// chooses among the lanes that train.)
constexpr bool isOfOneLane(ReportKind kind) {
    return kind == ReportKind::Output || kind == ReportKind::Explanations ||
           kind == ReportKind::Layers || kind == ReportKind::Activations ||
           kind == ReportKind::Perturbation || kind == ReportKind::Experts;
}

struct ReportValues {
    ReportKind kind = ReportKind::Output;
    std::vector<std::string> lanes;     ///< that can be chosen; empty: the report is of all
    std::string lane;                   ///< the one shown
    std::vector<std::string> sentences; ///< what the figures come to, said before them
    std::vector<Figure> figures;        ///< without any there is nothing to show yet
};

} // namespace quantscope
