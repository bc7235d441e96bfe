#include "core/ranks/mpi/launch.h"
#include "core/ranks/mpi/mpi_ranks.h"

#include <fmt/format.h>

#include <array>
#include <sched.h>
#include <utility>
#include <vector>

namespace quantscope {

namespace {

/// Counts the ranks of this machine, and shares each core among those that may run on it: launchers
/// bind ranks to cores of their own, or let all of them run on all.
void lookAtMachine(MPI_Comm world, RankPlace& place) {
    MPI_Comm machine = MPI_COMM_NULL;
    MPI_Comm_split_type(world, MPI_COMM_TYPE_SHARED, place.rank, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &place.onMachine);
    cpu_set_t own;
    CPU_ZERO(&own);
    sched_getaffinity(0, sizeof own, &own);
    std::vector<cpu_set_t> all(static_cast<std::size_t>(place.onMachine));
    MPI_Allgather(&own, sizeof own, MPI_BYTE, all.data(), sizeof own, MPI_BYTE, machine);
    MPI_Comm_free(&machine);
    double share = 0;
    for (int core = 0; core < CPU_SETSIZE; ++core) {
        int users = 0;
        for (const cpu_set_t& set : all)
            users += CPU_ISSET(core, &set) ? 1 : 0;
        share += CPU_ISSET(core, &own) ? 1.0 / users : 0;
    }
    constexpr double rounding = 1e-6;
    place.cores = std::max(1, static_cast<int>(share + rounding));
    std::array<char, MPI_MAX_PROCESSOR_NAME> name = {};
    int length = 0;
    MPI_Get_processor_name(name.data(), &length);
    place.machine.assign(name.data(), static_cast<std::size_t>(length));
}

} // namespace

std::unique_ptr<Ranks> startRanks() {
    // A process by itself has no need of MPI, and may be on a machine where it does not start.
    const int started = startedTogether();
    if (started <= 1)
        return makeAloneRanks();
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    RankPlace place;
    MPI_Comm_rank(MPI_COMM_WORLD, &place.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &place.count);
    if (place.count != started || provided < MPI_THREAD_SERIALIZED) {
        const std::string library = mpiLibrary();
        MPI_Finalize();
        throw Error(
            ErrorKind::Usage,
            fmt::format("The program was started {} times to work on one study, but {} finds "
                        "{}. Start it with the mpirun of that MPI, or under Slurm with "
                        "`srun --mpi=pmix`.",
                        started, library,
                        place.count == started ? "no support of threads"
                                               : fmt::format("{} of them", place.count)));
    }
    lookAtMachine(MPI_COMM_WORLD, place);
    return std::make_unique<MpiRanks>(std::move(place), MPI_COMM_WORLD);
}

std::string mpiLibrary() {
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text = {};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    const std::string whole(text.data(), static_cast<std::size_t>(length));
    return whole.substr(0, whole.find_first_of(",\n")); // what follows is how it was built
}

} // namespace quantscope
