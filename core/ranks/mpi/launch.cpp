#include "core/ranks/mpi/launch.h"

#include <algorithm>
#include <cstdlib>

namespace quantscope {

int startedTogether() {
    // Open MPI's mpirun, launchers that speak PMI-1 or 2, and Slurm's srun with or without PMIx.
    // (SLURM_NTASKS would not do: a batch script, which is one process, has it as well.)
    for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"})
        if (const char* value = std::getenv(variable))
            return std::max(std::atoi(value), 1);
    return 1;
}

} // namespace quantscope
