// Stands in for MPI where the program was built without it.

#include "core/ranks/mpi/launch.h"

#include <fmt/format.h>

namespace quantscope {

std::unique_ptr<Ranks> startRanks() {
    if (const int started = startedTogether(); started > 1)
        throw Error(ErrorKind::Usage,
                    fmt::format("The program was started {} times to work on one study, but it was "
                                "built without MPI. Install Open MPI (libopenmpi-dev, openmpi-bin) "
                                "and build it again, or start it once.",
                                started));
    return makeAloneRanks();
}

std::string mpiLibrary() { return {}; }

} // namespace quantscope
