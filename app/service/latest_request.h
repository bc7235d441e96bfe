#pragma once

#include "app/service/failure.h"

#include <QObject>
#include <QPointer>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

class QThreadPool;

namespace quantscope {

/// Runs one kind of question off the asking thread, where only the newest answer matters.
///
/// Each request gets a generation number. At most one computes at a time; a newer one stops it
/// (its stop token) and takes its place when it returns; requests between the two never run.
/// Answers arrive in the thread of this object, and only when no newer request was made, the
/// receiver still exists, and this object does.
class LatestRequest : public QObject {
    Q_OBJECT

public:
    /// @param pool  where requests compute; nullptr: Qt's global pool. It must outlive this object.
    explicit LatestRequest(QThreadPool* pool = nullptr, QObject* parent = nullptr);
    ~LatestRequest() override;

    /// Asks `compute(std::stop_token)` in the pool and hands its result to `deliver(result)` here.
    template <typename Compute, typename Deliver>
    void submit(Compute compute, QObject* receiver, Deliver deliver) {
        enqueue(
            [compute = std::move(compute), deliver = std::move(deliver)](std::stop_token stop) {
                // Held by a shared pointer since a std::function is copied.
                auto result = std::make_shared<decltype(compute(stop))>(compute(stop));
                return Delivery([deliver, result]() mutable { deliver(std::move(*result)); });
            },
            receiver);
    }

    /// Forgets the running and the waiting request: their answers never arrive.
    void drop();

    bool isBusy() const { return m_running; }
    std::uint64_t generation() const { return m_generation; }

Q_SIGNALS:
    /// The newest request failed; an interrupted or outdated one is silent.
    void failed(const QString& message, int kind);
    void busyChanged(bool busy);

private:
    using Delivery = std::function<void()>;
    using Work = std::function<Delivery(std::stop_token)>;

    struct Pending {
        Work work;
        QPointer<QObject> receiver;
        std::uint64_t generation = 0;
    };

    /// How a pool thread finds out whether its asker still exists.
    struct Link {
        std::mutex mutex;
        LatestRequest* owner = nullptr;
    };

    void enqueue(Work work, QObject* receiver);
    void launch();
    void complete(const Pending& request, const Delivery& delivery, const Failure* failure);

    QThreadPool* m_pool;
    std::shared_ptr<Link> m_link = std::make_shared<Link>();
    std::unique_ptr<Pending> m_waiting;
    std::stop_source m_stop;
    std::uint64_t m_generation = 0;
    bool m_running = false;
};

} // namespace quantscope
