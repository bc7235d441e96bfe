#pragma once

#include "core/ranks/ranks.h"

#include <memory>
#include <string>

namespace quantscope {

/// How many processes of the program were started together, as mpirun or srun says it in the
/// environment; 1 where nobody does.
int startedTogether();

/// The ranks of the program. Nothing of MPI is touched where it was started alone. There may be
/// one such object in a process; when it goes the ranks wait for each other.
/// @throws Error (Usage) where several were started that cannot find each other: built without MPI,
/// or started by the tool of another MPI.
std::unique_ptr<Ranks> startRanks();

/// The MPI that this program was built with, e.g. "Open MPI v4.1.4"; empty: none.
std::string mpiLibrary();

} // namespace quantscope
