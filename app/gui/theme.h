#pragma once

#include "app/service/settings.h"

#include <QObject>
#include <QPalette>

#include <optional>

class QApplication;

namespace quantscope {

class SystemColourScheme;

/// The program's own palettes: neutral frames, one accent colour (Okabe–Ito bluish green leaves
/// blue and orange to the data).
QPalette lightPalette();
QPalette darkPalette();

/// Keeps the application's style and palette as the setting asks, and with Theme::System as the
/// desktop does, also when that changes while the program runs.
class Theme : public QObject {
    Q_OBJECT

public:
    /// @param forced  the theme of this start, whatever the setting says until it is changed
    Theme(QApplication& application, const Settings& settings,
          std::optional<Settings::Theme> forced = {}, QObject* parent = nullptr);

    bool isDark() const { return m_dark; }

private:
    void apply();

    QApplication& m_application;
    const Settings& m_settings;
    std::optional<Settings::Theme> m_forced;
    SystemColourScheme* m_system;
    bool m_dark = false;
};

} // namespace quantscope
