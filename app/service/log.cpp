#include "app/service/log.h"

#include <QDateTime>
#include <QDir>
#include <QMetaObject>
#include <QStandardPaths>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <vector>

namespace quantscope {

namespace {

constexpr std::size_t fileBytes = 1 << 20;
constexpr std::size_t fileCount = 3;

} // namespace

class Log::WindowSink : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit WindowSink(Log* owner) : m_owner(owner) {}

    void detach() {
        const std::lock_guard lock(mutex_);
        m_owner = nullptr;
    }

protected:
    void sink_it_(const spdlog::details::log_msg& entry) override {
        if (!m_owner)
            return;
        const auto sinceEpoch =
            std::chrono::duration_cast<std::chrono::milliseconds>(entry.time.time_since_epoch());
        const QString time =
            QDateTime::fromMSecsSinceEpoch(sinceEpoch.count()).toString(QStringLiteral("HH:mm:ss"));
        const QString message =
            QString::fromUtf8(entry.payload.data(), static_cast<qsizetype>(entry.payload.size()));
        QMetaObject::invokeMethod(
            m_owner,
            [owner = m_owner, time, level = static_cast<int>(entry.level), message] {
                Q_EMIT owner->line(time, level, message);
            },
            Qt::QueuedConnection);
    }

    void flush_() override {}

private:
    Log* m_owner;
};

Log::Log(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_sink(std::make_shared<WindowSink>(this)) {
    std::vector<spdlog::sink_ptr> sinks = {m_sink};
    QString problem;
    if (!folder.isEmpty()) {
        try {
            QDir().mkpath(folder);
            const QString file = QDir(folder).filePath(QStringLiteral("log.txt"));
            sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                file.toStdString(), fileBytes, fileCount));
            m_file = file;
        } catch (const spdlog::spdlog_ex& error) {
            problem = QString::fromUtf8(error.what());
        }
    }
    auto console = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    console->set_level(spdlog::level::warn);
    sinks.push_back(console);
    auto logger = std::make_shared<spdlog::logger>("quantscope", sinks.begin(), sinks.end());
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
    if (!problem.isEmpty())
        spdlog::warn("There is no log on disk: {}", problem.toStdString());
}

Log::~Log() { m_sink->detach(); }

QString Log::defaultFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
}

} // namespace quantscope
