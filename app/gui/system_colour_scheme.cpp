#include "app/gui/system_colour_scheme.h"

#include <QColor>
#include <QDBusConnection>
#include <QDBusMessage>

#include <optional>

namespace quantscope {

namespace {

constexpr int portalTimeoutMilliseconds = 200;

const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colourScheme = QStringLiteral("color-scheme");

/// 1: dark is preferred, 2: light is, 0: neither.
std::optional<bool> darkFrom(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    bool isNumber = false;
    const uint preference = value.toUInt(&isNumber);
    if (!isNumber || preference == 0 || preference > 2)
        return std::nullopt;
    return preference == 1;
}

} // namespace

SystemColourScheme::SystemColourScheme(const QPalette& platformPalette, QObject* parent)
    : QObject(parent)
    , m_dark(platformPalette.color(QPalette::Window).lightness() <
             platformPalette.color(QPalette::WindowText).lightness()) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(service, path, interface, QStringLiteral("SettingChanged"), this,
                SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
    QDBusMessage question =
        QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
    question.setArguments({appearance, colourScheme});
    const QDBusMessage answer = bus.call(question, QDBus::Block, portalTimeoutMilliseconds);
    if (answer.type() == QDBusMessage::ReplyMessage && !answer.arguments().isEmpty())
        m_dark = darkFrom(answer.arguments().first()).value_or(m_dark);
}

void SystemColourScheme::portalSettingChanged(const QString& group, const QString& key,
                                              const QDBusVariant& value) {
    if (group != appearance || key != colourScheme)
        return;
    const bool dark = darkFrom(value.variant()).value_or(false);
    if (dark == m_dark)
        return;
    m_dark = dark;
    Q_EMIT changed();
}

} // namespace quantscope
