#pragma once

#include <condition_variable>
#include <mutex>

namespace quantscope {

/// Workers that the parallelFor calls of two threads share, so that both together compute with no
/// more threads than one alone would. Either side has all of them where the other wants none.
/// Pieces of the work ahead may take long: it has at most half of the workers while the present
/// work goes on, and gets that half as it asks for it.
class SharedWorkers {
public:
    enum class Side {
        Present, ///< what is waited for
        Ahead,   ///< what will be needed next
    };

    explicit SharedWorkers(int workers);

    /// While it lives, parallelFor calls from the thread that made it take workers of that side.
    class Use {
    public:
        Use(SharedWorkers& workers, Side side);
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

        /// Null: the calling thread shares its workers with nobody.
        static const Use* ofThisThread();

    private:
        friend class SharedWorkers;
        SharedWorkers& m_workers;
        Side m_side;
        const Use* m_before;
    };

    /// A worker, waited for and held while this lives; what its thread then starts itself takes no
    /// further ones, which might never come. @param use  null: nothing is waited for
    class Worker {
    public:
        explicit Worker(const Use* use);
        ~Worker();
        Worker(const Worker&) = delete;
        Worker& operator=(const Worker&) = delete;

    private:
        const Use* m_use;
        const Use* m_before = nullptr;
    };

private:
    bool mayTake(Side side) const;
    void take(Side side);
    void giveBack(Side side);

    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_workers;
    int m_half;
    int m_presentUses = 0;
    int m_presentHeld = 0;
    int m_aheadHeld = 0;
    int m_aheadWaiting = 0;
};

} // namespace quantscope
