#pragma once

#include <QByteArray>
#include <QObject>
#include <QSettings>
#include <QString>
#include <QStringList>

#include <optional>

namespace quantscope {

/// What the program remembers between starts. One object, handed to whoever needs it.
class Settings : public QObject {
    Q_OBJECT

public:
    enum class Theme { System, Light, Dark };
    Q_ENUM(Theme)

    enum class Recent { Session, Model, Text };

    static constexpr int recentLimit = 10;

    /// The person's own settings, or (tests) those of a file.
    explicit Settings(QObject* parent = nullptr);
    explicit Settings(const QString& file, QObject* parent = nullptr);

    Theme theme() const;
    void setTheme(Theme theme);

    /// "en", "de", "zh_CN"; empty: as the system.
    QString language() const;
    void setLanguage(const QString& language);

    QStringList recent(Recent kind) const; ///< newest first
    void addRecent(Recent kind, const QString& path);
    void clearRecent(Recent kind);

    QByteArray windowGeometry() const;
    QByteArray windowState() const;
    void setWindow(const QByteArray& geometry, const QByteArray& state);

    /// The study dock's last plan as JSON; empty at the first start.
    QString lastPlan() const;
    void setLastPlan(const QString& json);

    /// Conditions of the page Compare, as a person wrote them, one a line.
    QString conditions() const;
    void setConditions(const QString& conditions);

    /// The keys a person gave a command, as portable text (empty: none); nothing where they are
    /// those of the program.
    std::optional<QString> shortcut(const QString& command) const;
    void setShortcut(const QString& command, const QString& keys);
    void forgetShortcut(const QString& command);

Q_SIGNALS:
    void themeChanged();
    void recentChanged();

private:
    QSettings m_store;
};

} // namespace quantscope
