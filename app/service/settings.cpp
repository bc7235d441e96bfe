#include "app/service/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QMetaEnum>

namespace quantscope {

namespace {

QString recentKey(Settings::Recent kind) {
    switch (kind) {
    case Settings::Recent::Session:
        return QStringLiteral("recent/sessions");
    case Settings::Recent::Model:
        return QStringLiteral("recent/models");
    case Settings::Recent::Text:
        return QStringLiteral("recent/texts");
    }
    return {};
}

QString shortcutKey(const QString& command) { return QStringLiteral("shortcuts/") + command; }

} // namespace

Settings::Settings(QObject* parent) : QObject(parent) {}

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent)
    , m_store(file, QSettings::IniFormat) {}

Settings::Theme Settings::theme() const {
    const QByteArray name = m_store.value(QStringLiteral("view/theme")).toString().toLatin1();
    bool known = false;
    const int value = QMetaEnum::fromType<Theme>().keyToValue(name.constData(), &known);
    return known ? static_cast<Theme>(value) : Theme::System;
}

void Settings::setTheme(Theme theme) {
    const char* name = QMetaEnum::fromType<Theme>().valueToKey(static_cast<int>(theme));
    m_store.setValue(QStringLiteral("view/theme"), QString::fromLatin1(name));
    Q_EMIT themeChanged();
}

QString Settings::language() const {
    return m_store.value(QStringLiteral("view/language")).toString();
}

void Settings::setLanguage(const QString& language) {
    m_store.setValue(QStringLiteral("view/language"), language);
}

QStringList Settings::recent(Recent kind) const {
    return m_store.value(recentKey(kind)).toStringList();
}

void Settings::addRecent(Recent kind, const QString& path) {
    const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    QStringList paths = recent(kind);
    paths.removeAll(absolute);
    paths.prepend(absolute);
    while (paths.size() > recentLimit)
        paths.removeLast();
    m_store.setValue(recentKey(kind), paths);
    Q_EMIT recentChanged();
}

void Settings::clearRecent(Recent kind) {
    m_store.remove(recentKey(kind));
    Q_EMIT recentChanged();
}

QByteArray Settings::windowGeometry() const {
    return m_store.value(QStringLiteral("window/geometry")).toByteArray();
}

QByteArray Settings::windowState() const {
    return m_store.value(QStringLiteral("window/state")).toByteArray();
}

void Settings::setWindow(const QByteArray& geometry, const QByteArray& state) {
    m_store.setValue(QStringLiteral("window/geometry"), geometry);
    m_store.setValue(QStringLiteral("window/state"), state);
}

QString Settings::lastPlan() const {
    return m_store.value(QStringLiteral("study/plan")).toString();
}

void Settings::setLastPlan(const QString& json) {
    m_store.setValue(QStringLiteral("study/plan"), json);
}

QString Settings::conditions() const {
    return m_store.value(QStringLiteral("compare/conditions")).toString();
}

void Settings::setConditions(const QString& conditions) {
    m_store.setValue(QStringLiteral("compare/conditions"), conditions);
}

std::optional<QString> Settings::shortcut(const QString& command) const {
    const QString key = shortcutKey(command);
    return m_store.contains(key) ? std::optional(m_store.value(key).toString()) : std::nullopt;
}

void Settings::setShortcut(const QString& command, const QString& keys) {
    m_store.setValue(shortcutKey(command), keys);
}

void Settings::forgetShortcut(const QString& command) { m_store.remove(shortcutKey(command)); }

} // namespace quantscope
