#pragma once

#include "core/ranks/ranks.h"

#include <mpi.h>
#include <mutex>

namespace quantscope {

/// Ranks that exchange through MPI. Waiting for each other costs no processor time: MPI's own waits
/// would take a core that a rank still at work may need.
class MpiRanks final : public Ranks {
public:
    MpiRanks(RankPlace place, MPI_Comm communicator);
    /// Waits for the others, and ends MPI.
    ~MpiRanks() override;

protected:
    int largest(int status) override;
    void broadcastBytes(std::string& bytes, int from) override;
    void sendToFirst(const std::string& bytes) override;
    std::string receiveFrom(int rank) override;
    void tellOthers() override;
    bool isTold() override;

private:
    void waitFor(MPI_Request& request, bool isFailing);

    MPI_Comm m_communicator;
    /// MPI is asked by one thread at a time: the one that computes, and the one that observes
    /// stops.
    std::mutex m_mutex;
    bool m_isTold = false;
};

} // namespace quantscope
