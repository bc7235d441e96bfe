#pragma once

#include "core/data/error.h"

#include <memory>
#include <string>
#include <vector>

namespace quantscope {

/// Where one of the processes stands that make a study together. MPI calls such a process a rank.
struct RankPlace {
    int rank = 0;
    int count = 1;
    int onMachine = 1;   ///< ranks on the same machine, itself among them
    int cores = 0;       ///< its share of the machine's cores; 0: all of them
    std::string machine; ///< its name
};

/// What ranks do together. Every call below "Together" is made by all ranks, in the same order and
/// by one thread each; it begins by agreeing that nobody has failed, so that a failure of one rank
/// ends them all at their next such call, with the same error.
class Ranks {
public:
    explicit Ranks(RankPlace place);
    virtual ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    const RankPlace& place() const { return m_place; }
    int rank() const { return m_place.rank; }
    int count() const { return m_place.count; }
    /// The first rank writes the files that all share, and talks to the person.
    bool isFirst() const { return m_place.rank == 0; }
    bool isAlone() const { return m_place.count == 1; }

    // Together. @throws Error of a rank that failed

    /// Goes on once all are here.
    void meet();

    /// Gives everyone the bytes that rank `from` has.
    void broadcast(std::string& bytes, int from = 0);

    /// What every rank has, by rank, at the first one; nothing at the others.
    std::vector<std::string> gather(const std::string& own);

    /// What every rank has, by rank, at all of them.
    std::vector<std::string> exchange(const std::string& own);

    // Failures.

    /// Tells the others that this rank cannot go on, waits for them, and says which error all of
    /// them end with: of several the lowest rank's, and one that was no mere stop on request before
    /// those. Returns `own` where that has been agreed before.
    Error failTogether(const Error& own);

    /// Whether another rank waits in failTogether: what this one computes is of no use then. May
    /// be called from any thread.
    bool otherHasFailed();

protected:
    /// The largest of the statuses of all ranks.
    virtual int largest(int status) = 0;
    virtual void broadcastBytes(std::string& bytes, int from) = 0;
    virtual void sendToFirst(const std::string& bytes) = 0;
    virtual std::string receiveFrom(int rank) = 0;
    /// Lets otherHasFailed() be true elsewhere.
    virtual void tellOthers() = 0;
    virtual bool isTold() = 0;

private:
    void agree(const Error* own);
    std::vector<std::string> gatherBytes(const std::string& own);
    std::vector<std::string> exchangeBytes(const std::string& own);
    Error chosenError(const std::vector<std::string>& messages) const;

    RankPlace m_place;
    bool m_hasFailed = false;
};

/// A process by itself: nothing is exchanged with anyone.
Ranks& aloneRanks();
std::unique_ptr<Ranks> makeAloneRanks();

} // namespace quantscope
