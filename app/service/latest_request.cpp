#include "app/service/latest_request.h"

#include "app/service/thread_niceness.h"
#include "core/session/lazy_session.h"

#include <QMetaObject>
#include <QThreadPool>

#include <optional>

namespace quantscope {

LatestRequest::LatestRequest(QThreadPool* pool, QObject* parent)
    : QObject(parent)
    , m_pool(pool ? pool : QThreadPool::globalInstance()) {
    m_link->owner = this;
}

LatestRequest::~LatestRequest() {
    m_stop.request_stop();
    // After this line no pool thread posts to this object; what it posted before is removed by Qt.
    const std::lock_guard lock(m_link->mutex);
    m_link->owner = nullptr;
}

void LatestRequest::drop() {
    ++m_generation;
    m_waiting.reset();
    m_stop.request_stop();
}

void LatestRequest::enqueue(Work work, QObject* receiver) {
    m_waiting = std::make_unique<Pending>(
        Pending{std::move(work), QPointer<QObject>(receiver), ++m_generation});
    if (m_running)
        m_stop.request_stop();
    else
        launch();
}

void LatestRequest::launch() {
    m_stop = std::stop_source();
    m_running = true;
    Q_EMIT busyChanged(true);
    m_pool->start([link = m_link, request = std::shared_ptr<Pending>(std::move(m_waiting)),
                   stop = m_stop.get_token()] {
        makeThisThreadNice(answerNiceness);
        const ReadingStop reading(stop); // of a request that a newer one has replaced
        Delivery delivery;
        std::optional<Failure> failure;
        try {
            delivery = request->work(stop);
        } catch (...) {
            failure = describeFailure(std::current_exception());
        }
        const std::lock_guard lock(link->mutex);
        if (!link->owner)
            return;
        LatestRequest* const owner = link->owner;
        QMetaObject::invokeMethod(
            owner,
            [owner, request, delivery, failure] {
                owner->complete(*request, delivery, failure ? &*failure : nullptr);
            },
            Qt::QueuedConnection);
    });
}

void LatestRequest::complete(const Pending& request, const Delivery& delivery,
                             const Failure* failure) {
    m_running = false;
    const QPointer<LatestRequest> self(this);
    if (request.generation == m_generation && request.receiver) {
        if (!failure)
            delivery();
        else if (failure->kind != ErrorKind::Interrupted)
            Q_EMIT failed(failure->message, static_cast<int>(failure->kind));
    }
    // The delivery may have destroyed this object, or asked again.
    if (!self || m_running)
        return;
    if (m_waiting)
        launch();
    else
        Q_EMIT busyChanged(false);
}

} // namespace quantscope
