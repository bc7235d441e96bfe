#pragma once

#include "app/service/latest_request.h"

#include <QLockFile>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <memory>
#include <optional>

namespace quantscope {

/// What the window had on view, kept in a file while it is open, so that the next start can show
/// it again if this one ends otherwise than by being closed. Each running program has a file of
/// its own.
class Recovery : public QObject {
    Q_OBJECT

public:
    struct Left {
        QString session;     ///< path of the session or of the study's folder
        QByteArray viewState; ///< as viewStateToJson writes it
    };

    /// @param folder  is made where it is missing
    explicit Recovery(const QString& folder, QObject* parent = nullptr);
    ~Recovery() override;

    /// What a program left that is not running any more, the newest; taken out of the folder, so
    /// that it is offered once.
    std::optional<Left> take();

    /// Writes in a thread; a newer call replaces one that has not begun.
    void keep(const Left& state);
    /// The window was closed as it should be.
    void clear();

    static QString defaultFolder();

private:
    QString m_folder;
    QString m_file;
    std::unique_ptr<QLockFile> m_lock;
    QThreadPool m_pool; ///< of one thread, so that what is written is written in its order
    LatestRequest m_writing;
};

} // namespace quantscope
