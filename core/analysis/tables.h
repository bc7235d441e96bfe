#pragma once

#include "core/analysis/session_view.h"
#include "core/data/session_data.h"
#include "core/data/table.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

struct TableOptions {
    std::optional<std::size_t> example; ///< for "tokens"
    AnalysisOptions analysis;           ///< of tables with intervals
};

/// Names that sessionTable knows, with what each table holds.
struct TableDescription {
    std::string name;
    std::string help;
};
std::vector<TableDescription> sessionTables();

/// A table of a session, for `quantscope-cli table FILE NAME`. "examples" and "tokens" have a
/// column for each lane; the others are tidy, one row an observation. What was not measured gives
/// no rows, or empty cells.
/// @throws Error (Usage) for an unknown name, or an example that the session does not have.
Table sessionTable(const SessionData& session, const std::string& name,
                   const TableOptions& options = {});

} // namespace quantscope
