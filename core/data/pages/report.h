#pragma once

#include "core/data/pages/figure.h"

#include <array>

namespace quantscope {

/// Pages that are a list of figures and tables.
enum class ReportKind { Output, Agreement, Explanations, Predictors, Layers, Questions, Training };

inline constexpr std::array allReports = {
    ReportKind::Output, ReportKind::Agreement, ReportKind::Explanations, ReportKind::Predictors,
    ReportKind::Layers, ReportKind::Questions, ReportKind::Training};

struct ReportValues {
    ReportKind kind = ReportKind::Output;
    std::vector<std::string> lanes; ///< that can be chosen; empty: the report is of all
    std::string lane;               ///< the one shown
    std::vector<Figure> figures;    ///< without any there is nothing to show yet
};

} // namespace quantscope
