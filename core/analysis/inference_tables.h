#pragma once

#include "core/analysis/session_view.h"
#include "core/data/table.h"

namespace quantscope {

// The tables of what can be concluded from a session; sessionTable knows them by name.

Table correlationsTable(const SessionView& view);
Table outputTable(const SessionView& view);
Table confidenceTable(const SessionView& view);
Table reliabilityTable(const SessionView& view);
Table groupsTable(const SessionView& view);
Table contrastsTable(const SessionView& view);
Table explanationsTable(const SessionView& view);
Table predictorsTable(const SessionView& view);

} // namespace quantscope
