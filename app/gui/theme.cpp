#include "app/gui/theme.h"

#include "app/gui/system_colour_scheme.h"
#include "app/gui/theme_style.h"

#include <QApplication>

namespace quantscope {

namespace {

struct Colours {
    QRgb window, base, alternateBase, text, mutedText, button, light, midlight, mid, dark, shadow,
        accent, accentText, link, toolTip;
};

constexpr Colours lightColours = {.window = 0xFFF4F5F6,
                                  .base = 0xFFFFFFFF,
                                  .alternateBase = 0xFFF7F8F9,
                                  .text = 0xFF1B1E21,
                                  .mutedText = 0xFF62696F,
                                  .button = 0xFFECEEF0,
                                  .light = 0xFFFFFFFF,
                                  .midlight = 0xFFE3E5E8,
                                  .mid = 0xFFC3C8CC,
                                  .dark = 0xFF9BA1A6,
                                  .shadow = 0xFF6A7075,
                                  .accent = 0xFF0B7A5C,
                                  .accentText = 0xFFFFFFFF,
                                  .link = 0xFF0B6B52,
                                  .toolTip = 0xFFFFFFFF};

constexpr Colours darkColours = {.window = 0xFF202326,
                                 .base = 0xFF17191B,
                                 .alternateBase = 0xFF1C1F21,
                                 .text = 0xFFE6E8EA,
                                 .mutedText = 0xFF9AA1A7,
                                 .button = 0xFF2A2E32,
                                 .light = 0xFF3D4247,
                                 .midlight = 0xFF34383D,
                                 .mid = 0xFF3A3F44,
                                 .dark = 0xFF111314,
                                 .shadow = 0xFF0A0B0C,
                                 .accent = 0xFF1E9E7A,
                                 .accentText = 0xFFFFFFFF,
                                 .link = 0xFF4CC9A4,
                                 .toolTip = 0xFF2A2E32};

QPalette paletteOf(const Colours& colours) {
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, QRgb colour) {
        palette.setColor(role, QColor::fromRgba(colour));
    };
    set(QPalette::Window, colours.window);
    set(QPalette::WindowText, colours.text);
    set(QPalette::Base, colours.base);
    set(QPalette::AlternateBase, colours.alternateBase);
    set(QPalette::Text, colours.text);
    set(QPalette::PlaceholderText, colours.mutedText);
    set(QPalette::Button, colours.button);
    set(QPalette::ButtonText, colours.text);
    set(QPalette::BrightText, 0xFFFFFFFF);
    set(QPalette::Light, colours.light);
    set(QPalette::Midlight, colours.midlight);
    set(QPalette::Mid, colours.mid);
    set(QPalette::Dark, colours.dark);
    set(QPalette::Shadow, colours.shadow);
    set(QPalette::Highlight, colours.accent);
    set(QPalette::HighlightedText, colours.accentText);
    set(QPalette::Link, colours.link);
    set(QPalette::LinkVisited, colours.link);
    set(QPalette::ToolTipBase, colours.toolTip);
    set(QPalette::ToolTipText, colours.text);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor::fromRgba(colours.mutedText));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor::fromRgba(colours.mid));
    palette.setColor(QPalette::Inactive, QPalette::Highlight, QColor::fromRgba(colours.accent));
    return palette;
}

} // namespace

QPalette lightPalette() { return paletteOf(lightColours); }

QPalette darkPalette() { return paletteOf(darkColours); }

Theme::Theme(QApplication& application, const Settings& settings,
             std::optional<Settings::Theme> forced, QObject* parent)
    : QObject(parent)
    , m_application(application)
    , m_settings(settings)
    , m_forced(forced)
    , m_system(new SystemColourScheme(application.palette(), this)) {
    application.setStyle(new ThemeStyle); // which the application owns
    connect(&settings, &Settings::themeChanged, this, [this] {
        m_forced.reset();
        apply();
    });
    connect(m_system, &SystemColourScheme::changed, this, &Theme::apply);
    apply();
}

void Theme::apply() {
    switch (m_forced.value_or(m_settings.theme())) {
    case Settings::Theme::Light:
        m_dark = false;
        break;
    case Settings::Theme::Dark:
        m_dark = true;
        break;
    case Settings::Theme::System:
        m_dark = m_system->isDark();
        break;
    }
    m_application.setPalette(m_dark ? darkPalette() : lightPalette());
}

} // namespace quantscope
