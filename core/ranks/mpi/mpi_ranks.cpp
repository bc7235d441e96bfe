#include "core/ranks/mpi/mpi_ranks.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <utility>

namespace quantscope {

namespace {

constexpr int dataTag = 1;
constexpr int failureTag = 2;

/// MPI counts in int.
constexpr std::uint64_t mostAtOnce = 1u << 30;

/// A rank that has failed waits so long for the others to notice: a decomposition of a large
/// matrix, which nothing interrupts, may take a minute. Then it ends them.
constexpr auto patience = std::chrono::minutes(5);

template <typename Send>
void inPieces(std::uint64_t size, const Send& send) {
    for (std::uint64_t at = 0; at < size; at += mostAtOnce)
        send(at, static_cast<int>(std::min(mostAtOnce, size - at)));
}

} // namespace

MpiRanks::MpiRanks(RankPlace place, MPI_Comm communicator)
    : Ranks(std::move(place))
    , m_communicator(communicator) {}

MpiRanks::~MpiRanks() {
    MPI_Request request = MPI_REQUEST_NULL;
    {
        const std::lock_guard lock(m_mutex);
        MPI_Ibarrier(m_communicator, &request);
    }
    waitFor(request, false);
    MPI_Finalize();
}

void MpiRanks::waitFor(MPI_Request& request, bool isFailing) {
    using namespace std::chrono_literals;
    const auto started = std::chrono::steady_clock::now();
    std::chrono::microseconds pause = 20us;
    while (true) {
        int isDone = 0;
        {
            const std::lock_guard lock(m_mutex);
            MPI_Test(&request, &isDone, MPI_STATUS_IGNORE);
        }
        if (isDone)
            return;
        if (isFailing && std::chrono::steady_clock::now() - started > patience) {
            std::fprintf(stderr,
                         "quantscope-cli: rank %d of %d has failed, and another one does not "
                         "answer: all are ended. What is finished is kept and can be resumed.\n",
                         rank(), count());
            MPI_Abort(m_communicator, static_cast<int>(ErrorKind::Internal));
        }
        std::this_thread::sleep_for(pause);
        pause = std::min<std::chrono::microseconds>(2 * pause, 2ms);
    }
}

int MpiRanks::largest(int status) {
    int result = 0;
    MPI_Request request = MPI_REQUEST_NULL;
    {
        const std::lock_guard lock(m_mutex);
        MPI_Iallreduce(&status, &result, 1, MPI_INT, MPI_MAX, m_communicator, &request);
    }
    waitFor(request, status != 0);
    return result;
}

void MpiRanks::broadcastBytes(std::string& bytes, int from) {
    const std::lock_guard lock(m_mutex);
    std::uint64_t size = bytes.size();
    MPI_Bcast(&size, 1, MPI_UINT64_T, from, m_communicator);
    bytes.resize(size);
    inPieces(size, [&](std::uint64_t at, int count) {
        MPI_Bcast(bytes.data() + at, count, MPI_BYTE, from, m_communicator);
    });
}

void MpiRanks::sendToFirst(const std::string& bytes) {
    const std::lock_guard lock(m_mutex);
    const std::uint64_t size = bytes.size();
    MPI_Send(&size, 1, MPI_UINT64_T, 0, dataTag, m_communicator);
    inPieces(size, [&](std::uint64_t at, int count) {
        MPI_Send(bytes.data() + at, count, MPI_BYTE, 0, dataTag, m_communicator);
    });
}

std::string MpiRanks::receiveFrom(int rank) {
    const std::lock_guard lock(m_mutex);
    std::uint64_t size = 0;
    MPI_Recv(&size, 1, MPI_UINT64_T, rank, dataTag, m_communicator, MPI_STATUS_IGNORE);
    std::string bytes(size, '\0');
    inPieces(size, [&](std::uint64_t at, int count) {
        MPI_Recv(bytes.data() + at, count, MPI_BYTE, rank, dataTag, m_communicator,
                 MPI_STATUS_IGNORE);
    });
    return bytes;
}

void MpiRanks::tellOthers() {
    const std::lock_guard lock(m_mutex);
    for (int other = 0; other < count(); ++other) {
        if (other == rank())
            continue;
        // A message without content goes out at once, whether or not anyone is there to take it.
        MPI_Request request = MPI_REQUEST_NULL;
        MPI_Isend(nullptr, 0, MPI_BYTE, other, failureTag, m_communicator, &request);
        MPI_Request_free(&request);
    }
}

bool MpiRanks::isTold() {
    const std::lock_guard lock(m_mutex);
    int isThere = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, failureTag, m_communicator, &isThere, MPI_STATUS_IGNORE);
    m_isTold = m_isTold || isThere != 0;
    return m_isTold;
}

} // namespace quantscope
