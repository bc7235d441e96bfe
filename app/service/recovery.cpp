#include "app/service/recovery.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>
#include <spdlog/spdlog.h>

namespace quantscope {

namespace {

constexpr const char* ending = ".json";

std::optional<Recovery::Left> readLeft(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    Recovery::Left left{object[QStringLiteral("session")].toString(),
                        object[QStringLiteral("view")].toString().toUtf8()};
    return left.session.isEmpty() ? std::nullopt : std::optional(left);
}

std::unique_ptr<QLockFile> lockOf(const QString& file) {
    auto lock = std::make_unique<QLockFile>(file + QStringLiteral(".lock"));
    lock->setStaleLockTime(0); // only a process that is gone has left it
    return lock;
}

} // namespace

Recovery::Recovery(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
    , m_file(QDir(folder).filePath(QString::number(QCoreApplication::applicationPid()) +
                                   QString::fromLatin1(ending)))
    , m_writing(&m_pool) {
    m_pool.setMaxThreadCount(1);
    if (!QDir().mkpath(folder))
        spdlog::warn("The folder {} cannot be made: nothing can be restored after a crash.",
                     folder.toStdString());
    connect(&m_writing, &LatestRequest::failed, this, [](const QString& message) {
        spdlog::warn("What is on view was not kept: {}", message.toStdString());
    });
}

Recovery::~Recovery() { m_pool.waitForDone(); }

std::optional<Recovery::Left> Recovery::take() {
    std::optional<Left> newest;
    const QFileInfoList files =
        QDir(m_folder).entryInfoList({QStringLiteral("*") + QString::fromLatin1(ending)},
                                     QDir::Files, QDir::Time); // the newest first
    for (const QFileInfo& info : files) {
        const QString file = info.filePath();
        const auto lock = lockOf(file);
        if (file == m_file || !lock->tryLock(0))
            continue; // of a program that runs
        if (!newest)
            newest = readLeft(file);
        QFile::remove(file);
    }
    return newest;
}

void Recovery::keep(const Left& state) {
    if (!m_lock) {
        m_lock = lockOf(m_file);
        m_lock->tryLock(0);
    }
    m_writing.submit(
        [file = m_file, state](const std::stop_token&) {
            const QJsonObject object = {
                {QStringLiteral("session"), state.session},
                {QStringLiteral("view"), QString::fromUtf8(state.viewState)}};
            QSaveFile target(file);
            if (target.open(QIODevice::WriteOnly)) {
                target.write(QJsonDocument(object).toJson(QJsonDocument::Compact));
                target.commit();
            }
            return 0;
        },
        this, [](int) {});
}

void Recovery::clear() {
    m_writing.drop();
    m_pool.waitForDone();
    QFile::remove(m_file);
    m_lock.reset();
}

QString Recovery::defaultFolder() {
    return QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation))
        .filePath(QStringLiteral("recovery"));
}

} // namespace quantscope
