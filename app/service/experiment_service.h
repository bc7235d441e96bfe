#pragma once

#include "app/service/latest_request.h"
#include "app/service/study_backend.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <memory>

namespace quantscope {

/// Experiments on the models of a finished session, off the GUI thread; the newest request wins.
class ExperimentService : public QObject {
    Q_OBJECT

public:
    explicit ExperimentService(StudyBackend backend, QObject* parent = nullptr);
    ~ExperimentService() override;

    /// Leaves the super weight out and puts it back. @param lane  a quantized one, or empty
    void trySuperWeight(const std::shared_ptr<const SessionData>& session, const QString& path,
                        const QString& lane);
    /// Another session is on view: a running experiment is of no use.
    void drop();

Q_SIGNALS:
    void superWeightReady(const std::shared_ptr<const quantscope::TableFigure>& outcome);
    void failed(const QString& message);
    void busyChanged(bool busy);

private:
    StudyBackend m_backend;
    QThreadPool m_pool; ///< own, so that long walks hold up no page
    LatestRequest m_request;
};

} // namespace quantscope
