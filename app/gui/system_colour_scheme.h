#pragma once

#include <QDBusVariant>
#include <QObject>
#include <QPalette>
#include <QString>

namespace quantscope {

/// Whether the desktop is dark: as the desktop portal's setting "color-scheme" says, else as the
/// palette that the platform gave the application. Qt 6.4 has no call of its own for this.
class SystemColourScheme : public QObject {
    Q_OBJECT

public:
    /// @param platformPalette  the application's palette before the program sets its own
    explicit SystemColourScheme(const QPalette& platformPalette, QObject* parent = nullptr);

    bool isDark() const { return m_dark; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    bool m_dark = false;
};

} // namespace quantscope
