#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace quantscope {

/// Passes what spdlog's default logger writes to a file on disk and, as a signal, to the window.
/// Lines may come from any thread; the signal comes in the thread of this object.
class Log : public QObject {
    Q_OBJECT

public:
    /// @param folder  where log.txt goes (kept to three files of 1 MB); empty: no file.
    explicit Log(const QString& folder, QObject* parent = nullptr);
    ~Log() override;

    /// The folder for the person's own log.
    static QString defaultFolder();

    /// Full path of the file; empty when there is none.
    QString file() const { return m_file; }

Q_SIGNALS:
    /// `level` is an spdlog level (2 information, 3 warning, 4 error).
    void line(const QString& time, int level, const QString& message);

private:
    class WindowSink;

    std::shared_ptr<WindowSink> m_sink;
    QString m_file;
};

} // namespace quantscope
